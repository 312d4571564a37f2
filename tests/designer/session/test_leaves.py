"""Values as testers read them: leaf by leaf, with what changed and what is empty apart."""

from __future__ import annotations

from decimal import Decimal

from designer.session.leaves import LeafChange, Leaves, count_leaves, leaf_changes, leaves_of, leaves_of_all
from designer.session.words import spoken
from runtime.trace.replay import Change


def test_a_value_is_spread_over_its_leaves_and_what_is_empty_stands_apart() -> None:
    found = leaves_of(
        {
            "choice": "approve",
            "form": None,
            "answers": [{"by": "kim", "seat": None}, {"by": "mira", "seat": "boss"}],
            "tags": ["a", Decimal("1.50")],
            "nobody": [],
            "nothing": {},
        }
    )
    assert found.rows == (
        ("choice", '"approve"'),
        ("answers[1].by", '"kim"'),
        ("answers[2].by", '"mira"'),
        ("answers[2].seat", '"boss"'),
        ("tags", '["a", 1.50]'),
        ("nobody", "[]"),
        ("nothing", "{}"),
    )
    assert found.empty == ("form", "answers[1].seat")


def test_what_is_wide_long_or_deep_stays_whole() -> None:
    wide = {f"n{n}": n for n in range(41)}
    long = [{"n": n} for n in range(11)]
    deep = {"a": {"b": {"c": {"d": {"e": 1}}}}}
    assert [path for path, _ in leaves_of({"wide": wide, "long": long, "deep": deep}).rows] == [
        "wide",
        "long",
        "deep.a.b.c",
    ]
    assert leaves_of("a text").rows == (("value", '"a text"'),)


def test_what_people_are_shown_is_said_as_the_inbox_says_it() -> None:
    assert not leaves_of_all({}, spoken)
    shown = {
        "who": "Jonas",
        "paid": True,
        "lines": ["one", Decimal("2.50")],
        "of": {"n": Decimal(3)},
        "z": None,
        "no": [],
    }
    assert leaves_of_all(shown, spoken) == Leaves(
        (("who", "Jonas"), ("paid", "Yes"), ("lines", "one\n2.50"), ("of.n", "3"), ("no", "None")), ("z",)
    )


def test_changes_are_told_leaf_by_leaf_and_what_is_gone_last() -> None:
    before = {"status": "new", "amount": Decimal("86.40"), "note": "old"}
    after = {"status": "routed", "amount": Decimal("86.40"), "note": None, "way": {"limit": Decimal(150)}}
    assert leaf_changes([Change("vars.claim", before, after), Change("vars.n", None, Decimal(1))]) == [
        LeafChange("vars.claim.status", "changed", '"new"', '"routed"'),
        LeafChange("vars.claim.way.limit", "added", None, "150"),
        LeafChange("vars.n", "added", None, "1"),
        LeafChange("vars.claim.note", "removed", '"old"', None),
    ]


def test_a_value_that_takes_another_shape_is_gone_and_added() -> None:
    assert [(it.path, it.sign) for it in leaf_changes([Change("vars.a", "text", {"b": 1})])] == [
        ("vars.a.b", "added"),
        ("vars.a", "removed"),
    ]


def test_leaves_are_counted_without_those_that_are_empty() -> None:
    assert count_leaves([{"a": 1, "b": None, "c": {"d": 2}}, "x", None]) == 3
