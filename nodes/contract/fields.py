"""Field kinds of a config: a plain value, ``Expr[T]`` (a literal or FEEL), ``Text`` (words with ``{feel}`` holes).

A Config is a pydantic model; its fields carry a title and help in plain words (the designer draws forms from them) and,
as ``Annotated`` marks, the ``Moment`` at which the engine or host evaluates them and the ``Place`` that a Text is for.
``walk_fields`` lists every Expr and Text of a config with its path: rules, engine and designer all go by this one list.
On disk an Expr is a JSON literal or ``{"feel": "amount > 5"}``, a Text a JSON string. Nothing else is ever evaluated.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from nodes.contract.values import Value, ValueProblem, to_plain
from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.temporal_text import parse_date_time, parse_duration
from nodes.feel.texts import to_text

T = TypeVar("T")

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
"""how ports, roles, connections, outcomes and variables are called in files"""
PortName = Annotated[
    Name, Field(title="Name", description="Name of this way out in the drawing: small letters, digits and underscores.")
]
"""of a way out that the analyst draws"""


class Moment(StrEnum):
    """When a field is evaluated; as an ``Annotated`` mark on the field (default: START)."""

    START = "start"
    """once, by the engine, when the step starts (SEMANTICS N5)"""
    LAZY = "lazy"
    """only if the step's function asks for it, top down (N4)"""
    ITEM = "item"
    """per item of a loop, with ``item`` and ``index`` in scope (F1)"""
    REPLY = "reply"
    """after the other side answered, with ``reply`` in scope"""


class Place(StrEnum):
    """Where a Text ends up; what its holes give is escaped for that place."""

    PLAIN = "plain"
    URL_PATH = "url_path"
    JSON = "json"
    HTML = "html"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """As an ``Annotated`` mark it writes itself into the Text: the engine escapes without asking the Config."""
        return core_schema.no_info_after_validator_function(self._mark, handler(source))

    def _mark(self, text: Any) -> Any:
        return replace(text, place=self) if isinstance(text, Text) else text


class Sensitive(Enum):
    """An ``Annotated`` mark: every view shows this field masked."""

    YES = "yes"


@dataclass(frozen=True, slots=True)
class Titles:
    """An ``Annotated`` mark on a field with a few choices: what people read for each; the file keeps the short word."""

    words: Mapping[str, str]


class NodeConfig(BaseModel):
    """Base of every Config: frozen, and a key that the type does not know is an error that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, arbitrary_types_allowed=False)


class Instant:
    """As ``Expr[Instant]``: a date and time with zone. A literal is ISO text, ``"2026-05-01T10:00:00Z"``."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _read_instant, serialization=core_schema.plain_serializer_function_ser_schema(to_text)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "date-time"}


class Duration:
    """A length of time, ISO text such as ``"PT4H"``, ``"P3D"`` or ``"P1M"``; also usable as ``Expr[Duration]``."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _read_duration, serialization=core_schema.plain_serializer_function_ser_schema(to_text)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "duration"}


def _read_instant(raw: Any) -> dt.datetime:
    if isinstance(raw, dt.datetime) and raw.tzinfo is not None:
        return raw
    if isinstance(raw, str):
        read = parse_date_time(raw)
        if isinstance(read, dt.datetime) and read.tzinfo is not None:
            return read
    raise PydanticCustomError("instant", "should be a date and time with a zone, such as 2026-05-01T10:00:00Z")


def _read_duration(raw: Any) -> YearsMonthsDuration | DaysTimeDuration:
    if isinstance(raw, YearsMonthsDuration | DaysTimeDuration):
        return raw
    read = parse_duration(raw) if isinstance(raw, str) else None
    if read is None:
        raise PydanticCustomError("duration", "should be a length of time: PT4H (4 hours), P3D (3 days), P1M (1 month)")
    return read


_KINDS: dict[Any, str] = {
    bool: "boolean",
    Decimal: "number",
    int: "integer",
    str: "text",
    list: "list",
    dict: "context",
    Instant: "instant",
    Duration: "duration",
}


def _kind_of(annotation: Any) -> tuple[str, bool]:
    """(kind, nullable) of the T in ``Expr[T]``."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind_of(get_args(annotation)[0])
    if origin is Union or origin is types.UnionType:
        inner = [a for a in get_args(annotation) if a is not type(None)]
        kind = _kind_of(inner[0])[0] if len(inner) == 1 else "any"
        return kind, len(inner) < len(get_args(annotation))
    kind = _KINDS.get(origin or annotation, "any")
    return kind, kind == "any"


