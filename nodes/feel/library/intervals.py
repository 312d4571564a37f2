"""Relations of points and ranges in Allen's algebra (DMN 1.5, 10.3.4.10), and `range`.

Law: a point is a range of one. A relation between values without an order is null.
"""

from __future__ import annotations

from typing import Any

from nodes.feel.library.signature import function
from nodes.feel.ordering import is_equal, order
from nodes.feel.values import RANGE, Range, kind


class _NoOrder(Exception):
    pass


def _ordered(a: Any, b: Any) -> int:
    found = order(a, b)
    if found is None:
        raise _NoOrder
    return found


def _is_range(value: Any) -> bool:
    return kind(value) == RANGE


def _as_range(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _closed(*ranges: Range) -> None:
    """Refuse ranges without an end: Allen's relations compare ends."""
    if any(found.low is None or found.high is None for found in ranges):
        raise _NoOrder


def _ends_before(a: Range, b: Range) -> bool:
    found = _ordered(a.high, b.low)
    return found < 0 or (found == 0 and not (a.high_included and b.low_included))


def _contains(among: Range, point: Any) -> bool:
    low, high = _ordered(point, among.low), _ordered(point, among.high)
    return (low > 0 or (low == 0 and among.low_included)) and (high < 0 or (high == 0 and among.high_included))


def _covers(outer: Range, inner: Range) -> bool:
    low, high = _ordered(outer.low, inner.low), _ordered(inner.high, outer.high)
    return (low < 0 or (low == 0 and (outer.low_included or not inner.low_included))) and (
        high < 0 or (high == 0 and (outer.high_included or not inner.high_included))
    )


def _same(a: Any, b: Any) -> bool:
    return is_equal(a, b) is True


@function(
    "before(point1: any, point2: any)",
    "before(point: any, range: any)",
    "before(range: any, point: any)",
    "before(range1: any, range2: any)",
)
def before(a: Any, b: Any) -> bool | None:
    """Whether a ends before b begins."""
    try:
        first, second = _as_range(a), _as_range(b)
        _closed(first, second)
        return _ends_before(first, second)
    except _NoOrder:
        return None


@function(
    "after(point1: any, point2: any)",
    "after(point: any, range: any)",
    "after(range: any, point: any)",
    "after(range1: any, range2: any)",
)
def after(a: Any, b: Any) -> bool | None:
    """Whether a begins after b has ended."""
    return before(b, a)


@function("meets(range1: range, range2: range)")
def meets(a: Range, b: Range) -> bool | None:
    """Whether a ends exactly where b begins, in a point of both."""
    try:
        _closed(a, b)
        return a.high_included and b.low_included and _ordered(a.high, b.low) == 0
    except _NoOrder:
        return None


@function("met by(range1: range, range2: range)")
def met_by(a: Range, b: Range) -> bool | None:
    """Whether b meets a."""
    return meets(b, a)


@function("overlaps(range1: range, range2: range)")
def overlaps(a: Range, b: Range) -> bool | None:
    """Whether they have a point in common."""
    try:
        _closed(a, b)
        return not _ends_before(a, b) and not _ends_before(b, a)
    except _NoOrder:
        return None


@function("overlaps before(range1: range, range2: range)")
def overlaps_before(a: Range, b: Range) -> bool | None:
    """Whether a begins before b and ends in it."""
    try:
        _closed(a, b)
        low, high = _ordered(a.low, b.low), _ordered(a.high, b.high)
        begins = low < 0 or (low == 0 and a.low_included and not b.low_included)
        ends = high < 0 or (high == 0 and (not a.high_included or b.high_included))
        return begins and ends and not _ends_before(a, b)
    except _NoOrder:
        return None


@function("overlaps after(range1: range, range2: range)")
def overlaps_after(a: Range, b: Range) -> bool | None:
    """Whether a begins in b and ends after it."""
    try:
        _closed(a, b)
        low, high = _ordered(b.low, a.low), _ordered(b.high, a.high)
        begins = low < 0 or (low == 0 and (b.low_included or not a.low_included))
        ends = high < 0 or (high == 0 and (a.high_included and not b.high_included))
        return begins and ends and not _ends_before(b, a)
    except _NoOrder:
        return None


@function(
    "finishes(point: any, range: range)",
    "finishes(range1: any, range2: range)",
)
def finishes(a: Any, b: Range) -> bool | None:
    """Whether a ends with b and lies in it."""
    try:
        first = _as_range(a)
        _closed(first, b)
        if not _is_range(a):
            return b.high_included and _ordered(a, b.high) == 0
        return _ordered(first.high, b.high) == 0 and first.high_included == b.high_included and _covers(b, first)
    except _NoOrder:
        return None


@function(
    "finished by(range: range, point: any)",
    "finished by(range1: range, range2: any)",
)
def finished_by(a: Range, b: Any) -> bool | None:
    """Whether b finishes a."""
    return finishes(b, a)


@function(
    "starts(point: any, range: range)",
    "starts(range1: any, range2: range)",
)
def starts(a: Any, b: Range) -> bool | None:
    """Whether a begins with b and lies in it."""
    try:
        first = _as_range(a)
        _closed(first, b)
        if not _is_range(a):
            return b.low_included and _ordered(a, b.low) == 0
        return _ordered(first.low, b.low) == 0 and first.low_included == b.low_included and _covers(b, first)
    except _NoOrder:
        return None


@function(
    "started by(range: range, point: any)",
    "started by(range1: range, range2: any)",
)
def started_by(a: Range, b: Any) -> bool | None:
    """Whether b starts a."""
    return starts(b, a)


@function(
    "includes(range: range, point: any)",
    "includes(range1: range, range2: any)",
)
def includes(a: Range, b: Any) -> bool | None:
    """Whether all of b lies in a."""
    try:
        second = _as_range(b)
        _closed(a, second)
        return _covers(a, second) if _is_range(b) else _contains(a, b)
    except _NoOrder:
        return None


@function(
    "during(point: any, range: range)",
    "during(range1: any, range2: range)",
)
def during(a: Any, b: Range) -> bool | None:
    """Whether all of a lies in b."""
    return includes(b, a)


@function(
    "coincides(point1: any, point2: any)",
    "coincides(range1: any, range2: any)",
)
def coincides(a: Any, b: Any) -> bool | None:
    """Whether they are the same point or the same range."""
    if _is_range(a) != _is_range(b):
        return None
    if not _is_range(a):
        return None if order(a, b) is None else _same(a, b)
    return _same(a, b)
