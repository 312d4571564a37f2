"""Keys and repeats: one key names one request; a repeat gets the first answer; every effect once in the ledger."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import httpx
import pytest

from projects.example_systems.judge import effects, repetitions
from projects.example_systems.launch import Systems

Call = Callable[..., httpx.Response]


def test_an_effect_stands_in_the_ledger_as_it_took_place(systems: Systems, refund: Call) -> None:
    answer = refund("k1", amount=49.9)
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers
    (entry,) = systems.ledger()
    assert entry.at >= answer.json()["at"]
    assert len(entry.request_hash) == 64
    assert (entry.seq, entry.system, entry.operation) == (1, "billing", "create_refund")
    assert (entry.idempotency_key, entry.case, entry.customer) == ("k1", "case-7", "C-1003")
    assert (entry.subject, entry.reference) == ("INV-2026-10-1003", answer.json()["refund"])
    assert (entry.amount, entry.status, entry.replayed) == (Decimal("49.90"), 201, False)


def test_a_repeat_gets_the_first_answer_byte_for_byte_and_no_second_effect(systems: Systems, refund: Call) -> None:
    first, second, third = refund("k1"), refund("k1"), refund("k1", amount=10.00)
    assert first.content == second.content == third.content
    assert second.status_code == first.status_code == 201
    assert second.headers["idempotency-replayed"] == "true"
    entries = systems.ledger(key="k1")
    assert [entry.replayed for entry in entries] == [False, True, True]
    assert {entry.reference for entry in entries} == {first.json()["refund"]}
    assert len({entry.request_hash for entry in entries}) == 1


def test_a_key_under_another_body_or_another_operation_is_refused(systems: Systems, call: Call, refund: Call) -> None:
    refund("k1")
    body = {"invoice": "INV-2026-10-1003", "amount": 10, "reason": "billed twice", "case": "case-7"}
    for answer in (refund("k1", amount=10.01), call("billing", "POST", "/credit-notes", key="k1", json=body)):
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert len(systems.ledger()) == 1


def test_a_key_belongs_to_one_system(systems: Systems, call: Call, refund: Call) -> None:
    refund("k1")
    answer = call("ticketing", "POST", "/tickets", key="k1", json={"customer": "C-1003", "subject": "Billed twice"})
    assert answer.status_code == 201
    assert repetitions(systems.ledger(key="k1")) == []
    assert len(systems.ledger(key="k1", replayed=False)) == 2


@pytest.mark.parametrize("path", ["/refunds", "/credit-notes"])
@pytest.mark.parametrize("key", [None, "", "k" * 256])
def test_money_does_not_move_without_a_usable_key(systems: Systems, call: Call, path: str, key: str | None) -> None:
    body = {"invoice": "INV-2026-10-1003", "amount": 10, "reason": "billed twice"}
    answer = call("billing", "POST", path, key=key, json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert systems.ledger() == []


def test_a_refused_request_is_not_remembered(systems: Systems, refund: Call) -> None:
    assert refund("k1", amount=5000).status_code == 409
    assert systems.ledger() == []
    assert refund("k1", amount=10).status_code == 201


def test_twenty_repeats_at_once_are_one_effect(systems: Systems, refund: Call) -> None:
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: refund("k1"), range(20)))
    assert {answer.content for answer in answers} == {answers[0].content}
    entries = systems.ledger(key="k1")
    assert len(entries) == 20
    assert len(effects(entries)) == 1
    assert not entries[0].replayed


def test_twenty_refunds_at_once_stop_at_what_was_paid(systems: Systems, call: Call, refund: Call) -> None:
    """99.80 were paid on the bill of C-1001: nine times 11 fit, the tenth does not."""
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda n: refund(f"k{n}", amount=11, invoice="INV-2026-10-1001"), range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] * 9 + [409] * 11
    assert sum(entry.amount or 0 for entry in systems.ledger()) == 99
    assert call("billing", "GET", "/invoices/INV-2026-10-1001").json()["refunded"] == 99


def test_each_message_is_one_more_even_with_a_key(systems: Systems, call: Call) -> None:
    body = {"customer": "C-1001", "channel": "email", "text": "We refund 49.90 EUR.", "case": "case-7"}
    numbers = {call("notifications", "POST", "/messages", key="k1", json=body).json()["message"] for _ in range(2)}
    assert len(numbers) == 2
    (repetition,) = repetitions(systems.ledger())
    assert (repetition.operation, repetition.idempotency_key, repetition.times) == ("send_message", "k1", 2)


def test_equal_messages_without_a_key_are_a_repetition_within_one_case_only(systems: Systems, call: Call) -> None:
    for case in ("case-1", "case-2", "case-2"):
        body = {"customer": "C-1001", "channel": "email", "text": "We refund 49.90 EUR.", "case": case}
        assert call("notifications", "POST", "/messages", json=body).status_code == 201
    (repetition,) = repetitions(systems.ledger())
    assert (repetition.case, repetition.times) == ("case-2", 2)


@pytest.mark.parametrize(
    ("system", "path", "body", "operation"),
    [
        ("crm", "/customers/C-1001/notes", {"text": "Refund promised"}, "add_note"),
        ("ticketing", "/tickets", {"customer": "C-1001", "subject": "Billed twice"}, "create_ticket"),
    ],
)
def test_a_key_is_welcome_where_it_is_not_demanded(
    systems: Systems, call: Call, system: str, path: str, body: dict[str, str], operation: str
) -> None:
    first, second = (call(system, "POST", path, key="k1", json=body) for _ in range(2))
    assert first.content == second.content
    assert call(system, "POST", path, json=body).json() != first.json()
    assert [(entry.operation, entry.idempotency_key, entry.replayed) for entry in systems.ledger()] == [
        (operation, "k1", False),
        (operation, "k1", True),
        (operation, None, False),
    ]


def test_the_ledger_can_be_filtered_and_read_in_pages(systems: Systems, call: Call, refund: Call) -> None:
    for number in range(5):
        refund(f"k{number}", amount=number + 1)
    call("crm", "POST", "/customers/C-1001/notes", json={"text": "Called", "case": "case-8"})
    assert [entry.system for entry in systems.ledger(case="case-8")] == ["crm"]
    assert [entry.amount for entry in systems.ledger(key="k3")] == [4]
    assert len(systems.ledger(system="billing", operation="create_refund", subject="INV-2026-10-1003")) == 5
    assert len(systems.ledger(customer="C-1001")) == 1
    assert systems.ledger(replayed=True) == []
    first = httpx.get(f"{systems.url}/ledger", params={"limit": 4}).json()
    assert [entry["seq"] for entry in first["entries"]] == [1, 2, 3, 4]
    second = httpx.get(f"{systems.url}/ledger", params={"limit": 4, "after": first["next_after"]}).json()
    assert ([entry["seq"] for entry in second["entries"]], second["next_after"]) == ([5, 6], None)
