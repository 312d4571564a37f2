"""Each kind of fault: what the caller sees, and whether the effect took place. README.md's table is tested here."""

import threading
import time
from collections.abc import Callable

import httpx
import pytest

from projects.example_systems.faults import FaultKind
from projects.example_systems.judge import effects
from projects.example_systems.launch import Systems

Call = Callable[..., httpx.Response]


def _sees(refund: Call) -> str:
    """What a caller sees of one refund: the status, or the name of the error."""
    try:
        answer = refund("k1")
    except httpx.TransportError as error:
        return type(error).__name__
    return f"{answer.status_code} {answer.headers['content-type']}"


@pytest.mark.parametrize(
    ("kind", "sees", "takes_place"),
    [
        ("slow", "201 application/json", True),
        ("status_500", "500 application/problem+json", False),
        ("status_429", "429 application/problem+json", False),
        ("outage", "503 application/problem+json", False),
        ("cut_connection", "RemoteProtocolError", False),
        ("duplicate_delivery", "RemoteProtocolError", True),
        ("hang", "RemoteProtocolError", False),
        ("truncate", "RemoteProtocolError", True),
        ("not_json", "200 text/html; charset=utf-8", False),
    ],
)
def test_what_the_caller_sees_and_what_took_place(
    systems: Systems, refund: Call, kind: str, sees: str, takes_place: bool
) -> None:
    systems.faults.set("billing", kind, times=1, seconds=0.05)
    assert _sees(refund) == sees
    assert len(effects(systems.ledger(key="k1"))) == int(takes_place)
    # The retry under the same key leaves exactly one effect, whatever the first attempt left.
    assert refund("k1").status_code == 201
    assert [entry.replayed for entry in systems.ledger(key="k1")] == [False, True][: 1 + takes_place]


def test_the_table_above_knows_every_kind() -> None:
    marks = test_what_the_caller_sees_and_what_took_place.pytestmark
    assert {row[0] for row in marks[0].args[1]} == {str(kind) for kind in FaultKind}


def test_slow_takes_its_time_and_the_effect_happens_even_if_the_caller_gives_up(systems: Systems) -> None:
    systems.faults.set("crm", "slow", times=2, seconds=0.4)
    with systems.client("crm") as crm:
        began = time.monotonic()
        assert crm.get("/customers/C-1001").status_code == 200
        assert time.monotonic() - began >= 0.4
        with pytest.raises(httpx.ReadTimeout):
            crm.post("/customers/C-1001/notes", json={"text": "Late"}, timeout=0.1)
    deadline = time.monotonic() + 5
    while not systems.ledger(operation="add_note"):
        assert time.monotonic() < deadline, "the note never took place"
        time.sleep(0.05)


def test_a_slow_request_holds_up_no_other(systems: Systems, call: Call) -> None:
    systems.faults.set("crm", "slow", times=1, seconds=3)
    slow = threading.Thread(target=call, args=("crm", "GET", "/customers/C-1001"))
    slow.start()
    while systems.faults.current()[0]["remaining"]:
        time.sleep(0.01)
    assert call("crm", "GET", "/customers/C-1002").status_code == 200
    assert slow.is_alive()
    slow.join()


def test_hang_never_answers_until_the_fault_is_deleted(systems: Systems) -> None:
    fault = systems.faults.set("fraud", "hang", times=1)
    ended: list[str] = []

    def ask() -> None:
        with systems.client("fraud") as fraud:
            try:
                fraud.post("/checks", json={"customer": "C-1001", "amount": 5})
            except httpx.RemoteProtocolError as error:
                ended.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(0.5)
    assert asking.is_alive()
    assert systems.faults.delete(fault)["hit_count"] == 1
    asking.join(5)
    assert ended == ["Server disconnected without sending a response."]


def _collect(answer: httpx.Response, received: bytearray) -> None:
    for chunk in answer.iter_raw():
        received += chunk


def _collect(answer: httpx.Response, received: bytearray) -> None:
    for chunk in answer.iter_raw():
        received += chunk


