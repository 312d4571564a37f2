"""Months and years in a zone, by the plan's zone rules (SEMANTICS W1, Z1): ``tzdata``'s, never the machine's files."""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo


@lru_cache(maxsize=64)
def zone_rules(name: str) -> ZoneInfo:
    """The rules of a zone, read from the ``tzdata`` package. Raises ``ValueError`` for a name that isn't a zone's."""
    parts = name.split("/")
    if not parts or any(
        not p or p.startswith(".") or not p.replace("_", "").replace("-", "").replace("+", "").isalnum() for p in parts
    ):
        raise ValueError(f"{name!r} is not the name of a time zone")
    try:
        with resources.files("tzdata").joinpath("zoneinfo", *parts).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (OSError, ValueError) as problem:
        raise ValueError(f"{name!r} is not the name of a time zone") from problem


def first_valid(local: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The instant (UTC) of a local time: the first if it exists twice, the first valid one if it doesn't exist."""
    early = local.replace(tzinfo=zone, fold=0)
    instant = early.astimezone(dt.UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    # In a gap fold=0 reckons with the offset before it, so the instant lies after the gap by as much as `local` lies
    # inside it; the gap's end is where the offset changes.
    late = local.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    low, high = min(late, instant), max(late, instant)
    before = low.astimezone(zone).utcoffset()
    while high - low > dt.timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def instant_of(moment: dt.datetime) -> dt.datetime:
    """The instant (UTC) of a date and time with a zone or an offset; where its local time doesn't exist there, the
    first valid one. Raises ``OverflowError`` beyond the calendar.
    """
    instant = moment.astimezone(dt.UTC)
    zone = moment.tzinfo
    local = moment.replace(tzinfo=None, fold=0)
    if not isinstance(zone, ZoneInfo) or instant.astimezone(zone).replace(tzinfo=None, fold=0) == local:
        return instant  # the second of two equal local times stays the second: whoever computed it meant that one
    return first_valid(local, zone)


def months_after(start: dt.datetime, months: int, zone_name: str) -> dt.datetime:
    """``start`` plus months in the zone, in UTC; the last day of the month where the day doesn't exist."""
    zone = zone_rules(zone_name)
    local = start.astimezone(zone).replace(tzinfo=None)
    index = local.year * 12 + local.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9998:
        raise ValueError("the date is out of range")
    day = min(local.day, _calendar.monthrange(year, month + 1)[1])
    return first_valid(local.replace(year=year, month=month + 1, day=day), zone)
