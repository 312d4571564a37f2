"""What pydantic finds wrong, in plain words: for project files, and for the config of nodes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong place: ``path`` such as ``conditions[2].when`` (from 1), ``message`` to be read after it."""

    path: str
    message: str
    kind: str
    """pydantic's name of the mistake: ``missing``, ``extra_forbidden``, ``int_type`` ..."""
    suggestion: str | None = None
    """the name that was probably meant by an unknown one"""

    def __str__(self) -> str:
        return f"{self.path} {self.message}" if self.path else f"it {self.message}"


def mistakes_of(error: ValidationError, raw: Any, model: type[BaseModel] | None = None) -> list[Mistake]:
    """The mistakes of ``error``, which ``model`` raised on ``raw``, each place once, in the order found."""
    found: dict[str, Mistake] = {}
    for detail in error.errors(include_url=False):
        path, known = _place(detail["loc"], raw)
        suggestion = None
        if detail["type"] == "extra_forbidden" and model is not None:
            suggestion = closest(str(detail["loc"][-1]), _field_names(model, detail["loc"][:-1]))
        message = _in_words(detail, known)
        if suggestion is not None:
            message = f"is not a field that this kind of step knows; did you mean {suggestion}?"
        found.setdefault(path, Mistake(path, message, detail["type"], suggestion))
    return list(found.values())


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that this one was probably meant to be, None if none is near."""
    if len(name) > 200:
        return None
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return near[0] if near else None


def written_path(parts: Iterable[str | int]) -> str:
    """A place as people write it: ``conditions[2].when``, counted from 1."""
    path = ""
    for part in parts:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def one_of(names: Sequence[str], last: str = "or") -> str:
    """``a``, ``a or b``, ``a, b or c``; a long list is cut."""
    if len(names) > 12:
        names = [*names[:12], f"{len(names) - 12} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def _place(location: tuple[int | str, ...], raw: Any) -> tuple[str, bool]:
    """(path, whether a value stands there). Pydantic mixes names of its own validators into a location; only what can
    be found in the raw value, or is missing from an object there, belongs to the path."""
    parts: list[str | int] = []
    here, known = raw, True
    for n, part in enumerate(location):
        if isinstance(here, Mapping) and part in here:
            here = here[part]
        elif isinstance(here, list | tuple):
            if not isinstance(part, int) or part >= len(here):
                continue
            here = here[part]
        elif isinstance(here, Mapping) and n == len(location) - 1 and isinstance(part, str) and part != "[key]":
            known = False
        else:
            continue
        parts.append(part)
    return written_path(parts), known


def _field_names(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The fields known at a place of a model, as far as plain nesting shows them."""
    here: Any = model
    for part in location:
        if isinstance(part, int):
            continue
        fields = getattr(here, "model_fields", {})
        named = [field for name, field in fields.items() if part in {name, field.alias}]
        inner = _models_in(named[0].annotation) if named else []
        if not inner:
            return []
        here = inner[0]
    return [field.alias or name for name, field in getattr(here, "model_fields", {}).items()]


def _models_in(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in getattr(annotation, "__args__", ()) for found in _models_in(inner)]


def _in_words(detail: ErrorDetails, known: bool) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing" and not known:
        return "is missing."
    say = _WORDS.get(kind)
    if say is not None:
        return say(context)
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{message[:1].lower()}{message[1:]}".rstrip(".") + "."


def _expected(context: Mapping[str, Any]) -> str:
    return f"should be one of {context.get('expected', '')}."


def _fixed(words: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda _context: words


_OBJECT = _fixed("should be an object {...}.")
_LIST = _fixed("should be a list [...].")
_WHOLE = _fixed("should be a whole number.")
_NUMBER = _fixed("should be a number.")

_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": _fixed("is missing."),
    "extra_forbidden": _fixed("is not a field that this kind of step knows; remove it."),
    "string_type": _fixed("should be text."),
    "bool_type": _fixed("should be true or false."),
    "bool_parsing": _fixed("should be true or false."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "is_instance_of": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "float_type": _NUMBER,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "literal_error": _expected,
    "enum": _expected,
    "greater_than_equal": lambda c: f"should be at least {c['ge']}.",
    "greater_than": lambda c: f"should be more than {c['gt']}.",
    "less_than_equal": lambda c: f"should be at most {c['le']}.",
    "less_than": lambda c: f"should be less than {c['lt']}.",
    "string_too_short": lambda c: (
        "should not be empty." if c["min_length"] == 1 else f"should have at least {c['min_length']} characters."
    ),
    "string_too_long": lambda c: f"should have at most {c['max_length']} characters.",
    "string_pattern_mismatch": lambda c: f"does not have the form that it should ({c['pattern']}).",
    "too_short": lambda c: (
        "should not be empty." if c["min_length"] == 1 else f"should hold at least {c['min_length']} items."
    ),
    "too_long": lambda c: f"should hold at most {c['max_length']} items.",
}
