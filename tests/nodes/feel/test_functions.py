"""The functions of the standard: what each gives, and null for what it does not take."""

from __future__ import annotations

import pytest

from nodes.feel import BUILTIN_NAMES
from nodes.feel.library import LIBRARY


@pytest.mark.parametrize(
    ("text", "written"),
    [
        # texts
        ('substring("foobar", 3)', '"obar"'),
        ('substring("foobar", -3, 2)', '"ba"'),
        ('substring("foobar", 0)', "null"),
        ('substring("foobar", 9)', "null"),
        ('substring(start position: 2, string: "😀ab")', '"ab"'),
        ('string length("😀")', "1"),
        ('upper case("aßc")', '"ASSC"'),
        ('substring before("foobar", "bar")', '"foo"'),
        ('substring before("foobar", "x")', '""'),
        ('substring after("foobar", "ob")', '"ar"'),
        ('substring after("foobar", "x")', '""'),
        ('contains("foobar", "ob")', "true"),
        ('starts with("foobar", "fo")', "true"),
        ('ends with("foobar", "fo")', "false"),
        ('string join(["a", null, "b"], "-")', '"a-b"'),
        ('string join(["a", 1])', "null"),
        ('matches("Foo", "^f.o$", "i")', "true"),
        ('matches("foo", "[")', "null"),
        ('matches("foo", "fo", "z")', "null"),
        (r'matches("a\nb", "a.b")', "false"),
        (r'matches("a\nb", "a.b", "s")', "true"),
        ('matches("hello world", " hello[ ]world", "x")', "true"),
        ('replace("abracadabra", "a.*?a", "*")', '"*c*bra"'),
        (r'replace("0123", "(\d)(\d)", "$2$1")', '"1032"'),
        ('replace("abc", "b", "$")', "null"),
        (r'replace("abc", "b", "\\$")', '"a$c"'),
        (r'split("a; b;c", ";\s*")', '["a", "b", "c"]'),
        ('split("a..b", "[.]")', '["a", "", "b"]'),
        ('trim("  a ")', '"a"'),
        # numbers
        ("decimal(1/3, 2)", "0.33"),
        ("decimal(1234, -2)", "1200"),
        ("floor(-1.5)", "-2"),
        ("ceiling(-1.5)", "-1"),
        ("floor(1.56, 1)", "1.5"),
        ("round up(1.121, 2)", "1.13"),
        ("round down(-1.129, 2)", "-1.12"),
        ("round half up(-2.5, 0)", "-3"),
        ("round half down(2.5, 0)", "2"),
        ("round up(5.5, 6177)", "null"),
        ("abs(-5)", "5"),
        ('abs(@"-P1D")', '"P1D"'),
        ("modulo(-12, 5)", "3"),
        ("modulo(12, -5)", "-3"),
        ("modulo(12, 0)", "null"),
        ("sqrt(16)", "4"),
        ("sqrt(-1)", "null"),
        ("log(0)", "null"),
        ("decimal(exp(1), 4)", "2.7183"),
        ("odd(3)", "true"),
        ("even(2.5)", "null"),
        # lists
        ("min(3, 1, 2)", "1"),
        ('max(["a", "c", "b"])', '"c"'),
        ('max(1, "a")', "null"),
        ("min([])", "null"),
        ("max([[1, 2]])", "null"),
        ("all([[true]])", "null"),
        ("is(value1: null)", "true"),
        ("is(value1: 1)", "false"),
        ("sum([])", "null"),
        ('sum([@"P1D", @"PT1H"])', '"P1DT1H"'),
        ("mean(1, 2, 4, 5)", "3"),
        ("median([8, 2, 5, 7])", "6"),
        ("median([])", "null"),
        ("mode([6, 3, 9, 6, 6, 3, 3])", "[3, 6]"),
        ("mode([])", "[]"),
        ("stddev([2, 4, 7, 5])", "2.081665999466132735282297706979931"),
        ("stddev([2])", "null"),
        ("product([2, 3, 4])", "24"),
        ("all([true, null, false])", "false"),
        ("all([true, null])", "null"),
        ("any([])", "false"),
        ("count([1, [2, 3]])", "2"),
        ("count(5)", "1"),
        ("count(null)", "null"),
        ("list contains([1, null], null)", "true"),
        ("sublist([1, 2, 3], 2)", "[2, 3]"),
        ("sublist([1, 2, 3], -2, 1)", "[2]"),
        ("sublist([1, 2], 2, 5)", "null"),
        ("append([1], 2, [3])", "[1, 2, [3]]"),
        ("concatenate([1], [2, 3], 4)", "[1, 2, 3, 4]"),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
        ("remove([1, 2, 3], -1)", "[1, 2]"),
        ("remove([1], 5)", "null"),
        ("list replace([1, 2, 3], 2, 9)", "[1, 9, 3]"),
        ("list replace([2, 4, 7], function(item, newItem) item < newItem, 5)", "[5, 5, 7]"),
        ("reverse([1, 2])", "[2, 1]"),
        ("index of([1, 2, 1], 1)", "[1, 3]"),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"),
        ("distinct values([1, 1.0, \"a\", {b: 1}, {b: 1}])", '[1, "a", {b: 1}]'),
        ("flatten([1, [2, [3, []]]])", "[1, 2, 3]"),
        ("sort([3, 1, 2])", "[1, 2, 3]"),
        ("sort([{n: 2}, {n: 1}], function(x, y) x.n < y.n).n", "[1, 2]"),
        ('sort([1, "a"])', "null"),
        ("partition([1, 2, 3], 2)", "[[1, 2], [3]]"),
        # contexts
        ('get value({a: 1}, "a")', "1"),
        ("get entries({a: 1})", '[{key: "a", value: 1}]'),
        ('context([{key: "a", value: 1}])', "{a: 1}"),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "null"),
        ('context put({a: 1}, "b", 2)', "{a: 1, b: 2}"),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', "{a: {b: 1, c: 2}}"),
        ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
        # conversion
        ('number("1 234,5", " ", ",")', "1234.5"),
        ('number("1,234", ",", ",")', "null"),
        ('number("abc")', "null"),
        ('string([1, "a", null, @"P1D", {b: true}])', '"[1, \\"a\\", null, P1D, {b: true}]"'),
        ("string(null)", "null"),
        ("string(1.50)", '"1.50"'),
        ('range("[1..3)")', "[1..3)"),
        ('range("[3..1]")', "null"),
        ('range("[1..x]")', "null"),
        ('range("(..3]")', "(..3]"),
        # ranges
        ("before(1, 10)", "true"),
        ("before([1..5), [5..9])", "true"),
        ("after([5..9], 4)", "true"),
        ("meets([1..5], [5..9])", "true"),
        ("meets([1..5), [5..9])", "false"),
        ("overlaps([1..5], [3..8])", "true"),
        ("overlaps before([1..5], [3..8])", "true"),
        ("overlaps after([3..8], [1..5])", "true"),
        ("finishes(10, [1..10])", "true"),
        ("starts([1..5], [1..10])", "true"),
        ("includes([1..10], [2..3])", "true"),
        ("during(3, [1..10))", "true"),
        ("coincides([1..2], [1..2])", "true"),
        ('before(1, "a")', "null"),
    ],
)  # fmt: skip
def test_results(ev, text, written):
    from nodes.feel import to_text

    value = ev(text)
    if value is None:
        assert written == "null"
    else:
        shown = to_text([value])[1:-1]
        assert shown == (written.strip('"') if not isinstance(value, str) else written)


