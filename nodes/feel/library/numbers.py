"""Functions of numbers and truth values (DMN 1.5, 10.3.4.2 and 10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from typing import Any, Final

from nodes.feel.arithmetic import NUMBERS, cut_whole, in_reach
from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.library.signature import function
from nodes.feel.limits import POWER_COST
from nodes.feel.values import NUMBER, kind, settle

MIN_SCALE: Final = -6_111
MAX_SCALE: Final = 6_176


def _rounded(number: Decimal, scale: Decimal | None, mode: str) -> Decimal | None:
    """The number with so many digits after the point; null for a scale that FEEL doesn't have."""
    places = 0 if scale is None else cut_whole(scale)
    if places is None or not MIN_SCALE <= places <= MAX_SCALE:
        return None
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= 0 and places >= 0:
        return number  # whole already
    if number.adjusted() + places > 33:
        return number  # more digits than a number has: nothing to round
    try:
        made = number.quantize(Decimal(1).scaleb(-places), rounding=mode, context=NUMBERS)
    except DecimalException:
        return None
    if places < 0 and made:
        return NUMBERS.create_decimal(format(made, "f")) if places > -34 else made
    return made if made else abs(made)


@function("decimal(n: number, scale: number)")
def decimal(number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded half even."""
    return _rounded(number, scale, ROUND_HALF_EVEN)


@function("floor(n: number, scale: number?)")
def floor(number: Decimal, scale: Decimal | None = None) -> Decimal | None:
    """Rounded towards minus infinity."""
    return _rounded(number, scale, ROUND_FLOOR)


@function("ceiling(n: number, scale: number?)")
def ceiling(number: Decimal, scale: Decimal | None = None) -> Decimal | None:
    """Rounded towards plus infinity."""
    return _rounded(number, scale, ROUND_CEILING)


@function("round up(n: number, scale: number)")
def round_up(number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded away from zero."""
    return _rounded(number, scale, ROUND_UP)


@function("round down(n: number, scale: number)")
def round_down(number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded towards zero."""
    return _rounded(number, scale, ROUND_DOWN)


@function("round half up(n: number, scale: number)")
def round_half_up(number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, a half away from zero."""
    return _rounded(number, scale, ROUND_HALF_UP)


@function("round half down(n: number, scale: number)")
def round_half_down(number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, a half towards zero."""
    return _rounded(number, scale, ROUND_HALF_DOWN)


@function("abs(n: any)")
def absolute(value: Any) -> Any:
    """Without its sign: a number or a duration."""
    if kind(value) == NUMBER:
        return NUMBERS.abs(settle(value))
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(abs(value.nanoseconds))
    return YearsMonthsDuration(abs(value.months)) if isinstance(value, YearsMonthsDuration) else None


@function("modulo(dividend: number, divisor: number)")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The rest of a division, with the sign of the divisor."""
    if divisor == 0:
        return None
    try:
        rest = NUMBERS.remainder(dividend, divisor)
    except DecimalException:
        # The quotient has more than 34 digits: by the definition, dividend - divisor * floor(dividend / divisor).
        quotient = in_reach(lambda: NUMBERS.divide(dividend, divisor).to_integral_value(ROUND_FLOOR))
        return (
            None
            if quotient is None
            else in_reach(lambda: NUMBERS.subtract(dividend, NUMBERS.multiply(divisor, quotient)))
        )
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest if rest else abs(rest)


@function("sqrt(number: number)", cost=POWER_COST)
def sqrt(number: Decimal) -> Decimal | None:
    """The square root; null below 0."""
    return None if number < 0 else in_reach(lambda: NUMBERS.sqrt(number))


@function("log(number: number)", cost=POWER_COST)
def log(number: Decimal) -> Decimal | None:
    """The natural logarithm; null at and below 0."""
    return None if number <= 0 else in_reach(lambda: NUMBERS.ln(number))


@function("exp(number: number)", cost=POWER_COST)
def exp(number: Decimal) -> Decimal | None:
    """e to that power."""
    return in_reach(lambda: NUMBERS.exp(number))


@function("odd(number: number)")
def odd(number: Decimal) -> bool | None:
    """Whether it is a whole number that 2 does not divide; null if it is not whole."""
    rest = modulo(number, Decimal(2))
    return None if rest is None or rest not in {0, 1} else rest == 1


@function("even(number: number)")
def even(number: Decimal) -> bool | None:
    """Whether it is a whole number that 2 divides; null if it is not whole."""
    is_odd = odd(number)
    return None if is_odd is None else not is_odd


@function("not(negand: any)")
def negated(value: Any) -> bool | None:
    """The other truth value; null for what is none."""
    return not value if value.__class__ is bool else None
