"""The one value model of Baton, and its tagged JSON form.

Journal, API, project files and FEEL share these values: null, boolean, text, ``Decimal``, date, time, date and time,
both durations, ``Range``, list, context (``dict`` with text keys), ``Document`` and ``Sealed``.
In JSON, numbers stand as numbers and are read as ``Decimal``; what JSON lacks stands as an object with one ``@`` key,
``{"@date": "2026-05-01"}``. User data with a key that begins with ``@`` is escaped by one more ``@``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.moments import WideDate, WideDateTime, WideTime
from nodes.feel.temporal_text import format_duration, parse_date, parse_date_time, parse_duration, parse_time
from nodes.feel.texts import to_text
from nodes.feel.values import Opaque, Range

Value: TypeAlias = Any
"""One value of the model above; nested ones in lists and contexts."""

MAX_DEPTH = 64
"""Deepest nesting of lists and contexts that a step may take in or hand out (SEMANTICS N8)."""
MAX_BYTES = 2_000_000
"""Largest input or output of one step, as tagged JSON (SEMANTICS N8)."""
MAX_LIST = 100_000
"""Longest list in the input or output of one step (SEMANTICS N8)."""


@dataclass(frozen=True, slots=True)
class Document(Opaque):
    """A file that a step carries: its bytes lie once in the store under ``sha256``, never in the journal."""

    feel_type = "document"

    name: str
    media_type: str
    size: int
    """in bytes"""
    sha256: str
    """64 hex digits"""

    def feel_properties(self) -> Mapping[str, Any]:
        """What an expression may read: ``invoice.pdf.name``, ``.media_type``, ``.size``, ``.sha256``."""
        return self.description()

    def description(self) -> dict[str, Any]:
        """Its fields as a plain object."""
        return {"name": self.name, "media_type": self.media_type, "size": self.size, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Sealed(Opaque):
    """A sensitive value that only the host can open: the key's id and the ciphertext (base64)."""

    feel_type = "sealed value"

    key_id: str
    ciphertext: str


