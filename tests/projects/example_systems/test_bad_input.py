"""What does not fit is refused as a problem document that names its place; nothing takes place, nothing leaks."""

import socket
from collections.abc import Callable

import httpx
import pytest

from projects.example_systems.launch import Systems

Call = Callable[..., httpx.Response]


@pytest.mark.parametrize(
    ("body", "status", "code", "says"),
    [
        (b"", 422, "invalid_request", "body"),
        (b'{"invoice": ', 400, "not_json", "line 1, column 13"),
        (b'{"amount": NaN}', 400, "not_json", "NaN is not a number"),
        (b'{"amount": 1, "amount": 2}', 400, "not_json", "'amount' stands twice"),
        (b'"\xff"', 400, "not_json", "not encoded as UTF-8"),
        (b"[" * 20_000, 400, "not_json", "nested too deeply"),
        (b'{"amount": ' + b"1" * 5_000 + b"}", 400, "not_json", "more than 40 digits"),
        (b" " * 70_000, 413, "body_too_large", "longer than 65536 bytes"),
        (b'{"invoice": "\\ud800", "amount": 1, "reason": "r"}', 422, "invalid_request", "body.invoice"),
        (b'{"invoice": "i", "amount": "1", "reason": "r"}', 422, "invalid_request", "body.amount"),
        (b'{"invoice": "i", "amount": true, "reason": "r"}', 422, "invalid_request", "body.amount"),
        (b'{"invoice": "i", "amount": -1, "reason": "r"}', 422, "invalid_request", "body.amount"),
        (b'{"invoice": "i", "amount": 0.00, "reason": "r"}', 422, "invalid_request", "body.amount"),
        (b'{"invoice": "i", "amount": 1.001, "reason": "r"}', 422, "invalid_request", "body.amount"),
        (b'{"invoice": "i", "amount": 1e1000000, "reason": "r"}', 422, "invalid_request", "body.amount"),
        (b'{"invoice": "i", "amount": 1, "reason": ""}', 422, "invalid_request", "body.reason"),
        (b'{"invoice": "i", "amount": 1, "reason": "r", "owner": "me"}', 422, "invalid_request", "body.owner"),
        (b'{"invoice": "nope", "amount": 1, "reason": "r"}', 404, "unknown_invoice", "no invoice"),
    ],
)
def test_a_bad_body(systems: Systems, call: Call, body: bytes, status: int, code: str, says: str) -> None:
    with systems.client("billing") as billing:
        headers = {"Idempotency-Key": "k1", "Content-Type": "application/json"}
        answer = billing.post("/refunds", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert "Traceback" not in answer.text
    assert systems.ledger() == []


def test_the_body_is_json_by_its_type_not_by_its_looks(systems: Systems) -> None:
    with systems.client("crm") as crm:
        answer = crm.post("/customers/C-1001/notes", content=b'{"text": "x"}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert systems.ledger() == []


@pytest.mark.parametrize(
    ("system", "path", "code"),
    [
        ("crm", "/customers/C-9999", "unknown_customer"),
        ("crm", "/customers/' OR 1=1 --", "unknown_customer"),
        ("crm", "/customers/C-9999/disputes", "unknown_customer"),
        ("billing", "/invoices/%00", "unknown_invoice"),
        ("billing", "/price-plans/none", "unknown_price_plan"),
        ("ticketing", "/tickets/TCK-999999", "unknown_ticket"),
        ("crm", "/nowhere", "not_found"),
    ],
)
def test_what_is_not_there(call: Call, system: str, path: str, code: str) -> None:
    answer = call(system, "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_and_a_wrong_ticket_number(call: Call) -> None:
    assert call("crm", "DELETE", "/customers/C-1001").json()["code"] == "method_not_allowed"
    assert call("ticketing", "GET", "/tickets/7").status_code == 422


def test_a_wrong_filter_of_the_ledger_is_refused(systems: Systems) -> None:
    for wrong in ({"limit": 10**9}, {"after": -1}, {"replayed": "perhaps"}):
        assert httpx.get(f"{systems.url}/ledger", params=wrong).status_code == 422


def test_the_server_survives_bytes_that_are_not_http(systems: Systems, call: Call) -> None:
    address = httpx.URL(systems.url)
    with socket.create_connection((address.host, address.port or 0), timeout=5) as raw:
        raw.sendall(b"\x16\x03\x01 this is not http\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 400")
    assert call("crm", "GET", "/customers/C-1001").status_code == 200
