"""How the functions of the library are declared, found by their arguments, and called.

Who calls it: each file of this folder with `@function("name(parameter: kind, other: kind?)")`; the compiler and the
static check through `Builtin`.
Law: an argument that does not fit its kind makes the result null, as the standard says; an implementation only ever
sees arguments that fit. A list of one stands for its item where an item is due, an item for a list of one where a
list is.

A declaration: `kind?` may be left out (the implementation's default is None), `kind~` may be null, `kind...` takes
all further arguments, `kind!` may be left out (and is null then) in a call by name only. Kinds are the keys of
`KIND_TESTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

from nodes.feel.limits import TEXT_SHIFT, limit_error
from nodes.feel.running import Running
from nodes.feel.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS,
    FUNCTION,
    LIST,
    MONTHS,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    Function,
    Range,
    kind,
    settle,
)

Implementation = TypeVar("Implementation", bound=Callable[..., Any])

MISFIT: Final = object()
"""What `fit` answers for an argument that does not fit."""

ABSENT: Final = object()
"""Stands for an optional argument that a call by name left out; the implementation sees its default, None."""

KIND_TESTS: Final[dict[str, frozenset[int] | None]] = {
    "any": None,
    "boolean": frozenset({BOOLEAN}),
    "number": frozenset({NUMBER}),
    "string": frozenset({STRING}),
    "list": frozenset({LIST}),
    "context": frozenset({CONTEXT}),
    "function": frozenset({FUNCTION}),
    "range": frozenset({RANGE}),
    "date": frozenset({DATE}),
    "day": frozenset({DATE, DATE_TIME}),
    "time": frozenset({TIME}),
    "days duration": frozenset({DAYS}),
    "duration": frozenset({DAYS, MONTHS}),
}


_MADE_EXACT: Final = frozenset({NUMBER, LIST, CONTEXT})
"""Kinds that may come as other Python types: an int, a tuple, a Mapping."""


class Parameter(NamedTuple):
    """One parameter of a function of the library."""

    name: str
    kind: str
    optional: bool = False
    nullable: bool = False
    unnamed: bool = False


class Overload(NamedTuple):
    """One way to call a function. `variadic`: the last parameter takes all further arguments as a list."""

    parameters: tuple[Parameter, ...]
    variadic: bool
    wants_running: bool
    cost: int
    run: Callable[..., Any]

    @property
    def required(self) -> int:
        """How many arguments there must be."""
        return sum(not parameter.optional for parameter in self.parameters)

    def takes(self, count: int) -> bool:
        """Whether it can be called with that many arguments by position."""
        return self.required <= count and (self.variadic or count <= len(self.parameters))

    def order_of(self, names: Sequence[str]) -> list[int] | None:
        """The index of the argument of each parameter, -1 for none; None if the names don't fit."""
        known = [parameter.name for parameter in self.parameters]
        if any(name not in known for name in names):
            return None
        given = [names.index(name) if name in names else -1 for name in known]
        if any(
            at < 0 and not (parameter.optional or parameter.unnamed)
            for at, parameter in zip(given, self.parameters, strict=True)
        ):
            return None
        while given and given[-1] < 0:
            given.pop()
        return given


class Builtin(NamedTuple):
    """A function of the library by its name."""

    name: str
    overloads: tuple[Overload, ...]

    def by_position(self, count: int) -> Overload | None:
        """The first way that takes that many arguments."""
        return next((way for way in self.overloads if way.takes(count)), None)

    def by_name(self, names: Sequence[str]) -> tuple[Overload, list[int]] | None:
        """The first way that has all these parameters, with the order of the arguments; the one in which they were
        written wins, for `before(point, range)` and `before(range, point)` mean different things."""
        found: tuple[Overload, list[int]] | None = None
        for way in self.overloads:
            order = way.order_of(names)
            if order is not None and order == sorted(order):
                return way, order
            if order is not None and found is None:
                found = way, order
        return found


LIBRARY: Final[dict[str, Builtin]] = {}
"""All functions by name, filled as the files of this folder are imported."""

_DECLARATION: Final = re.compile(r"([^(]+)\((.*)\)\Z")
_PARAMETER: Final = re.compile(r"([^:]+): ([a-z ]+)([?~!.]*)\Z")


