"""A decision card as it crosses HTTP: values in their tagged form, and what has none as FEEL writes it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from nodes.dmn.card import Because, Change, DecisionCard, FiredRule, Flip
from nodes.feel import compile_expression
from runtime.wire import DecisionCardView, card_view, from_bytes, to_bytes


def test_a_card_crosses_with_every_digit_and_kind_of_value() -> None:
    because = (
        Because("Amount", "> 50", Decimal("80.10")),
        Because("Opened", '< @"2026-02-01"', dt.date(2026, 1, 5)),
        Because("Hours", "list contains(?, 9)", [compile_expression("function(x) x").evaluate({}), None]),
    )
    rule = FiredRule("Route", 3, None, "A person looks", "Disputes", because, "finance")
    change = Change("Amount", ("claim", "amount"), Decimal("80.10"), "<= 50", "the amount were at most 50", Decimal(50))
    worked_out = Change("total", None, None, "> 1", "the total were above 1", None)
    card = DecisionCard("Route", "Finance", (rule,), Flip((change, worked_out), "Paid at once"), "gone to")
    sent = to_bytes(card_view(card))
    assert b'"value":80.10' in sent
    view = from_bytes(DecisionCardView, sent)
    assert [each.value for each in view.rules[0].because] == [
        Decimal("80.10"),
        {"@date": "2026-01-05"},
        ["function(x)", None],
    ]
    assert (view.rules[0].rule, view.rules[0].rule_id, view.rules[0].owner) == (3, None, "Disputes")
    assert view.flip is not None
    assert [(each.input, each.text) for each in view.flip.changes] == [("claim.amount", "<= 50"), (None, "> 1")]
    assert (
        view.sentence == "It would have gone to Paid at once if the amount were at most 50 and the total were above 1."
    )


def test_a_card_without_a_known_change_says_none() -> None:
    view = card_view(DecisionCard("Route", "Finance", (), None))
    assert (view.flip, view.sentence, view.rules) == (None, "", ())
