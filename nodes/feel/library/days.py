"""Functions of dates and times (DMN 1.5, 10.3.4.1 and 10.3.4.8). `now` and `today` know the given moment only."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from nodes.feel.arithmetic import as_number, as_whole, date_time_from
from nodes.feel.durations import NANOS_PER_SECOND, DaysTimeDuration, YearsMonthsDuration
from nodes.feel.library.signature import function
from nodes.feel.limits import READING_COST
from nodes.feel.moments import (
    AnyDate,
    AnyDateTime,
    AnyDay,
    AnyTime,
    date_number,
    date_of,
    day_number,
    days_in_month,
    make_date,
    make_date_time,
    make_time,
    months_between,
    time_nanos,
    weekday,
)
from nodes.feel.running import Running
from nodes.feel.temporal_text import parse_date, parse_date_time, parse_time
from nodes.feel.values import DATE, DATE_TIME, STRING, TIME, kind, settle
from nodes.feel.zones import fixed_zone, zone_named

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December", )  # fmt: skip


@function("now()", running=True)
def now(running: Running) -> dt.datetime:
    """The moment of the evaluation, in the zone of the evaluation."""
    return running.instant().astimezone(zone_named(running.zone))


@function("today()", running=True)
def today(running: Running) -> dt.date:
    """The day of that moment, in that zone."""
    return now(running).date()


@function("date(from: any)", cost=READING_COST)
def date(value: Any) -> AnyDate | None:
    """The date that a text writes, or the day of a date with time."""
    of = kind(value)
    if of == STRING:
        return parse_date(settle(value))
    return date_of(value) if of in {DATE, DATE_TIME} else None


@function("date(year: number, month: number, day: number)")
def date_from_fields(year: Decimal, month: Decimal, day: Decimal) -> AnyDate | None:
    """The date of a year, month and day."""
    fields = [as_whole(field) for field in (year, month, day)]
    return None if None in fields else make_date(*(field for field in fields if field is not None))


@function("time(from: any)", cost=READING_COST)
def time(value: Any) -> AnyTime | None:
    """The time that a text writes, or the time of a date with time, with its zone; of a date: midnight UTC."""
    of = kind(value)
    if of == STRING:
        return parse_time(settle(value))
    if of == DATE:
        return make_time(0, dt.UTC)
    return make_time(time_nanos(value), value.tzinfo) if of in {TIME, DATE_TIME} else None


@function("time(hour: number, minute: number, second: number, offset: days duration?~)")
def time_from_fields(
    hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTimeDuration | None = None
) -> AnyTime | None:
    """The time of an hour, minute and second, at an offset from UTC."""
    hours, minutes, seconds = as_whole(hour), as_whole(minute), as_number(second)
    if hours is None or minutes is None or seconds is None or not 0 <= seconds < 60:
        return None
    if not (0 <= hours < 24 and 0 <= minutes < 60):
        return None
    zone = None
    if offset is not None:
        ahead, rest = divmod(offset.nanoseconds, NANOS_PER_SECOND)
        if rest or abs(ahead) > 18 * 3_600:
            return None
        zone = fixed_zone(ahead)
    return make_time((hours * 60 + minutes) * 60 * NANOS_PER_SECOND + int(seconds * NANOS_PER_SECOND), zone)


@function("date and time(from: any)", cost=READING_COST)
def date_and_time(value: Any) -> AnyDateTime | None:
    """The date with time that a text writes; a date stands for its midnight."""
    of = kind(value)
    if of == STRING:
        return parse_date_time(settle(value))
    if of == DATE:
        return make_date_time(value, 0, None)
    return value if of == DATE_TIME else None


@function("date and time(date: day, time: time)")
def date_with_time(day: AnyDay, clock: AnyTime) -> AnyDateTime:
    """A day with a time."""
    return date_time_from(day, clock)


@function("years and months duration(from: day, to: day)")
def years_and_months_duration(start: AnyDay, end: AnyDay) -> YearsMonthsDuration:
    """The whole months from one day to another."""
    return YearsMonthsDuration(months_between(start, end))


@function("day of year(date: day)")
def day_of_year(value: AnyDay) -> Decimal:
    """1 for the first of January."""
    return Decimal(date_number(value) - day_number(value.year, 1, 1) + 1)


@function("day of week(date: day)")
def day_of_week(value: AnyDay) -> str:
    """ "Monday" to "Sunday"."""
    return _DAYS[weekday(value) - 1]


@function("month of year(date: day)")
def month_of_year(value: AnyDay) -> str:
    """ "January" to "December"."""
    return _MONTHS[value.month - 1]


@function("week of year(date: day)")
def week_of_year(value: AnyDay) -> Decimal:
    """The week by ISO 8601: week 1 has the year's first Thursday."""
    number = date_number(value)
    thursday = number - weekday(value) + 4
    year = value.year
    for candidate in (year + 1, year, year - 1):
        first = day_number(candidate, 1, 1)
        if thursday >= first:
            return Decimal((thursday - first) // 7 + 1)
    raise AssertionError("a Thursday lies in the year or in one beside it")


@function("last day of month(date: day)")
def last_day_of_month(value: AnyDay) -> Decimal:
    """28 to 31."""
    return Decimal(days_in_month(value.year, value.month))
