"""JSON Schema (Draft 2020-12) over Baton's values: inputs, forms, outputs and payloads are all checked here.

Called by the engine (A4, W6, X6, R8), by ``control/validate`` and by the rules of ``baton check``. Law: the answer
depends on schema and value alone, for ever: nothing is fetched, a pattern runs in linear time (RE2), and a check that
would cost too much says so instead of running on. The library ``jsonschema`` walks the schema; the keywords that judge
a single value are ours, because numbers are Decimals here (``0.3`` is a multiple of ``0.1``) and people read the words.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import re2
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from nodes.contract.values import Document, Sealed, Value
from nodes.feel.temporal_text import parse_duration
from nodes.feel.texts import to_text

MAX_MISTAKES = 100
"""So many mistakes are listed; a last one says that there are more."""
MAX_STEPS = 400_000
"""Work of one check, about one for each keyword and place (one to three seconds)."""
MAX_SCHEMA_PARTS = 20_000
"""Values in one schema."""
MAX_SCHEMA_DEPTH = 100
"""Deepest nesting of one schema."""


@dataclass(frozen=True, slots=True)
class SchemaMistake:
    """One place where a value does not fit: ``path`` such as ``lines[2].amount`` (from 1; "" = the whole value)."""

    path: str
    message: str
    """in plain words, to be read after the path: "should be a number, not text" """

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def schema_mistakes(schema: Mapping[str, Any], value: Value) -> list[SchemaMistake]:
    """All that is wrong with ``value``, in the order of the schema; empty if it fits.

    A schema that is itself broken gives one mistake that says so: what can't be checked must not pass.
    Dates, times and durations count as their ISO text, a Document as an object; a Sealed value fits everything.
    """
    return SchemaCheck(schema).mistakes(value)


def schema_problems(schema: Any) -> list[SchemaMistake]:
    """What is wrong with the schema itself (for ``baton check`` and for forms that are being written)."""
    try:
        _read_schema(schema)
    except _BrokenSchema as broken:
        return broken.mistakes
    return []


class SchemaCheck:
    """A schema made ready once, for values that come often. Never raises: a broken schema speaks in ``mistakes``."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.problems: tuple[SchemaMistake, ...] = ()
        try:
            self._validator = _Validator(_read_schema(schema), registry=_NOTHING_FETCHED)
        except _BrokenSchema as broken:
            self.problems = tuple(broken.mistakes)

    def mistakes(self, value: Value) -> list[SchemaMistake]:
        """As ``schema_mistakes``."""
        if self.problems:
            return [SchemaMistake("", f"can't be checked, since its schema is broken: {self.problems[0]}")]
        found: list[SchemaMistake] = []
        token = _steps_left.set([MAX_STEPS])
        try:
            for error in self._validator.iter_errors(_comparable(value)):
                mistake = SchemaMistake(_written(error.absolute_path), _words_of(error))
                if mistake in found:
                    continue
                if len(found) == MAX_MISTAKES:
                    found.append(SchemaMistake("", f"has more than {MAX_MISTAKES} mistakes; these are the first"))
                    break
                found.append(mistake)
        except _TooMuchWork:
            return [SchemaMistake("", f"can't be checked: it takes more than {MAX_STEPS:,} steps; simplify the schema")]
        except RecursionError:
            return [SchemaMistake("", "can't be checked: the value or the schema is nested too deeply")]
        except Unresolvable as unknown:
            return [SchemaMistake("", f"can't be checked: the schema refers to {unknown.ref!r}, which it doesn't hold")]
        finally:
            _steps_left.reset(token)
        return found


_NOTHING_FETCHED: Registry[Any] = Registry()
"""Without it jsonschema would ask the network for a reference that it doesn't know."""

# --- The schema -----------------------------------------------------------------------------------------------------


class _BrokenSchema(Exception):
    def __init__(self, mistakes: list[SchemaMistake]) -> None:
        super().__init__(str(mistakes[0]))
        self.mistakes = mistakes


_DATA_KEYWORDS = ("enum", "const", "default", "examples")
"""Their content is data, so nothing in it is a keyword."""


