"""What `value.name` reads: entries of contexts, of each item of a list, and the fields of dates, times, durations,
ranges.

Law: a property that is not there is null, never an error; only the names in this file and the keys of contexts can be
read, so nothing of Python is ever reached through a path.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from nodes.feel.durations import NANOS_PER_DAY, NANOS_PER_SECOND, DaysTimeDuration, YearsMonthsDuration
from nodes.feel.moments import AnyDateTime, AnyDay, AnyTime, offset_seconds, time_nanos, weekday
from nodes.feel.running import Running
from nodes.feel.values import (
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS,
    LIST,
    MONTHS,
    OPAQUE,
    RANGE,
    TIME,
    Range,
    kind,
    settle,
)
from nodes.feel.zones import zone_name


def property_of(value: Any, name: str, running: Running) -> Any:
    """`value.name`, null where there is none."""
    of = kind(value)
    if of == CONTEXT:
        return settle(settle(value).get(name))
    if of == LIST:
        items = settle(value)
        running.allow_list(len(items))
        return [property_of(item, name, running) for item in items]
    if of == OPAQUE:
        return settle(value.feel_properties().get(name))
    reader = PROPERTIES.get(of, {}).get(name)
    return None if reader is None else reader(value)


def _seconds(value: AnyTime | AnyDateTime) -> Decimal:
    nanos = time_nanos(value) % (60 * NANOS_PER_SECOND)
    return Decimal(nanos // NANOS_PER_SECOND)


def _offset(value: AnyTime | AnyDateTime) -> DaysTimeDuration | None:
    offset = offset_seconds(value)
    return None if offset is None else DaysTimeDuration.of(seconds=offset)


def _zone(value: AnyTime | AnyDateTime) -> str | None:
    zone: dt.tzinfo | None = value.tzinfo
    return zone_name(zone)


_DAY: Final[dict[str, Callable[[AnyDay], Any]]] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(weekday(value)),
}

_CLOCK: Final[dict[str, Callable[[Any], Any]]] = {
    "hour": lambda value: Decimal(time_nanos(value) // (3_600 * NANOS_PER_SECOND)),
    "minute": lambda value: Decimal(time_nanos(value) // (60 * NANOS_PER_SECOND) % 60),
    "second": _seconds,
    "time offset": _offset,
    "timezone": _zone,
}


def _part(nanos_per_unit: int, units: int | None) -> Callable[[DaysTimeDuration], Decimal]:
    def read(value: DaysTimeDuration) -> Decimal:
        whole = abs(value.nanoseconds) // nanos_per_unit
        part = whole if units is None else whole % units
        return Decimal(-part if value.nanoseconds < 0 else part)

    return read


def _months(value: YearsMonthsDuration, part: int) -> Decimal:
    fields = divmod(abs(value.months), 12)
    return Decimal(-fields[part] if value.months < 0 else fields[part])


_RANGE: Final[dict[str, Callable[[Range], Any]]] = {
    "start": lambda value: value.low,
    "end": lambda value: value.high,
    "start included": lambda value: value.low_included,
    "end included": lambda value: value.high_included,
}

PROPERTIES: Final[dict[int, dict[str, Callable[[Any], Any]]]] = {
    DATE: _DAY,
    TIME: _CLOCK,
    DATE_TIME: {**_DAY, **_CLOCK},
    DAYS: {
        "days": _part(NANOS_PER_DAY, None),
        "hours": _part(3_600 * NANOS_PER_SECOND, 24),
        "minutes": _part(60 * NANOS_PER_SECOND, 60),
        "seconds": _part(NANOS_PER_SECOND, 60),
    },
    MONTHS: {"years": lambda value: _months(value, 0), "months": lambda value: _months(value, 1)},
    RANGE: _RANGE,
}
"""The readers by kind of value; editors complete from this table."""
