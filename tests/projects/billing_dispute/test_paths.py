"""Every way through the billing dispute, against the real example systems: outcome, effects, what people see.

The ledger is the judge throughout: `finished` asks it after each story whether anything took place twice.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from projects.example_systems.judge import repetitions
from tests.projects.billing_dispute.playing import FLOW, Dispute, project

PUT_RIGHT = [("billing", "create_refund"), ("billing", "create_credit_note"), ("ticketing", "create_ticket")]
MESSAGE = ("notifications", "send_message")
CLOSED = [("ticketing", "create_ticket"), MESSAGE]


def finished(dispute: Dispute, outcome: str, *, resolved: bool = True) -> Dispute:
    """The run ended so, nothing is left open, and nothing took place twice."""
    state = dispute.simulation.state()
    assert (state.state, dispute.outcome, state.resolved) == ("completed", outcome, resolved)
    assert not dispute.simulation.tasks()
    assert not dispute.simulation.incidents()
    assert repetitions(dispute.ledger()) == []
    return dispute


@pytest.mark.parametrize(
    ("customer", "amount"),
    [("C-1001", "49.90"), ("C-1007", "19.90"), ("C-1008", "59.00")],
    ids=["small and doubled", "by letter", "two bills for one month"],
)
def test_a_small_one_with_a_clean_history_is_refunded_at_once(customer: str, amount: str) -> None:
    dispute = finished(Dispute(customer).play(), "refunded")

    assert dispute.output["refunded"] == Decimal(amount)
    assert dispute.effects() == [*PUT_RIGHT, MESSAGE]
    assert [e.amount for e in dispute.ledger()] == [Decimal(amount), Decimal(amount), None, None]


def test_finance_approves_what_is_above_the_limit_of_the_tier() -> None:
    dispute = Dispute("C-1002").play()

    assert dispute.effects() == []
    finished(dispute.answer("petra", "approve"), "refunded")
    assert dispute.effects() == [*PUT_RIGHT, MESSAGE]


def test_a_large_one_needs_two_people() -> None:
    dispute = Dispute("C-1003").play().answer("petra", "approve")

    assert (dispute.outcome, dispute.effects()) == (None, [])
    finished(dispute.answer("tom", "approve"), "refunded")
    assert dispute.output["refunded"] == Decimal("1840.00")


def test_one_rejection_decides_a_large_one() -> None:
    dispute = Dispute("C-1003").play().answer("petra", "approve").answer("tom", "reject", comment="It is a lease.")

    finished(dispute, "rejected")
    assert dispute.output["why"] == "It is a lease."
    assert dispute.effects() == CLOSED


def test_nobody_counts_twice_and_the_requester_never() -> None:
    dispute = Dispute("C-1003", requested_by="ines").play().answer("petra", "approve")
    dispute.answer("petra", "reject", comment="On second thoughts, no.")
    dispute.answer("ines", "approve")

    assert [refusal.code for refusal in dispute.simulation.refusals][1:] == ["SOD"]
    assert dispute.simulation.refusals[0].status == 409
    assert dispute.effects() == []


def test_a_rejection_needs_its_reason_and_moves_no_money() -> None:
    dispute = Dispute("C-1006").play().answer("petra", "reject")

    assert [refusal.code for refusal in dispute.simulation.refusals] == ["COMMENT"]
    finished(dispute.answer("petra", "reject", comment="The second amount is an instalment."), "rejected")
    assert dispute.effects() == CLOSED


def test_approvers_see_why_they_are_asked_and_the_lines_of_the_bill() -> None:
    dispute = Dispute("C-1006").play()
    shown = dispute.input_of("approve_refund")

    assert shown["title"] == "Refund 312.50 EUR to Peter Lindqvist?"
    assert "up to 50.00 EUR (standard customers)" in shown["why"]
    assert "Router rack, instalment 1 of 6: 312.50 EUR" in shown["show"]["Lines of the bill"]
    assert shown["show"]["Should be"] == "312.50 EUR (Business Fibre)"


def test_suspicion_goes_to_an_agent_with_the_whole_context() -> None:
    dispute = Dispute("C-1004").play()
    shown = dispute.input_of("review_suspicion")

    assert "83 of 100" in shown["why"]
    assert len(shown["show"]["Earlier disputes"]) == 4
    assert "Bank account changed this month" in shown["show"]["Reasons of the fraud check"]
    assert len(shown["show"]["All bills"]) == 2
    assert shown["show"]["Phone"] == "+44 7700 900104"


def test_who_raised_a_suspicious_dispute_does_not_clear_it() -> None:
    dispute = Dispute("C-1004").play().answer("leo", "genuine")

    assert [refusal.code for refusal in dispute.simulation.refusals] == ["SOD"]


def test_a_genuine_one_still_needs_finance() -> None:
    dispute = Dispute("C-1004").play().answer("ana", "genuine")

    assert dispute.effects() == []
    finished(dispute.answer("tom", "approve"), "refunded")


def test_fraud_is_rejected() -> None:
    dispute = Dispute("C-1004").play().answer("ana", "fraud", comment="The account belongs to somebody else.")

    finished(dispute, "rejected")
    assert dispute.output["why"] == "The account belongs to somebody else."


def test_an_agent_can_hand_a_suspicion_to_the_investigators() -> None:
    dispute = Dispute("C-1004").play().answer("ana", "investigate", comment="Bank account changed yesterday.")

    finished(dispute, "needs_investigation", resolved=False)
    assert dispute.effects() == [("ticketing", "create_ticket")]
    assert "Bank account changed yesterday." in dispute.input_of("hand_over")["body"]["value"]["body"]


@pytest.mark.parametrize(
    ("customer", "came_by"),
    [("C-1001", "email"), ("C-1005", "sms"), ("C-1007", "letter"), ("C-1008", "sms"), ("C-1010", "letter")],
)
def test_the_customer_is_told_once_by_the_first_channel_that_works(customer: str, came_by: str) -> None:
    dispute = finished(Dispute(customer).play(), "refunded")

    (message,) = [e for e in dispute.ledger() if e.operation == "send_message"]
    assert message.idempotency_key is None
    tries = [c.input["body"]["value"]["channel"] for c in dispute.sent if c.connection == "notifications"]
    assert tries[-1] == came_by
    assert len(tries) == len(set(tries))


def test_who_wants_a_call_gets_a_ticket_and_no_message() -> None:
    dispute = finished(Dispute("C-1009").play(), "refunded")

    assert dispute.effects() == [*PUT_RIGHT, ("ticketing", "create_ticket")]


def test_where_no_message_goes_out_an_agent_is_asked_to_call() -> None:
    dispute = Dispute("C-1001")
    dispute.fault("notifications", "outage")

    finished(dispute.play(), "refunded")
    assert dispute.effects() == [*PUT_RIGHT, ("ticketing", "create_ticket")]
    assert "+44 7700 900101" in dispute.input_of("ask_for_call")["body"]["value"]["body"]


def test_a_message_that_may_have_left_is_never_sent_again_by_itself() -> None:
    dispute = Dispute("C-1001")
    dispute.lost.add("tell_customer")
    dispute.play().wait(days=2)

    (incident,) = dispute.simulation.incidents()
    assert (incident.step, incident.kind) == ("tell_customer#1", "outcome_unknown")
    assert dispute.effects().count(MESSAGE) == 1


def test_an_unpaid_bill_is_credited_not_refunded() -> None:
    dispute = finished(Dispute("C-1011").play(), "credited")

    assert dispute.effects() == [("billing", "create_credit_note"), *CLOSED]


def test_a_bill_that_is_right_costs_nothing_and_asks_nobody() -> None:
    dispute = finished(Dispute("C-1012").play(), "nothing_owed")

    assert dispute.output["should_be"] == Decimal("61.75")
    assert dispute.effects() == CLOSED
    assert "check_fraud" not in dispute.path


def test_a_dispute_that_comes_twice_is_not_paid_twice() -> None:
    first = Dispute("C-1001").play()
    second = Dispute("C-1001", dispute="D-again")
    second.app, second.store = first.app, first.store

    finished(second.play(), "nothing_owed")
    assert [e.operation for e in first.ledger()].count("create_refund") == 1


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"invoice": "INV-2026-10-9999"}, "bill should be text"),
        ({"invoice": "INV-2026-10-1002"}, "belongs_to_customer should be true"),
        ({"customer": "C-9999"}, "customer should be text"),
    ],
    ids=["no such bill", "somebody else's bill", "no such customer"],
)
def test_facts_that_do_not_fit_go_to_a_person_with_what_is_wrong(changes: dict[str, str], missing: str) -> None:
    dispute = finished(Dispute("C-1001", **changes).play(), "needs_investigation", resolved=False)

    assert dispute.effects() == [("ticketing", "create_ticket")]
    assert missing in dispute.input_of("hand_over")["body"]["value"]["body"]


@pytest.mark.parametrize("customer", ["C-1002", "C-1003", "C-1004"])
def test_when_nobody_decides_the_leads_get_it_and_then_a_person_takes_over(customer: str) -> None:
    dispute = Dispute(customer).play()
    (before,) = dispute.simulation.tasks()
    (after,) = dispute.wait(hours=9).simulation.tasks()

    assert (before.role, after.role) in {("finance", "finance_leads"), ("agents", "agent_leads")}
    assert after.overdue
    finished(dispute.wait(days=3), "needs_investigation", resolved=False)
    assert dispute.effects() == [("ticketing", "create_ticket")]


def test_after_escalation_what_was_answered_before_still_counts() -> None:
    dispute = Dispute("C-1003").play().answer("petra", "approve").wait(hours=9)

    dispute.answer("tom", "approve")
    assert [refusal.code for refusal in dispute.simulation.refusals] == ["ROLE"]
    finished(dispute.answer("omar", "approve"), "refunded")


def test_without_a_fraud_check_nothing_is_refunded_at_once() -> None:
    dispute = Dispute("C-1001")
    dispute.fault("fraud", "outage")
    dispute.play().wait(minutes=30)

    assert dispute.input_of("approve_refund")["show"]["Fraud check"] == "It could not be reached"
    finished(dispute.answer("petra", "approve"), "refunded")


@pytest.mark.parametrize("system", ["crm", "billing"])
def test_a_system_that_stays_away_stops_for_an_operator_and_loses_nothing(system: str) -> None:
    dispute = Dispute("C-1001")
    dispute.fault(system, "outage")
    dispute.play().wait(minutes=30)

    assert {incident.kind for incident in dispute.simulation.incidents()} == {"failed"}
    assert dispute.effects() == []


class TestRefundInTrouble:
    """The one step that must never happen twice, and never be lost."""

    def test_an_outage_is_sat_out_and_the_money_leaves_once(self) -> None:
        dispute = Dispute("C-1001")
        dispute.fault("billing", "outage", operation="create_refund", times=4)
        dispute.play().wait(minutes=1)

        finished(dispute, "refunded")
        tries = [command for command in dispute.sent if command.node == "refund"]
        assert len(tries) == 5
        assert len({command.key for command in tries}) == 1

    def test_lost_answers_end_in_a_look_at_billing_that_finds_the_refund(self) -> None:
        dispute = Dispute("C-1001")
        dispute.lost.add("refund")
        dispute.play().wait(hours=2)

        finished(dispute, "refunded")
        assert dispute.output["refund"] == "RF-000001"
        assert [e.replayed for e in dispute.ledger() if e.operation == "create_refund"] == [False] + [True] * 11
        assert "find_refund" in dispute.path

    def test_a_refund_that_never_got_through_goes_to_a_person_and_no_customer_is_told(self) -> None:
        dispute = Dispute("C-1001")
        dispute.down.add("refund")
        dispute.play().wait(hours=2)

        finished(dispute, "needs_investigation", resolved=False)
        assert dispute.effects() == [("ticketing", "create_ticket")]
        assert "not confirmed" in dispute.input_of("hand_over")["body"]["value"]["body"]

    def test_when_billing_can_not_even_be_asked_a_person_looks(self) -> None:
        dispute = Dispute("C-1001")
        dispute.lost.add("refund")
        dispute.down.add("find_refund")
        dispute.play().wait(hours=3)

        finished(dispute, "needs_investigation", resolved=False)

    def test_a_missing_credit_note_is_told_together_with_the_refund_that_is_done(self) -> None:
        dispute = Dispute("C-1001")
        dispute.down.add("credit_note")
        dispute.play().wait(hours=2)

        finished(dispute, "needs_investigation", resolved=False)
        said = dispute.input_of("hand_over")["body"]["value"]["body"]
        assert "RF-000001 is done" in said
        assert "credit note is missing" in said


def test_every_step_is_passed_by_one_of_these_stories() -> None:
    """Nothing is drawn that no story needs."""
    stories = [Dispute(customer).play() for customer in ("C-1001", "C-1010", "C-1009", "C-1011", "C-1012")]
    stories += [Dispute("C-1004").play().answer("ana", "genuine").answer("tom", "approve")]
    stories += [Dispute("C-1003").play().answer("petra", "reject", comment="No.")]
    stories += [Dispute("C-1001", customer="C-9999").play()]
    lost = Dispute("C-1001")
    lost.lost.add("refund")
    stories += [lost.play().wait(hours=2)]

    drawn = {node.id for node in project().flows[FLOW].nodes}
    assert drawn == {node for story in stories for node in story.path}
