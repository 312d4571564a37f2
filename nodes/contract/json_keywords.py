"""The keywords of JSON Schema that judge one value, over Baton's values and with words that people read.

Called by ``json_schema`` only, which walks the schema. Each keyword is a function (what it asks for, the value, the
schema around it) -> what is wrong, and knows nothing of the walk.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import re2

from nodes.feel.temporal_text import parse_duration
from nodes.feel.texts import to_text

IS_TYPE: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, Decimal | int) and not isinstance(value, bool),
    "integer": lambda value: IS_TYPE["number"](value) and value == Decimal(value).to_integral_value(),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}

_TYPE_WORDS = {
    "null": "empty",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
    "string": "text",
    "array": "a list",
    "object": "an object",
}


def _kind(value: Any) -> str:
    kinds = ("null", "boolean", "number", "string", "array", "object")
    return next((_TYPE_WORDS[kind] for kind in kinds if IS_TYPE[kind](value)), "something else")


def _frozen(value: Any) -> Any:
    """A key that is equal exactly for values that JSON Schema calls equal (1 and 1.0 are, true and 1 aren't)."""
    if isinstance(value, bool):
        return ("truth", value)
    if isinstance(value, dict):
        return ("object", frozenset((key, _frozen(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("array", tuple(_frozen(item) for item in value))
    return value


@lru_cache(maxsize=512)
def compiled_pattern(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


Finding: TypeAlias = str | tuple[str, str]
"""The words, or (name of the property that is meant, the words)."""
Judge: TypeAlias = Callable[[Any, Any, Mapping[str, Any]], Iterable[Finding]]
"""(what the keyword asks for, the value, the schema around the keyword) -> what is wrong."""


def _type(wanted: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    if not any(IS_TYPE[name](value) for name in names):
        found = to_text(value) if names == ["integer"] and IS_TYPE["number"](value) else _kind(value)
        yield f"should be {_either([_TYPE_WORDS[name] for name in names])}, not {found}"


def _enum(allowed: list[Any], value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if _frozen(value) not in {_frozen(each) for each in allowed}:
        shown = [quoted(each) for each in allowed[:10]]
        yield f"should be {_either(shown)}" + (f" (or one of {len(allowed) - 10} more)" if len(allowed) > 10 else "")


def _const(wanted: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if _frozen(value) != _frozen(wanted):
        yield f"should be {quoted(wanted)}"


def _minimum(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if IS_TYPE["number"](value) and value < limit:
        yield f"should be {to_text(limit)} or more"


def _maximum(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if IS_TYPE["number"](value) and value > limit:
        yield f"should be {to_text(limit)} or less"


def _exclusive_minimum(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if IS_TYPE["number"](value) and value <= limit:
        yield f"should be more than {to_text(limit)}"


def _exclusive_maximum(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if IS_TYPE["number"](value) and value >= limit:
        yield f"should be less than {to_text(limit)}"


def _multiple_of(step: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if IS_TYPE["number"](value) and not _is_multiple(Decimal(value), Decimal(step)):
        yield f"should be a multiple of {to_text(step)}"


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    """Exact for every exponent, at no more cost than the digits written down (a plain ``%`` fails beyond 28 digits)."""
    value_digits, step_digits = (int("".join(map(str, number.as_tuple().digits))) for number in (value, step))
    shift = int(value.as_tuple().exponent) - int(step.as_tuple().exponent)
    if value_digits == 0:
        return True
    if shift >= 0:
        return value_digits * pow(10, shift, step_digits) % step_digits == 0
    return -shift <= len(str(value_digits)) and value_digits % (step_digits * 10**-shift) == 0


def _min_length(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, str) and len(value) < limit:
        yield "should not be empty" if limit == 1 else f"should have at least {limit} characters"


def _max_length(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, str) and len(value) > limit:
        yield f"should have at most {_counted(limit, 'character', 'characters')}, not {len(value)}"


def _pattern(pattern: str, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, str) and not compiled_pattern(pattern).search(value):
        yield f"should look like {shortened(pattern)}"


def _min_items(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, list) and len(value) < limit:
        yield f"should have at least {_counted(limit, 'item', 'items')}"


def _max_items(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, list) and len(value) > limit:
        yield f"should have at most {_counted(limit, 'item', 'items')}, not {len(value)}"


def _unique_items(wanted: bool, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if wanted and isinstance(value, list):
        seen: dict[Any, int] = {}
        for n, item in enumerate(value, 1):
            first = seen.setdefault(_frozen(item), n)
            if first != n:
                yield f"should not hold anything twice, but items {first} and {n} are the same"
                return


def _min_properties(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, dict) and len(value) < limit:
        yield f"should have at least {_counted(limit, 'field', 'fields')}"


def _max_properties(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, dict) and len(value) > limit:
        yield f"should have at most {_counted(limit, 'field', 'fields')}, not {len(value)}"


def _required(names: list[str], value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, dict):
        yield from ((name, "is missing") for name in names if name not in value)


def _dependent_required(needs: Mapping[str, list[str]], value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, dict):
        for name, needed in needs.items():
            if name in value:
                yield from ((each, f"is missing, and {name} needs it") for each in needed if each not in value)


def _format(name: str, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if isinstance(value, str) and name in _FORMATS:
        reads, words = _FORMATS[name]
        try:
            good = bool(reads(value))
        except ValueError:
            good = False
        if not good:
            yield f"should be {words}"


def _is_date_time(text: str) -> bool:
    shaped = re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", text, re.ASCII)
    return bool(shaped and dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.upper())))


_FORMATS: dict[str, tuple[Callable[[str], object], str]] = {
    "date": (
        lambda text: re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) and dt.date.fromisoformat(text),
        "a date, such as 2026-05-01",
    ),
    "time": (
        lambda text: (
            re.fullmatch(r"\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)?", text, re.ASCII)
            # Midnight without zone is a time too, so the answer is whether it reads, not what it reads as.
            and dt.time.fromisoformat(text.upper()) is not None
        ),
        "a time, such as 14:30:00",
    ),
    "date-time": (_is_date_time, "a date and time with a zone, such as 2026-05-01T10:00:00Z"),
    "duration": (lambda text: parse_duration(text) is not None, "a length of time, such as P3D or PT4H"),
    "email": (
        lambda text: len(text) <= 254 and re.fullmatch(r"[^@\s<>\x00-\x1f]+@[^@\s<>.]+(\.[^@\s<>.]+)*", text),
        "an e-mail address",
    ),
    "uri": (lambda text: re.fullmatch(r"\S+", text) and urlsplit(text).scheme, "a web address with its scheme"),
    "uuid": (lambda text: len(text) == 36 and uuid.UUID(text), "a UUID"),
}
"""The formats that are checked; every other one is a remark for people, as the standard has it."""


JUDGES: dict[str, Judge] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "multipleOf": _multiple_of,
    "minLength": _min_length,
    "maxLength": _max_length,
    "pattern": _pattern,
    "minItems": _min_items,
    "maxItems": _max_items,
    "uniqueItems": _unique_items,
    "minProperties": _min_properties,
    "maxProperties": _max_properties,
    "required": _required,
    "dependentRequired": _dependent_required,
    "format": _format,
}


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _counted(number: Any, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def quoted(value: Any) -> str:
    if isinstance(value, str):
        return shortened(f'"{value}"')
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "empty"
    return shortened(to_text(value) if isinstance(value, Decimal | int) else str(value))


def shortened(words: str, longest: int = 80) -> str:
    return words if len(words) <= longest else words[: longest - 1] + "…"
