"""One value model: its tagged form reads back to the same value, and nothing else gets in."""

import datetime as dt
from decimal import Decimal

import pytest

from nodes.contract import Document, Sealed, Value, ValueProblem, from_wire, same_value, to_plain, to_wire
from nodes.feel import (
    DaysTimeDuration,
    Range,
    YearsMonthsDuration,
    compile_expression,
    parse_date,
    parse_date_time,
    parse_time,
)

PDF = Document("a.pdf", "application/pdf", 5, "0" * 64)


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (None, None),
        (True, True),
        ("@text", "@text"),
        (Decimal("1.10"), Decimal("1.10")),
        (dt.date(2026, 5, 1), {"@date": "2026-05-01"}),
        (parse_date("20260-05-01"), {"@date": "20260-05-01"}),
        (parse_time("10:00:00.123456789Z"), {"@time": "10:00:00.123456789Z"}),
        (dt.datetime(2026, 5, 1, 10, tzinfo=dt.UTC), {"@datetime": "2026-05-01T10:00:00Z"}),
        (parse_date_time("2026-05-01T10:00:00@Europe/Berlin"), {"@datetime": "2026-05-01T10:00:00@Europe/Berlin"}),
        (DaysTimeDuration.of(hours=4), {"@duration": "PT4H"}),
        (YearsMonthsDuration(14), {"@duration": "P1Y2M"}),
        (
            Range(Decimal(1), None, True, False),
            {"@range": {"low": Decimal(1), "high": None, "low_included": True, "high_included": False}},
        ),
        (
            Range(Decimal(5), None, False, False, unary=True),
            {"@range": {"low": Decimal(5), "high": None, "low_included": False, "high_included": False, "unary": True}},
        ),
        ({"@date": "not a date", "@@x": Decimal(1)}, {"@@date": "not a date", "@@@x": Decimal(1)}),
        ([{"a": [PDF]}], [{"a": [{"@document": PDF.description()}]}]),
        (Sealed("k1", "Zm9v"), {"@sealed": {"key_id": "k1", "ciphertext": "Zm9v"}}),
    ],
)
def test_the_tagged_form_reads_back(value, wire):
    assert to_wire(value) == wire
    back = from_wire(wire)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "wire",
    [
        {"@date": "2026-13-01"},
        {"@date": 5},
        {"@datetime": "yesterday"},
        {"@time": None},
        {"@duration": "4h"},
        {"@range": {"low": 1}},
        {"@document": {"name": "a"}},
        {"@sealed": []},
        {"@unknown": 1},
        {"a": 1, "@b": 2},
        1.5,
        {"deep": [[[1.5]]]},
        b"bytes",
    ],
)
def test_a_broken_tag_is_refused(wire):
    with pytest.raises(ValueProblem):
        from_wire(wire)


def test_what_is_no_value_is_refused_with_its_place():
    for value in ({"a": [0.5]}, {"a": [Decimal("NaN")]}, {"a": [object()]}, {1: "x"}):
        with pytest.raises(ValueProblem):
            to_wire(value)
    with pytest.raises(ValueProblem, match=r"\.a\[2\]"):
        to_wire({"a": ["x", 0.5]})
    deep = []
    for _ in range(70):
        deep = [deep]
    with pytest.raises(ValueProblem, match="nested deeper"):
        to_wire(deep)


def test_the_plain_form_is_what_other_systems_read():
    value = {
        "at": parse_date_time("2026-05-01T10:00:00@Europe/Berlin"),
        "day": dt.date(2026, 5, 1),
        "for": DaysTimeDuration.of(hours=4),
        "file": PDF,
        "secret": Sealed("k", "c"),
        "n": [Decimal("1.10"), True, None],
    }
    assert to_plain(value) == {
        "at": "2026-05-01T10:00:00+02:00",
        "day": "2026-05-01",
        "for": "PT4H",
        "file": PDF.description(),
        "secret": "(sealed)",
        "n": [Decimal("1.10"), True, None],
    }


def test_documents_pass_through_expressions_and_show_their_facts():
    assert compile_expression("{f: input.file, name: input.file.name}").evaluate({"input": {"file": PDF}}) == {
        "f": PDF,
        "name": "a.pdf",
    }
    assert compile_expression("s").evaluate({"s": Sealed("k", "c")}) == Sealed("k", "c")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, Decimal("1.0"), True),
        (True, 1, False),
        (False, Decimal(0), False),
        (True, True, True),
        ([1, [True]], [Decimal(1), [True]], True),
        ([1, [True]], [1, [1]], False),
        ([1], [1, 1], False),
        ({"a": {"b": True}}, {"a": {"b": True}}, True),
        ({"a": {"b": True}}, {"a": {"b": 1}}, False),
        ({"a": None}, {}, False),
        (None, False, False),
        ("1", 1, False),
    ],
)
def test_values_are_the_same_to_whoever_brought_them(one: Value, other: Value, same: bool) -> None:
    assert same_value(one, other) is same
    assert same_value(other, one) is same
