"""The stories of README.md as the systems tell them: who was billed twice, who is suspicious, who can be reached."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

import projects.example_systems as example_systems
from projects.example_systems.launch import Systems
from projects.example_systems.seed import STORIES

Call = Callable[..., httpx.Response]


def _exact(answer: httpx.Response) -> dict[str, object]:
    assert answer.status_code == 200
    exact: dict[str, object] = json.loads(answer.content, parse_float=Decimal)
    return exact


@pytest.mark.parametrize(
    ("customer", "tier", "channel", "overcharged"),
    [
        ("C-1001", "gold", "email", "49.90"),
        ("C-1002", "standard", "email", "312.50"),
        ("C-1003", "platinum", "email", "1840.00"),
        ("C-1004", "standard", "email", "249.00"),
        ("C-1005", "gold", "email", "24.90"),
        ("C-1006", "standard", "email", "312.50"),
        ("C-1007", "standard", "letter", "19.90"),
        ("C-1009", "standard", "phone", "49.90"),
        ("C-1010", "standard", "email", "24.90"),
        ("C-1011", "gold", "sms", "59.00"),
        ("C-1012", "standard", "email", "11.85"),
    ],
)
def test_octobers_bill_is_above_the_price_plan_by_so_much(
    call: Call, customer: str, tier: str, channel: str, overcharged: str
) -> None:
    record = _exact(call("crm", "GET", f"/customers/{customer}"))
    assert (record["tier"], record["preferred_channel"]) == (tier, channel)
    bill = _exact(call("billing", "GET", f"/invoices/INV-2026-10-{customer[2:]}"))
    plan = _exact(call("billing", "GET", f"/price-plans/{bill['plan']}"))
    assert bill["customer"] == customer
    assert Decimal(str(bill["total"])) - Decimal(str(plan["monthly_price"])) == Decimal(overcharged)


def test_september_was_right_for_everybody(call: Call) -> None:
    for story in STORIES:
        bill = _exact(call("billing", "GET", f"/invoices/INV-2026-09-{story.id[2:]}"))
        assert bill["total"] == _exact(call("billing", "GET", f"/price-plans/{bill['plan']}"))["monthly_price"]
        assert bill["status"] == "paid"


def test_the_same_fee_stands_twice_where_it_was_doubled_and_once_where_it_only_looks_so(call: Call) -> None:
    def kinds(number: str) -> list[str]:
        return [line["kind"] for line in call("billing", "GET", f"/invoices/{number}").json()["lines"]]

    assert kinds("INV-2026-10-1001") == ["fee", "fee"]
    assert kinds("INV-2026-10-1006") == ["fee", "instalment"]
    assert kinds("INV-2026-10-1012") == ["fee", "usage"]


def test_samuel_has_two_bills_for_one_month(call: Call) -> None:
    bills = call("billing", "GET", "/customers/C-1008/invoices").json()["invoices"]
    october = [bill["number"] for bill in bills if bill["period"]["first_day"] == "2026-10-01"]
    assert october == ["INV-2026-10-1008", "INV-2026-10-1008-B"]
    assert [bill["number"] for bill in bills][-1] == "INV-2026-09-1008"


def test_past_disputes_count_for_ninety_days(call: Call) -> None:
    assert call("crm", "GET", "/customers/C-1004").json()["disputes_last_90_days"] == 4
    assert call("crm", "GET", "/customers/C-1006").json()["disputes_last_90_days"] == 1
    assert call("crm", "GET", "/customers/C-1002").json()["disputes_last_90_days"] == 0
    disputes = call("crm", "GET", "/customers/C-1004/disputes").json()["disputes"]
    assert [dispute["opened_on"] for dispute in disputes] == ["2026-10-30", "2026-10-06", "2026-09-21", "2026-09-03"]


@pytest.mark.parametrize(
    ("customer", "amount", "score", "level"),
    [
        ("C-1001", 49.9, 5, "low"),
        ("C-1003", 1840, 15, "low"),
        ("C-1006", 312.5, 25, "low"),
        ("C-1004", 249, 83, "high"),
        ("C-9999", 49.9, 40, "medium"),
    ],
)
def test_the_fraud_score_is_the_same_each_time(
    systems: Systems, call: Call, customer: str, amount: float, score: int, level: str
) -> None:
    checks = [call("fraud", "POST", "/checks", json={"customer": customer, "amount": amount}).json() for _ in range(2)]
    assert checks[0] == checks[1]
    assert (checks[0]["score"], checks[0]["level"]) == (score, level)
    assert systems.ledger() == []


@pytest.mark.parametrize(
    ("customer", "reached_by"),
    [("C-1001", {"email", "sms", "letter"}), ("C-1005", {"sms", "letter"}), ("C-1010", {"letter"})],
)
def test_who_can_be_reached_how(systems: Systems, call: Call, customer: str, reached_by: set[str]) -> None:
    reached = set()
    for channel in ("email", "sms", "letter"):
        body = {"customer": customer, "channel": channel, "text": "We refund."}
        answer = call("notifications", "POST", "/messages", json=body)
        if answer.status_code == 201:
            reached.add(channel)
        else:
            assert (answer.status_code, answer.json()["code"]) == (422, "undeliverable")
            assert answer.json()["channel"] == channel
    assert reached == reached_by
    assert len(systems.ledger(customer=customer)) == len(reached_by)
    sent = call("notifications", "GET", "/messages", params={"customer": customer}).json()["messages"]
    assert {message["channel"] for message in sent} == reached_by


def test_nobody_is_messaged_by_phone(call: Call) -> None:
    body = {"customer": "C-1009", "channel": "phone", "text": "We refund."}
    answer = call("notifications", "POST", "/messages", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_an_unpaid_bill_cannot_be_refunded_but_credited(call: Call) -> None:
    wish = {"invoice": "INV-2026-10-1011", "amount": 59, "reason": "billed twice"}
    refused = call("billing", "POST", "/refunds", key="k1", json=wish)
    assert (refused.status_code, refused.json()["code"], refused.json()["refundable"]) == (
        409,
        "refund_exceeds_paid",
        0,
    )
    assert call("billing", "POST", "/credit-notes", key="k2", json=wish).status_code == 201
    bill = call("billing", "GET", "/invoices/INV-2026-10-1011").json()
    assert (bill["status"], bill["credited"], bill["paid"]) == ("open", 59, 0)


def test_an_invoice_tells_what_was_refunded_and_credited(call: Call) -> None:
    def pay_back(path: str, key: str, amount: float) -> httpx.Response:
        wish = {"invoice": "INV-2026-10-1001", "amount": amount, "reason": "billed twice", "case": "case-7"}
        return call("billing", "POST", path, key=key, json=wish)

    assert pay_back("/refunds", "k1", 49.9).status_code == 201
    assert pay_back("/credit-notes", "k2", 49.9).json()["credit_note"] == "CN-000001"
    bill = call("billing", "GET", "/invoices/INV-2026-10-1001").json()
    assert (bill["status"], bill["refunded"], bill["credited"]) == ("partly_refunded", 49.9, 49.9)
    assert pay_back("/refunds", "k3", 49.91).json()["code"] == "refund_exceeds_paid"
    assert pay_back("/refunds", "k4", 49.9).status_code == 201
    assert call("billing", "GET", "/invoices/INV-2026-10-1001").json()["status"] == "refunded"
    assert pay_back("/credit-notes", "k5", 50).json()["code"] == "credit_exceeds_total"
    refunds = call("billing", "GET", "/refunds", params={"invoice": "INV-2026-10-1001"}).json()["refunds"]
    assert [(row["refund"], row["case"]) for row in refunds] == [("RF-000001", "case-7"), ("RF-000002", "case-7")]


def test_the_life_of_a_ticket(systems: Systems, call: Call) -> None:
    body = {"customer": "C-1001", "subject": "Billed twice", "priority": "high", "case": "case-7"}
    ticket = call("ticketing", "POST", "/tickets", key="k1", json=body).json()["ticket"]
    where = f"/tickets/{ticket}"
    changed = call("ticketing", "PATCH", where, key="k2", json={"status": "in_progress", "assignee": "dana"}).json()
    assert (changed["status"], changed["assignee"], changed["priority"]) == ("in_progress", "dana", "high")
    for _ in range(2):
        call("ticketing", "POST", f"{where}/comments", key="k3", json={"text": "Refunded", "author": "dana"})
    closed = call("ticketing", "POST", f"{where}/close", key="k4", json={"resolution": "refunded"}).json()
    assert (closed["status"], closed["resolution"], len(closed["comments"])) == ("closed", "refunded", 1)
    late = call("ticketing", "POST", f"{where}/comments", key="k5", json={"text": "One more"})
    assert (late.status_code, late.json()["code"]) == (409, "ticket_closed")
    assert call("ticketing", "GET", where).json() == closed
    assert call("ticketing", "GET", "/tickets", params={"customer": "C-1001"}).json()["tickets"] == [closed]
    assert [entry.operation for entry in systems.ledger(replayed=False)] == [
        "create_ticket",
        "update_ticket",
        "add_comment",
        "close_ticket",
    ]


def test_notes_stand_on_the_file(call: Call) -> None:
    note = {"text": "Promised a refund", "author": "dana", "case": "case-7"}
    written = call("crm", "POST", "/customers/C-1001/notes", json=note).json()
    assert call("crm", "GET", "/customers/C-1001/notes").json()["notes"] == [written]
    assert (written["text"], written["author"], written["case"]) == ("Promised a refund", "dana", "case-7")


def test_seeding_again_forgets_everything_that_was_done(systems: Systems, call: Call, refund: Call) -> None:
    before = call("billing", "GET", "/invoices/INV-2026-10-1003").content
    refund("k1")
    systems.faults.set("crm", "outage")
    systems.seed()
    assert systems.ledger() == []
    assert systems.faults.current() == []
    assert call("billing", "GET", "/invoices/INV-2026-10-1003").content == before
    assert refund("k1").json()["refund"] == "RF-000001"


def test_the_readme_tells_every_story_and_every_key(systems: Systems) -> None:
    readme = Path(example_systems.__file__).with_name("README.md").read_text(encoding="utf-8")
    missing = [word for story in STORIES for word in (story.id, story.name) if word not in readme]
    missing += [key for key in systems.keys.values() if key not in readme]
    assert missing == []
