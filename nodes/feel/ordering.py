"""When two values are equal, and which of them comes first.

Law: three answers. True and False are said only of values that the standard compares; None (FEEL's null) stands for
values of different kinds and for those without an order. Null equals null and nothing else.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from nodes.feel.durations import NANOS_PER_SECOND
from nodes.feel.limits import DEFAULT_BUDGET, limit_error
from nodes.feel.moments import (
    AnyDateTime,
    AnyTime,
    date_number,
    instant_nanos,
    local_nanos,
    offset_seconds,
    same_zone,
    time_nanos,
)
from nodes.feel.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS,
    LIST,
    MAX_VALUE_DEPTH,
    MONTHS,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    Range,
    kind,
    settle,
)

if TYPE_CHECKING:
    from nodes.feel.running import Running

_LONG_TEXT: Final = 4_096
"""Characters that are compared as fast as one step is done."""
_PAIR_COST: Final = 4
"""Steps of comparing one pair of values."""
_PLAIN: Final = frozenset({NUMBER, STRING, BOOLEAN, DAYS, MONTHS})
_MOMENTS: Final = frozenset({DATE, TIME, DATE_TIME})


def order(a: Any, b: Any, running: Running | None = None) -> int | None:
    """Below, at or above 0 as a comes before, with or after b; None where they have no order.

    An evaluation pays for comparing long texts.
    """
    if a.__class__ is Decimal and b.__class__ is Decimal:
        return -1 if a < b else (1 if a > b else 0)
    of = kind(a)
    if of != kind(b):
        return None
    if of in {NUMBER, STRING}:
        a, b = settle(a), settle(b)
        if of == STRING and running is not None and len(a) > _LONG_TEXT:
            running.charge(min(len(a), len(b)) // _LONG_TEXT)
    elif of in {DAYS, MONTHS}:
        pass
    elif of == DATE:
        a, b = date_number(a), date_number(b)
    elif of == DATE_TIME:
        a, b = _date_time_keys(a, b)
    elif of == TIME:
        a, b = _time_keys(a, b)
    else:
        return None
    if a is None:
        return None
    return -1 if a < b else (1 if a > b else 0)


def _date_time_keys(a: AnyDateTime, b: AnyDateTime) -> tuple[int, int] | tuple[None, None]:
    if (a.tzinfo is None) != (b.tzinfo is None):
        return None, None  # one names an instant, the other a reading of some clock
    if a.tzinfo is None:
        return local_nanos(a), local_nanos(b)
    return instant_nanos(a), instant_nanos(b)


def _time_keys(a: AnyTime, b: AnyTime) -> tuple[int, int] | tuple[None, None]:
    if same_zone(a.tzinfo, b.tzinfo):
        return time_nanos(a), time_nanos(b)
    first, second = offset_seconds(a), offset_seconds(b)
    if first is None or second is None:
        return None, None
    return time_nanos(a) - first * NANOS_PER_SECOND, time_nanos(b) - second * NANOS_PER_SECOND


def is_equal(a: Any, b: Any, running: Running | None = None) -> bool | None:
    """FEEL's `=`: True, False, or None for values of different kinds. An evaluation pays for the comparison."""
    if a.__class__ is str and b.__class__ is str:
        if running is not None and len(a) > _LONG_TEXT:
            running.charge(len(a) // _LONG_TEXT)
        return bool(a == b)
    left = [DEFAULT_BUDGET.steps if running is None else running.steps]
    before = left[0]
    answer = _equal(a, b, left, 0)
    if running is not None:
        running.charge(before - left[0])
    return answer


def _equal(a: Any, b: Any, left: list[int], depth: int) -> bool | None:
    left[0] -= _PAIR_COST
    if left[0] < 0:
        raise limit_error("steps", DEFAULT_BUDGET.steps)
    if a is None or b is None:
        return a is b
    of = kind(a)
    if of != kind(b):
        return None
    if of in _PLAIN:
        return bool(a == b)
    if of in _MOMENTS:
        return _same_moment(a, b, of)
    if a is b:
        return True
    if depth > MAX_VALUE_DEPTH:
        raise limit_error("depth", MAX_VALUE_DEPTH)
    if of == LIST:
        a, b = settle(a), settle(b)
        if len(a) != len(b):
            return False
        return _all_equal(zip(a, b, strict=True), left, depth)
    if of == CONTEXT:
        a, b = settle(a), settle(b)
        if a.keys() != b.keys():
            return False
        return _all_equal(((a[key], b[key]) for key in a), left, depth)
    if of == RANGE:
        assert isinstance(a, Range)
        if (a.low_included, a.high_included, a.unary) != (b.low_included, b.high_included, b.unary):
            return False
        return _all_equal(((a.low, b.low), (a.high, b.high)), left, depth)
    return bool(a == b)


def _same_moment(a: Any, b: Any, of: int) -> bool:
    """Equality of dates and times. The standard compares them field by field, and its seconds are whole."""
    if of == DATE:
        return date_number(a) == date_number(b)
    x, y = _time_keys(a, b) if of == TIME else _date_time_keys(a, b)
    if x is None or y is None:
        return False  # one has a zone, the other has none: not the same
    return x // NANOS_PER_SECOND == y // NANOS_PER_SECOND


def _all_equal(pairs: Any, left: list[int], depth: int) -> bool | None:
    answer: bool | None = True
    for a, b in pairs:
        equal = _equal(a, b, left, depth + 1)
        if equal is False:
            return False
        if equal is None:
            answer = False  # parts of different kinds make the wholes different, not incomparable
    return answer


def is_in_range(value: Any, among: Range, running: Running | None = None) -> bool | None:
    """Whether a value lies in a range; None where a bound has no order with it."""
    low_fits: bool | None = True
    high_fits: bool | None = True
    if among.low is not None:
        ordered = order(value, among.low, running)
        low_fits = None if ordered is None else (ordered >= 0 if among.low_included else ordered > 0)
    if among.high is not None:
        ordered = order(value, among.high, running)
        high_fits = None if ordered is None else (ordered <= 0 if among.high_included else ordered < 0)
    if low_fits is False or high_fits is False:
        return None if low_fits is None or high_fits is None else False
    if low_fits is None or high_fits is None or value is None:
        return None
    return True
