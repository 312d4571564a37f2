"""JSON as it crosses HTTP: strict on the way in, digit-exact both ways.

Who calls it: client, server and CLI, for every body. Law: what two readers could understand differently is
refused (a key twice, ``NaN``, a byte order mark, another encoding than UTF-8, half a character), and no number loses a
digit. Numbers are read as ``Decimal``; ``nodes.contract.from_wire`` turns the tagged form into values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

MAX_NESTING = 140
"""Lists and objects inside one another. A value may nest 64 deep (SEMANTICS N8); tags and message add to that."""
MAX_DIGITS = 400
"""Digits of one number; what calculates with it rounds to 34, so more than this is no number but an attack."""
MAX_EXPONENT = 6_144
"""Largest power of ten of one number, which is that of a 128-bit decimal."""

_encoder = msgspec.json.Encoder(decimal_format="number")
_ordered_encoder = msgspec.json.Encoder(decimal_format="number", order="deterministic")


class JsonProblem(ValueError):
    """A text that is not strict JSON. ``code`` is stable (``JSON_DUPLICATE_KEY``), the message is for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_json(body: bytes | str) -> Any:
    """The parsed text: dict, list, str, bool, None and ``Decimal``. Raises ``JsonProblem``, nothing else."""
    text = body if isinstance(body, str) else _decode(body)
    if text.startswith("\ufeff"):
        raise JsonProblem("JSON_BOM", "The text begins with a byte order mark; send UTF-8 without it.")
    if not text.strip():
        raise JsonProblem("JSON_EMPTY", "The text is empty; a JSON value is needed.")
    try:
        parsed = json.loads(
            text, parse_float=_number, parse_int=_number, parse_constant=_no_constant, object_pairs_hook=_object
        )
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as problem:
        raise JsonProblem(
            "JSON_SYNTAX", f"The text is not JSON: {problem.msg} (line {problem.lineno}, column {problem.colno})."
        ) from None
    _check_depth(parsed)
    if "\\u" in text:
        _check_characters(parsed)
    return parsed


def write_json(value: Any, *, ordered: bool = False) -> bytes:
    """``value`` as compact JSON: dict, list, str, bool, None, int, ``Decimal`` (every digit) and datetime (ISO)."""
    return (_ordered_encoder if ordered else _encoder).encode(value)


def write_pretty_json(value: Any) -> str:
    """``value`` as indented JSON for people, ending without a line feed."""
    return msgspec.json.format(_encoder.encode(value), indent=2).decode()


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8", errors="strict")
    except UnicodeDecodeError as problem:
        raise JsonProblem("JSON_ENCODING", f"The text is not UTF-8 (byte {problem.start + 1}).") from None


def _number(digits: str) -> Decimal:
    if len(digits) > MAX_DIGITS:
        raise JsonProblem("JSON_NUMBER", f"A number has more than {MAX_DIGITS} digits.")
    number = Decimal(digits)
    if number and abs(number.adjusted()) > MAX_EXPONENT:
        raise JsonProblem("JSON_NUMBER", f"A number is beyond 10 to the power of {MAX_EXPONENT}.")
    return number


def _no_constant(name: str) -> NoReturn:
    raise JsonProblem("JSON_CONSTANT", f"{name} is not JSON; leave the value out or send null.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise JsonProblem("JSON_DUPLICATE_KEY", f"The key {twice!r} stands twice in one object.")
    return read


def _too_deep() -> JsonProblem:
    return JsonProblem("JSON_DEPTH", f"The text is nested deeper than {MAX_NESTING} levels.")


def _check_depth(parsed: Any) -> None:
    """Level by level, so that a deep text costs no recursion of ours."""
    level = [parsed]
    for _ in range(MAX_NESTING + 1):
        level = [item for holder in level for item in _inside(holder) if isinstance(item, list | dict)]
        if not level:
            return
    raise _too_deep()


def _check_characters(parsed: Any) -> None:
    """An escape such as ``\\ud800`` alone is half a character: it can be neither stored nor shown."""
    pending = [parsed]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if any("\ud800" <= letter <= "\udfff" for letter in item):
                raise JsonProblem("JSON_CHARACTER", "A text holds half a character (a lone surrogate escape).")
        elif isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def _inside(holder: Any) -> Iterator[Any]:
    return iter(holder.values()) if isinstance(holder, dict) else iter(holder) if isinstance(holder, list) else iter(())
