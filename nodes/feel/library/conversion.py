"""Functions that make one kind of value from another (DMN 1.5, 10.3.4.1), and `is`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from nodes.feel.arithmetic import NUMBERS, in_reach
from nodes.feel.library.signature import function
from nodes.feel.limits import MAX_EXPONENT, MAX_LITERAL_DIGITS, limit_error
from nodes.feel.moments import same_zone
from nodes.feel.ordering import is_equal
from nodes.feel.running import Running
from nodes.feel.temporal_text import parse_duration
from nodes.feel.texts import to_text
from nodes.feel.values import CONTEXT, DATE_TIME, FUNCTION, LIST, TIME, kind

_NUMBER: Final = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,6})?\Z", re.ASCII)


@function("string(from: any)", running=True)
def string(running: Running, value: Any) -> str | None:
    """The value as text; null for null."""
    return None if value is None else to_text(value, allowed=running.budget.text_size, charge=running.charge)


@function("number(from: string)", "number(from: string, grouping separator: string~, decimal separator: string~)")
def number(text: str, grouping: str | None = None, point: str | None = None) -> Decimal | None:
    """The number that a text writes, with separators as they are named: a blank, comma or point; point or comma."""
    if grouping not in {" ", ",", ".", None} or point not in {".", ",", None}:
        return None
    if grouping is not None and grouping == point:
        return None
    if grouping is not None:
        text = text.replace(grouping, "")
    if point is not None:
        if point == "," and "." in text:
            return None
        text = text.replace(point, ".")
    if _NUMBER.match(text) is None:
        return None
    if len(text) > MAX_LITERAL_DIGITS:
        raise limit_error("digits", MAX_EXPONENT)
    return in_reach(lambda: NUMBERS.create_decimal(text))


@function("duration(from: string)")
def duration(text: str) -> Any:
    """The duration that a text writes."""
    return parse_duration(text)


@function("is(value1: any!, value2: any!)", running=True)
def same(running: Running, a: Any = None, b: Any = None) -> bool:
    """Whether both are the same value: of one kind, equal, and in the same zone where they have one."""
    of = kind(a)
    if of != kind(b):
        return False
    if of in {TIME, DATE_TIME} and not same_zone(a.tzinfo, b.tzinfo):
        return False
    if of in {LIST, CONTEXT, FUNCTION} and a is b:
        return True
    return is_equal(a, b, running) is True
