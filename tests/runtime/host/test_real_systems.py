"""The host against the example systems over HTTP, whose own ledger judges what really happened."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from projects.example_systems.launch import Systems, start_process
from runtime.connections import Environment
from runtime.engine.events import Actor, AttemptFailed
from runtime.host import Host
from runtime.model.project import ConnectionNeed
from tests.runtime.host.bench import approval, begin, flow, hosting, node, package, play

NEEDS = {"billing": ConnectionNeed(kind="http", settings={"auth": "api_key", "header": "X-Api-Key"})}
INVOICE = "INV-2026-10-1001"

DISPUTE = flow(
    node("invoice", "adapters/http_request", connection="billing", path="/invoices/{input.invoice}"),
    node(
        "large",
        "decision/condition",
        conditions=[{"port": "yes", "title": "Large", "when": {"feel": "invoice.body.total > 10"}}],
    ),
    approval(),
    node(
        "refund",
        "adapters/http_request",
        connection="billing",
        method="POST",
        path="/refunds",
        body={"kind": "json", "value": {"feel": "{invoice: input.invoice, amount: 1.50, reason: input.reason}"}},
        success={"feel": "reply.status = 201"},
        idempotency_header="Idempotency-Key",
    ),
    edges=[
        "start.started>invoice",
        "invoice.done>large",
        "large.yes>ask",
        "large.default>refund",
        "ask.approve>refund",
        "ask.reject>end",
        "refund.done>end",
    ],
)


@pytest.fixture(scope="module")
def running() -> Iterator[Systems]:
    with start_process() as systems:
        yield systems


@pytest.fixture
def systems(running: Systems) -> Systems:
    running.seed()
    return running


def environment(home: Path, systems: Systems, monkeypatch: pytest.MonkeyPatch, **more: Any) -> Environment:
    monkeypatch.setenv("BILLING_KEY", systems.keys["billing"])
    billing = {"url": systems.url_of("billing"), "secret": "env:BILLING_KEY", **more}
    file = home / "environments" / "test.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"connections": {"billing": billing}}), encoding="utf-8")
    return Environment.load("test", home=home)


async def approved(host: Host, **options: Any) -> str:
    """A dispute up to its answer."""
    run = await begin(
        host,
        DISPUTE,
        connections=NEEDS,
        input={"invoice": INVOICE, "reason": "double"},
        actor=Actor("user", "carl"),
        **options,
    )
    await host.until_idle({run})
    accepted = await host.answer(f"{run}:ask#1", choice="approve", by="ana")
    assert accepted.reply["decided"] is True, accepted
    return run


def refunds(systems: Systems) -> list[Any]:
    return systems.ledger(system="billing", operation="create_refund")


def test_read_decide_ask_act(tmp_path: Path, systems: Systems, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with hosting(tmp_path, environment=environment(tmp_path, systems, monkeypatch)) as host:
            tested = await host.test_connection("billing", await host.put_release(package(DISPUTE, NEEDS)))
            assert "The system" in tested.message
            run = await approved(host)
            assert (await host.until_done(run)).outcome == "over"
            [effect] = refunds(systems)
            _, state = await host.fold(run)
            assert effect.idempotency_key == f"{run}:{state.steps['refund#1'].key_seq}:0"
            assert state.steps["refund#1"].output["body"]["amount"] == Decimal("1.50")
            text = str(await host.journal(run))
            assert systems.keys["billing"] not in text, "the key must not stand in the journal"

    play(story(), 60)


@pytest.mark.parametrize("kind", ["cut_connection", "status_500"])
def test_a_fault_of_the_other_side_is_tried_again_with_the_same_key_and_counts_once(
    tmp_path: Path, systems: Systems, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    async def story() -> None:
        async with hosting(tmp_path, environment=environment(tmp_path, systems, monkeypatch)) as host:
            systems.faults.set("billing", kind, operation="create_refund", times=1)
            run = await approved(host)
            assert (await host.until_done(run)).outcome == "over"
            took_place = [entry for entry in refunds(systems) if not entry.replayed]
            assert len(took_place) == 1
            failures = [e.event for e in await host.journal(run) if isinstance(e.event, AttemptFailed)]
            assert [failure.retryable for failure in failures] == [True]

    play(story(), 60)


def test_a_worker_that_dies_with_the_refund_under_way_is_taken_over_without_a_second_refund(
    tmp_path: Path, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = environment(tmp_path, systems, monkeypatch)

    async def before() -> str:
        systems.faults.set("billing", "slow", operation="create_refund", times=1, seconds=1.0)
        async with hosting(tmp_path, environment=bound, drain_seconds=0.0) as host:
            run = await approved(host)
            await asyncio.sleep(0.3)
            return run

    run = play(before(), 60)

    async def after() -> None:
        async with hosting(tmp_path, environment=bound) as host:
            assert (await host.until_done(run)).outcome == "over"

    play(after(), 60)
    entries = refunds(systems)
    assert len({entry.idempotency_key for entry in entries}) == 1
    assert len([entry for entry in entries if not entry.replayed]) == 1


def test_another_server_takes_the_place_of_the_first_by_an_override(
    tmp_path: Path, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLING_KEY", systems.keys["billing"])
    file = tmp_path / "demo.json"
    file.write_text(
        json.dumps({"connections": {"billing": {"url": "http://127.0.0.1:9/gone", "secret": "env:BILLING_KEY"}}}),
        encoding="utf-8",
    )
    bound = Environment.load(str(file), [f"billing={systems.url_of('billing')}"], home=tmp_path)

    async def story() -> str:
        async with hosting(tmp_path, environment=bound) as host:
            run = await approved(host)
            assert (await host.until_done(run)).outcome == "over"
            return run

    run = play(story(), 60)
    # A slow machine may ask twice, and hear late what the test before this one gave up.
    ours = [entry for entry in refunds(systems) if (entry.idempotency_key or "").startswith(f"{run}:")]
    assert len([entry for entry in ours if not entry.replayed]) == 1