def function(*declarations: str, running: bool = False, cost: int = 0) -> Callable[[Implementation], Implementation]:
    """Enter an implementation into the library under each declaration; `running` passes the evaluation first.

    `cost` is what a call takes in steps, above one."""

    def enter(run: Implementation) -> Implementation:
        for declaration in declarations:
            found = _DECLARATION.match(declaration)
            assert found is not None, declaration
            name = found[1]
            parameters = []
            variadic = False
            for part in found[2].split(", ") if found[2] else ():
                piece = _PARAMETER.match(part)
                assert piece is not None, declaration
                assert piece[2] in KIND_TESTS, declaration
                variadic = "..." in piece[3]
                parameters.append(Parameter(piece[1], piece[2], "?" in piece[3], "~" in piece[3], "!" in piece[3]))
            way = Overload(tuple(parameters), variadic, running, cost, run)
            before = LIBRARY[name].overloads if name in LIBRARY else ()
            LIBRARY[name] = Builtin(name, (*before, way))
        return run

    return enter


def fit(value: Any, parameter: Parameter) -> Any:
    """The argument as the parameter wants it, or MISFIT."""
    tests = KIND_TESTS[parameter.kind]
    if tests is None:
        return value
    of = kind(value)
    if of in tests:
        return settle(value) if of in _MADE_EXACT else value
    if value is None:
        return None if parameter.nullable else MISFIT
    if parameter.kind == "list":
        return [value]
    if of == LIST:
        value = settle(value)
        if len(value) == 1 and kind(value[0]) in tests:
            return settle(value[0])
    return MISFIT


def call_overload(running: Running, way: Overload, arguments: Sequence[Any]) -> Any:
    """Fit the arguments and call the implementation; the sizes of lists are charged on their way in and out."""
    if way.cost:
        running.charge(way.cost)
    fitted: list[Any] = []
    parameters = way.parameters
    last = len(parameters) - 1
    for index, value in enumerate(arguments):
        if value is ABSENT:
            fitted.append(None)
            continue
        value = fit(value, parameters[index if index < last else last])
        if value is MISFIT:
            return None
        if value.__class__ is list or value.__class__ is dict:
            running.charge(len(value))
        elif value.__class__ is str:
            running.charge(len(value) >> TEXT_SHIFT)
        elif value.__class__ is Range and value.low.__class__ is value.high.__class__ is str:
            running.charge((len(value.low) + len(value.high)) >> TEXT_SHIFT)
        fitted.append(value)
    if way.variadic:
        fitted[last:] = [fitted[last:]]
    result = way.run(running, *fitted) if way.wants_running else way.run(*fitted)
    if result.__class__ is list:
        running.allow_list(len(result))
    elif result.__class__ is str:
        if len(result) > running.budget.text_size:
            raise limit_error("text_size", running.budget.text_size)
        running.charge(len(result) >> TEXT_SHIFT)
    return result


def call_builtin(running: Running, builtin: Builtin, arguments: list[Any], named: dict[str, Any] | None) -> Any:
    """Call by position, or by name; null where no way to call fits."""
    if named is None:
        way = builtin.by_position(len(arguments))
        return None if way is None else call_overload(running, way, arguments)
    values = list(named.values())
    found = builtin.by_name(list(named))
    return None if found is None else call_in_order(running, found[0], values, found[1])


def call_in_order(running: Running, way: Overload, values: Sequence[Any], order: Sequence[int]) -> Any:
    """Call with named arguments put in the order of the parameters; what was left out becomes its default."""
    return call_overload(running, way, [values[at] if at >= 0 else ABSENT for at in order])


def as_function(builtin: Builtin) -> Function:
    """The function as a value, for `sort(list, precedes)` and the like."""

    def call(running: Running, arguments: list[Any], named: dict[str, Any] | None) -> Any:
        return call_builtin(running, builtin, arguments, named)

    longest = max((way.parameters for way in builtin.overloads), key=len)
    return Function(builtin.name, tuple(parameter.name for parameter in longest), call)


def numbers_of(items: list[Any]) -> list[Decimal] | None:
    """The items if all are numbers."""
    numbers = [settle(item) for item in items]
    return numbers if all(number.__class__ is Decimal for number in numbers) else None
