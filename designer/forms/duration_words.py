"""Lengths of time as people write them: ``2 days``, ``4h``, ``1 day 6 hours``; on disk ``P2D``, ``PT4H`` ..."""

from __future__ import annotations

import re
from decimal import Decimal

from nodes.contract.spoken import spoken_duration
from nodes.feel import DaysTimeDuration, format_duration, parse_duration

HINT = "Write it like 2 days, 4 hours or 1 day 6 hours."
_UNITS: dict[str, tuple[str, int]] = {
    "year": ("months", 12), "month": ("months", 1), "mo": ("months", 1), "y": ("months", 12),
    "week": ("seconds", 604_800), "w": ("seconds", 604_800), "day": ("seconds", 86_400), "d": ("seconds", 86_400),
    "hour": ("seconds", 3_600), "hr": ("seconds", 3_600), "h": ("seconds", 3_600),
    "minute": ("seconds", 60), "min": ("seconds", 60), "m": ("seconds", 60),
    "second": ("seconds", 1), "sec": ("seconds", 1), "s": ("seconds", 1),
}  # fmt: skip
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)\.?", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:\s|,|and\b)*", re.IGNORECASE)


def iso_of(words: str) -> str | None:
    """The ISO text of what was typed; None if it is no length of time."""
    typed = words.strip()
    if parse_duration(typed) is not None:
        return typed
    months, seconds, at = Decimal(0), Decimal(0), 0
    if len(typed) > 100:
        return None
    while at < len(typed):
        part = _PART.match(typed, at)
        if part is None:
            return None
        unit = part[2].lower()
        known = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
        if known is None:
            return None
        amount = Decimal(part[1]) * known[1]
        months, seconds = (months + amount, seconds) if known[0] == "months" else (months, seconds + amount)
        between = _BETWEEN.match(typed, part.end())
        at = between.end() if between is not None else part.end()
    if not typed or (months and seconds) or months != months.to_integral_value():
        return None
    if months:
        return f"P{int(months)}M" if months % 12 else f"P{int(months) // 12}Y"
    return _iso_of_seconds(seconds)


def words_of(iso: str) -> str:
    """``2 days`` for ``P2D``; the text itself if it is no length of time."""
    read = parse_duration(iso)
    return iso if read is None else spoken_duration(read)


def seconds_of(words: str) -> Decimal | None:
    """The seconds of what was typed; a bare number is seconds, too."""
    typed = words.strip()
    if re.fullmatch(r"\d+(\.\d+)?", typed):
        return Decimal(typed)
    read = parse_duration(iso_of(typed) or "")
    return Decimal(read.nanoseconds) / 1_000_000_000 if isinstance(read, DaysTimeDuration) else None


def words_of_seconds(seconds: Decimal) -> str:
    """``1 minute 30 seconds`` for 90; ``0.5 seconds`` for a half."""
    if seconds != seconds.to_integral_value():
        return f"{seconds} seconds"
    return words_of(_iso_of_seconds(seconds)) if seconds else "0 seconds"


def _iso_of_seconds(seconds: Decimal) -> str:
    return format_duration(DaysTimeDuration(int(seconds * 1_000_000_000)))
