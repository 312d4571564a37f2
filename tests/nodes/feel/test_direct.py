"""Direct functions against the closures: what runs often must answer as what runs once, to the last step charged."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.feel import Budget, FeelError, compile_expression, print_expression
from nodes.feel import tree as t
from nodes.feel.compiled import WORTH
from tests.nodes.feel.test_printing_and_fuzz import trees

NAMES = ["amount", "tier", "paid", "claim", "when", "first name"]
names = st.sampled_from(NAMES)
numbers = st.sampled_from([Decimal(n) for n in ("0", "1", "-2.5", "500", "1e6000", "1e-6000")]).map(t.Literal)
texts = st.sampled_from(["", "gold", "x" * 5_000]).map(t.Literal)
values = numbers | texts | names.map(t.Name) | st.builds(t.Path, names.map(t.Name), names)
values |= st.booleans().map(t.Literal) | st.just(t.AtLiteral("2026-05-01"))


def grow(inner):
    few = st.lists(inner, min_size=2, max_size=3).map(tuple)
    comparison = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    tests = st.one_of(
        st.builds(t.UnaryComparison, st.sampled_from(["<", "<=", ">", ">="]), numbers | texts),
        st.builds(t.RangeLiteral, numbers, numbers, st.booleans(), st.booleans()),
        numbers | texts,
    )
    return st.one_of(
        st.builds(t.Comparison, comparison, inner, inner),
        st.builds(t.Comparison, comparison, names.map(t.Name), numbers | texts | names.map(t.Name)),
        few.map(t.Conjunction),
        few.map(t.Disjunction),
        st.builds(t.Between, inner, numbers, numbers | names.map(t.Name)),
        st.builds(t.Between, names.map(t.Name), numbers, names.map(t.Name)),
        st.builds(t.In, inner, st.lists(tests, min_size=1, max_size=3).map(tuple)),
        st.builds(t.Arithmetic, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        names.map(t.Name).map(t.Negation),
        st.builds(lambda c, a, b: t.If(((c, a),), b), inner, inner, inner.filter(lambda n: not isinstance(n, t.If))),
        inner.map(lambda n: t.Call(t.Name("not"), (n,))),
    )


conditions = st.recursive(values, grow, max_leaves=8)
plain = st.one_of(
    st.sampled_from([Decimal(n) for n in ("0", "1", "500", "600", "1e6100", "NaN", "sNaN", "Infinity")]),
    st.sampled_from(["", "gold", "x" * 5_000]),
    st.sampled_from([None, True, False, 7, dt.date(2026, 5, 1), dt.datetime(2026, 5, 1, tzinfo=dt.UTC), object()]),
    st.just([Decimal(500)]),
)
often = st.sampled_from([Decimal(0), Decimal(500), Decimal(600), "gold", True, None, "x" * 5_000])
scopes = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(NAMES, often | plain | st.dictionaries(names, plain, max_size=2))
)
budgets = st.sampled_from([Budget(), Budget(steps=0), Budget(steps=3), Budget(steps=9), Budget(steps=40)])


def outcome(expression, scope, budget):
    try:
        value = expression.evaluate(scope, budget=budget)
    except FeelError as error:
        return type(error), str(error)
    return type(value), str(value) if "function" in str(value) else value


def agree(text, scope, budget):
    expression = compile_expression(text, NAMES)
    first = outcome(expression, scope, budget)
    for _ in range(WORTH):
        again = outcome(expression, scope, budget)
        assert again == first or (str(again) == str(first)), text  # Not-a-Number is not equal to itself


@settings(max_examples=400, deadline=None)
@given(conditions, scopes, budgets)
def test_a_whole_expression_answers_alike_once_and_often(tree, scope, budget):
    agree(print_expression(tree if not isinstance(tree, t.UnaryComparison) else t.ListLiteral((tree,))), scope, budget)


@settings(max_examples=200, deadline=None)
@given(conditions, conditions, st.lists(scopes, max_size=3), scopes, budgets)
def test_insides_of_loops_and_filters_answer_alike_once_and_often(first, second, items, scope, budget):
    body, condition = print_expression(first), print_expression(second)
    scope = {**scope, "claim": items}
    agree(f"for tier in claim return {body}", scope, budget)
    agree(f"claim[{condition}]", scope, budget)
    agree(f"some item in claim satisfies ({condition})", scope, budget)
    agree(f"for x in claim return (function(paid, when) {body})(x, x.tier)", scope, budget)


@settings(max_examples=100, deadline=None)
@given(trees, scopes, budgets)
def test_any_tree_answers_alike_once_and_often(tree, scope, budget):
    agree(f"for tier in [1, amount] return [{print_expression(tree)}]", scope, budget)


@pytest.mark.parametrize(
    ("text", "scope", "budget"),
    [
        ("amount between 5 and tier", {"amount": Decimal(1)}, Budget()),
        ("tier = claim", {"tier": "x" * 5_000, "claim": "x" * 5_000}, Budget(steps=0)),
        ("claim = tier", {"tier": dt.date(2026, 5, 1), "claim": dt.date(2026, 5, 1)}, Budget(steps=3)),
        ("paid = when", {"paid": True, "when": True}, Budget(steps=3)),
        ("amount + 1", {"amount": Decimal("Infinity")}, Budget()),
        ("amount * 10", {"amount": Decimal("9e6144")}, Budget()),
        ("amount / paid", {"amount": Decimal(1), "paid": Decimal(0)}, Budget()),
        ("if paid then amount else claim", {"paid": False, "claim": [object()]}, Budget()),
        ("amount > 5", {"amount": True}, Budget()),
        ("amount in (1, 2)", {"amount": Decimal("sNaN")}, Budget()),
        ("claim.tier", {"claim": {"tier": 7}}, Budget()),
        ("not(paid)", {"paid": "true"}, Budget()),
        ("tier", {"tier": object()}, Budget()),
    ],
)
def test_the_edges_of_what_is_expected(text, scope, budget):
    agree(text, scope, budget)


DIRECT = [
    'amount > 500 and tier in ("gold", "platinum")',
    "input.claim.amount",
    "amount * 1.19 - (-amount)",
    'if paid then "yes" else "no"',
    "if amount > 5 then amount else null",
    "amount between 1 and 5 or not(paid)",
    "amount in ([1..5], > 10)",
    'when >= @"2026-01-01"',
    "amount = other",
    "amount <= other",
    "paid = true",
]


@pytest.mark.parametrize("text", DIRECT)
def test_what_people_write_gets_a_direct_function(text):
    scope = {
        "amount": Decimal(600),
        "other": Decimal(600),
        "tier": "gold",
        "paid": True,
        "when": dt.date(2026, 5, 1),
        "input": {"claim": {"amount": Decimal(3)}},
    }
    expression = compile_expression(text, list(scope))
    first = expression.evaluate(scope)
    for _ in range(WORTH):
        expression.evaluate(scope)
    direct = expression.__dict__["evaluate"]
    assert direct(scope) == first
    assert direct.__globals__["general"](scope, budget=None, now=None, zone="UTC") == first
    direct.__globals__["general"] = lambda *_, **__: pytest.fail("the common case is not direct")
    assert direct(scope) == first


def test_what_charges_is_left_to_the_closures():
    for text in (
        "[amount]",
        "count(claim)",
        "amount ** 2",
        "date(tier)",
        "a.b = c.d or paid = when and x instance of Any",
    ):
        expression = compile_expression(text)
        for _ in range(2 * WORTH):
            expression.evaluate({"amount": 1})
        assert "evaluate" not in expression.__dict__, text
