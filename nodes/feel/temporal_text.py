"""Dates, times and durations as texts: reading them by the standard's lexical forms, and writing them.

Law: reading answers None for what is no such text (FEEL turns that into null); writing and reading again gives the
same.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from nodes.feel.durations import NANOS_PER_DAY, NANOS_PER_SECOND, DaysTimeDuration, YearsMonthsDuration
from nodes.feel.moments import (
    AnyDate,
    AnyDateTime,
    AnyTime,
    WideDate,
    WideDateTime,
    WideTime,
    date_number,
    from_date_number,
    make_date,
    make_date_time,
    make_time,
    offset_seconds,
    time_nanos,
)
from nodes.feel.zones import find_zone, fixed_zone, zone_name

MAX_TEXT: Final = 120
"""No date, time or duration is longer; longer texts are not looked at."""

_DATE = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)"
_TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([\w/+\-]+))?"
_DATE_FORM: Final = re.compile(_DATE + r"\Z", re.ASCII)
_TIME_FORM: Final = re.compile(_TIME + r"\Z", re.ASCII)
_DATE_TIME_FORM: Final = re.compile(_DATE + "T" + _TIME + r"\Z", re.ASCII)
_MONTHS_FORM: Final = re.compile(r"(-)?P(?=\d)(?:(\d{1,18})Y)?(?:(\d{1,18})M)?\Z", re.ASCII)
_DAYS_FORM: Final = re.compile(
    r"(-)?P(?=[\dT])(?:(\d{1,18})D)?(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{0,30}))?S)?)?\Z",
    re.ASCII,
)


def parse_date(text: str) -> AnyDate | None:
    """The date of `2026-05-01` (years of four to nine digits, `-` before Christ)."""
    found = _DATE_FORM.match(text) if len(text) <= MAX_TEXT else None
    return None if found is None else make_date(int(found[1]), int(found[2]), int(found[3]))


def _clock(parts: tuple[str | None, ...]) -> tuple[int, dt.tzinfo | None] | None:
    hour, minute, second, fraction, utc, sign, zone_hour, zone_minute, zone_second, name = parts
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    ends_day = hours == 24 and minutes == seconds == 0 and not (fraction or "").strip("0")
    if (hours > 23 and not ends_day) or minutes > 59 or seconds > 59:
        return None
    nanos = ((hours * 60 + minutes) * 60 + seconds) * NANOS_PER_SECOND + int((fraction or "")[:9].ljust(9, "0"))
    if utc is not None:
        return nanos, dt.UTC
    if sign is not None:
        h, m, s = int(zone_hour or 0), int(zone_minute or 0), int(zone_second or 0)
        offset = (h * 60 + m) * 60 + s
        if m > 59 or s > 59 or offset > 18 * 3_600:
            return None
        return nanos, fixed_zone(-offset if sign == "-" else offset)
    if name is not None:
        zone = find_zone(name)
        return None if zone is None else (nanos, zone)
    return nanos, None


def parse_time(text: str) -> AnyTime | None:
    """The time of `13:20:00`, `13:20:00.5Z`, `13:20:00+01:00` or `13:20:00@Europe/Paris`."""
    found = _TIME_FORM.match(text) if len(text) <= MAX_TEXT else None
    clock = None if found is None else _clock(found.groups())
    return None if clock is None else make_time(clock[0] % NANOS_PER_DAY, clock[1])


def parse_date_time(text: str) -> AnyDateTime | None:
    """The date and time of `2026-05-01T13:20:00` with any ending that a time may have; a date alone is its midnight."""
    day = parse_date(text)
    if day is not None:
        return make_date_time(day, 0, None)
    found = _DATE_TIME_FORM.match(text) if len(text) <= MAX_TEXT else None
    if found is None:
        return None
    day = make_date(int(found[1]), int(found[2]), int(found[3]))
    clock = _clock(found.groups()[3:])
    if day is None or clock is None:
        return None
    if clock[0] == NANOS_PER_DAY:  # 24:00:00 is the midnight at the end of the day
        next_day = from_date_number(date_number(day) + 1)
        return None if next_day is None else make_date_time(next_day, 0, clock[1])
    return make_date_time(day, *clock)


def parse_duration(text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    """The duration of `P1Y6M` or of `P2DT3H4M5.5S`; the two kinds don't mix."""
    if len(text) > MAX_TEXT:
        return None
    found = _MONTHS_FORM.match(text)
    if found is not None:
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonthsDuration(-months if found[1] else months)
    found = _DAYS_FORM.match(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    length = DaysTimeDuration.of(
        days=days, hours=hours, minutes=minutes, seconds=seconds, nanoseconds=int((found[6] or "")[:9].ljust(9, "0"))
    )
    return DaysTimeDuration(-length.nanoseconds) if found[1] else length


def parse_at(text: str) -> AnyDate | AnyTime | AnyDateTime | DaysTimeDuration | YearsMonthsDuration | None:
    """What `@"..."` stands for."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if "T" in text[:24] and ":" in text:
        return parse_date_time(text)
    return parse_time(text) if ":" in text else parse_date(text)


def format_date(value: AnyDate) -> str:
    """`2026-05-01`."""
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def _zone_text(value: AnyTime | AnyDateTime) -> str:
    if value.tzinfo is None:
        return ""
    name = zone_name(value.tzinfo)
    if name is not None:
        return "@" + name
    return format_offset(offset_seconds(value) or 0)


def format_offset(seconds: int) -> str:
    """`Z`, `+01:00`, `-05:30`."""
    if seconds == 0:
        return "Z"
    minutes, second = divmod(abs(seconds), 60)
    text = f"{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{second:02d}" if second else text


def _fraction(nanos: int) -> str:
    return f".{nanos:09d}".rstrip("0") if nanos else ""


def format_time(value: AnyTime | AnyDateTime) -> str:
    """`13:20:00` with its fraction and its zone, if it has them (of a date with time: the time of it)."""
    seconds, rest = divmod(time_nanos(value), NANOS_PER_SECOND)
    clock = f"{seconds // 3_600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return clock + _fraction(rest) + _zone_text(value)


def format_duration(value: DaysTimeDuration | YearsMonthsDuration) -> str:
    """The shortest canonical text: `P1Y6M`, `P2DT3H4.5S`, `P0M`, `PT0S`."""
    if isinstance(value, YearsMonthsDuration):
        years, months = divmod(abs(value.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if value.months < 0 else "P") + text
    days, rest = divmod(abs(value.nanoseconds), NANOS_PER_DAY)
    seconds, nanos = divmod(rest, NANOS_PER_SECOND)
    hours, minutes, seconds = seconds // 3_600, seconds // 60 % 60, seconds % 60
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or nanos or not (days or clock):
        clock += f"{seconds}{_fraction(nanos)}S"
    text = (f"{days}D" if days else "") + ("T" + clock if clock else "")
    return ("-P" if value.nanoseconds < 0 else "P") + text


def format_temporal(
    value: AnyDate | AnyTime | AnyDateTime | DaysTimeDuration | YearsMonthsDuration,
) -> str:
    """The text of any of them, which `parse_at` reads back."""
    if isinstance(value, (DaysTimeDuration, YearsMonthsDuration)):
        return format_duration(value)
    if isinstance(value, (dt.datetime, WideDateTime)):
        return f"{format_date_of(value)}T{format_time(value)}"
    if isinstance(value, (dt.date, WideDate)):
        return format_date(value)
    assert isinstance(value, (dt.time, WideTime))
    return format_time(value)


def format_date_of(value: AnyDateTime) -> str:
    """The day of a date with time."""
    day = make_date(value.year, value.month, value.day)
    assert day is not None, "a date with time has a day"
    return format_date(day)
