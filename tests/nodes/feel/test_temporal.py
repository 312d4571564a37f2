"""Dates, times, durations and zones: as the standard has them, and never from this machine's clock or zone files."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from decimal import Decimal
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.feel import (
    DaysTimeDuration,
    FeelError,
    YearsMonthsDuration,
    compile_expression,
    format_duration,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    to_text,
)
from nodes.feel.moments import day_fields, day_number
from nodes.feel.zones import find_zone


@pytest.mark.parametrize(
    "text",
    [
        '@"2026-05-01"', '@"-0044-03-15"', '@"123456-01-01"', '@"999999999-12-31"', '@"13:20:00"',
        '@"13:20:00.123456789"', '@"-PT0.000000001S"',
        '@"13:20:00Z"', '@"13:20:00-05:30"', '@"13:20:00@Europe/Paris"', '@"2026-05-01T13:20:00"', '@"P1Y6M"',
        '@"2026-05-01T13:20:00.5@America/New_York"', '@"-99999-12-31T11:22:33Z"', '@"P2DT3H4M5.678S"',
        '@"P0M"', '@"PT0S"',
    ],
)  # fmt: skip
def test_at_literals_write_back_as_they_were_read(ev, text):
    assert to_text(ev(text)) == text[2:-1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('date("2026-02-29")', None),
        ('date("2026-13-01")', None),
        ('date("26-01-01")', None),
        ('date("02026-01-01")', None),
        ('date("2026-05-01T10:00:00")', None),
        ('date("2026-1-1")', None),
        ('time("24:00:01")', None),
        ('time("10:00")', None),
        ('time("10:00:00@Mars/Olympus")', None),
        ('time("10:00:00@../../etc/passwd")', None),
        ('time("10:00:00+25:00")', None),
        ('duration("P1Y1D")', None),
        ('duration("P")', None),
        ('duration("PT")', None),
        ("date(2026, 2, 30)", None),
        ("time(25, 0, 0)", None),
        ("date(null)", None),
        ("date(5)", None),
    ],
)
def test_what_is_no_date_or_time_is_null(ev, text, value):
    assert ev(text) is value


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('@"2026-01-31" + @"P1M"', "2026-02-28"),
        ('@"2024-02-29" + @"P1Y"', "2025-02-28"),
        ('@"2026-03-31" - @"P1M"', "2026-02-28"),
        ('@"2026-05-01" + @"P1D"', "2026-05-02"),
        ('@"2026-05-01" + @"PT25H"', "2026-05-02"),
        ('@"0001-01-01" - @"P1D"', "0000-12-31"),
        ('@"9999-12-31" + @"P1D"', "10000-01-01"),
        ('@"2026-05-01" - @"2026-04-01"', "P30D"),
        ('@"2026-05-01T00:00:00Z" - @"2026-05-01T00:00:00+02:00"', "PT2H"),
        ('@"23:30:00" + @"PT1H"', "00:30:00"),
        ('@"10:00:00" - @"09:15:00"', "PT45M"),
        ('@"P1D" + @"PT12H"', "P1DT12H"),
        ('@"P1Y" - @"P18M"', "-P6M"),
        ('@"P1D" * 1.5', "P1DT12H"),
        ('@"P1Y" / 5', "P2M"),
        ('@"PT3H" / @"PT2H"', "1.5"),
        ('-@"P1Y"', "-P1Y"),
        ('@"2026-03-29T01:30:00@Europe/Paris" + @"PT1H"', "2026-03-29T03:30:00@Europe/Paris"),
        ('@"2026-10-25T02:30:00@Europe/Paris" + @"P1D"', "2026-10-26T01:30:00@Europe/Paris"),
        ('@"2026-10-25T12:00:00@Europe/Paris" + @"P1M"', "2026-11-25T12:00:00@Europe/Paris"),
        ('date and time(@"2026-05-01", @"10:00:00Z")', "2026-05-01T10:00:00Z"),
        ('date and time("2026-05-01T24:00:00")', "2026-05-02T00:00:00"),
        ('time(@"2026-05-01T10:00:00+01:00")', "10:00:00+01:00"),
        ('years and months duration(@"2026-01-31", @"2027-03-01")', "P1Y1M"),
        ('years and months duration(@"2027-03-01", @"2026-01-31")', "-P1Y1M"),
        ('time(11, 59, 45, duration("-PT2H"))', "11:59:45-02:00"),
        ("now()", "2026-11-20T23:30:00@UTC"),
        ("today()", "2026-11-20"),
    ],
)
def test_arithmetic_of_days_and_times(ev, text, written):
    assert to_text(ev(text)) == written


@pytest.mark.parametrize(
    "text",
    ['@"2026-05-01" + 1', '@"2026-05-01" + @"2026-05-01"', '@"10:00:00" + @"P1M"', '@"P1D" + @"P1M"', '@"P1D" * @"P1D"',
     '@"2026-05-01T10:00:00" - @"2026-05-01T10:00:00Z"', '@"P1D" / 0', '@"999999999-12-31" + @"P1D"'],
)  # fmt: skip
def test_what_is_not_defined_is_null(ev, text):
    assert ev(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('@"2026-05-01T10:00:00Z" = @"2026-05-01T12:00:00+02:00"', True),
        ('@"2026-05-01T10:00:00Z" = @"2026-05-01T10:00:00"', False),
        ('@"2026-05-01T10:00:00Z" < @"2026-05-01T10:00:00"', None),
        ('@"2026-05-01T12:00:00@Europe/Paris" = @"2026-05-01T12:00:00+02:00"', True),
        ('is(@"2026-05-01T12:00:00@Europe/Paris", @"2026-05-01T12:00:00+02:00")', False),
        ('@"10:00:00Z" = @"11:00:00+01:00"', True),
        ('@"2026-05-01" < @"2026-05-02"', True),
        ('@"2026-05-01" = @"2026-05-01T00:00:00"', None),
        ('@"P1D" = @"PT24H"', True),
        ('@"P12M" = @"P1Y"', True),
        ('@"P30D" < @"P1M"', None),
        ('@"-0001-01-01" < @"0001-01-01"', True),
    ],
)
def test_order_and_equality(ev, text, value):
    assert ev(text) is value


def test_properties(ev):
    moment = '@"2026-05-01T10:20:30.5@Europe/Paris"'
    names = ["year", "month", "day", "weekday", "hour", "minute", "second"]
    assert [ev(f"{moment}.{name}") for name in names] == [2026, 5, 1, 5, 10, 20, 30]
    assert ev(f"{moment}.timezone") == "Europe/Paris"
    assert ev(f"{moment}.time offset") == DaysTimeDuration.of(hours=2)
    assert ev('@"2026-05-01".hour') is None
    assert [ev(f'@"-P1Y2M".{name}') for name in ("years", "months")] == [-1, -2]
    assert [ev(f'@"P1DT2H3M4S".{name}') for name in ("days", "hours", "minutes", "seconds")] == [1, 2, 3, 4]
    assert ev("[1..5).end included") is False


def test_calendar_functions(ev):
    assert ev('day of week(@"2026-11-20")') == "Friday"
    assert ev('month of year(@"2026-11-20")') == "November"
    assert ev('day of year(@"2024-12-31")') == 366
    assert ev('week of year(@"2021-01-03")') == 53
    assert ev('week of year(@"2025-12-29")') == 1
    assert ev('last day of month(@"2024-02-05")') == 29


def test_the_clock_is_only_the_one_that_is_given():
    now = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)
    today = compile_expression("today()")
    assert today.evaluate({}, now=now, zone="Asia/Tokyo") == dt.date(2026, 11, 21)
    assert today.evaluate({}, now=now, zone="America/New_York") == dt.date(2026, 11, 20)
    with pytest.raises(FeelError, match="no moment was given"):
        today.evaluate({})
    with pytest.raises(FeelError, match="no time zone 'Mars/X'"):
        today.evaluate({}, now=now, zone="Mars/X")


def test_zones_come_from_the_package_and_not_from_the_machine(ev, tmp_path):
    # given a machine whose zone files say that Paris is on UTC
    wrong = tmp_path / "Europe" / "Paris"
    wrong.parent.mkdir()
    wrong.write_bytes(resources.files("tzdata").joinpath("zoneinfo", "UTC").read_bytes())
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    zoneinfo.ZoneInfo.clear_cache()
    find_zone.cache_clear()
    try:
        noon = dt.datetime(2026, 5, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Paris"))
        assert noon.utcoffset() == dt.timedelta(0), "the machine is really wrong"
        # then expressions know better
        assert ev('@"2026-05-01T12:00:00@Europe/Paris".time offset') == DaysTimeDuration.of(hours=2)
    finally:
        zoneinfo.reset_tzpath()
        zoneinfo.ZoneInfo.clear_cache()


@given(st.integers(-400_000_000_000, 400_000_000_000))
def test_day_numbers_go_round(number):
    assert day_number(*day_fields(number)) == number


@given(st.dates())
def test_day_numbers_agree_with_python(day):
    assert day_number(day.year, day.month, day.day) == day.toordinal() - 719_163
    assert parse_date(day.isoformat()) == day


@given(st.datetimes(timezones=st.sampled_from([None, dt.UTC])))
def test_dates_with_times_go_round(moment):
    assert parse_date_time(to_text(moment)) == moment


@given(st.times())
def test_times_go_round(clock):
    assert parse_time(to_text(clock)) == clock


@given(st.integers(-(10**24), 10**24), st.integers(-(10**15), 10**15))
def test_durations_go_round(nanoseconds, months):
    for duration in (DaysTimeDuration(nanoseconds), YearsMonthsDuration(months)):
        assert parse_duration(format_duration(duration)) == duration


@given(st.timedeltas())
def test_timedeltas_go_round(delta):
    assert DaysTimeDuration.from_timedelta(delta).to_timedelta() == delta


def test_durations_are_values():
    assert DaysTimeDuration.of(hours=24) == DaysTimeDuration.of(days=1) < DaysTimeDuration.of(days=2)
    assert YearsMonthsDuration(1) != DaysTimeDuration(1)
    assert len({YearsMonthsDuration(1), YearsMonthsDuration(1)}) == 1
    assert DaysTimeDuration(1_500_000_000).seconds == Decimal("1.5")
    with pytest.raises(AttributeError, match="immutable"):
        YearsMonthsDuration(1).months = 2
