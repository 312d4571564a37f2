"""Reads the test cases of the DMN TCK: inputs and expected values as plain Python.

A folder holds models and `*-test-*.xml` files; each case gives inputs and the values of decisions. Values are compared
as the official runners do: numbers within 1e-8, all else exactly.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET  # the suite is ours to read; models under test go through nodes.dmn
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from nodes.feel import is_equal, parse_date, parse_date_time, parse_duration, parse_time

_NS = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_TOLERANCE = Decimal("1e-8")


@dataclass(frozen=True)
class Case:
    """One expected value. `service` where a decision service is invoked, else a decision is evaluated."""

    folder: str
    model: Path
    id: str
    inputs: dict[str, Any]
    service: str | None
    result: str
    expected: Any

    @property
    def has_value(self) -> bool:
        """An engine that always answers null passes the cases that have none."""
        return self.expected is not None


def cases_of(folder: Path) -> Iterator[Case]:
    """All cases of a folder."""
    for file in sorted(folder.glob("*.xml")):
        root = ET.parse(file).getroot()  # noqa: TID251 - see above
        model = folder / (root.findtext(f"{_NS}modelName") or "").strip()
        for case in root.iter(f"{_NS}testCase"):
            inputs = {node.attrib["name"]: _value(node) for node in case.findall(f"{_NS}inputNode")}
            service = case.get("invocableName") if case.get("type") == "decisionService" else None
            for node in case.findall(f"{_NS}resultNode"):
                expected = node.find(f"{_NS}expected")
                wanted = None if expected is None else _value(expected)
                yield Case(folder.name, model, case.get("id") or "", inputs, service, node.attrib["name"], wanted)


def _value(node: ET.Element) -> Any:
    components = node.findall(f"{_NS}component")
    if components:
        return {item.attrib["name"]: _value(item) for item in components}
    found = node.find(f"{_NS}list")
    if found is not None:
        return None if _is_nil(found) else [_value(item) for item in found.findall(f"{_NS}item")]
    plain = node.find(f"{_NS}value")
    return None if plain is None or _is_nil(plain) else _typed(plain)


def _is_nil(node: ET.Element) -> bool:
    return node.get(f"{_XSI}nil") == "true"


def _typed(node: ET.Element) -> Any:
    text = node.text or ""
    of = (node.get(f"{_XSI}type") or "xsd:string").rpartition(":")[2]
    if of in {"decimal", "double", "integer", "int", "float"}:
        return Decimal(text.strip())
    if of == "boolean":
        return text.strip() in {"true", "1"}
    readers = {"date": parse_date, "time": parse_time, "dateTime": parse_date_time, "duration": parse_duration}
    if of in readers:
        read = readers[of](text.strip())
        assert read is not None, f"the suite has a {of} that nobody can read: {text!r}"
        return read
    return text


def agrees(value: Any, expected: Any) -> bool:
    """Whether a value is what a case expects."""
    if isinstance(expected, Decimal):
        return isinstance(value, Decimal) and abs(value - expected) <= _TOLERANCE
    if isinstance(expected, list):
        return (
            isinstance(value, list)
            and len(value) == len(expected)
            and all(agrees(mine, theirs) for mine, theirs in zip(value, expected, strict=True))
        )
    if isinstance(expected, dict):
        return (
            isinstance(value, dict)
            and value.keys() == expected.keys()
            and all(agrees(value[name], item) for name, item in expected.items())
        )
    return is_equal(value, expected) is True
