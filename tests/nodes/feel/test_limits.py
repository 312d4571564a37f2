"""Attacks: each ends by an error that names its limit. How soon (50 ms of CPU) is for `bench feel` to measure."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest

from nodes.feel import Budget, FeelError, FeelLimitError, check, compile_expression, parse_template, unary_tests
from nodes.feel.errors import FeelInternalError
from tests.effort import effort_below

CRAWLS = 5_000
"""units of work: what takes so many grows with the attack"""

TEXTS = {
    "brackets": "(" * 10_000 + "1" + ")" * 10_000,
    "lists": "[" * 10_000 + "]" * 10_000,
    "signs": "-" * 99_000 + "1",
    "long sum": "+".join(["1"] * 30_000),
    "long path": "a" + ".a" * 30_000,
    "calls": "f(" * 5_000 + ")" * 5_000,
    "filters": "a" + "[1" * 5_000,
    "contexts": "{a:" * 5_000 + "}" * 5_000,
    "functions": "function() " * 5_000 + "1",
    "ifs in conditions": "if " * 5_000,
    "else ifs": "if a then b else " * 5_000 + "c",
    "fors": "for i in " * 5_000,
    "powers": "2" + "**2" * 5_000,
    "comparisons": "a" + "=a" * 20_000,
    "types": "a instance of " + "list<" * 5_000,
    "ranges": "[a.." * 5_000,
    "closings": "[1..b" + "[a..b" * 5_000,
    "size": "a" * 200_000,
    "digits": "9" * 5_000,
    "exponent": "1e1000000",
    "words": "a " * 49_000 + "(",
    "named": "f(" + "a b " * 20_000 + ")",
    "key": "{" + "a b " * 20_000 + "}",
    "blanks": "{a" + " " * 90_000 + "}",
    "not": "not(" * 5_000,
    "quotes": '"\\' * 40_000,
    "comment": "/*" * 40_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_are_refused_quickly(name):
    for compile_it in (compile_expression, unary_tests):
        with effort_below(CRAWLS), pytest.raises(FeelError) as caught:
            compile_it(TEXTS[name])
        assert len(str(caught.value)) < 400
    assert check(TEXTS[name])[0].code in {"syntax", "limit"}


LONG = '{s: string join(for i in 1..3000 return "0123456789012345678901234567890123456789"), a: s + "a", b: s + "b", '
CONTEXT = "{c: context(for i in 1..9000 return {key: string(i), value: i}), "
VALUES = {
    "steps over time": ("some i in 1..90000, j in 1..90000 satisfies false", "steps"),
    "long range": ("for i in 1..30000000 return i", "list_items"),
    "huge range": ("for i in 1..10**30 return i", None),
    "range of days": ('for d in @"0001-01-01"..@"9999-12-31" return d', "list_items"),
    "three loops": ("for i in 1..1000, j in 1..1000, k in 1..1000 return i", "steps"),
    "partial": ("for i in 1..60 return partial", "list_items"),
    "partial as text": ("string(for i in 1..60 return partial)", "steps"),
    "partial compared": ("{a: for i in 1..60 return partial, b: for i in 1..60 return partial, r: a = b}.r", "steps"),
    "doubling text": (
        "{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f(\"0123456789\", 30)}.r", "text_size",
    ),
    "doubling list": (
        "{f: function(s, n) if n = 0 then s else f(concatenate(s, s), n - 1), r: f([1, 2, 3], 30)}.r", "steps",
    ),
    "recursion": ("{f: function(n) f(n + 1), r: f(1)}.r", "depth"),
    "recursion through a sort": ("{f: function(a, b) sort([1, 2], f)[1] = 1, r: f(1, 2)}.r", "depth"),
    "tower": ("9 ** (9 ** 9)", "digits"),
    "overflow": ("10 ** 6144 * 10", "digits"),
    "exp": ("exp(100000)", "digits"),
    "number of a text": ('number("1" + string join(for i in 1..5000 return "0"))', "digits"),
    "big text of a number": ("string(x)", "text_size"),
    "copies of a long text": (
        '{s: string join(for i in 1..30000 return "0123456789"), r: count(for i in 1..9000 return s + "x")}.r', "steps",
    ),
    "list in list": ("{x: for i in 1..90000 return i, r: count(for i in 1..90000 return i in x)}.r", "steps"),
    "many long patterns": (
        '{p: string join(for i in 1..900 return "a"), r: count(for i in 1..999 return matches("a", p + string(i)))}.r',
        "steps",
    ),
    "many large patterns": (
        r'count(for i in 1..999 return matches("a", "((((a{9}){9}){9}){9})\\1" + string(i)))', "steps",
    ),
    "a pattern that tries all ways": (r'matches(string join(for i in 1..40 return "a"), "^((a+)+)\\2b")', "steps"),
    "texts joined": (LONG + "r: string join(for i in 1..9000 return s)}.r", "text_size"),
    "texts ordered": (LONG + "r: count(for i in 1..9000 return a < b)}.r", "steps"),
    "texts as bounds": (LONG + "r: count(for i in 1..9000 return [a..b])}.r", "steps"),
    "texts between": (LONG + "r: count(for i in 1..9000 return a in [b..b])}.r", "steps"),
    "the first of long texts": (LONG + "r: count(for i in 1..9000 return min(a, b, a, b))}.r", "steps"),
    "long texts sorted": (LONG + "r: count(for i in 1..9000 return sort([a, b, a, b]))}.r", "steps"),
    "ranges of long texts": (LONG + "c: [a..b], r: count(for i in 1..9000 return meets(c, c))}.r", "steps"),
    "contexts merged": (CONTEXT + "r: context merge(for i in 1..9000 return c)}.r", "steps"),
    "contexts put deep": (
        CONTEXT + 'd: {c: c}, r: count(for i in 1..9000 return context put(d, ["c", "x"], 1))}.r', "steps",
    ),
    "replacement of many parts": (LONG + 'r: replace(s, ".", "$0$0$0$0$0$0$0$0$0$0")}.r', "steps"),
    "nested flatten": ("{f: function(s, n) if n = 0 then s else f([s, s], n - 1), r: flatten(f([1], 30))}.r", "steps"),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_hostile_evaluations_stop(name):
    text, limit = VALUES[name]
    expression = compile_expression(text)
    with effort_below(CRAWLS):
        if limit is None:
            assert expression.evaluate({}) is None
        else:
            with pytest.raises(FeelLimitError) as caught:
                expression.evaluate({"x": Decimal("1e1000000")}, budget=Budget(steps=200_000))
            assert caught.value.limit == limit
            assert caught.value.allowed is not None


@pytest.mark.parametrize(
    "text",
    ["x + 1", "x * x", "-x", "x > 1", "floor(x)", "decimal(x, 2)", "modulo(x, 7)", "xs[x]", "x", "even(x)", "x ** 2",
     'substring("abc", x)', "x = 1", "date(x, 1, 1)", "1 / x", "abs(x)", "for i in 1..x return i", '@"P1D" * x'],
)  # fmt: skip
@pytest.mark.parametrize(
    "x", [Decimal("1e1000000"), Decimal("-1e-1000000"), Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN")]
)
def test_numbers_beyond_all_bounds_are_never_slow(text, x):
    expression = compile_expression(text)
    with effort_below(CRAWLS):
        try:
            value = expression.evaluate({"x": x, "xs": [1, 2]})
        except FeelInternalError:
            raise
        except FeelError:
            value = None
        assert not isinstance(value, Decimal) or value.is_finite()


def test_patterns_run_in_linear_time():
    with effort_below(CRAWLS):
        assert compile_expression('matches(x, "^(a+)+$")').evaluate({"x": "a" * 26 + "!"}) is False
        assert compile_expression('replace(x, "(a|aa)+$", "b")').evaluate({"x": "a" * 5_000 + "!"}) == "a" * 5_000 + "!"


def test_the_limits_are_counted_and_not_timed():
    expression = compile_expression("count(for i in 1..n return i * i)")

    def fits(steps: int) -> bool:
        try:
            expression.evaluate({"n": 100}, budget=Budget(steps=steps))
        except FeelLimitError:
            return False
        return True

    enough = next(steps for steps in range(100, 2_000) if fits(steps))
    assert not fits(enough - 1)
    assert all(fits(enough) for _ in range(5))


def test_what_is_allowed_is_enough_for_honest_work():
    rows = [{"amount": Decimal(n), "kind": "a" if n % 2 else "b"} for n in range(20_000)]
    assert compile_expression('sum(rows[kind = "a"].amount)').evaluate({"rows": rows}) == 100_000_000
    deep = "(" * 60 + "1" + ")" * 60
    assert compile_expression(deep).evaluate({}) == 1
    assert compile_expression(" or ".join(f'x = "{n}"' for n in range(1_500))).evaluate({"x": "1499"}) is True
    ladder = " else ".join(f'if x = {n} then "{n}"' for n in range(200)) + ' else "none"'
    assert compile_expression(ladder).evaluate({"x": 150}) == "150"
    assert compile_expression(" + ".join(["x"] * 150)).evaluate({"x": 1}) == 150


def test_templates_are_limited_too():
    with effort_below(CRAWLS):
        assert len(parse_template("{a} " * 2_000).segments) == 4_000
        with pytest.raises(FeelLimitError):
            parse_template("x" * 200_000)
        with pytest.raises(FeelError):
            parse_template("{" * 2_001 + "a")


def test_a_compiled_expression_serves_many_threads():
    expression = compile_expression("sum(for i in 1..n return (function(x) x * factor)(i))")
    wrong: list[object] = []

    def work(factor: int) -> None:
        for _ in range(50):
            value = expression.evaluate({"n": 10, "factor": factor})
            if value != 55 * factor:
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(factor,)) for factor in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    ["().__class__", '"".__class__', "x.__class__.__base__", '"{0.__class__}"', "x.items", "[1].append", "x.__len__",
     "f.call", "f.name", "(1).real", '@"2026-01-01".toordinal', "string.call", "x.get"],
)  # fmt: skip
def test_nothing_of_python_is_ever_reached(text):
    try:
        value = compile_expression(text).evaluate({"x": {"a": 1}, "f": compile_expression("floor").evaluate({})})
    except FeelError:
        return
    assert value in (None, [None], "{0.__class__}")
