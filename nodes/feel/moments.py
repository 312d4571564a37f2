"""Dates, times and dates with times as whole numbers, and back: what all temporal arithmetic stands on.

A value is Python's own `date`, `time` or `datetime` wherever that can hold it. FEEL reaches further (years to
±999,999,999, nanoseconds); what Python cannot hold is a `WideDate`, `WideTime` or `WideDateTime`. Nobody outside
makes those by hand: `make_date`, `make_time` and `make_date_time` choose, so that equal values always have equal
types.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, TypeAlias

from nodes.feel.durations import NANOS_PER_DAY, NANOS_PER_SECOND
from nodes.feel.record import Record
from nodes.feel.zones import zone_name

MAX_YEAR: Final = 999_999_999


class WideDate(Record):
    """A date of a year that `datetime.date` cannot hold."""

    year: int
    month: int
    day: int


class WideTime(Record):
    """A time of day with nanoseconds that `datetime.time` cannot hold."""

    nanos: int
    tzinfo: dt.tzinfo | None


class WideDateTime(Record):
    """A date with time whose year or nanoseconds `datetime.datetime` cannot hold."""

    year: int
    month: int
    day: int
    nanos: int
    tzinfo: dt.tzinfo | None


AnyDate: TypeAlias = dt.date | WideDate
AnyTime: TypeAlias = dt.time | WideTime
AnyDateTime: TypeAlias = dt.datetime | WideDateTime
AnyDay: TypeAlias = AnyDate | AnyDateTime


def is_leap(year: int) -> bool:
    """Whether the Gregorian year has 366 days (proleptic, astronomical: year 0 exists)."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01, of any year."""
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def day_fields(number: int) -> tuple[int, int, int]:
    """The year, month and day of a day number."""
    era, of_era = divmod(number + 719_468, 146_097)
    year_of_era = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * of_year + 2) // 153
    day = of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return year_of_era + era * 400 + (month <= 2), month, day


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """The date, None where there is no such day."""
    if not (1 <= month <= 12 and 1 <= day <= days_in_month(year, month)) or abs(year) > MAX_YEAR:
        return None
    return dt.date(year, month, day) if 1 <= year <= 9999 else WideDate(year, month, day)


