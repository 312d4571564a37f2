"""Cells as regions of an ordered line: what lets a column answer for all rules at once.

Who calls it: `column`; table analysis. Law: exact or not at all. A region is made only for cells of literals: equality,
comparisons, ranges, several of them, `not(...)`; for anything else the answer is None and the cell is asked itself.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final, NamedTuple

from nodes.feel.temporal_text import parse_at, parse_date
from nodes.feel.tree import (
    AnyTest,
    AtLiteral,
    Call,
    Literal,
    Name,
    Negation,
    Node,
    RangeLiteral,
    UnaryComparison,
    UnaryTests,
)
from nodes.feel.values import KINDS, kind

LINES: Final[tuple[type, ...]] = (Decimal, str, dt.date, bool)
"""Classes of values among which cells are regions. Truths have no order in FEEL: of them, only equality is one."""


class Interval(NamedTuple):
    """Values from `low` to `high`; None is without end."""

    low: Any
    low_included: bool
    high: Any
    high_included: bool


EVERYTHING: Final = Interval(None, False, None, False)


class Region(NamedTuple):
    """What values of one class pass: those in one of the intervals, or those in none where `negated`."""

    intervals: tuple[Interval, ...]
    negated: bool = False


_NOWHERE: Final = object()


def constant_of(node: Node) -> Any:
    """The value of a literal, date or signed number; `_NOWHERE` where the text says more than that."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Negation) and isinstance(node.operand, Literal) and isinstance(node.operand.value, Decimal):
        return node.operand.value.copy_negate()
    if isinstance(node, AtLiteral):
        return parse_at(node.text)
    match node:
        case Call(function=Name(name="date"), arguments=(Literal(value=str() as text),), names=None):
            return parse_date(text)
    return _NOWHERE


def region_of(cell: UnaryTests, of: type) -> Region | None:
    """The region of a cell among the values of a class of `LINES`, None where it has none that is sure.

    A test of another class is passed by no value of this one; negated it is undecided, so nothing passes.
    """
    intervals: list[Interval] = []
    for test in cell.tests:
        found = _interval(test, of)
        if found is None:
            return None
        if found is EMPTY:
            if cell.negated:
                return Region(())
        elif found is not NEVER:
            intervals.append(found)
    return Region(tuple(intervals), cell.negated)


EMPTY: Final = Interval(None, True, None, True)
"""Of another class: undecided for every value of this one."""
NEVER: Final = Interval(None, True, None, False)
"""False for every value of this class: null, which nothing else equals."""


def _interval(test: Node, of: type) -> Interval | None:
    if isinstance(test, AnyTest):
        return EVERYTHING
    if isinstance(test, UnaryComparison):
        return _of_comparison(test, of)
    if isinstance(test, RangeLiteral):
        return _of_range(test, of)
    value = constant_of(test)
    if value is _NOWHERE:
        return None
    if value is None:
        return NEVER
    if value.__class__ is of:
        return Interval(value, True, value, True)
    return None if kind(value) == KINDS[of] else EMPTY


def _of_comparison(test: UnaryComparison, of: type) -> Interval | None:
    value = constant_of(test.operand)
    if value is _NOWHERE or value is None or value.__class__ not in LINES:
        return None
    if value.__class__ is not of or (of is bool and test.operator != "="):
        return EMPTY
    match test.operator:
        case "<" | "<=":
            return Interval(None, False, value, test.operator == "<=")
        case ">" | ">=":
            return Interval(value, test.operator == ">=", None, False)
        case "=":
            return Interval(value, True, value, True)
    return None


def _of_range(test: RangeLiteral, of: type) -> Interval | None:
    low, high = constant_of(test.low), constant_of(test.high)
    if low.__class__ not in LINES or low.__class__ is bool or high.__class__ is not low.__class__:
        return None
    return Interval(low, test.low_included, high, test.high_included) if low.__class__ is of else EMPTY
