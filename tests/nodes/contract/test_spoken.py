"""Fields as words that a colleague reads aloud."""

from decimal import Decimal

import pytest

from nodes.contract import Expr, Text
from nodes.contract.spoken import spoken
from nodes.feel import parse_duration


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (None, ""),
        (Text("Refund {input.amount} to {customer.name}, please."), "Refund input.amount to customer.name, please."),
        (Text("two\nlines {{x}}"), "two lines x"),
        (Expr("amount >\n  500"), "amount > 500"),
        (Expr(literal=Decimal("12.50")), "12.50"),
        (Expr(literal="gold"), '"gold"'),
        (Expr(literal=parse_duration("PT4H")), "4 hours"),
        (Expr(literal=parse_duration("P1DT1H30M")), "1 day 1 hour 30 minutes"),
        (Expr(literal=parse_duration("P1Y2M")), "1 year 2 months"),
        (Expr(literal=parse_duration("PT0S")), "no time"),
        (Expr(literal=parse_duration("-PT4H")), "-PT4H"),
    ],
)
def test_words(field, words):
    assert spoken(field) == words


def test_a_long_field_is_cut():
    assert spoken(Text("x" * 500), longest=10) == "xxxxxxxxx…"