class ValueProblem(ValueError):
    """A value that is not in the model, or whose tagged form is broken; says where (a path such as ``a.b[2]``)."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{message} (at {path})" if path else message)
        self.path = path


_ATOMS = (str, bool, type(None), Decimal)


def to_wire(value: Value, _path: str = "", _depth: int = 0) -> Any:
    """The tagged form: only null, bool, str, int, Decimal, list and dict, ready for a JSON writer.

    Raises ``ValueProblem`` for anything outside the model (a float too: binary fractions are never values).
    """
    kind = type(value)
    if kind in _ATOMS or kind is int:
        if kind is Decimal and not value.is_finite():
            raise ValueProblem("a number must be finite", _path)
        return value
    if _depth > MAX_DEPTH:
        raise ValueProblem(f"nested deeper than {MAX_DEPTH}", _path)
    if kind is dict:
        written = {}
        for key, item in value.items():
            if type(key) is not str:
                raise ValueProblem("a context key must be text", _path)
            name = "@" + key if key.startswith("@") else key
            written[name] = item if type(item) in _ATOMS else to_wire(item, f"{_path}.{key}", _depth + 1)
        for item in written.values():
            if type(item) is Decimal and not item.is_finite():
                raise ValueProblem("a number must be finite", _path)
        return written
    if kind is list or kind is tuple:
        return [to_wire(item, f"{_path}[{n}]", _depth + 1) for n, item in enumerate(value, 1)]
    tagged = _tag(value, _path, _depth)
    if tagged is None:
        if isinstance(value, Mapping):
            return to_wire(dict(value), _path, _depth)
        raise ValueProblem(f"a {kind.__name__} is not a value", _path)
    return tagged


def _tag(value: Value, path: str, depth: int) -> dict[str, Any] | None:
    if isinstance(value, dt.datetime | WideDateTime):
        return {"@datetime": to_text(value)}
    if isinstance(value, dt.date | WideDate):
        return {"@date": to_text(value)}
    if isinstance(value, dt.time | WideTime):
        return {"@time": to_text(value)}
    if isinstance(value, YearsMonthsDuration | DaysTimeDuration):
        return {"@duration": format_duration(value)}
    if isinstance(value, Range):
        return {
            "@range": {
                "low": to_wire(value.low, path, depth + 1),
                "high": to_wire(value.high, path, depth + 1),
                "low_included": value.low_included,
                "high_included": value.high_included,
                **({"unary": True} if value.unary else {}),
            }
        }
    if isinstance(value, Document):
        return {"@document": value.description()}
    if isinstance(value, Sealed):
        return {"@sealed": {"key_id": value.key_id, "ciphertext": value.ciphertext}}
    return None


def from_wire(raw: Any, _path: str = "", _depth: int = 0) -> Value:
    """The value behind its tagged form; every number becomes a ``Decimal``. Raises ``ValueProblem``."""
    kind = type(raw)
    if kind is str or kind is bool or raw is None or kind is Decimal:
        return raw
    if kind is int:
        return Decimal(raw)
    if kind is float:
        raise ValueProblem("a number was read as a binary fraction; read JSON numbers as Decimal", _path)
    if _depth > 2 * MAX_DEPTH:
        raise ValueProblem(f"nested deeper than {MAX_DEPTH}", _path)
    if kind is list:
        return [from_wire(item, f"{_path}[{n}]", _depth + 1) for n, item in enumerate(raw, 1)]
    if kind is dict:
        if len(raw) == 1:
            ((key, inner),) = raw.items()
            if key.startswith("@") and not key.startswith("@@"):
                return _untag(key, inner, _path, _depth)
        read = {}
        for key, item in raw.items():
            if key.startswith("@"):
                if not key.startswith("@@"):
                    raise ValueProblem(f"the key {key!r} must be escaped as '@{key}'", _path)
                key = key[1:]
            read[key] = from_wire(item, f"{_path}.{key}", _depth + 1)
        return read
    raise ValueProblem(f"a {kind.__name__} is not a value", _path)


_READ_TEXT: dict[str, Callable[[str], Any]] = {
    "@date": parse_date,
    "@time": parse_time,
    "@datetime": parse_date_time,
    "@duration": parse_duration,
}


def _untag(key: str, inner: Any, path: str, depth: int) -> Value:
    try:
        if key in _READ_TEXT:
            read = _READ_TEXT[key](inner)
            if read is None:
                raise ValueProblem(f"{inner!r} is not a readable {key}", path)
            return read
        if key == "@range":
            return Range(
                from_wire(inner["low"], path, depth + 1),
                from_wire(inner["high"], path, depth + 1),
                bool(inner["low_included"]),
                bool(inner["high_included"]),
                bool(inner.get("unary")),
            )
        if key == "@document":
            return Document(inner["name"], inner["media_type"], int(inner["size"]), inner["sha256"])
        if key == "@sealed":
            return Sealed(inner["key_id"], inner["ciphertext"])
    except ValueProblem:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise ValueProblem(f"{inner!r} is not a readable {key}", path) from problem
    raise ValueProblem(f"{key!r} is not a known kind of value", path)


def to_plain(value: Value) -> Any:
    """The plain form for HTTP bodies and people: dates and durations as ISO text, a Document as its description."""
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, Document):
        return value.description()
    if isinstance(value, Sealed):
        return "(sealed)"
    if value is None or isinstance(value, str | bool | Decimal | int):
        return value
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        # With its offset: FEEL may name a zone instead (``@Europe/Berlin``), which no other system reads.
        return to_text(value.astimezone(dt.timezone(value.utcoffset() or dt.timedelta())))
    return to_text(value)


def same_value(one: Value, other: Value) -> bool:
    """Whether two values are the same to whoever brought them: 1 and 1.0 are, true and 1 are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_value(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and one == other
