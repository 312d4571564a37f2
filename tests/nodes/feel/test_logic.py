"""Three-valued logic and null: what is unknown stays unknown, and nothing is routed on it by accident."""

from __future__ import annotations

from decimal import Decimal

import pytest

T, F, N = True, False, None


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T), (T, F, F, T), (T, N, N, T),
        (F, T, F, T), (F, F, F, F), (F, N, F, N),
        (N, T, N, T), (N, F, F, N), (N, N, N, N),
    ],
)  # fmt: skip
def test_truth_tables(ev, a, b, both, either):
    assert ev("a and b", a=a, b=b) is both
    assert ev("a or b", a=a, b=b) is either
    assert ev("a and b and true", a=a, b=b) is both
    assert ev("a or b or false", a=a, b=b) is either


@pytest.mark.parametrize("odd", [0, "true", [], Decimal(1), {}])
def test_what_is_no_truth_value_is_unknown(ev, odd):
    assert ev("x and true", x=odd) is None
    assert ev("x and false", x=odd) is False
    assert ev("x or true", x=odd) is True
    assert ev("not(x)", x=odd) is None
    assert ev("if x then 1 else 2", x=odd) == 2


def test_and_does_not_evaluate_what_can_no_longer_matter(ev):
    assert ev("false and (for i in 1..30000000 return i) = []") is False
    assert ev("true or (for i in 1..30000000 return i) = []") is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null = null", True),
        ('null = "x"', False),
        ("null > 5", None),
        ("5 < null", None),
        ("null between 1 and 2", None),
        ("null + 1", None),
        ("-null", None),
        ("null.name", None),
        ("missing.name.deeper", None),
        ("null[1]", None),
        ("1 / 0", None),
        ("1 = true", None),
        ('100 = "100"', None),
        ('100 != "100"', None),
        ('"a" < 1', None),
        ("true < false", None),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ('[1, "a"] = [1, 2]', False),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ("{a: 1} = {a: 1, b: 2}", False),
        ("1 = 1.00", True),
        ('"" = null', False),
    ],
)
def test_comparisons_with_nothing_and_across_types(ev, text, value):
    assert ev(text) is value


def test_a_missing_name_is_null_and_a_present_null_too(ev):
    assert ev("amount = null") is True
    assert ev("amount = null", amount=None) is True


def test_if_chains(ev):
    text = 'if n < 10 then "low" else if n < 100 then "middle" else if n < 1000 then "high" else "extreme"'
    assert [ev(text, n=n) for n in (1, 10, 100, 1000, None)] == ["low", "middle", "high", "extreme", "extreme"]
