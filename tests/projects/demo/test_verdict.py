"""The verdict goes by the ledger alone: it must fall when an effect is doubled, missing, or not what was said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from projects.demo.verdict import Ending, judge
from projects.example_systems.judge import LedgerEntry

REFUND = LedgerEntry(
    seq=1,
    at="2026-11-20T10:00:00Z",
    system="billing",
    operation="create_refund",
    idempotency_key="r1:31:0",
    request_hash="a",
    subject="INV-1",
    reference="RF-000001",
    customer="C-1",
    case="D-1",
    amount=Decimal("49.90"),
    status=201,
    replayed=False,
)
MESSAGE = replace(REFUND, seq=2, system="notifications", operation="send_message", idempotency_key=None, amount=None)
REFUNDED = Ending("D-1", "refunded", Decimal("49.90"))


def test_once_is_once() -> None:
    verdict = judge([REFUND, MESSAGE], [REFUNDED, Ending("D-2", "rejected")])

    assert verdict.holds
    assert verdict.sentences == (
        "Each effect happened once: 1 refund, 1 message.",
        "Paid back: 49.90 EUR, for 1 of 2 disputes.",
    )


def test_a_repeat_that_was_recognised_is_told_and_does_no_harm() -> None:
    verdict = judge([REFUND, replace(REFUND, seq=2, replayed=True)], [REFUNDED])

    assert verdict.holds
    assert "1 request came a second time" in verdict.sentences[-1]


def test_a_refund_under_another_key_is_a_second_refund() -> None:
    verdict = judge([REFUND, replace(REFUND, seq=2, idempotency_key="r1:99:0")], [REFUNDED])

    assert not verdict.holds
    assert verdict.sentences == (
        "D-1 ended as refunded, but by the ledger this was paid back for it: 49.90 EUR and 49.90 EUR.",
    )


def test_one_key_that_took_effect_twice_is_named() -> None:
    verdict = judge([REFUND, replace(REFUND, seq=2)], [REFUNDED])

    assert not verdict.holds
    assert "Refund of D-1 happened 2 times." in verdict.sentences


def test_a_message_that_left_twice_is_named() -> None:
    verdict = judge([REFUND, MESSAGE, replace(MESSAGE, seq=3)], [REFUNDED])

    assert not verdict.holds
    assert verdict.sentences == ("Message of D-1 happened 2 times.",)


def test_what_baton_says_was_paid_must_stand_in_the_ledger() -> None:
    assert not judge([], [REFUNDED]).holds
    assert not judge([REFUND], [Ending("D-1", "refunded", Decimal("59.90"))]).holds
    assert not judge([REFUND], [Ending("D-1", "rejected")]).holds


def test_nothing_at_all_proves_nothing() -> None:
    assert not judge([], []).holds
