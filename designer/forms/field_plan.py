"""What fields a Config has, as a tree of ``FieldPlan``: pure, without Qt. The form makes its widgets from it.

Called by ``schema_form`` for node types and by the connections page for kinds of connections. Law: every Config that
the contract allows gives a plan; what has no shape of its own is edited as JSON.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from designer.document.names import as_read
from nodes.contract import Duration, Expr, Instant, Moment, Sensitive, Text, Titles

Kind = Literal[
    "expr", "text", "line", "words", "flag", "whole", "number", "choice", "duration", "instant",
    "list", "map", "model", "union", "json",
]  # fmt: skip
WORDY = 200
"""characters from which a plain text is written on several lines"""
_PLAIN: dict[Any, Kind] = {
    bool: "flag",
    int: "whole",
    Decimal: "number",
    float: "number",
    str: "line",
    Duration: "duration",
    Instant: "instant",
    Text: "text",
}


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field: how it is called, what it takes, and what holds if nothing is said."""

    name: str
    kind: Kind
    title: str = ""
    help: str = ""
    required: bool = False
    nullable: bool = False
    default: Any = None
    """plain JSON; None also where there is none"""
    expects: str = "any"
    """of an expression: any, boolean, number, text, duration ..."""
    moment: Moment = Moment.START
    options: tuple[Any, ...] = ()
    item: FieldPlan | None = None
    """of a list or map: what each holds"""
    fields: tuple[FieldPlan, ...] = ()
    """of a model"""
    variants: tuple[FieldPlan, ...] = ()
    """of a union of models: one plan each, named by the value of ``tag``"""
    tag: str = ""
    sensitive: bool = False
    titles: Mapping[str, str] | None = None
    """of a choice: what people read for an option, where its type says so"""

    def field(self, name: str) -> FieldPlan | None:
        """The field of a model with this name."""
        return next((field for field in self.fields if field.name == name), None)


@cache
def plan_of(model: type[BaseModel]) -> FieldPlan:
    """The plan of a Config, or of a model inside one."""
    return _model(model, "", frozenset())


def start_value(plan: FieldPlan) -> Any:
    """What a new item begins with: only what has to be there, so that nothing is said that nobody chose."""
    if plan.default is not None:
        return plan.default
    if plan.kind == "model":
        return {field.name: start_value(field) for field in plan.fields if field.required}
    if plan.kind == "union" and plan.variants:
        return start_value(plan.variants[0])
    if plan.kind == "choice":
        return plan.options[0] if plan.options else None
    simple: dict[str, Any] = {"list": [], "map": {}, "json": {}, "flag": False, "text": "", "line": "", "words": ""}
    if plan.kind == "expr" and plan.expects == "boolean":
        return {"feel": ""}  # a condition is nearly always computed; what is not typed yet is told as missing
    return simple.get(plan.kind, "" if plan.kind == "expr" else None)


def _model(model: type[BaseModel], name: str, within: frozenset[type]) -> FieldPlan:
    fields = tuple(_field(info.alias or key, info, within | {model}) for key, info in model.model_fields.items())
    title = as_read(name)
    return FieldPlan(name, "model", title, (model.__doc__ or "").strip(), fields=fields)


def _field(name: str, info: FieldInfo, within: frozenset[type]) -> FieldPlan:
    made = _annotated(name, info.annotation, within)
    for mark in info.metadata:
        made = _marked(made, mark)
    if made.kind == "line" and (_most(info) or 0) > WORDY:
        made = replace(made, kind="words")
    return replace(
        made,
        title=info.title or as_read(name),
        help=info.description or "",
        required=info.is_required(),
        default=_default(info),
    )


def _marked(made: FieldPlan, mark: Any) -> FieldPlan:
    if isinstance(mark, Moment):
        item = replace(made.item, moment=mark) if made.item is not None else None
        return replace(made, moment=mark, item=item)
    if isinstance(mark, Titles):
        return replace(made, titles=mark.words)
    if mark is Sensitive.YES:
        return replace(made, sensitive=True)
    return made


