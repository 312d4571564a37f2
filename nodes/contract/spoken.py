"""Fields as words, for ``NodeType.summary``: one line that a colleague reads aloud, without braces and never long."""

from __future__ import annotations

from typing import Any

from nodes.contract.fields import Expr, Text
from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.texts import to_text

LONGEST = 120
"""Characters of one spoken line."""


def spoken(field: Expr[Any] | Text | str | None, *, longest: int = LONGEST) -> str:
    """The words of a field on one line: ``input.amount > 500``, ``4 hours``, ``Refund input.amount to input.name``."""
    if field is None:
        return ""
    if isinstance(field, Text):
        words = field.source
    elif isinstance(field, str):
        words = field
    elif field.source is not None:
        words = field.source
    elif isinstance(field.literal, DaysTimeDuration | YearsMonthsDuration):
        words = spoken_duration(field.literal)
    else:
        words = f'"{field.literal}"' if isinstance(field.literal, str) else to_text(field.literal)
    return line(words, longest=longest)


def line(words: str, *, longest: int = LONGEST) -> str:
    """The words on one line, without braces, cut with an ellipsis."""
    flat = " ".join(words.replace("{", " ").replace("}", " ").split())
    # Where a hole ended before a comma or a full stop, its brace has left a blank behind.
    for mark in ",.;:!?)":
        flat = flat.replace(f" {mark}", mark)
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"


def spoken_duration(length: DaysTimeDuration | YearsMonthsDuration) -> str:
    """``2 days 4 hours``; ``no time`` for zero; FEEL's own text for what has a part below a second or is negative."""
    if isinstance(length, YearsMonthsDuration):
        if length.months < 0:
            return to_text(length)
        years, months = divmod(length.months, 12)
        return _counted((years, "year"), (months, "month"))
    seconds, rest = divmod(length.nanoseconds, 1_000_000_000)
    if rest or seconds < 0:
        return to_text(length)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return _counted((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))


def _counted(*parts: tuple[int, str]) -> str:
    words = [f"{number} {unit}" if number == 1 else f"{number} {unit}s" for number, unit in parts if number]
    return " ".join(words) or "no time"