def _read_schema(schema: Any) -> Any:
    """The schema with every number as int or Decimal; raises ``_BrokenSchema``."""
    if not isinstance(schema, Mapping | bool):
        raise _BrokenSchema([SchemaMistake("", 'a schema should be an object, such as {"type": "number"}')])
    found: list[SchemaMistake] = []
    parts = [0]

    def read(part: Any, path: tuple[str | int, ...], data: bool) -> Any:
        parts[0] += 1
        if parts[0] > MAX_SCHEMA_PARTS:
            raise _BrokenSchema([SchemaMistake("", f"has more than {MAX_SCHEMA_PARTS:,} parts; split it")])
        if len(path) > MAX_SCHEMA_DEPTH:
            raise _BrokenSchema([SchemaMistake("", f"is nested deeper than {MAX_SCHEMA_DEPTH} levels")])
        if isinstance(part, Mapping):
            if not data:
                found.extend(SchemaMistake(_written(path), words) for words in _refused(part))
            return {str(key): read(item, (*path, key), data or key in _DATA_KEYWORDS) for key, item in part.items()}
        if isinstance(part, list | tuple):
            return [read(item, (*path, n), data) for n, item in enumerate(part)]
        return Decimal(repr(part)) if isinstance(part, float) else part

    plain = read(schema, (), False)
    if not found:
        try:
            Draft202012Validator.check_schema(plain)
        except SchemaError as error:
            words = f"is no JSON Schema: {_shortened(error.message)}"
            found.append(SchemaMistake(_written(error.absolute_path), words))
        except RecursionError:
            found.append(SchemaMistake("", "is nested too deeply"))
    if found:
        raise _BrokenSchema(found)
    return plain


def _refused(part: Mapping[str, Any]) -> Iterator[str]:
    """What JSON Schema would allow and Baton doesn't, each with its reason."""
    for keyword in ("$ref", "$dynamicRef"):
        reference = part.get(keyword)
        if isinstance(reference, str) and not reference.startswith("#"):
            yield f"{keyword} {reference!r} points outside the schema; nothing is fetched, so copy it into $defs"
    patterns = part.get("patternProperties")
    if isinstance(patterns, Mapping):
        yield from (words for pattern in patterns for words in _pattern_problem(pattern))
        if "unevaluatedProperties" in part:
            yield "unevaluatedProperties beside patternProperties isn't supported; use additionalProperties"
    if isinstance(part.get("pattern"), str):
        yield from _pattern_problem(part["pattern"])


def _pattern_problem(pattern: str) -> Iterator[str]:
    try:
        _compiled(pattern)
    except re2.error as problem:
        said = problem.args[0] if problem.args else problem
        words = said.decode(errors="replace") if isinstance(said, bytes) else said
        why = f"{words} (look-ahead and back-references don't exist here)"
        yield f"the pattern {_shortened(repr(pattern))} can't be used: {why}"


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


# --- The value ------------------------------------------------------------------------------------------------------


def _comparable(value: Value) -> Any:
    """The value as JSON Schema sees it. A Sealed stays what it is: its content is nobody's to look at."""
    if isinstance(value, Mapping):
        return {key: _comparable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_comparable(item) for item in value]
    if value is None or isinstance(value, str | bool | Decimal | int | Sealed):
        return value
    if isinstance(value, Document):
        return {"name": value.name, "media_type": value.media_type, "size": value.size, "sha256": value.sha256}
    if isinstance(value, dt.datetime):
        return value.isoformat()  # with its offset: FEEL's text may name a zone instead, which RFC 3339 doesn't know
    return to_text(value)


_IS_TYPE: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, Decimal | int) and not isinstance(value, bool),
    "integer": lambda value: _IS_TYPE["number"](value) and value == Decimal(value).to_integral_value(),
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
    return next((_TYPE_WORDS[kind] for kind in kinds if _IS_TYPE[kind](value)), "something else")


