"""Properties over random trees and texts: parse + print + parse is identity, and nothing but a FeelError leaves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.feel import (
    BUILTIN_NAMES,
    Budget,
    FeelError,
    FeelLimitError,
    check,
    compile_expression,
    parse_template,
    print_expression,
    to_text,
    unary_tests,
)
from nodes.feel import tree as t
from nodes.feel.errors import FeelInternalError

names = st.sampled_from(["a", "b", "amount", "first name", "tier", "x1"])
types = st.recursive(
    st.sampled_from(["number", "string", "days and time duration", "Any", "tClaim"]).map(t.NamedType),
    lambda inner: (
        st.builds(t.GenericType, st.sampled_from(["list", "range"]), inner)
        | st.builds(lambda of: t.ContextType((("k", of), ("l", t.NamedType("date")))), inner)
        | st.builds(lambda of, result: t.FunctionType((of,), result), inner, inner)
    ),
    max_leaves=3,
)
leaves = (
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6).map(t.Literal)
    | st.sampled_from([Decimal("1e-300"), Decimal("123456789e90"), True, False, None]).map(t.Literal)
    | st.text(max_size=6).filter(lambda text: not any(0xD800 <= ord(c) < 0xE000 for c in text)).map(t.Literal)
    | st.sampled_from(["2026-05-01", "P1D", "10:00:00Z"]).map(t.AtLiteral)
    | names.map(t.Name)
    | st.just(t.Input())
)


def grow(inner):
    few = st.lists(inner, min_size=2, max_size=3).map(tuple)
    tests = inner | st.builds(t.UnaryComparison, st.sampled_from(["<", ">=", "=", "!="]), inner)
    iterators = st.lists(st.builds(t.Iterator, names, inner, st.none() | inner), min_size=1, max_size=2).map(tuple)
    branches = st.lists(st.tuples(inner, inner), min_size=1, max_size=2).map(tuple)
    parameters = st.lists(names, unique=True, max_size=2).flatmap(
        lambda ns: st.tuples(*[st.builds(t.Parameter, st.just(n), st.none() | types) for n in ns])
    )
    return st.one_of(
        st.builds(t.Path, inner, names),
        st.builds(t.Filter, inner, inner),
        st.builds(t.Call, inner, st.lists(inner, max_size=2).map(tuple)),
        st.builds(lambda f, a: t.Call(f, (a,), ("first name",)), inner, inner),
        inner.filter(lambda n: not (isinstance(n, t.Literal) and isinstance(n.value, Decimal))).map(t.Negation),
        st.builds(t.Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner),
        st.builds(t.Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, inner),
        few.map(t.Conjunction),
        few.map(t.Disjunction),
        st.builds(t.Between, inner, inner, inner),
        st.builds(t.In, inner, st.lists(tests, min_size=1, max_size=2).map(tuple)),
        st.builds(t.If, branches, inner.filter(lambda n: not isinstance(n, t.If))),
        st.builds(t.For, iterators, inner),
        st.builds(t.Quantified, st.booleans(), iterators, inner),
        st.lists(inner, max_size=3).map(tuple).map(t.ListLiteral),
        st.lists(st.tuples(names, inner), unique_by=lambda e: e[0], max_size=2).map(
            lambda entries: t.ContextLiteral(tuple(t.Entry(k, v) for k, v in entries))
        ),
        st.builds(t.RangeLiteral, inner, inner, st.booleans(), st.booleans()),
        st.builds(t.FunctionDefinition, parameters, inner),
        st.builds(t.InstanceOf, inner, types),
        st.builds(t.UnaryComparison, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner),
    )


trees = st.recursive(leaves, grow, max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(trees)
def test_what_is_printed_parses_to_an_equal_tree(tree):
    # `< 5` at the very beginning of `= 5` would read as the mistake that it nearly always is
    wrapped = t.ListLiteral((tree,))
    text = print_expression(wrapped)
    again = compile_expression(text, ["a", "b", "amount", "first name", "tier", "x1"]).ast
    assert again == wrapped, text
    assert print_expression(again) == text


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-100, 100)
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-100, max_value=100, places=1)
    | st.text(max_size=4)
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.sampled_from([None, dt.UTC])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
SMALL = Budget(steps=5_000, depth=200, list_items=500, text_size=5_000)


@settings(max_examples=300, deadline=None)
@given(trees, st.dictionaries(names, values, max_size=4), values)
def test_evaluating_anything_gives_a_value_or_a_feel_error(tree, scope, value):
    text = print_expression(t.ListLiteral((tree,)))
    try:
        result = compile_expression(text).evaluate(scope, budget=SMALL, now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        traced, reads = compile_expression(text).evaluate_traced(scope, budget=SMALL)
        to_text(result)
        assert str(traced) == str(result) or "function" in to_text(result) or "object" in str(result)
        assert all(path.split(".")[0] in compile_expression(text).free_names for path in reads)
        unary_tests(print_expression(tree)).evaluate(value, scope, budget=SMALL)
    except FeelInternalError:
        raise
    except FeelError:
        pass
    check(text, dict.fromkeys(scope))


PIECES = st.sampled_from([
    *"()[]{}.,:;=<>!+-*/?@\"'\\&|%^$#~` \n\t",
    "..", "**", "!=", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "not",
    "null", "true", "function", "instance of", "between", "external", "date and time", "number", "list<", "1", "0.5",
    "1e5", "a", "xs", "first name", '"t"', '@"P1D"', "//", "/*", "*/", "😀", "\u200b", "\ud83d",
    "\x00", "item", "partial", "-",
    *sorted(BUILTIN_NAMES)[:20],
])  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=14).map(" ".join) | st.lists(PIECES, max_size=10).map("".join) | st.text(max_size=40))
def test_no_text_makes_anything_but_a_feel_error(text):
    for work in (compile_expression, unary_tests, parse_template):
        try:
            work(text)
        except FeelInternalError:
            raise
        except FeelError:
            continue
    for finding in check(text, {"a": "number", "xs": ["string"]}):
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.length >= 1
    try:
        compile_expression(text).evaluate({"a": 1, "xs": ["x"]}, budget=SMALL)
    except FeelInternalError:
        raise
    except FeelError:
        pass


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1+2 *3", "1 + 2 * 3"),
        ("((1+2))*3", "(1 + 2) * 3"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a or b)and c", "(a or b) and c"),
        ("if a then b else (if c then d else e)", "if a then b else if c then d else e"),
        ('x in("a","b")', 'x in ("a", "b")'),
        ("]1..2[", "(1..2)"),
        ('{"a b":1,"c:d":2}', '{a b: 1, "c:d": 2}'),
        ("function(a:number)a", "function(a: number) a"),
        ("-(2**2)", "-(2 ** 2)"),
        ("(5).a", "(5).a"),
        ("date and (time(x))", "date and (time(x))"),
        ("x between date and (time(y))", "x between date and (time(y))"),
        ("(0..(x[?])]", "(0..(x[?])]"),
        ('"a\nb"', '"a\\nb"'),
    ],
)
def test_the_canonical_spelling(text, printed):
    assert print_expression(compile_expression(text).ast) == printed


def test_tracing_tells_what_was_read():
    expression = compile_expression('input.claim.amount > vars.limit or tier = "gold"')
    scope = {"input": {"claim": {"amount": 7}}, "vars": {"limit": 5}, "tier": "x"}
    value, reads = expression.evaluate_traced(scope)
    assert value is True
    assert reads == {"input.claim.amount": 7, "vars.limit": 5}, "the second half was not evaluated"
    assert expression.evaluate_traced({})[1] == {"input.claim.amount": None, "vars.limit": None, "tier": None}
    assert compile_expression("count(xs[p > 1].q)").evaluate_traced({"xs": [{"p": 2}]}) == (1, {"xs": [{"p": 2}]})


def test_a_limit_says_its_name():
    with pytest.raises(FeelLimitError, match=r"more than 500 values"):
        compile_expression("for i in 1..501 return i").evaluate({}, budget=SMALL)
