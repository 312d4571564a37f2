"""Compiles tests: `value in (...)` and the cells of tables.

Law: a test that looks at `?` is a condition; any other names values: the value is one of them, lies in a range of
them, or is in a list of them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from nodes.feel.compiled.compiler import INPUT_NAME, Code, Compiler, construct
from nodes.feel.compiled.names import constant
from nodes.feel.compiled.operators import compare, compare_with
from nodes.feel.ordering import is_equal, is_in_range
from nodes.feel.running import Running
from nodes.feel.tree import (
    AnyTest,
    In,
    Input,
    ListLiteral,
    Literal,
    Node,
    RangeLiteral,
    UnaryComparison,
    UnaryTests,
    children,
)
from nodes.feel.values import LIST, RANGE, Range, kind, settle


def matches(running: Running, value: Any, candidate: Any) -> bool | None:
    """Whether a value passes a test that evaluates to `candidate`."""
    of = kind(candidate)
    if of == RANGE and kind(value) != RANGE:
        return is_in_range(value, candidate, running)
    if of == LIST:
        items = settle(candidate)
        if kind(value) == LIST and is_equal(value, items, running) is True:
            return True
        running.charge(len(items))
        return any(matches_item(running, value, item) is True for item in items)
    return is_equal(value, candidate, running)


def matches_item(running: Running, value: Any, item: Any) -> bool | None:
    """Whether a value is an item of a list, or lies in a range that is one."""
    if kind(item) == RANGE and kind(value) != RANGE:
        return is_in_range(value, item, running)
    return is_equal(value, item, running)


def _looks_at_input(node: Node) -> bool:
    stack: list[Node] = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, Input):
            return True
        stack.extend(children(at))
    return False


def _test(compiler: Compiler, test: Node, value: Code, *, in_cell: bool) -> Code:
    """A closure that answers whether the value passes one test."""
    match test:
        case AnyTest():
            return constant(True)
        case UnaryComparison(operator=operator, operand=Literal(value=fixed)) if isinstance(fixed, (Decimal, str)):
            return compare_with(operator, value, fixed)
        case UnaryComparison(operator=operator, operand=operand):
            bound = compiler.compile(operand)
            return lambda running: compare(running, operator, value(running), bound(running))
        case RangeLiteral():
            among = compiler.compile(test)

            def in_range(running: Running) -> bool | None:
                found = among(running)
                return None if found is None else matches(running, value(running), found)

            return in_range
    candidate = compiler.compile(test)
    if in_cell and _looks_at_input(test):
        return _condition(candidate, value)
    if in_cell and not isinstance(test, Literal):

        def passes(running: Running) -> bool | None:
            found: Any = candidate(running)
            at = value(running)
            if isinstance(found, bool) and at.__class__ is not bool:
                return found
            return matches(running, at, found)

        return passes
    return lambda running: matches(running, value(running), candidate(running))


def _condition(candidate: Code, value: Code) -> Code:
    def holds(running: Running) -> bool | None:
        found: Any = candidate(running)
        if found is None or isinstance(found, bool):
            return found
        return matches(running, value(running), found)

    return holds


def _fixed_values(tests: tuple[Node, ...]) -> frozenset[Any] | None:
    """The values of tests that are all texts, or all numbers."""
    if len(tests) == 1 and isinstance(tests[0], ListLiteral):
        tests = tests[0].items
    values = [test.value for test in tests if isinstance(test, Literal)]
    of = values[0].__class__ if values else None
    if len(values) != len(tests) or of not in {str, Decimal} or any(value.__class__ is not of for value in values):
        return None
    return frozenset(values)


@construct(In)
def _in(compiler: Compiler, node: In) -> Code:
    value = compiler.compile(node.value)
    slot = compiler.reserve()

    def keep(running: Running) -> Any:
        return running.slots[slot]

    general: Callable[[Running], bool | None] = any_test(
        [_test(compiler, test, keep, in_cell=False) for test in node.tests]
    )
    fixed = _fixed_values(node.tests)
    if fixed is not None:
        of = next(iter(fixed)).__class__

        def among(running: Running) -> bool | None:
            at = value(running)
            if at.__class__ is of:
                return at in fixed
            running.slots[slot] = at
            return general(running)

        return among

    def test(running: Running) -> bool | None:
        running.slots[slot] = value(running)
        return general(running)

    return test


def any_test(tests: list[Code]) -> Code:
    """A closure that answers whether one of the tests passes."""
    if len(tests) == 1:
        return tests[0]
    ways = tuple(tests)

    def passes(running: Running) -> bool | None:
        answer: bool | None = False
        for way in ways:
            found = way(running)
            if found is True:
                return True
            if found is None:
                answer = None
        return answer

    return passes


@construct(UnaryTests)
def _unary_tests(compiler: Compiler, node: UnaryTests) -> Code:
    slot = compiler.place_of(INPUT_NAME).slot
    assert slot is not None, "a cell is compiled with its input bound"

    def value(running: Running) -> Any:
        return running.slots[slot]

    passes = any_test([_test(compiler, test, value, in_cell=True) for test in node.tests])
    if not node.negated:
        return passes

    def fails(running: Running) -> bool | None:
        found = passes(running)
        return None if found is None else not found

    return fails


_AS_RANGE: dict[str, Callable[[Any], Range]] = {
    "<": lambda bound: Range(None, bound, False, False, True),
    "<=": lambda bound: Range(None, bound, False, True, True),
    ">": lambda bound: Range(bound, None, False, False, True),
    ">=": lambda bound: Range(bound, None, True, False, True),
    "=": lambda bound: Range(bound, bound, True, True, True),
}


@construct(UnaryComparison)
def _unary_comparison(compiler: Compiler, node: UnaryComparison) -> Code:
    bound, make = compiler.compile(node.operand), _AS_RANGE.get(node.operator)

    def range_of(running: Running) -> Range | None:
        found = bound(running)
        return None if make is None or found is None else make(found)

    return range_of


@construct(AnyTest)
def _any_test(compiler: Compiler, node: AnyTest) -> Code:
    return constant(True)