class Expr(Generic[T]):
    """A field that holds a literal or a FEEL expression (``source``); ``expects`` is what its value must be (N3).

    ``expects``: any, boolean, number, integer, text, list, context, instant or duration. Never changed once made.
    (No dataclass: pydantic would build ``Expr[int]`` from its fields and never ask it how it is read.)
    """

    __slots__ = ("expects", "literal", "nullable", "source")
    source: str | None
    literal: Any
    expects: str
    nullable: bool

    def __init__(
        self, source: str | None = None, literal: Any = None, expects: str = "any", nullable: bool = True
    ) -> None:
        for name, value in (("source", source), ("literal", literal), ("expects", expects), ("nullable", nullable)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"an Expr is never changed; make another one instead of setting {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expr) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.source, self.expects, self.nullable))

    def __repr__(self) -> str:
        return f"Expr({self.source if self.is_feel else self.literal!r}, expects={self.expects!r})"

    def _key(self) -> tuple[Any, ...]:
        return (self.source, self.literal, self.expects, self.nullable)

    @property
    def is_feel(self) -> bool:
        """True if the field is computed, False if it is a literal."""
        return self.source is not None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = (get_args(source) or (Any,))[0]
        expects, nullable = _kind_of(inner)

        def read(raw: Any, literal: Any) -> Expr[Any]:
            if isinstance(raw, Expr):
                return raw
            if isinstance(raw, dict) and set(raw) == {"feel"}:
                if not isinstance(raw["feel"], str) or not raw["feel"].strip():
                    raise PydanticCustomError("feel", 'should be {"feel": "an expression"} with some text')
                return cls(source=raw["feel"], expects=expects, nullable=nullable)
            raw = _exact(raw)
            if expects in _STRICT and raw is not None and not fits(expects, nullable, raw):
                raise PydanticCustomError("literal", "should be a {expects}", {"expects": expects})
            return cls(literal=_exact(literal(raw)), expects=expects, nullable=nullable)

        return core_schema.no_info_wrap_validator_function(
            read,
            handler.generate_schema(inner),
            serialization=core_schema.plain_serializer_function_ser_schema(_write_expr),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        feel = {
            "type": "object",
            "properties": {"feel": {"type": "string", "minLength": 1}},
            "required": ["feel"],
            "additionalProperties": False,
        }
        return {"anyOf": [handler(schema), feel], "x-baton-kind": "expr"}


_STRICT = frozenset({"number", "integer", "boolean", "text"})
"""Kinds of which pydantic would also take something else, such as the text "5" for a number."""


def _exact(literal: Any) -> Any:
    """The literal with its numbers as Decimals, which is what every value is made of."""
    if isinstance(literal, float):
        return Decimal(repr(literal))
    if isinstance(literal, int) and not isinstance(literal, bool):
        return Decimal(literal)
    if isinstance(literal, Mapping):
        return {key: _exact(item) for key, item in literal.items()}
    if isinstance(literal, list | tuple):
        return [_exact(item) for item in literal]
    return literal


def _write_expr(expr: Expr[Any]) -> Any:
    return {"feel": expr.source} if expr.is_feel else _compact(to_plain(expr.literal))


def _compact(plain: Any) -> Any:
    """Whole numbers as int, so that a JSON writer without Decimals writes them as the numbers that they are."""
    if isinstance(plain, Decimal):
        return int(plain) if abs(plain.adjusted()) < 20 and plain == plain.to_integral_value() else plain
    if isinstance(plain, dict):
        return {key: _compact(item) for key, item in plain.items()}
    return [_compact(item) for item in plain] if isinstance(plain, list) else plain


@dataclass(frozen=True, slots=True)
class Text:
    """Words with ``{feel}`` holes; ``{{`` and ``}}`` stand for braces. On disk a JSON string."""

    source: str
    place: Place = Place.PLAIN
    """what ``render_hole`` escapes its holes for; comes from the field's Place mark"""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._read, serialization=core_schema.plain_serializer_function_ser_schema(lambda text: text.source)
        )

    @classmethod
    def _read(cls, raw: Any) -> Text:
        if isinstance(raw, Text):
            return raw
        if isinstance(raw, str):
            return cls(raw)
        raise PydanticCustomError("text", "should be text")

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "x-baton-kind": "text"}


