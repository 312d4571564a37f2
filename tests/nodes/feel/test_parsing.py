"""How texts are read: precedence, names, literals, comments, ranges, and where trees stand in the text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nodes.feel import compile_expression, parse_date
from nodes.feel.tree import Arithmetic, Comparison, Literal, Name, Path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("2 * -3", -6),
        ("--10", 10),
        ("12 / 3 / 2", 2),
        (".5 + 1.5e1", Decimal("15.5")),
        ("10 - -3", 13),
        ("0.1 + 0.2", Decimal("0.3")),
    ],
)
def test_arithmetic_is_exact_and_binds_as_in_school(ev, text, value):
    assert ev(text) == value


def test_thirty_four_digits_half_even(ev):
    assert str(ev("1 / 3")) == "0." + "3" * 34
    assert str(ev("2 / 3")) == "0." + "6" * 33 + "7"
    assert ev("1234567890123456789012345678901234 + 0.5") == Decimal("1234567890123456789012345678901234")
    assert ev("1234567890123456789012345678901235 + 0.5") == Decimal("1234567890123456789012345678901236")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 1 = 2 and 2 * 2 > 3", True),
        ("false and false or true", True),
        ("true or false and false", True),
        ("not(true) or true", True),
        ("1 < 2 = true", True),
        ("5 between 1 + 1 and 2 * 3 and true", True),
        ("1 in (1, 2) and 3 in [2..4]", True),
        ("-1 instance of number", True),
        ("1 + 1 instance of number", None),
    ],
)
def test_conditions_bind_weaker_than_arithmetic(ev, text, value):
    assert ev(text) is value


def test_names_with_blanks_are_read_with_or_without_declaration():
    scope = {"Monthly Salary": Decimal(5000), "months": 12}
    for names in (None, list(scope)):
        assert compile_expression("Monthly   Salary * months", names).evaluate(scope) == 60000


def test_a_declared_name_with_an_operator_in_it_wins_the_longest_first():
    scope = {"a": Decimal(10), "b": Decimal(4), "a-b": Decimal(99), "a-b c": Decimal(77)}
    assert compile_expression("a-b", list(scope)).evaluate(scope) == 99
    assert compile_expression("a-b c", list(scope)).evaluate(scope) == 77
    assert compile_expression("a - b", list(scope)).evaluate(scope) == 6
    assert compile_expression("a-b", ["a", "b"]).evaluate(scope) == 6
    assert compile_expression("a-bc", ["a", "a-b", "bc"]).evaluate({"a": 3, "bc": 1}) == 2


def test_names_may_hold_keywords_signs_and_any_script():
    scope = {"days in month": Decimal(30), "größe": Decimal(2), "🐎": Decimal(3), "次数": Decimal(4)}
    assert compile_expression("days in month + größe + 🐎 + 次数", list(scope)).evaluate(scope) == 39


def test_local_names_with_blanks(ev):
    assert ev("for my item in [1, 2] return my item + 1") == [2, 3]
    assert ev('{first name: "Ada", "last-name": "L", full: first name + " " + last-name}.full') == "Ada L"
    assert ev("(function(base rate, years) base rate * years)(2, 3)") == 6


def test_properties_with_operators_in_them_can_be_declared():
    expression = compile_expression("person.e-mail", ["person"], properties=["e-mail"])
    assert expression.evaluate({"person": {"e-mail": "a@b"}}) == "a@b"


def test_library_functions_of_several_words_and_names_beside_them(ev):
    assert ev('string length("abc")') == 3
    assert ev('date and time("2026-05-01T10:00:00").year') == 2026
    assert ev("count items", **{"count items": 4}) == 4
    assert ev("date.year", date=parse_date("2026-05-01")) == 2026
    assert compile_expression("date and time", ["date", "time"]).evaluate({"date": True, "time": True}) is True


def test_comments_and_white_space(ev):
    assert ev("1 // one\n + /* two\n lines */ 2") == 3
    assert ev("\u00a01\u2003+\t2\r\n") == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a\"b"', 'a"b'),
        (r'"tab\tnew\nline"', "tab\tnew\nline"),
        (r'"back\\slash"', "back\\slash"),
        (r'"\u00e9\u20AC"', "é€"),
        (r'"\uD83D\uDE00"', "😀"),
        (r'"\U01F600"', "😀"),
        (r'"\d+"', r"\d+"),
        ('"two\nlines"', "two\nlines"),
        ('"// no comment"', "// no comment"),
    ],
)
def test_escapes_in_texts(ev, text, value):
    assert ev(text) == value


@pytest.mark.parametrize("text", ["[1..3]", "(1..3)", "]1..3[", "[ 1 .. 3 )", "(0 .. 1+2]", "[x..y[", "[1..xs[-1]]"])
def test_ranges_are_told_from_lists_brackets_and_filters(ev, text):
    assert ev(f"2 in {text}", x=1, y=3, xs=[5, 3]) is True


def test_nodes_know_their_place():
    text = "a.b >\n 12"
    tree = compile_expression(text).ast
    assert isinstance(tree, Comparison)
    assert [text[n.span.start : n.span.end] for n in (tree, tree.left, tree.right)] == ["a.b >\n 12", "a.b", "12"]


def test_trees_compare_by_meaning_not_by_place():
    assert compile_expression("a  +b").ast == compile_expression("a + b").ast == Arithmetic("+", Name("a"), Name("b"))
    assert compile_expression("a+b").ast != compile_expression("a-b").ast
    assert Literal(True) != Literal(Decimal(1))
    assert hash(Path(Name("a"), "b")) == hash(compile_expression("a.b").ast)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("amount > 5 and tier = x", {"amount", "tier", "x"}),
        ("for i in xs return i + y", {"xs", "y"}),
        ("{a: 1, b: a + c}.b", {"c"}),
        ("(function(p) p + q)(1)", {"q"}),
        ("count(xs)", {"xs"}),
        ("some x in xs satisfies x > limit", {"xs", "limit"}),
        ("xs[item > 5]", {"xs"}),
        ("1 + 1", set()),
    ],
)
def test_free_names(text, names):
    assert compile_expression(text).free_names == names


def test_free_paths_and_filters():
    expression = compile_expression("input.claim.amount > vars.limit", ["input", "vars"])
    assert expression.free_paths == {("input", "claim", "amount"), ("vars", "limit")}
    assert compile_expression("xs[price > limit]", ["xs", "limit"]).free_names == {"xs", "limit"}
    assert compile_expression("xs[price > limit]").free_names == {"xs", "price", "limit"}
