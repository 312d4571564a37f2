"""Lists, contexts, filters, iterations, quantifiers, functions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nodes.feel import DaysTimeDuration, compile_expression

PEOPLE = [
    {"name": "Ada", "age": 36, "city": "London"},
    {"name": "Bob", "age": 17, "city": "Paris"},
    {"name": "Cy", "age": 70},
]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("people[age >= 18].name", ["Ada", "Cy"]),
        ("people[item.age < 18][1].name", "Bob"),
        ("people.city", ["London", "Paris", None]),
        ("people[1]", PEOPLE[0]),
        ("people[-1].name", "Cy"),
        ("people[0]", None),
        ("people[4]", None),
        ("people[1.5]", None),
        ("people[city = null].name", ["Cy"]),
        ("[][1]", None),
        ("[][item > 1]", []),
        ("xs[n]", 20),
        ("xs[item > limit]", [20, 30]),
        ("xs[true]", [10, 20, 30]),
        ("xs[null]", []),
        ("5[1]", 5),
        ("5[item > 3]", [5]),
        ("[1, 2, 3, 4][even(item)]", [2, 4]),
    ],
)
def test_filters(ev, text, value):
    assert ev(text, people=PEOPLE, xs=[10, 20, 30], n=2, limit=15) == value


def test_an_entry_of_the_item_wins_over_a_name_of_the_scope(ev):
    assert ev("people[age > limit].name", people=[{"name": "x", "age": 5, "limit": 3}], limit=99) == ["x"]
    assert ev("people[age > limit].name", people=[{"name": "x", "age": 5}], limit=3) == ["x"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("for i in [1, 2, 3] return i * i", [1, 4, 9]),
        ("for i in 1..3 return i", [1, 2, 3]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1..3] return i", [1, 2, 3]),
        ("for i in (1..3) return i", [2]),
        ("for x in [1, 2], y in [x, 10] return x + y", [2, 11, 4, 12]),
        ("for i in [1, 2, 3] return sum(partial) + i", None),
        ("for i in 1..5 return if i = 1 then 1 else partial[-1] * i", [1, 2, 6, 24, 120]),
        ("for i in [] return i", []),
        ("for i in null return i", None),
        ("for i in 5 return i", [5]),
        ('for d in @"2026-01-30"..@"2026-02-01" return d.day', [30, 31, 1]),
        ("for i in 0.5..2 return i", None),
        ('for i in "a".."c" return i', None),
    ],
)
def test_for(ev, text, value):
    if "sum(partial)" in text:
        value = [None, None, None]
    assert ev(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("some i in [1, 2] satisfies i > 1", True),
        ("some i in [] satisfies true", False),
        ("every i in [] satisfies false", True),
        ("every i in [1, 2] satisfies i > 0", True),
        ("some i in [1, null] satisfies i > 1", None),
        ("some i in [2, null] satisfies i > 1", True),
        ("every i in [0, null] satisfies i > 1", False),
        ("every x in [1, 2], y in [3, 4] satisfies x < y", True),
        ("some i in null satisfies true", None),
    ],
)
def test_some_and_every(ev, text, value):
    assert ev(text) is value


def test_contexts_build_on_earlier_entries(ev):
    assert ev("{net: 100, tax: net * 0.2, gross: net + tax}.gross") == 120
    assert ev('{"a b": 1}.a b') == 1
    assert ev("{a: {b: {c: 7}}}.a.b.c") == 7


def test_functions_keep_what_was_around_them(ev):
    assert ev("{add: function(x) function(y) x + y, r: add(2)(3)}.r") == 5
    assert ev("{fs: for i in 1..3 return function(x) x * i, r: for f in fs return f(10)}.r") == [10, 20, 30]
    assert ev("{fact: function(n) if n <= 1 then 1 else n * fact(n - 1), r: fact(10)}.r") == 3628800


def test_functions_keep_the_scope_that_they_were_written_in():
    written = compile_expression("function(x) x > limit").evaluate({"limit": Decimal(5)})
    called = compile_expression("f(x)").evaluate
    assert called({"f": written, "x": Decimal(6), "limit": Decimal(99)}) is True


def test_calls_by_name_and_types_of_parameters(ev):
    assert ev("(function(a, b) a - b)(b: 1, a: 3)") == 2
    assert ev("(function(a, b) a - b)(1)") is None
    assert ev("(function(a, b) a - b)(a: 1, c: 2)") is None
    assert ev('(function(a: number) a)("x")') is None
    assert ev("(function(a: number) a)([5])") == 5
    assert ev("(function(a: list<number>) a)(5)") == [5]
    assert ev("(function(a: number) a = null)(null)") is True
    assert ev("(5)(1)") is None
    assert ev('sort(["b", "c", "a"], function(x, y) x > y)') == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 instance of number", True),
        ('"a" instance of number', False),
        ("null instance of number", False),
        ("null instance of Null", True),
        ("null instance of Any", False),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ("{} instance of context<a: number>", False),
        ("[1..2] instance of range<number>", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1Y" instance of days and time duration', False),
        ('@"2026-01-01" instance of date', True),
        ('@"2026-01-01T00:00:00" instance of date', False),
        ('@"2026-01-01T00:00:00" instance of date and time', True),
        ("(function(a: number) a) instance of function<number> -> number", True),
        ("(function(a: string) a) instance of function<number> -> number", False),
        # DMN 1.5, 10.3.2.9.2: what a function gives conforms too, as far as its text tells
        ("(function(a: number) a + 1) instance of function<number> -> string", False),
        ("(function(a: number) [a]) instance of function<number> -> list<number>", True),
        ("(function(a: number) [a]) instance of function<number> -> list<string>", False),
        ("(function(a: number) {b: a}) instance of function<number> -> context<b: string>", False),
        ('(function() "a") instance of function<> -> Any', True),
        ("(function(a) a) instance of function<number> -> number", True),
        ("1 instance of tWhatever", None),
    ],
)
def test_instance_of(ev, text, value):
    assert ev(text) is value


def test_ints_tuples_and_subclasses_in_a_scope_read_as_feel_values(ev):
    import datetime as dt
    import enum

    class Tier(str, enum.Enum):  # noqa: UP042 - the older way, whose str() is not its text
        GOLD = "gold"

    assert ev("n + 1", n=41) == 42
    assert isinstance(ev("n", n=41), Decimal)
    assert ev("a.b[1] + 1", a={"b": (41,)}) == 42
    assert ev('t = "gold"', t=Tier.GOLD) is True
    assert ev("d", d=dt.timedelta(hours=1)) == DaysTimeDuration.of(hours=1)
    assert ev("count(xs)", xs={1}) == 1


def test_scope_values_are_never_changed(ev):
    xs, c = [3, 1, 2], {"a": 1}
    ev("sort(xs)", xs=xs)
    ev("append(xs, 9)", xs=xs)
    ev('context put(c, "b", 2)', c=c)
    assert (xs, c) == ([3, 1, 2], {"a": 1})
    assert ev("xs[true]", xs=xs) is not xs


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[{item: 1}, {item: 2}][item >= 2]", [{"item": 2}]),
        ("[{item: 1}, {b: 2}][item = {b: 2}]", [{"b": 2}]),
        ("[{a: 1}, {a: 2}][item.a > 1]", [{"a": 2}]),
        ('[1, 2, 3]["a"]', None),
        ('[1, 2, 3][if item = 2 then "x" else true]', None),
        ("[1, 2, 3][null]", []),
    ],
)
def test_what_item_means_and_what_is_neither_condition_nor_position(ev, text, value):
    assert ev(text) == value


@pytest.mark.parametrize(
    ("function", "of", "value"),
    [
        ("function(a: Any) a", "function<number> -> Any", True),
        ("function(a: number) a", "function<Any> -> Any", False),
        ("function(a) a", "function<number> -> Any", True),
        ("function(a: list<Any>) a", "function<list<number>> -> Any", True),
        ("function(a: list<number>) a", "function<list<Any>> -> Any", False),
        ("function(a: context<x: number>) a", "function<context<x: number, y: string>> -> Any", True),
        ("function(a: context<x: number, y: string>) a", "function<context<x: number>> -> Any", False),
        ("function(a: function<number> -> Any) a", "function<function<Any> -> Any> -> Any", True),
        ("function(a: number, b: number) a", "function<number> -> Any", False),
        ("function(a: dateTime) a", "function<date and time> -> Any", True),
        ("function(a: list) a", "function<list<number>> -> Any", True),
    ],
)
def test_a_function_conforms_where_it_takes_all_that_is_asked_for(ev, function, of, value):
    assert ev(f"({function}) instance of {of}") is value


def test_a_date_stands_for_its_midnight_where_a_date_and_time_is_due(ev):
    assert ev('(function(d: date and time) d)(@"2026-05-01") = @"2026-05-01T00:00:00Z"') is True
    assert ev('(function(d: date) d)(@"2026-05-01T00:00:00Z")') is None