def make_time(nanos: int, zone: dt.tzinfo | None) -> AnyTime:
    """The time that many nanoseconds after midnight (less than a day)."""
    if nanos % 1_000:
        return WideTime(nanos, zone)
    seconds, rest = divmod(nanos, NANOS_PER_SECOND)
    return dt.time(seconds // 3_600, seconds // 60 % 60, seconds % 60, rest // 1_000, tzinfo=zone)


def make_date_time(day: AnyDate, nanos: int, zone: dt.tzinfo | None) -> AnyDateTime:
    """The date with the time that many nanoseconds after midnight."""
    if nanos % 1_000 or isinstance(day, WideDate):
        return WideDateTime(day.year, day.month, day.day, nanos, zone)
    seconds, rest = divmod(nanos, NANOS_PER_SECOND)
    return dt.datetime(
        day.year, day.month, day.day, seconds // 3_600, seconds // 60 % 60, seconds % 60, rest // 1_000, tzinfo=zone
    )


def time_nanos(value: AnyTime | AnyDateTime) -> int:
    """Nanoseconds since midnight, as the clock on the wall shows it."""
    if isinstance(value, (WideTime, WideDateTime)):
        return value.nanos
    return ((value.hour * 60 + value.minute) * 60 + value.second) * NANOS_PER_SECOND + value.microsecond * 1_000


def date_of(value: AnyDay) -> AnyDate:
    """The day of a date or of a date with time."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, WideDateTime):
        made = make_date(value.year, value.month, value.day)
        assert made is not None, "a WideDateTime is made from a date"
        return made
    return value


def date_number(value: AnyDay) -> int:
    """Days since 1970-01-01."""
    return day_number(value.year, value.month, value.day)


def from_date_number(number: int) -> AnyDate | None:
    """The date of a day number, None beyond the years that FEEL has."""
    return make_date(*day_fields(number))


def offset_seconds(value: AnyTime | AnyDateTime) -> int | None:
    """Seconds ahead of UTC; None without a zone, and for a time in a zone whose offset depends on the day."""
    zone = value.tzinfo
    if zone is None:
        return None
    if isinstance(value, WideTime):
        offset = zone.utcoffset(None)
    elif isinstance(value, WideDateTime):
        # Zone rules end where Python's years end: the nearest year that they know stands in.
        year = min(max(value.year, 2), 9_998)
        day = min(value.day, days_in_month(year, value.month))
        seconds = value.nanos // NANOS_PER_SECOND
        clock = dt.time(seconds // 3_600, seconds // 60 % 60, seconds % 60)
        offset = dt.datetime.combine(dt.date(year, value.month, day), clock, tzinfo=zone).utcoffset()
    else:
        offset = value.utcoffset()
    return None if offset is None else offset.days * 86_400 + offset.seconds


def local_nanos(value: AnyDay) -> int:
    """Nanoseconds since 1970-01-01T00:00 on the value's own clock; a date stands at its midnight."""
    nanos = time_nanos(value) if isinstance(value, (dt.datetime, WideDateTime)) else 0
    return date_number(value) * NANOS_PER_DAY + nanos


def instant_nanos(value: AnyDay) -> int:
    """Nanoseconds since 1970-01-01T00:00 UTC; what has no zone is read as UTC."""
    if isinstance(value, (dt.datetime, WideDateTime)):
        return local_nanos(value) - (offset_seconds(value) or 0) * NANOS_PER_SECOND
    return local_nanos(value)


def from_local_nanos(nanos: int, zone: dt.tzinfo | None) -> AnyDateTime | None:
    """The date with time at that reading of the clock in `zone`; None beyond FEEL's years."""
    number, rest = divmod(nanos, NANOS_PER_DAY)
    day = from_date_number(number)
    return None if day is None else make_date_time(day, rest, zone)


def from_instant_nanos(nanos: int, zone: dt.tzinfo | None) -> AnyDateTime | None:
    """The date with time that a clock in `zone` shows at that instant; None beyond FEEL's years."""
    if zone is None:
        return from_local_nanos(nanos, None)
    if isinstance(zone, dt.timezone):
        offset = zone.utcoffset(None)
        return from_local_nanos(nanos + (offset.days * 86_400 + offset.seconds) * NANOS_PER_SECOND, zone)
    seconds, rest = divmod(nanos, NANOS_PER_SECOND)
    number = seconds // 86_400
    if day_number(2, 1, 1) <= number <= day_number(9_998, 12, 31):
        there = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)).astimezone(zone)
        if rest % 1_000 == 0:
            return there.replace(microsecond=rest // 1_000)
        return make_date_time(there.date(), time_nanos(there) + rest, zone)
    near = from_local_nanos(nanos, zone)
    return None if near is None else from_local_nanos(nanos + (offset_seconds(near) or 0) * NANOS_PER_SECOND, zone)


def add_months(value: AnyDate, months: int) -> AnyDate | None:
    """The same day so many months later, the last one of a shorter month; None beyond FEEL's years."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    return make_date(year, month + 1, min(value.day, days_in_month(year, month + 1)))


def months_between(start: AnyDay, end: AnyDay) -> int:
    """Whole months from the day of start to the day of end, towards zero."""
    months = (end.year * 12 + end.month) - (start.year * 12 + start.month)
    if months > 0 and end.day < start.day:
        return months - 1
    return months + 1 if months < 0 and end.day > start.day else months


def weekday(value: AnyDay) -> int:
    """1 for Monday to 7 for Sunday."""
    return (date_number(value) + 3) % 7 + 1


def same_zone(a: dt.tzinfo | None, b: dt.tzinfo | None) -> bool:
    """Whether two zones are written alike: the same name, or the same fixed offset."""
    if a is None or b is None:
        return a is b
    if zone_name(a) is not None or zone_name(b) is not None:
        return zone_name(a) == zone_name(b)
    return a.utcoffset(None) == b.utcoffset(None)
