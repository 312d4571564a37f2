"""Field kinds of a node's config: a plain value, ``Expr[T]`` (a literal or FEEL) and ``Text`` (words with ``{feel}`` holes).

A Config is a pydantic model; its fields carry a title and help in plain words (the designer draws forms from them) and,
as ``Annotated`` marks, the ``Moment`` at which the engine or host evaluates them and the ``Place`` that a Text is for.
``walk_fields`` lists every Expr and Text of a config with its path: rules, engine and designer all go by this one list.
On disk an Expr is a JSON literal or ``{"feel": "amount > 5"}``; a Text is a JSON string. Nothing else is evaluated, ever.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from nodes.contract.values import Value, to_plain
from nodes.feel.values import DaysTimeDuration, YearsMonthsDuration, parse_date_time, parse_duration, to_text

T = TypeVar("T")


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


class Sensitive(Enum):
    """An ``Annotated`` mark: every view shows this field masked."""

    YES = "yes"


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
        try:
            read = parse_date_time(raw)
        except (ValueError, TypeError):
            read = None
        if isinstance(read, dt.datetime) and read.tzinfo is not None:
            return read
    raise PydanticCustomError("instant", "should be a date and time with a zone, such as 2026-05-01T10:00:00Z")


def _read_duration(raw: Any) -> YearsMonthsDuration | DaysTimeDuration:
    if isinstance(raw, YearsMonthsDuration | DaysTimeDuration):
        return raw
    if isinstance(raw, str):
        try:
            return parse_duration(raw)
        except (ValueError, TypeError):
            pass
    raise PydanticCustomError("duration", "should be a length of time, such as PT4H (4 hours), P3D (3 days) or P1M (1 month)")


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


@dataclass(frozen=True, slots=True)
class Expr(Generic[T]):
    """A field that holds a literal or a FEEL expression (``source``); ``expects`` is what its value must be (N3).

    ``expects``: any, boolean, number, integer, text, list, context, instant or duration.
    """

    source: str | None = None
    literal: Any = None
    expects: str = "any"
    nullable: bool = True

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
                    raise PydanticCustomError("feel", 'should be {{"feel": "an expression"}} with some text')
                return cls(source=raw["feel"], expects=expects, nullable=nullable)
            if expects in {"number", "integer", "boolean", "text"} and raw is not None and not fits(expects, nullable, raw):
                raise PydanticCustomError("literal", "should be a {expects}", {"expects": expects})
            return cls(literal=literal(raw), expects=expects, nullable=nullable)

        return core_schema.no_info_wrap_validator_function(
            read,
            handler.generate_schema(inner),
            serialization=core_schema.plain_serializer_function_ser_schema(_write_expr),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        literal = handler(schema["schema"]) if "schema" in schema else {}
        feel = {
            "type": "object",
            "properties": {"feel": {"type": "string", "minLength": 1}},
            "required": ["feel"],
            "additionalProperties": False,
        }
        return {"anyOf": [literal, feel], "x-baton-kind": "expr"}


def _write_expr(expr: Expr[Any]) -> Any:
    return {"feel": expr.source} if expr.is_feel else to_plain(expr.literal)


@dataclass(frozen=True, slots=True)
class Text:
    """Words with ``{feel}`` holes; ``{{`` and ``}}`` stand for braces. On disk a JSON string."""

    source: str

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
    sensitive: bool = field(default=False)


def walk_fields(config: BaseModel) -> Iterator[FieldUse]:
    """Every Expr and Text of ``config``, in the order of its fields."""
    for name, info in type(config).model_fields.items():
        moment, place, sensitive = Moment.START, Place.PLAIN, False
        for mark in info.metadata:
            if isinstance(mark, Moment):
                moment = mark
            elif isinstance(mark, Place):
                place = mark
            elif mark is Sensitive.YES:
                sensitive = True
        yield from _walk(getattr(config, name), info.alias or name, moment, place, sensitive)


def _walk(value: Any, path: str, moment: Moment, place: Place, sensitive: bool) -> Iterator[FieldUse]:
    if isinstance(value, Expr | Text):
        yield FieldUse(path, value, moment, place, sensitive)
    elif isinstance(value, BaseModel):
        for use in walk_fields(value):
            inherited = use.moment if use.moment is not Moment.START else moment
            yield FieldUse(f"{path}.{use.path}", use.field, inherited, use.place, use.sensitive or sensitive)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(item, f"{path}.{key}", moment, place, sensitive)
    elif isinstance(value, list | tuple):
        for n, item in enumerate(value, 1):
            yield from _walk(item, f"{path}[{n}]", moment, place, sensitive)


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
        return isinstance(value, Decimal | int) and not isinstance(value, bool) and value == int(value)
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
    """What a hole of a Text gives, escaped for its place. Null gives no words (in JSON: ``null``)."""
    if place is Place.JSON:
        # str() of the plain form keeps a Decimal's digits, which json.dumps of a float would lose.
        return str(value) if isinstance(value, Decimal) else json.dumps(to_plain(value), default=str, ensure_ascii=False)
    words = "" if value is None else to_text(value)
    if place is Place.URL_PATH:
        return quote(words, safe="")
    if place is Place.HTML:
        return html.escape(words, quote=True)
    return words
