"""The change, its ledger row and its stored answer stand or fall together, whatever goes wrong in between."""

import sqlite3
import threading
from pathlib import Path

import httpx

from projects.example_systems.judge import effects, repetitions
from projects.example_systems.launch import start_process


def _refund(billing: httpx.Client, key: str, amount: float = 10) -> httpx.Response:
    body = {"invoice": "INV-2026-10-1003", "amount": amount, "reason": "billed twice"}
    return billing.post("/refunds", json=body, headers={"Idempotency-Key": key})


def _refunds(billing: httpx.Client) -> list[str]:
    rows = billing.get("/refunds", params={"invoice": "INV-2026-10-1003"}).json()["refunds"]
    return [row["refund"] for row in rows]


def test_an_effect_that_cannot_be_written_down_does_not_take_place(tmp_path: Path) -> None:
    store = tmp_path / "systems.db"
    with start_process(store=store) as systems, systems.client("billing") as billing:
        broken = sqlite3.connect(store, isolation_level=None)
        for table in ("ledger", "answer"):
            broken.execute(f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'secret'); END")
            refused = _refund(billing, "k1")
            assert (refused.status_code, refused.json()["code"]) == (500, "bug")
            assert "secret" not in refused.text
            assert _refunds(billing) == []
            assert systems.ledger() == []
            broken.execute("DROP TRIGGER full")
        broken.close()
        assert _refund(billing, "k1").status_code == 201
        assert _refunds(billing) == [entry.reference for entry in systems.ledger()]


def test_a_kill_under_load_leaves_ledger_and_money_in_agreement(tmp_path: Path) -> None:
    with start_process(store=tmp_path / "systems.db") as systems:
        answered: list[str] = []

        def pay_until_it_dies(thread: int) -> None:
            with systems.client("billing") as billing:
                for number in range(10_000):
                    key = f"{thread}-{number}"
                    try:
                        answer = _refund(billing, key, amount=0.01)
                    except httpx.TransportError:
                        return
                    assert answer.status_code == 201
                    answered.append(key)

        threads = [threading.Thread(target=pay_until_it_dies, args=(thread,)) for thread in range(4)]
        for thread in threads:
            thread.start()
        while len(answered) < 50:
            threads[0].join(0.01)
        systems.kill()
        for thread in threads:
            thread.join()
        systems.restart()
        entries = systems.ledger()
        assert set(answered) <= {entry.idempotency_key for entry in entries}
        with systems.client("billing") as billing:
            assert [entry.reference for entry in effects(entries)] == _refunds(billing)
        # What was in flight is sent again under its key: whether it had taken place or not, it has now, once.
        in_flight = [f"{thread}-{sum(key.startswith(f'{thread}-') for key in answered)}" for thread in range(4)]
        with systems.client("billing") as billing:
            assert {_refund(billing, key, amount=0.01).status_code for key in in_flight} == {201}
        entries = systems.ledger()
        assert set(in_flight) <= {entry.idempotency_key for entry in effects(entries)}
        assert repetitions(entries) == []
