"""Sums, differences, products, quotients, powers and signs of FEEL values.

Law: numbers are counted in one decimal context of 34 digits (half even), never in floats; an operation that the
standard does not define is null; a number beyond the reach of the context is a FeelLimitError, for silence would hide
an attack.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, Final, TypeAlias

from nodes.feel.durations import NANOS_PER_DAY, NANOS_PER_SECOND, DaysTimeDuration, YearsMonthsDuration
from nodes.feel.limits import DEFAULT_BUDGET, MAX_EXPONENT, limit_error
from nodes.feel.moments import (
    AnyDateTime,
    AnyDay,
    AnyTime,
    add_months,
    date_of,
    from_date_number,
    from_instant_nanos,
    instant_nanos,
    local_nanos,
    make_date_time,
    make_time,
    offset_seconds,
    time_nanos,
)
from nodes.feel.values import DATE, DATE_TIME, DAYS, MONTHS, NUMBER, STRING, TIME, kind, settle

NUMBERS: Final = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6_143,
    Emax=MAX_EXPONENT,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
MAX_WHOLE_DIGITS: Final = 18
"""Digits of a number that is used as an int (an index, a scale, a year); more never makes sense."""

_Operation: TypeAlias = Callable[[Any, Any], Any]


def as_number(value: Any) -> Decimal | None:
    """The value if it is a number."""
    if value.__class__ is Decimal:
        return value
    return settle(value) if value.__class__ is int else None


def as_whole(value: Any) -> int | None:
    """The number as an int if it is a whole number of a sensible size; never slow, whatever the exponent."""
    number = as_number(value)
    if number is None or not number.is_finite() or number.adjusted() > MAX_WHOLE_DIGITS:
        return None
    whole = int(number)
    return whole if whole == number else None


def cut_whole(value: Any) -> int | None:
    """The number as an int, its fraction cut off."""
    number = as_number(value)
    if number is None or not number.is_finite() or number.adjusted() > MAX_WHOLE_DIGITS:
        return None
    return int(number)


def in_reach(operation: Callable[[], Decimal]) -> Decimal | None:
    """The result of a decimal operation: null where it is not defined, FeelLimitError where it is too large."""
    try:
        return operation()
    except Overflow:
        raise limit_error("digits", MAX_EXPONENT) from None
    except (InvalidOperation, DivisionByZero):
        return None


def _numeric(operation: Callable[[Decimal, Decimal], Decimal], a: Any, b: Any) -> Decimal | None:
    x, y = settle(a), settle(b)
    return in_reach(lambda: operation(x, y))


def add(a: Any, b: Any) -> Any:
    """`a + b`."""
    first, second = kind(a), kind(b)
    if first == NUMBER and second == NUMBER:
        return _numeric(NUMBERS.add, a, b)
    if first == STRING and second == STRING:
        if len(a) + len(b) > DEFAULT_BUDGET.text_size:
            raise limit_error("text_size", DEFAULT_BUDGET.text_size)
        return settle(a) + settle(b)
    if first == second == DAYS:
        return DaysTimeDuration(a.nanoseconds + b.nanoseconds)
    if first == second == MONTHS:
        return YearsMonthsDuration(a.months + b.months)
    if second in {DAYS, MONTHS}:
        return _later(a, first, b)
    if first in {DAYS, MONTHS}:
        return _later(b, second, a)
    return None


def subtract(a: Any, b: Any) -> Any:
    """`a - b`."""
    first, second = kind(a), kind(b)
    if first == NUMBER and second == NUMBER:
        return _numeric(NUMBERS.subtract, a, b)
    if first == second == DAYS:
        return DaysTimeDuration(a.nanoseconds - b.nanoseconds)
    if first == second == MONTHS:
        return YearsMonthsDuration(a.months - b.months)
    if second in {DAYS, MONTHS}:
        return _later(a, first, negate(b))
    if first == second == TIME:
        return _between_times(a, b)
    if first in {DATE, DATE_TIME} and second in {DATE, DATE_TIME}:
        return _between_days(a, first, b, second)
    return None


def _later(value: Any, of: int, length: Any) -> Any:
    """A day or time, so much later."""
    if isinstance(length, YearsMonthsDuration):
        if of not in {DATE, DATE_TIME}:
            return None
        day = add_months(date_of(value), length.months)
        if day is None or of == DATE:
            return day
        return make_date_time(day, time_nanos(value), value.tzinfo)
    if of == DATE:
        number = local_nanos(value) + length.nanoseconds
        return from_date_number(number // NANOS_PER_DAY)
    if of == DATE_TIME:
        # Exact: through the instant where there is a zone, so that a day over a change of clocks has 24 hours.
        return from_instant_nanos(instant_nanos(value) + length.nanoseconds, value.tzinfo)
    if of == TIME:
        return make_time((time_nanos(value) + length.nanoseconds) % NANOS_PER_DAY, value.tzinfo)
    return None


def _between_times(a: AnyTime, b: AnyTime) -> DaysTimeDuration | None:
    if (a.tzinfo is None) != (b.tzinfo is None):
        return None
    first, second = offset_seconds(a), offset_seconds(b)
    shift = 0 if first is None or second is None else second - first
    return DaysTimeDuration(time_nanos(a) - time_nanos(b) + shift * NANOS_PER_SECOND)


def _between_days(a: AnyDay, first: int, b: AnyDay, second: int) -> DaysTimeDuration | None:
    # A date is its midnight in UTC. One that names an instant and a reading of some clock have no difference.
    zoned = [of == DATE or _zone(value) is not None for value, of in ((a, first), (b, second))]
    if zoned[0] != zoned[1]:
        return None
    return DaysTimeDuration(instant_nanos(a) - instant_nanos(b))


def _zone(value: AnyDay) -> dt.tzinfo | None:
    zone: dt.tzinfo | None = getattr(value, "tzinfo", None)
    return zone


def multiply(a: Any, b: Any) -> Any:
    """`a * b`."""
    first, second = kind(a), kind(b)
    if first == NUMBER and second == NUMBER:
        return _numeric(NUMBERS.multiply, a, b)
    if second == NUMBER and first in {DAYS, MONTHS}:
        return _scaled(a, settle(b), NUMBERS.multiply)
    if first == NUMBER and second in {DAYS, MONTHS}:
        return _scaled(b, settle(a), NUMBERS.multiply)
    return None


def divide(a: Any, b: Any) -> Any:
    """`a / b`; null for a division by zero."""
    first, second = kind(a), kind(b)
    if first == NUMBER and second == NUMBER:
        return _numeric(NUMBERS.divide, a, b)
    if second == NUMBER and first in {DAYS, MONTHS}:
        return _scaled(a, settle(b), NUMBERS.divide)
    if first == second == DAYS:
        return _numeric(NUMBERS.divide, Decimal(a.nanoseconds), Decimal(b.nanoseconds))
    if first == second == MONTHS:
        return _numeric(NUMBERS.divide, Decimal(a.months), Decimal(b.months))
    return None


def _scaled(length: DaysTimeDuration | YearsMonthsDuration, factor: Decimal, by: _Operation) -> Any:
    """A duration times or by a number, cut to whole months or nanoseconds."""
    amount = length.nanoseconds if isinstance(length, DaysTimeDuration) else length.months
    product = in_reach(lambda: by(Decimal(amount), factor))
    if product is None or not product.is_finite():
        return None
    if product.adjusted() > 33:
        raise limit_error("digits", MAX_EXPONENT)
    return type(length)(int(product))


def power(a: Any, b: Any) -> Any:
    """`a ** b`."""
    if kind(a) == NUMBER and kind(b) == NUMBER:
        base, exponent = settle(a), settle(b)
        if exponent.adjusted() > 6 and abs(base) != 1 and base != 0:
            # Far beyond the reach in any case; the library would take its time to find out.
            if (abs(base) > 1) == (exponent > 0):
                raise limit_error("digits", MAX_EXPONENT)
            return Decimal(0)
        return in_reach(lambda: NUMBERS.power(base, exponent))
    return None


def negate(value: Any) -> Any:
    """`-value`."""
    of = kind(value)
    if of == NUMBER:
        return NUMBERS.minus(settle(value))
    if of == DAYS:
        return DaysTimeDuration(-value.nanoseconds)
    if of == MONTHS:
        return YearsMonthsDuration(-value.months)
    return None


def date_time_from(day: AnyDay, clock: AnyTime) -> AnyDateTime:
    """The day of one and the time of another, in the time's zone."""
    return make_date_time(date_of(day), time_nanos(clock), clock.tzinfo)
