"""Values that are never written to the journal: a number where text belongs, text that is no UTF-8. Pure.

Only a file can hold them, for SQLite keeps whatever kind of value somebody puts into a column; ``queries.as_it_is``
reads them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from runtime.store.problems import BadCursor
from runtime.store.queries.journal import JournalRow

_KINDS: dict[str, type] = {
    "stream": str,
    "seq": int,
    "at": int,
    "actor": str,
    "type": str,
    "version": int,
    "data": bytes,
    "hash": bytes,
}
"""column of the journal -> the kind of value that is written there"""
_BELONGS = {str: "text", int: "a whole number", bytes: "bytes"}
_IS: dict[type, str] = {**_BELONGS, int: "a number", float: "a fraction", type(None): "nothing"}
_INSTEAD: dict[type, Any] = {str: "", int: 0, bytes: b""}
_MARK = "\n"
"""begins a cursor that names something odd: no name of ours holds a line feed"""


def oddity(row: JournalRow) -> str | None:
    """What is odd about the first odd value of the row, as a sentence; None = nothing is."""
    for name, kind in _KINDS.items():
        value = getattr(row, name)
        if not is_ours(value, kind):
            return f'the row with id {row.id} holds {kind_of(value)} in "{name}", where only {_BELONGS[kind]} may stand'
    return None


def mended(row: JournalRow, number: int) -> JournalRow:
    """The row with something harmless in place of its odd values, ``number`` in place of its own: for ``diagnose``."""
    found = {name: getattr(row, name) for name in _KINDS}
    odd = {name: _INSTEAD[kind] for name, kind in _KINDS.items() if not is_ours(found[name], kind)}
    if "seq" in odd:
        odd["seq"] = number
    return replace(row, **odd)


def is_ours(value: object, kind: type) -> bool:
    """Whether it is of the kind, and as text one that can be written as UTF-8."""
    return type(value) is kind and not (kind is str and is_escaped(value))


def is_escaped(value: object) -> bool:
    """Whether it is text that holds bytes which are no UTF-8."""
    return isinstance(value, str) and any("\udc80" <= letter <= "\udcff" for letter in value)


def kind_of(value: object) -> str:
    """In words for people."""
    return "text that is no UTF-8" if is_escaped(value) else _IS.get(type(value), type(value).__name__)


def shown(name: object) -> str:
    """The name of a stream, or of a content, that can be printed and sent."""
    if isinstance(name, str):
        name = name.encode("utf-8", "surrogateescape")
    return name.decode("utf-8", "backslashreplace") if isinstance(name, bytes) else str(name)


def to_cursor(name: object) -> str:
    """A name as the place where an audit goes on."""
    if isinstance(name, bytes):
        return f"{_MARK}b{name.hex()}"
    return f"{_MARK}t{_bytes(name).hex()}" if is_escaped(name) else str(name)


def _bytes(name: object) -> bytes:
    return str(name).encode("utf-8", "surrogateescape")


def from_cursor(place: str) -> str | bytes:
    """Raises ``BadCursor``."""
    if not place.startswith(_MARK):
        return place
    try:
        name = bytes.fromhex(place[2:])
    except ValueError:
        raise BadCursor("this cursor is not from an audit; begin without one") from None
    return name if place[1:2] == "b" else name.decode("utf-8", "surrogateescape")
