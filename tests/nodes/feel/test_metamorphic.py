"""Two ways to say the same must answer the same: no expected values, only pairs of expressions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.feel import Budget, FeelError, compile_expression, print_expression, type_name
from nodes.feel import tree as t
from tests.nodes.feel.test_printing_and_fuzz import trees, values

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-50, max_value=50, places=1)
moments = st.dates(dt.date(2020, 1, 1), dt.date(2020, 3, 1))
lengths = st.text("ab", max_size=2)
anything = st.none() | st.booleans() | numbers | moments | lengths
truths = st.sampled_from([True, False, None])


def value_of(text: str, **scope: Any) -> Any:
    return compile_expression(text).evaluate(scope)


@given(anything, st.one_of(st.tuples(kind, kind) for kind in (numbers, moments, lengths)), st.booleans(), st.booleans())
def test_lying_in_a_range_is_lying_between_its_bounds(value: Any, bounds: Any, low: bool, high: bool) -> None:
    scope = {"x": value, "a": bounds[0], "b": bounds[1]}
    inside = value_of(f"x in {'[' if low else '('}a..b{']' if high else ')'}", **scope)
    assert inside == value_of(f"x {'>=' if low else '>'} a and x {'<=' if high else '<'} b", **scope)
    if low and high:
        assert inside == value_of("x between a and b", **scope)
        assert inside == value_of("x in (>= a) and x in (<= b)", **scope)
    if value is not None and type_name(value) == type_name(bounds[0]):
        assert value_of(f"not(x in {'[' if low else '('}a..b{']' if high else ')'})", **scope) is not inside


@given(truths, truths, truths)
def test_three_valued_logic_keeps_its_laws(a: Any, b: Any, c: Any) -> None:
    for left, right in (
        ("not(a and b)", "not(a) or not(b)"),
        ("not(a or b)", "not(a) and not(b)"),
        ("a and b and c", "c and b and a"),
        ("a or b or c", "b or (c or a)"),
        ("a and (b or c)", "a and b or a and c"),
        ("not(not(a))", "a"),
        ("if a then 1 else 2", "if a = true then 1 else 2"),
    ):
        assert value_of(left, a=a, b=b, c=c) == value_of(right, a=a, b=b, c=c), left


@given(st.lists(numbers, max_size=6), numbers)
def test_loops_filters_and_functions_of_lists_agree(xs: list[Decimal], limit: Decimal) -> None:
    scope = {"xs": xs, "limit": limit}
    for left, right in (
        ("some x in xs satisfies x > limit", "not(every x in xs satisfies x <= limit)"),
        ("some x in xs satisfies x > limit", "count(xs[item > limit]) > 0"),
        ("xs[item > limit]", "for x in xs[not(item <= limit)] return x"),
        ("count(xs[item > limit]) + count(xs[item <= limit])", "count(xs)"),
        ("sort(xs, function(a, b) a < b)", "reverse(sort(xs, function(a, b) a > b))"),
        ("for x in xs return x * 2", "for i in 1..count(xs) return xs[i] + xs[i]"),
        ("concatenate(xs, [limit])", "append(xs, limit)"),
        ("reverse(reverse(xs))", "xs"),
        ("list contains(xs, limit)", "count(index of(xs, limit)) > 0"),
        ("distinct values(concatenate(xs, xs))", "distinct values(xs)"),
    ):
        if xs or "1..count" not in right:
            assert value_of(left, **scope) == value_of(right, **scope), (left, right)
    assert value_of("sum(xs)", **scope) == (sum(xs, Decimal(0)) if xs else None)


@given(moments, st.integers(-400, 400), st.integers(-30, 30))
def test_days_and_months_come_back(day: dt.date, days: int, months: int) -> None:
    scope = {"d": day, "n": Decimal(days), "m": Decimal(months)}
    assert value_of('(d + @"P1D" * n) - @"P1D" * n', **scope) == day
    assert value_of('((d + @"P1D" * n) - d) / @"P1D"', **scope) == days
    assert value_of('years and months duration(d, d + @"P1M" * m) <= @"P1M" * abs(m)', **scope) is True
    assert value_of("date(string(d))", **scope) == day
    assert value_of("date(d.year, d.month, d.day)", **scope) == day


def renamed(node: Any, names: dict[str, str]) -> Any:
    """The tree with the roots of its paths under other names; keys and local names stay."""
    if isinstance(node, tuple):
        return tuple(renamed(part, names) for part in node)
    if isinstance(node, t.Name):
        return t.Name(names.get(node.name, node.name))
    if not isinstance(node, t.Node) or isinstance(node, (t.NamedType, t.GenericType, t.ContextType, t.FunctionType)):
        return node
    return type(node)(*(renamed(getattr(node, field), names) for field in node.__match_args__))


def outcome(tree: Any, names: list[str], scope: dict[str, Any]) -> Any:
    budget = Budget(steps=5_000, depth=200, list_items=500, text_size=5_000)
    try:
        found = compile_expression(print_expression(t.ListLiteral((tree,))), names).evaluate(scope, budget=budget)
    except FeelError as error:
        return type(error)
    return str(found)


def binds_or_filters(node: Any) -> bool:
    """Whether a name may mean something of the expression itself."""
    kinds = (t.Filter, t.For, t.Quantified, t.FunctionDefinition, t.ContextLiteral, t.Call)
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, kinds):
            return True
        stack.extend(t.children(at))
    return False


@settings(max_examples=80, deadline=None)
@given(trees.filter(lambda tree: not binds_or_filters(tree)), st.lists(values, min_size=6, max_size=6))
def test_renamed_inputs_answer_alike(tree: Any, given_: list[Any]) -> None:
    names = ["a", "b", "amount", "first name", "tier", "x1"]
    others = ["Total sum", "b2", "sum in EUR", "größe", "Date-Time", "y"]
    before = outcome(tree, names, dict(zip(names, given_, strict=True)))
    after = renamed(tree, dict(zip(names, others, strict=True)))
    assert outcome(after, others, dict(zip(others, given_, strict=True))) == before