@dataclass(frozen=True, slots=True)
class FieldUse:
    """One Expr or Text found in a config."""

    path: str
    """such as ``conditions[2].when``, counted from 1 as people do"""
    field: Expr[Any] | Text
    moment: Moment = Moment.START
    place: Place = Place.PLAIN
    sensitive: bool = False


def walk_fields(config: BaseModel) -> Iterator[FieldUse]:
    """Every Expr and Text of ``config``, in the order of its fields."""
    for name, info in type(config).model_fields.items():
        moment, sensitive = Moment.START, False
        for mark in info.metadata:
            if isinstance(mark, Moment):
                moment = mark
            elif mark is Sensitive.YES:
                sensitive = True
        yield from _walk(getattr(config, name), info.alias or name, moment, sensitive)


def _walk(value: Any, path: str, moment: Moment, sensitive: bool) -> Iterator[FieldUse]:
    if isinstance(value, Text):
        yield FieldUse(path, value, moment, value.place, sensitive)
    elif isinstance(value, Expr):
        yield FieldUse(path, value, moment, Place.PLAIN, sensitive)
    elif isinstance(value, BaseModel):
        for use in walk_fields(value):
            inherited = use.moment if use.moment is not Moment.START else moment
            yield FieldUse(f"{path}.{use.path}", use.field, inherited, use.place, use.sensitive or sensitive)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(item, f"{path}.{key}", moment, sensitive)
    elif isinstance(value, list | tuple):
        for n, item in enumerate(value, 1):
            yield from _walk(item, f"{path}[{n}]", moment, sensitive)


def fits(expects: str, nullable: bool, value: Value) -> bool:
    """Whether ``value`` may stand where a field expects this kind (SEMANTICS N3: no coercion)."""
    if value is None:
        return nullable
    if expects == "any":
        return True
    if expects == "boolean":
        return isinstance(value, bool)
    if expects == "number":
        return isinstance(value, Decimal | int) and not isinstance(value, bool)
    if expects == "integer":
        # Not int(value): the digits of 1E+1000000 would take it a minute.
        return fits("number", False, value) and value == Decimal(value).to_integral_value()
    if expects == "text":
        return isinstance(value, str)
    if expects == "list":
        return isinstance(value, list | tuple)
    if expects == "context":
        return isinstance(value, Mapping)
    if expects == "instant":
        return isinstance(value, dt.datetime) and value.tzinfo is not None
    if expects == "duration":
        return isinstance(value, YearsMonthsDuration | DaysTimeDuration)
    raise ValueError(f"{expects!r} is not a kind of field")


def render_hole(place: Place, value: Value) -> str:
    """What a hole of a Text gives, escaped for its place. Null gives no words (in JSON: ``null``).

    Raises ``ValueProblem`` in a URL path for null, no words, and dots alone: ``/customers/{id}`` without an id is
    another address, that of all customers.
    """
    if place is Place.JSON:
        return _json_text(to_plain(value))
    words = "" if value is None else to_text(value)
    if place is Place.URL_PATH:
        if words in {"", ".", ".."}:
            said = "nothing" if not words else f"only {words!r}"
            raise ValueProblem(f"A part of the address would be {said}; it would then be another address.")
        return quote(words, safe="")
    if place is Place.HTML:
        return html.escape(words, quote=True)
    return words


def _json_text(plain: Any) -> str:
    """JSON with the exact digits of each Decimal, which ``json.dumps`` can't write."""
    if isinstance(plain, Decimal):
        return str(plain)
    if isinstance(plain, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_json_text(item)}" for key, item in plain.items()) + "}"
    if isinstance(plain, list):
        return "[" + ", ".join(_json_text(item) for item in plain) + "]"
    return json.dumps(plain, ensure_ascii=False)
