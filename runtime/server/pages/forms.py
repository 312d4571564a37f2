"""A form drawn from a JSON Schema, and what was posted read back into values. The engine checks it; this only converts.

Forms are objects of texts, numbers, yes-or-no fields and lists of choices (the approval's config sees to that). A field
that is left empty is left out, so that "required" means what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from nodes.contract import Value

PREFIX = "form."
"""Begins the names of the controls, so that no field of a flow can pose as one of ours."""


@dataclass(frozen=True, slots=True)
class Control:
    """One field as it is drawn."""

    name: str
    title: str
    help: str
    kind: str
    """text, lines, number, date, yes_no or choice"""
    value: str
    required: bool
    choices: tuple[str, ...] = ()
    mistake: str = ""
    longest: int = 2000
    """characters that may be typed: the schema's own limit where it has one"""


def controls_of(schema: Any, given: Mapping[str, str], mistakes: Mapping[str, str]) -> list[Control]:
    """The controls of a form; ``given``: what was posted (shown again), ``mistakes``: field -> what is wrong."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
        return []
    required = schema.get("required", ())
    found = []
    for name, part in schema["properties"].items():
        field = part if isinstance(part, Mapping) else {}
        default = field.get("default")
        found.append(
            Control(
                name=PREFIX + name,
                title=str(field.get("title") or name.replace("_", " ").capitalize()),
                help=str(field.get("description") or ""),
                kind=_kind(name, field),
                value=given.get(PREFIX + name, "" if default is None else _written(default)),
                required=isinstance(required, list | tuple) and name in required,
                choices=tuple(_written(choice) for choice in field.get("enum", ())),
                mistake=mistakes.get(name, ""),
                longest=_longest(name, field),
            )
        )
    return found


def read_form(schema: Any, given: Mapping[str, str]) -> tuple[Value, dict[str, str]]:
    """(the form's value, field -> mistake) from what was posted."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    values: dict[str, Value] = {}
    mistakes: dict[str, str] = {}
    for name, part in properties.items() if isinstance(properties, Mapping) else ():
        field = part if isinstance(part, Mapping) else {}
        text = given.get(PREFIX + name, "").strip()
        kind = _kind(name, field)
        if kind == "yes_no":
            values[name] = text == "yes"
        elif not text:
            continue
        elif kind == "choice":
            chosen = next((choice for choice in field.get("enum", ()) if _written(choice) == text), text)
            values[name] = Decimal(chosen) if isinstance(chosen, int) and not isinstance(chosen, bool) else chosen
        elif kind == "number":
            number = _number(text)
            if number is None:
                mistakes[name] = "This should be a number, such as 312.50."
            else:
                values[name] = number
        else:
            values[name] = text.replace("\r\n", "\n")
    return values, mistakes


def _kind(name: str, field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return "choice"
    if field.get("type") == "boolean":
        return "yes_no"
    if field.get("type") in {"number", "integer"}:
        return "number"
    if field.get("format") == "date":
        return "date"
    long = field.get("maxLength")
    return "lines" if name == "comment" or (isinstance(long, int | Decimal) and long > 200) else "text"


def _longest(name: str, field: Mapping[str, Any]) -> int:
    own = field.get("maxLength")
    if isinstance(own, int | Decimal) and not isinstance(own, bool) and own >= 0:
        return int(min(own, 100_000))
    return 10_000 if _kind(name, field) == "lines" else 2000


def _number(text: str) -> Decimal | None:
    """A number as people type it: ``1 240.50`` and ``1240,50`` too; nothing that could mean two things."""
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if plain.count(",") == 1 and "." not in plain and len(plain.partition(",")[2]) != 3:
        plain = plain.replace(",", ".")
    if len(plain) > 60 or not plain.isascii() or not set(plain) <= set("0123456789.-+"):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
