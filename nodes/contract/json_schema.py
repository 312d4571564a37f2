"""JSON Schema (Draft 2020-12) over Baton's values: inputs, forms, outputs and payloads are all checked here.

Called by the engine (A4, W6, X6, R8), by ``control/validate`` and by the rules of ``baton check``. Law: the answer
depends on schema and value alone, for ever: nothing is fetched, a pattern runs in linear time (RE2), and a check that
would cost too much says so instead of running on. The library ``jsonschema`` walks the schema; the keywords that judge
a single value are ours, because numbers are Decimals here (``0.3`` is a multiple of ``0.1``) and people read the words.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

import re2
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from nodes.contract.json_keywords import IS_TYPE, JUDGES, Judge, compiled_pattern, quoted, shortened
from nodes.contract.json_references import reference_mistakes
from nodes.contract.values import Document, Sealed, Value
from nodes.feel.texts import to_text

_Told = TypeVar("_Told")

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
    return _remembered(_check_of, SchemaCheck, schema).mistakes(value)


class _Written:
    """A schema as a key, equal if its JSON is. To read one takes milliseconds, and the same few come again."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema
        self.text = json.dumps(schema, default=lambda part: [type(part).__name__, str(part)])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Written) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def _remembered(known: Callable[[_Written], _Told], told: Callable[[Any], _Told], schema: Any) -> _Told:
    try:
        return known(_Written(schema))
    except (RecursionError, ValueError, TypeError):  # nothing that JSON could write, so nothing to remember
        return told(schema)


@lru_cache(maxsize=256)
def _check_of(written: _Written) -> SchemaCheck:
    return SchemaCheck(written.schema)


@lru_cache(maxsize=1024)
def _problems_of(written: _Written) -> tuple[SchemaMistake, ...]:
    return _problems(written.schema)


@lru_cache(maxsize=1024)
def _references_of(written: _Written) -> tuple[SchemaMistake, ...]:
    return _references(written.schema)


class SchemaField:
    """The mark (in ``Annotated``) of a config's field holding a JSON Schema; ``baton check`` follows its ``$ref``."""


def schema_problems(schema: Any) -> list[SchemaMistake]:
    """What is wrong with the schema itself (for ``baton check`` and for forms that are being written)."""
    return list(_remembered(_problems_of, _problems, schema))


def _problems(schema: Any) -> tuple[SchemaMistake, ...]:
    try:
        _read_schema(schema)
    except _BrokenSchema as broken:
        return tuple(broken.mistakes)
    return ()


def schema_references(schema: Any) -> list[SchemaMistake]:
    """References that lead to nothing, and circles of them. Only where they are written (``baton check``): a schema
    that runs are pinned to is judged as it always was, and may never come to such a place."""
    return list(_remembered(_references_of, _references, schema))


def _references(schema: Any) -> tuple[SchemaMistake, ...]:
    parts: dict[tuple[str | int, ...], Mapping[str, Any]] = {}
    try:
        _read_schema(schema, parts)
    except _BrokenSchema:
        return ()
    return tuple(SchemaMistake(_written(path), words) for path, words in reference_mistakes(schema, parts))


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
_NAMING_KEYWORDS = ("properties", "patternProperties", "dependentSchemas", "dependentRequired", "$defs", "definitions")
"""Their keys are names that the author chose, so they are no keywords, whatever they look like."""


def _read_schema(schema: Any, schemas: dict[tuple[str | int, ...], Mapping[str, Any]] | None = None) -> Any:
    """The schema with every number as int or Decimal; raises ``_BrokenSchema``. ``schemas``: takes each by its path."""
    if not isinstance(schema, Mapping | bool):
        raise _BrokenSchema([SchemaMistake("", 'a schema should be an object, such as {"type": "number"}')])
    found: list[SchemaMistake] = []
    parts = [0]

    def read(part: Any, path: tuple[str | int, ...], data: bool = False, named: bool = False) -> Any:
        parts[0] += 1
        if parts[0] > MAX_SCHEMA_PARTS:
            raise _BrokenSchema([SchemaMistake("", f"has more than {MAX_SCHEMA_PARTS:,} parts; split it")])
        if len(path) > MAX_SCHEMA_DEPTH:
            raise _BrokenSchema([SchemaMistake("", f"is nested deeper than {MAX_SCHEMA_DEPTH} levels")])
        if isinstance(part, Mapping):
            if data or named:
                return {str(key): read(item, (*path, key), data) for key, item in part.items()}
            found.extend(SchemaMistake(_written(path), words) for words in _refused(part))
            if schemas is not None:
                schemas[path] = part
            return {
                str(key): read(item, (*path, key), key in _DATA_KEYWORDS, key in _NAMING_KEYWORDS)
                for key, item in part.items()
            }
        if isinstance(part, list | tuple):
            return [read(item, (*path, n), data) for n, item in enumerate(part)]
        return Decimal(repr(part)) if isinstance(part, float) else part

    plain = read(schema, ())
    if not found:
        try:
            Draft202012Validator.check_schema(plain)
        except SchemaError as error:
            words = f"is no JSON Schema: {shortened(error.message)}"
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
        compiled_pattern(pattern)
    except re2.error as problem:
        said = problem.args[0] if problem.args else problem
        words = said.decode(errors="replace") if isinstance(said, bytes) else said
        why = f"{words} (look-ahead and back-references don't exist here)"
        yield f"the pattern {shortened(repr(pattern))} can't be used: {why}"


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
            matcher = compiled_pattern(pattern)
            for name in value:
                if matcher.search(name):
                    yield from validator.descend(value[name], part, path=name, schema_path=pattern)


def _additional_properties(validator: Any, allowed: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if not isinstance(value, dict):
        return
    matchers = [compiled_pattern(pattern) for pattern in schema.get("patternProperties", ())]
    for name in value:
        if name in schema.get("properties", ()) or any(matcher.search(name) for matcher in matchers):
            continue
        if allowed is False:
            yield ValidationError("is not expected here", path=(name,))
        else:
            yield from validator.descend(value[name], allowed, path=name)


_keywords: dict[str, Callable[..., Any]] = {
    **Draft202012Validator.VALIDATORS,
    **{name: _ours(judge) for name, judge in JUDGES.items()},
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
}

_checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
    {name: (lambda _checker, value, judge=judge: judge(value)) for name, judge in IS_TYPE.items()}
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
    if error.validator in JUDGES or keyword in {"additionalProperties"}:
        return str(error.message)
    return "is not allowed here" if error.validator is None else shortened(str(error.message))


def _written(path: Iterable[str | int]) -> str:
    """The place as people write it, ``lines[2].amount``."""
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"[{part + 1}]"
        elif re.fullmatch(r"[\w$-]+", part):
            words += f".{part}" if words else part
        else:
            words += f"[{quoted(part)}]"
    return words
