"""Amounts keep their digits: in, through the store, through the ledger, and out again."""

from collections.abc import Callable
from decimal import Decimal

import httpx
import pytest

from projects.example_systems.exact_json import from_cents, to_cents
from projects.example_systems.launch import Systems

Call = Callable[..., httpx.Response]


def test_amounts_are_numbers_with_both_decimals(call: Call) -> None:
    text = call("billing", "GET", "/invoices/INV-2026-10-1002").text
    assert '"total":625.00,' in text
    assert '"unit_price":312.50,' in text
    assert '"refunded":0.00,' in text


@pytest.mark.parametrize(
    ("written", "means"),
    [("49.9", "49.90"), ("49.90", "49.90"), ("4.99e1", "49.90"), ("49", "49.00"), ("0.01", "0.01")],
)
def test_an_amount_is_read_by_its_digits(systems: Systems, written: str, means: str) -> None:
    with systems.client("billing") as billing:
        body = f'{{"invoice": "INV-2026-10-1003", "amount": {written}, "reason": "r"}}'
        headers = {"Idempotency-Key": "k1", "Content-Type": "application/json"}
        assert f'"amount":{means},' in billing.post("/refunds", content=body, headers=headers).text
    assert systems.ledger()[0].amount == Decimal(means)


def test_a_hundred_small_refunds_add_up_to_the_cent(systems: Systems, call: Call, refund: Call) -> None:
    """As binary floats a hundred times 0.07 would be 7.000000000000005."""
    for number in range(100):
        assert refund(f"k{number}", amount=0.07).status_code == 201
    assert '"refunded":7.00,' in call("billing", "GET", "/invoices/INV-2026-10-1003").text
    assert sum(entry.amount or 0 for entry in systems.ledger()) == Decimal("7.00")


@pytest.mark.parametrize("amount", ["0.01", "0.29", "1.15", "9999999999.99"])
def test_cents_and_back(amount: str) -> None:
    assert str(from_cents(to_cents(Decimal(amount)))) == amount
