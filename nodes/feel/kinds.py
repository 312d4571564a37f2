"""Types of values: `instance of`, and the types of a function's parameters.

Who calls it: the compiler. Law: null is an instance of `Null` and `Any` only (and fits any parameter, as the standard
has it: null belongs to every type).
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from nodes.feel.moments import make_date_time
from nodes.feel.running import Running
from nodes.feel.tree import ContextType, FunctionType, GenericType, NamedType, Type
from nodes.feel.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS,
    FUNCTION,
    LIST,
    MONTHS,
    NULL,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    Function,
    kind,
    settle,
    type_name,
)

NAMED_KINDS: Final[dict[str, int]] = {
    "boolean": BOOLEAN,
    "number": NUMBER,
    "string": STRING,
    "date": DATE,
    "time": TIME,
    "date and time": DATE_TIME,
    "dateTime": DATE_TIME,
    "days and time duration": DAYS,
    "dayTimeDuration": DAYS,
    "day time duration": DAYS,
    "years and months duration": MONTHS,
    "yearMonthDuration": MONTHS,
    "year month duration": MONTHS,
    "list": LIST,
    "context": CONTEXT,
    "function": FUNCTION,
    "range": RANGE,
    "Null": NULL,
}


def is_instance(value: Any, of: Type, running: Running) -> bool | None:
    """`value instance of type`; None for a type that nobody knows."""
    if isinstance(of, NamedType):
        if of.name in {"Any", "any"}:
            return value is not None
        named = NAMED_KINDS.get(of.name)
        return kind(value) == named if named is not None else (type_name(value) == of.name or None)
    if value is None:
        return False
    if isinstance(of, GenericType):
        return _is_generic(value, of, running)
    if isinstance(of, ContextType):
        if kind(value) != CONTEXT:
            return False
        entries = settle(value)
        return all(name in entries and _conforms(entries[name], wanted, running) for name, wanted in of.entries)
    return _is_function(value, of)


def _conforms(value: Any, of: Type, running: Running) -> bool:
    return value is None or is_instance(value, of, running) is True


def _is_generic(value: Any, of: GenericType, running: Running) -> bool:
    if of.name == "list":
        if kind(value) != LIST:
            return False
        items = settle(value)
        running.charge(len(items))
        return all(_conforms(item, of.of, running) for item in items)
    return kind(value) == RANGE and all(_conforms(bound, of.of, running) for bound in (value.low, value.high))


def _is_function(value: Any, of: FunctionType) -> bool:
    if not isinstance(value, Function) or len(value.parameters) != len(of.parameters):
        return False
    signature = value.signature or (None,) * len(value.parameters)
    accepts = all(conforms(wanted, own or _ANY) for own, wanted in zip(signature, of.parameters, strict=True))
    if not accepts or of.result == _ANY:
        return accepts
    result = value.result
    if result is None and value.definition is not None:
        from nodes.feel.type_info import result_of  # here: hardly anybody asks a function for its type

        result = result_of(value.definition)
    return result is None or conforms(result, of.result)


_ANY: Final = NamedType("Any")


def conforms(of: Type, to: Type) -> bool:
    """Whether every value of a type is one of another: items and entries likewise, parameters the other way round."""
    if isinstance(to, NamedType):
        if to.name in {"Any", "any"}:
            return True
        if isinstance(of, NamedType):
            return of.name == to.name or NAMED_KINDS.get(of.name, -1) == NAMED_KINDS.get(to.name, -2)
        bare = {GenericType: getattr(of, "name", ""), ContextType: "context", FunctionType: "function"}[type(of)]
        return bool(bare == to.name)
    if isinstance(of, GenericType) and isinstance(to, GenericType):
        return of.name == to.name and conforms(of.of, to.of)
    if isinstance(of, ContextType) and isinstance(to, ContextType):
        own = dict(of.entries)
        return all(name in own and conforms(own[name], wanted) for name, wanted in to.entries)
    if isinstance(of, FunctionType) and isinstance(to, FunctionType):
        return (
            len(of.parameters) == len(to.parameters)
            and all(conforms(theirs, ours) for ours, theirs in zip(of.parameters, to.parameters, strict=True))
            and conforms(of.result, to.result)
        )
    return False


def coerce(value: Any, of: Type | None, running: Running) -> tuple[bool, Any]:
    """Whether a value fits a type, and the value then: a list of one for its item, an item for a list of one,
    the midnight of a date in UTC."""
    if of is None or value is None or is_instance(value, of, running) is not False:
        return True, value
    if kind(value) == LIST:
        items = settle(value)
        if len(items) == 1 and is_instance(items[0], of, running):
            return True, settle(items[0])
    elif isinstance(of, GenericType) and of.name == "list" and is_instance([value], of, running):
        return True, [value]
    elif isinstance(of, NamedType) and NAMED_KINDS.get(of.name) == DATE_TIME and kind(value) == DATE:
        return True, make_date_time(value, 0, dt.UTC)
    return False, None
