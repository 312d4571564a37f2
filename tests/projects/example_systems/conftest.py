"""One real server on loopback for the whole folder; each test finds it freshly seeded. Nothing here is faked."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from projects.example_systems.launch import Systems, start_process

Post = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def running() -> Iterator[Systems]:
    with start_process() as systems:
        yield systems


@pytest.fixture
def systems(running: Systems) -> Systems:
    running.seed()
    return running


@pytest.fixture(scope="session")
def clients(running: Systems) -> Iterator[dict[str, httpx.Client]]:
    """A client per system for the whole session: making one costs more than most tests."""
    made = {system: running.client(system) for system in running.keys}
    yield made
    for client in made.values():
        client.close()


@pytest.fixture
def call(systems: Systems, clients: dict[str, httpx.Client]) -> Callable[..., httpx.Response]:
    """`call("billing", "POST", "/refunds", key="k1", json={...})`, with that system's API key."""

    def send(system: str, method: str, path: str, *, key: str | None = None, **request: Any) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return clients[system].request(method, path, headers=headers, **request)

    return send


@pytest.fixture
def refund(call: Post) -> Post:
    """`refund("k1", amount=49.9)`: a refund on the doubled bill of C-1003, which has room for many."""

    def send(key: str | None, *, amount: float | int = 10, invoice: str = "INV-2026-10-1003") -> httpx.Response:
        body = {"invoice": invoice, "amount": amount, "reason": "billed twice", "case": "case-7"}
        return call("billing", "POST", "/refunds", key=key, json=body)

    return send