def _frozen(value: Any) -> Any:
    """A key that is equal exactly for values that JSON Schema calls equal (1 and 1.0 are, true and 1 aren't)."""
    if isinstance(value, bool):
        return ("truth", value)
    if isinstance(value, dict):
        return ("object", frozenset((key, _frozen(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("array", tuple(_frozen(item) for item in value))
    return value


# --- The keywords that judge one value --------------------------------------------------------------------------------

Finding: TypeAlias = str | tuple[str, str]
"""The words, or (name of the property that is meant, the words)."""
Judge: TypeAlias = Callable[[Any, Any, Mapping[str, Any]], Iterable[Finding]]
"""(what the keyword asks for, the value, the schema around the keyword) -> what is wrong."""


def _type(wanted: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    if not any(_IS_TYPE[name](value) for name in names):
        found = to_text(value) if names == ["integer"] and _IS_TYPE["number"](value) else _kind(value)
        yield f"should be {_either([_TYPE_WORDS[name] for name in names])}, not {found}"


def _enum(allowed: list[Any], value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if _frozen(value) not in {_frozen(each) for each in allowed}:
        shown = [_quoted(each) for each in allowed[:10]]
        yield f"should be {_either(shown)}" + (f" (or one of {len(allowed) - 10} more)" if len(allowed) > 10 else "")


def _const(wanted: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if _frozen(value) != _frozen(wanted):
        yield f"should be {_quoted(wanted)}"


def _minimum(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if _IS_TYPE["number"](value) and value < limit:
        yield f"should be {to_text(limit)} or more"


def _maximum(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if _IS_TYPE["number"](value) and value > limit:
        yield f"should be {to_text(limit)} or less"


def _exclusive_minimum(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if _IS_TYPE["number"](value) and value <= limit:
        yield f"should be more than {to_text(limit)}"


def _exclusive_maximum(limit: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if _IS_TYPE["number"](value) and value >= limit:
        yield f"should be less than {to_text(limit)}"


def _multiple_of(step: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    if _IS_TYPE["number"](value) and not _is_multiple(Decimal(value), Decimal(step)):
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
    if isinstance(value, str) and not _compiled(pattern).search(value):
        yield f"should look like {_shortened(pattern)}"


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


# --- What jsonschema's walk needs of us -------------------------------------------------------------------------------


class _TooMuchWork(Exception):
    pass


_steps_left: ContextVar[list[int]] = ContextVar("steps_left")


def _metered(keyword: Callable[..., Any]) -> Callable[..., Iterator[ValidationError]]:
    """The keyword with its work charged first; the library's combinators also print their instance into the message."""

    def judge(validator: Any, wanted: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
        left = _steps_left.get()
        left[0] -= 1 + sum(len(part) // 8 for part in (value, wanted) if isinstance(part, str | list | dict))
        if left[0] < 0:
            raise _TooMuchWork
        if not isinstance(value, Sealed):
            yield from keyword(validator, wanted, value, schema) or ()

    return judge


def _ours(judge: Judge) -> Callable[..., Iterator[ValidationError]]:
    def keyword(validator: Any, wanted: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
        for finding in judge(wanted, value, schema):
            if isinstance(finding, tuple):
                yield ValidationError(finding[1], path=(finding[0],))
            else:
                yield ValidationError(finding)

    return keyword


def _pattern_properties(validator: Any, patterns: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        for pattern, part in patterns.items():
            matcher = _compiled(pattern)
            for name in value:
                if matcher.search(name):
                    yield from validator.descend(value[name], part, path=name, schema_path=pattern)


def _additional_properties(validator: Any, allowed: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if not isinstance(value, dict):
        return
    matchers = [_compiled(pattern) for pattern in schema.get("patternProperties", ())]
    for name in value:
        if name in schema.get("properties", ()) or any(matcher.search(name) for matcher in matchers):
            continue
        if allowed is False:
            yield ValidationError("is not expected here", path=(name,))
        else:
            yield from validator.descend(value[name], allowed, path=name)


_OURS: dict[str, Judge] = {
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

_keywords: dict[str, Callable[..., Any]] = {
    **Draft202012Validator.VALIDATORS,
    **{name: _ours(judge) for name, judge in _OURS.items()},
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
}

_checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
    {name: (lambda _checker, value, judge=judge: judge(value)) for name, judge in _IS_TYPE.items()}
)
_Validator = extend(
    Draft202012Validator,
    {name: _metered(keyword) for name, keyword in _keywords.items()},
    type_checker=_checker,
)


# --- Words ----------------------------------------------------------------------------------------------------------


def _words_of(error: ValidationError) -> str:
    keyword = error.validator
    if keyword in {"anyOf", "oneOf"}:
        # The form that was meant is most likely the one that the value got furthest into.
        forms = error.context or ()
        nearest = max(forms, key=lambda inner: (len(inner.relative_path), inner.validator != "type"), default=None)
        if nearest is None:
            return "fits more than one of the allowed forms, and should fit exactly one"
        inner = _written(nearest.relative_path)
        return f"fits none of the allowed forms; nearest: {inner + ': ' if inner else ''}{_words_of(nearest)}"
    if keyword == "not":
        return "should not be like this"
    if keyword in {"contains", "minContains"}:
        return "doesn't hold enough items of the expected form"
    if keyword == "maxContains":
        return "holds too many items of one form"
    if keyword in {"unevaluatedProperties", "unevaluatedItems"}:
        return "holds something that is not expected here"
    if error.validator in _OURS or keyword in {"additionalProperties"}:
        return str(error.message)
    return "is not allowed here" if error.validator is None else _shortened(str(error.message))


def _written(path: Iterable[str | int]) -> str:
    """The place as people write it, ``lines[2].amount``."""
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"[{part + 1}]"
        elif re.fullmatch(r"[\w$-]+", part):
            words += f".{part}" if words else part
        else:
            words += f"[{_quoted(part)}]"
    return words


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _counted(number: Any, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _quoted(value: Any) -> str:
    if isinstance(value, str):
        return _shortened(f'"{value}"')
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "empty"
    return _shortened(to_text(value) if isinstance(value, Decimal | int) else str(value))


def _shortened(words: str, longest: int = 80) -> str:
    return words if len(words) <= longest else words[: longest - 1] + "…"
