"""Between the types that are written in expressions and what the static check knows of types (`check.TypeInfo`).

Who calls it: `infer`, and `kinds` for the result of a function that says none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nodes.feel.kinds import NAMED_KINDS
from nodes.feel.tree import ContextType, FunctionDefinition, GenericType, NamedType, Type
from nodes.feel.values import BOOLEAN, DATE, DATE_TIME, DAYS, MONTHS, NUMBER, STRING, TIME, TYPE_NAMES

_SURE: Final = {of: TYPE_NAMES[of] for of in (BOOLEAN, NUMBER, STRING, DATE, TIME, DATE_TIME, DAYS, MONTHS)}
"""The types of parameters that take no other kind of value."""

RESULTS: Final = {
    "date": "date", "time": "time", "date and time": "date and time", "string": "string", "number": "number",
    "count": "number", "string length": "number", "upper case": "string", "lower case": "string", "contains": "boolean",
    "starts with": "boolean", "ends with": "boolean", "matches": "boolean", "substring": "string", "not": "boolean",
    "list contains": "boolean", "abs": None, "floor": "number", "ceiling": "number", "decimal": "number",
    "modulo": "number", "sqrt": "number", "round up": "number", "round down": "number", "round half up": "number",
    "today": "date", "now": "date and time", "string join": "string", "trim": "string", "split": ["string"],
    "day of week": "string", "all": "boolean", "any": "boolean", "is": "boolean",
    "years and months duration": "years and months duration",
}  # fmt: skip
"""What functions give whose result is always of one type."""


def known_of(of: Type | None) -> Any:
    """What is known of a parameter by its declared type."""
    if isinstance(of, NamedType):
        return _SURE.get(NAMED_KINDS.get(of.name, -1))
    if isinstance(of, GenericType):
        return [known_of(of.of)] if of.name == "list" else "range"
    if isinstance(of, ContextType):
        return {name: known_of(entry) for name, entry in of.entries}
    return None


def type_of_known(of: Any) -> Type | None:
    """The type that is known, None if not all of it is."""
    if isinstance(of, str):
        return NamedType(of)
    if isinstance(of, Mapping):
        entries = [(name, found) for name, entry in of.items() if (found := type_of_known(entry)) is not None]
        return ContextType(tuple(entries)) if len(entries) == len(of) else None
    items = type_of_known(of[0]) if of else None
    return None if items is None else GenericType("list", items)


def result_of(definition: FunctionDefinition) -> Type | None:
    """The type of what a function gives as far as its text tells, None if it does not tell all of it."""
    from nodes.feel.infer import Inference  # here: it stands on this file

    return type_of_known(Inference(None).result_of(definition))