def test_truncate_breaks_the_answer_in_the_middle(systems: Systems) -> None:
    systems.faults.set("billing", "truncate")
    with systems.client("billing") as billing, billing.stream("GET", "/invoices/INV-2026-10-1001") as answer:
        assert answer.status_code == 200
        received = bytearray()
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            _collect(answer, received)
    assert len(received) == int(answer.headers["content-length"]) // 2
    assert received.startswith(b'{"number":"INV-2026-10-1001"')


@pytest.mark.parametrize("given", [7, "Fri, 20 Nov 2026 09:00:00 GMT", "abc"])
def test_retry_after_is_sent_as_ordered_rubbish_too(systems: Systems, refund: Call, given: int | str) -> None:
    for kind in ("status_429", "outage"):
        systems.faults.set("billing", kind, times=1, retry_after=given)
        assert refund("k1").headers["retry-after"] == str(given)


def test_429_always_says_when_and_500_only_if_ordered(systems: Systems, refund: Call) -> None:
    systems.faults.set("billing", "status_429")
    systems.faults.set("billing", "status_500")
    assert refund("k1").headers["retry-after"] == "1"
    assert "retry-after" not in refund("k1").headers


def test_a_fault_hits_so_many_times_and_only_what_it_is_meant_for(systems: Systems, call: Call, refund: Call) -> None:
    fault = systems.faults.set("billing", "status_500", operation="create_refund", times=2)
    assert call("billing", "GET", "/invoices/INV-2026-10-1001").status_code == 200
    assert call("crm", "GET", "/customers/C-1001").status_code == 200
    assert [refund("k1").status_code for _ in range(3)] == [500, 500, 201]
    board = systems.faults.current()
    assert [(row["id"], row["remaining"], row["hit_count"]) for row in board] == [(fault, 0, 2)]
    assert [(hit["operation"], hit["idempotency_key"]) for hit in board[0]["hits"]] == [("create_refund", "k1")] * 2


def test_an_outage_lasts_until_deleted_and_spares_the_others(systems: Systems, call: Call, refund: Call) -> None:
    outage = systems.faults.set("billing", "outage")
    assert [refund("k1").status_code for _ in range(3)] == [503] * 3
    assert call("crm", "GET", "/customers/C-1001").status_code == 200
    systems.faults.delete(outage)
    assert refund("k1").status_code == 201


def test_the_oldest_fault_goes_first_and_one_request_meets_one(systems: Systems, refund: Call) -> None:
    systems.faults.set("billing", "status_500")
    systems.faults.set("billing", "status_429", until_deleted=True)
    assert [refund("k1").status_code for _ in range(3)] == [500, 429, 429]
    systems.faults.clear()
    assert refund("k1").status_code == 201


@pytest.mark.parametrize(
    ("order", "where"),
    [
        ({"system": "payroll", "kind": "slow"}, "body.system"),
        ({"system": "crm", "kind": "explode"}, "body.kind"),
        ({"system": "crm", "kind": "slow", "times": 0}, "body.times"),
        ({"system": "crm", "kind": "slow", "times": 1, "until": "deleted"}, "body"),
        ({"system": "crm", "kind": "slow", "seconds": -1}, "body.seconds"),
        ({"system": "crm", "kind": "outage", "retry_after": "1\r\nX-Evil: 1"}, "body"),
        ({"system": "crm", "kind": "slow", "colour": "red"}, "body.colour"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_its_place(
    systems: Systems, order: dict[str, object], where: str
) -> None:
    answer = httpx.post(f"{systems.url}/faults", json=order)
    assert answer.status_code == 422
    assert [row["where"] for row in answer.json()["errors"]] == [where]
    assert systems.faults.current() == []


def test_an_operation_of_another_system_is_refused_with_the_right_ones(systems: Systems) -> None:
    with pytest.raises(ValueError, match="crm has these operations: get_customer, list_disputes, add_note"):
        systems.faults.set("crm", "slow", operation="create_refund")


def test_deleting_what_is_not_there_is_said(systems: Systems) -> None:
    with pytest.raises(ValueError, match="no fault with this id"):
        systems.faults.delete(4711)