def _annotated(name: str, annotation: Any, within: frozenset[type]) -> FieldPlan:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        made = _annotated(name, arguments[0], within)
        for mark in arguments[1:]:
            made = _marked(made, mark)
        return made
    if origin is Union or origin is types.UnionType:
        inner = [argument for argument in arguments if argument is not type(None)]
        nullable = len(inner) < len(arguments)
        if len(inner) == 1:
            return replace(_annotated(name, inner[0], within), nullable=nullable)
        return replace(_union(name, inner, within), nullable=nullable)
    if origin is Literal:
        return FieldPlan(name, "choice", options=arguments)
    if origin in (list, tuple, set, frozenset) and arguments:
        return FieldPlan(name, "list", item=_annotated("", arguments[0], within))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping) and len(arguments) == 2:
        if arguments[1] is Any:
            return FieldPlan(name, "json")
        return FieldPlan(name, "map", item=_annotated("", arguments[1], within))
    if origin is Expr or annotation is Expr:
        return _expr(name, arguments)
    return _simple(name, annotation, within)


def _simple(name: str, annotation: Any, within: frozenset[type]) -> FieldPlan:
    kind = _PLAIN.get(annotation) if isinstance(annotation, type) else None
    if kind is not None:
        return FieldPlan(name, kind)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return FieldPlan(name, "choice", options=tuple(member.value for member in annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in within:
        return _model(annotation, name, within)
    return FieldPlan(name, "json")


def _expr(name: str, arguments: tuple[Any, ...]) -> FieldPlan:
    inner = arguments[0] if arguments else Any
    if get_origin(inner) in (Union, types.UnionType):
        inner = next((one for one in get_args(inner) if one is not type(None)), Any)
    kinds: dict[Any, str] = {
        bool: "boolean", Decimal: "number", int: "integer", str: "text", list: "list", dict: "context",
        Instant: "instant", Duration: "duration",
    }  # fmt: skip
    expects = kinds.get(get_origin(inner) or inner, "any")
    return FieldPlan(name, "expr", expects=expects)


def _union(name: str, inner: list[Any], within: frozenset[type]) -> FieldPlan:
    models = [one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)]
    if len(models) != len(inner):
        return FieldPlan(name, "json")
    tags = [
        key
        for key in models[0].model_fields
        if all(get_origin(getattr(m.model_fields.get(key), "annotation", None)) is Literal for m in models)
    ]
    if not tags:
        return FieldPlan(name, "json")
    variants = tuple(
        _model(model, str(get_args(model.model_fields[tags[0]].annotation)[0]), within) for model in models
    )
    return FieldPlan(name, "union", variants=variants, tag=tags[0])


def _most(info: FieldInfo) -> int | None:
    return next((mark.max_length for mark in info.metadata if hasattr(mark, "max_length")), None)


def _default(info: FieldInfo) -> Any:
    if info.is_required():
        return None
    made = info.get_default(call_default_factory=True) if info.default is PydanticUndefined else info.default
    return _plain(made)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Text):
        return value.source
    if isinstance(value, Expr):
        return {"feel": value.source} if value.source is not None else value.literal
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return value if isinstance(value, str | int | bool | Decimal | list | dict) else None


def singular(title: str) -> str:
    """``Conditions`` -> ``Condition``."""
    if title.startswith("Ways "):
        return f"Way {title[5:]}"
    return title[:-1] if title.endswith("s") and not title.endswith("ss") else title


def one_of(title: str) -> str:
    """What one named value of a field is called, in the middle of a sentence: ``Query`` -> ``parameter``."""
    words = {
        "What people see": "fact",
        "Result": "field",
        "Input": "field",
        "More input": "field",
        "Query": "parameter",
    }
    return words.get(title, singular(title).lower())
