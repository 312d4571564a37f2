"""Functions over the items of a list, or over their arguments: sums, means, extremes, all and any."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from typing import Any

from nodes.feel.arithmetic import NUMBERS, add, divide, in_reach
from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.library.signature import function, numbers_of
from nodes.feel.ordering import order
from nodes.feel.running import Running
from nodes.feel.values import settle


def _extreme(running: Running, items: list[Any], sign: int) -> Any:
    if not items:
        return None
    best = items[0]
    if order(best, best) is None:
        return None
    for item in items[1:]:
        ordered = order(item, best, running)
        if ordered is None:
            return None
        if ordered * sign > 0:
            best = item
    return settle(best)


@function("min(list: list)", "min(c: any...)", running=True)
def minimum(running: Running, items: list[Any]) -> Any:
    """The first in order; null for an empty list and for items without an order."""
    return _extreme(running, items, -1)


@function("max(list: list)", "max(c: any...)", running=True)
def maximum(running: Running, items: list[Any]) -> Any:
    """The last in order."""
    return _extreme(running, items, 1)


def _sum_of(items: list[Any]) -> Any:
    total: Any = settle(items[0])
    if isinstance(total, Decimal):
        numbers = numbers_of(items)
        return None if numbers is None else in_reach(lambda: reduce(NUMBERS.add, numbers))
    if not isinstance(total, (DaysTimeDuration, YearsMonthsDuration)):
        return None
    for item in items[1:]:
        if settle(item).__class__ is not total.__class__:
            return None
        total = add(total, item)
    return total


@function("sum(list: list)", "sum(n: any...)")
def total(items: list[Any]) -> Any:
    """Their sum (numbers or durations); null for an empty list and if one is none."""
    return _sum_of(items) if items else None


@function("mean(list: list)", "mean(n: any...)")
def mean(items: list[Any]) -> Any:
    """Their arithmetic mean."""
    return divide(_sum_of(items), Decimal(len(items))) if items else None


@function("product(list: list)", "product(n: any...)")
def product(items: list[Any]) -> Decimal | None:
    """All numbers multiplied."""
    numbers = numbers_of(items)
    if not numbers:
        return None
    result = Decimal(1)
    for number in numbers:
        result = in_reach(lambda a=result, b=number: NUMBERS.multiply(a, b)) or Decimal(0)  # type: ignore[misc]
    return result


@function("median(list: list)", "median(n: any...)")
def median(items: list[Any]) -> Decimal | None:
    """The middle one, or the mean of the two in the middle."""
    numbers = numbers_of(items)
    if not numbers:
        return None
    numbers.sort()
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return NUMBERS.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@function("stddev(list: list)", "stddev(n: any...)", running=True)
def stddev(running: Running, items: list[Any]) -> Decimal | None:
    """The standard deviation of a sample; null for fewer than two numbers."""
    numbers = numbers_of(items)
    if numbers is None or len(numbers) < 2:
        return None
    running.charge(2 * len(numbers))
    count = Decimal(len(numbers))
    middle = divide(_sum_of(list(numbers)), count)
    squares = [NUMBERS.multiply(away, away) for away in (NUMBERS.subtract(number, middle) for number in numbers)]
    return NUMBERS.sqrt(NUMBERS.divide(_sum_of(squares), count - 1))


@function("mode(list: list)", "mode(n: any...)")
def mode(items: list[Any]) -> list[Decimal] | None:
    """The numbers that occur most often, ascending."""
    numbers = numbers_of(items)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)


def _decide(items: list[Any], decisive: bool) -> bool | None:
    answer: bool | None = not decisive
    for item in items:
        if not isinstance(item, bool):
            answer = None
        elif item is decisive:
            return decisive
    return answer


@function("all(list: list)", "all(b: any...)")
def all_of(items: list[Any]) -> bool | None:
    """False if one is false, else null if one is no truth value, else true."""
    return _decide(items, decisive=False)


@function("any(list: list)", "any(b: any...)")
def any_of(items: list[Any]) -> bool | None:
    """True if one is true, else null if one is no truth value, else false."""
    return _decide(items, decisive=True)