@pytest.mark.parametrize("name", sorted(BUILTIN_NAMES))
def test_every_function_answers_null_or_a_value_for_anything(ev, name):
    odd = ["null", "true", "-1", '"x"', "[]", "{}", "[1..2]", '@"P1D"', '@"2026-01-01"', "function(a, b) a"]
    ev(f"{name}()")
    for first in odd:
        ev(f"{name}({first})")
        for second in odd:
            ev(f"{name}({first}, {second})")
            ev(f"{name}({first}, {second}, {first})")
    for way in LIBRARY[name].overloads:
        named = ", ".join(f"{parameter.name}: null" for parameter in way.parameters)
        ev(f"{name}({named})")
    assert ev(f"{name}(no such name: 1)") is None


def test_a_list_of_one_stands_for_its_item_and_an_item_for_a_list_of_one(ev):
    assert ev('upper case(["a"])') == "A"
    assert ev('upper case(["a", "b"])') is None
    assert ev('upper case([["a"]])') is None
    assert ev("reverse(1)") == [1]
    assert ev("abs([-1])") is None, "abs takes numbers and durations alike: nothing says which is due"


def test_functions_are_values_too(ev):
    assert ev("(for f in [floor, ceiling] return f(1.5))") == [1, 2]
    assert ev("sort([3, 1], before)") == [1, 3]
    assert ev("x(4)", x=ev("sqrt")) == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("before(point1: 1, point2: 2)", True),
        ("before(point2: 1, point1: 2)", False),
        ("before(point: 1, range: [2..3])", True),
        ("before(range: [2..3], point: 1)", False),
        ("before(range: [2..3], point: 4)", True),
        ("after(range1: [2..3], range2: [0..1])", True),
        ("during(point: 2, range: [1..3])", True),
        ("includes(range1: [1..3], range2: [2..3])", True),
        ("finished by(range: [1..3], point: 3)", True),
        ("starts(range2: [1..3], range1: [1..2])", True),
        ("coincides(range1: [1..2], range2: [1..2])", True),
        ("coincides(a: 1, b: 1)", None),
    ],
)
def test_range_functions_by_the_names_of_their_parameters(ev, text, value):
    assert ev(text) is value
