"""Compiles operators: arithmetic, comparison, `and`, `or`, `between`, `if`, `instance of`.

Law: the common case (two Decimals) is decided in the closure itself; all else goes to `arithmetic` and `ordering`,
which know every kind.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any, Final

from nodes.feel.arithmetic import NUMBERS, add, divide, multiply, negate, power, subtract
from nodes.feel.compiled.compiler import Code, Compiler, construct
from nodes.feel.kinds import is_instance
from nodes.feel.limits import POWER_COST, TEXT_SHIFT
from nodes.feel.ordering import is_equal, order
from nodes.feel.running import Running
from nodes.feel.tree import (
    Arithmetic,
    Between,
    Comparison,
    Conjunction,
    Disjunction,
    If,
    InstanceOf,
    Literal,
    Negation,
)

_FAST: Final[dict[str, tuple[Callable[[Decimal, Decimal], Decimal], Callable[[Any, Any], Any]]]] = {
    "+": (NUMBERS.add, add),
    "-": (NUMBERS.subtract, subtract),
    "*": (NUMBERS.multiply, multiply),
    "/": (NUMBERS.divide, divide),
}


@construct(Arithmetic)
def _arithmetic(compiler: Compiler, node: Arithmetic) -> Code:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    if node.operator == "**":

        def raise_to(running: Running) -> Any:
            running.charge(POWER_COST)
            return power(left(running), right(running))

        return raise_to
    fast, general = _FAST[node.operator]

    def calculate(running: Running) -> Any:
        a, b = left(running), right(running)
        if a.__class__ is Decimal and b.__class__ is Decimal:
            try:
                return fast(a, b)
            except DecimalException:
                return general(a, b)  # says which it was: not defined, or too large
        result = general(a, b)
        if result.__class__ is str:
            running.charge(len(result) >> TEXT_SHIFT)
        return result

    return calculate


@construct(Negation)
def _negation(compiler: Compiler, node: Negation) -> Code:
    operand = compiler.compile(node.operand)
    return lambda running: negate(operand(running))


def test_order(running: Running, operator: str, a: Any, b: Any) -> bool | None:
    """`a < b` and its like for any two values."""
    ordered = order(a, b, running)
    if ordered is None:
        return None
    match operator:
        case "<":
            return ordered < 0
        case "<=":
            return ordered <= 0
        case ">":
            return ordered > 0
        case _:
            return ordered >= 0


def compare(running: Running, operator: str, a: Any, b: Any) -> bool | None:
    """Any of the six comparisons for any two values."""
    if operator == "=":
        return is_equal(a, b, running)
    if operator == "!=":
        equal = is_equal(a, b, running)
        return None if equal is None else not equal
    return test_order(running, operator, a, b)


@construct(Comparison)
def _comparison(compiler: Compiler, node: Comparison) -> Code:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    fixed = node.right.value if isinstance(node.right, Literal) else None
    if isinstance(fixed, (Decimal, str)) or (isinstance(fixed, bool) and node.operator in {"=", "!="}):
        return compare_with(node.operator, left, fixed)
    return _COMPARE[node.operator](left, right)


def compare_with(operator: str, left: Code, fixed: Any) -> Code:
    """A comparison with a number, text or truth that never changes."""
    of = fixed.__class__

    def equal(running: Running) -> bool | None:
        a = left(running)
        return a == fixed if a.__class__ is of else is_equal(a, fixed)

    def different(running: Running) -> bool | None:
        a = left(running)
        return a != fixed if a.__class__ is of else compare(running, "!=", a, fixed)

    def below(running: Running) -> bool | None:
        a = left(running)
        return a < fixed if a.__class__ is of else test_order(running, "<", a, fixed)

    def at_most(running: Running) -> bool | None:
        a = left(running)
        return a <= fixed if a.__class__ is of else test_order(running, "<=", a, fixed)

    def above(running: Running) -> bool | None:
        a = left(running)
        return a > fixed if a.__class__ is of else test_order(running, ">", a, fixed)

    def at_least(running: Running) -> bool | None:
        a = left(running)
        return a >= fixed if a.__class__ is of else test_order(running, ">=", a, fixed)

    return {"=": equal, "!=": different, "<": below, "<=": at_most, ">": above, ">=": at_least}[operator]


def _equal(left: Code, right: Code) -> Code:
    def equal(running: Running) -> bool | None:
        a, b = left(running), right(running)
        if a.__class__ is Decimal and b.__class__ is Decimal:
            return bool(a == b)
        return is_equal(a, b, running)

    return equal


def _ordered(operator: str) -> Callable[[Code, Code], Code]:
    def make(left: Code, right: Code) -> Code:
        return lambda running: test_order(running, operator, left(running), right(running))

    return make


_COMPARE: Final[dict[str, Callable[[Code, Code], Code]]] = {
    "=": _equal,
    "!=": lambda left, right: lambda running: compare(running, "!=", left(running), right(running)),
    "<": _ordered("<"),
    "<=": _ordered("<="),
    ">": _ordered(">"),
    ">=": _ordered(">="),
}


@construct(Conjunction)
def _conjunction(compiler: Compiler, node: Conjunction) -> Code:
    parts = tuple(compiler.compile(part) for part in node.parts)
    if len(parts) == 2:
        left, right = parts

        def both(running: Running) -> bool | None:
            a = left(running)
            if a is False:
                return False
            b = right(running)
            if b is False:
                return False
            return True if a is True and b is True else None

        return both

    def all_of(running: Running) -> bool | None:
        answer: bool | None = True
        for part in parts:
            value = part(running)
            if value is False:
                return False
            if value is not True:
                answer = None
        return answer

    return all_of


@construct(Disjunction)
def _disjunction(compiler: Compiler, node: Disjunction) -> Code:
    parts = tuple(compiler.compile(part) for part in node.parts)

    def any_of(running: Running) -> bool | None:
        answer: bool | None = False
        for part in parts:
            value = part(running)
            if value is True:
                return True
            if value is not False:
                answer = None
        return answer

    return any_of


@construct(Between)
def _between(compiler: Compiler, node: Between) -> Code:
    value, low, high = compiler.compile(node.value), compiler.compile(node.low), compiler.compile(node.high)

    def between(running: Running) -> bool | None:
        at = value(running)
        above, below = order(at, low(running), running), order(at, high(running), running)
        if above is None or below is None:
            return None
        return above >= 0 and below <= 0

    return between


@construct(If)
def _if(compiler: Compiler, node: If) -> Code:
    branches = tuple((compiler.compile(condition), compiler.compile(then)) for condition, then in node.branches)
    otherwise = compiler.compile(node.otherwise)
    if len(branches) == 1:
        condition, then = branches[0]
        return lambda running: then(running) if condition(running) is True else otherwise(running)

    def choose(running: Running) -> Any:
        for condition, then in branches:
            if condition(running) is True:
                return then(running)
        return otherwise(running)

    return choose


@construct(InstanceOf)
def _instance_of(compiler: Compiler, node: InstanceOf) -> Code:
    value, of = compiler.compile(node.value), node.type
    return lambda running: is_instance(value(running), of, running)
