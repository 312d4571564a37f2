"""Values from outside as the types of a model mean them: texts of JSON that are dates, components that were left out.

Who calls it: `model` and `evaluation`, for inputs; `functions`, for the arguments of services.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from nodes.dmn.types import ANY, TYPE_DEPTH, ContextOf, ListOf, ModelType, Simple, unwrapped
from nodes.feel import parse_date, parse_date_time, parse_duration, parse_time
from nodes.feel.values import DATE, DATE_TIME, DAYS, MONTHS, TIME


def completed(value: Any, of: ModelType, depth: int = 0) -> Any:
    """An input with the components that it leaves out as null: what JSON does not say is not there."""
    bare = unwrapped(of)
    if depth > TYPE_DEPTH or value is None:
        return value
    if isinstance(bare, ContextOf) and value.__class__ is dict:
        return {
            **dict.fromkeys(bare.components),
            **{
                name: completed(entry, bare.components[name], depth + 1) if name in bare.components else entry
                for name, entry in value.items()
            },
        }
    if isinstance(bare, ListOf) and value.__class__ is list:
        return [completed(item, bare.item, depth + 1) for item in value]
    return value


def may_hold_texts_to_read(of: ModelType) -> bool:
    """Whether `read_text` would change any value of a type."""
    bare = unwrapped(of)
    return isinstance(bare, (ContextOf, ListOf)) or (isinstance(bare, Simple) and bare.of in _TEXT_READERS)


def read_text(value: Any, of: ModelType, depth: int = 0) -> Any:
    """A value from JSON with the texts that stand where a date, time or duration is due read as such."""
    bare = unwrapped(of)
    if depth > TYPE_DEPTH or value is None:
        return value
    if isinstance(value, str) and isinstance(bare, Simple):
        read = _TEXT_READERS.get(bare.of)
        return value if read is None else (read(value) or value)
    if isinstance(value, Mapping) and isinstance(bare, ContextOf):
        known = bare.components
        return {name: read_text(item, known.get(name, ANY), depth + 1) for name, item in value.items()}
    if isinstance(value, list) and isinstance(bare, ListOf):
        return [read_text(item, bare.item, depth + 1) for item in value]
    return value


_TEXT_READERS: Final[dict[int, Callable[[str], Any]]] = {
    DATE: parse_date,
    TIME: parse_time,
    DATE_TIME: parse_date_time,
    DAYS: parse_duration,
    MONTHS: parse_duration,
}
