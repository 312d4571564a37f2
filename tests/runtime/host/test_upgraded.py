"""F37: runs that wait at every kind of step in a store of the first schema go on after the upgrade; what is newer than
this Baton is refused with its reason, and stays whole."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import AttemptFailure, Reply
from runtime.engine.stimuli import SendSignal
from runtime.host import Host, VirtualClock
from runtime.model.flow import Flow
from runtime.store import StoreProblem, open_store
from runtime.store.migrations import NEWEST
from tests.runtime.host.bench import MONDAY, approval, begin, flow, hosting, node, play, work
from tests.runtime.host.test_child_runs import calls
from tests.runtime.host.test_host import WAITING
from tests.runtime.store.intruder import disarmed, intruder

HOUR = dt.timedelta(hours=1)
ASKING = flow(approval(), id="asking")
PAUSES = {"max_attempts": 2, "first_delay": 600, "jitter": 0}
FLOWS: dict[str, tuple[Flow, ...]] = {
    "task": (flow(approval(due="PT30M", escalate_to="head"), work("after")),),
    "wait": (flow(node("rests", "control/wait", duration="PT1H"), work("after")),),
    "signal": (flow(WAITING, work("after")),),
    "child": (
        flow(calls("asking"), work("after"), edges=[
            "start.started>call", "call.over>after", "call.cancelled>end", "after.done>end",
        ]),
        ASKING,
    ),
    "children": (
        flow(node("each", "control/for_each", flow="asking", items={"feel": "[1, 2, 3]"}), work("after")),
        ASKING,
    ),
    "join": (
        flow(work("quick"), approval(), node("meet", "control/join"), work("after"), edges=[
            "start.started>quick", "start.started>ask", "quick.done>meet", "ask.approve>meet", "ask.reject>end",
            "meet.joined>after", "after.done>end",
        ]),
    ),
    "retry": (flow(work("tries", "fails_once", retry=PAUSES), work("after")),),
}  # fmt: skip
"""where a run waits -> its flow, and those that it calls"""


async def fails_once(_given: Any, context: Any) -> Reply:
    if context.attempt == 1:
        raise AttemptFailure("busy", "It is busy.", retryable=True, unclear=False)
    return Reply({})


async def all_begun(host: Host) -> dict[str, str]:
    runs = {}
    for where, (drawn, *others) in FLOWS.items():
        runs[where] = await begin(host, drawn, *others, input={"invoice": "i-1"})
    await host.until_idle(through_retries=False)
    return runs


def made_by_the_first_schema(url: str) -> None:
    """Takes back what the later steps made."""
    with intruder(url) as store:
        for table in ("workers", "holds"):
            store.execute(f"DROP TABLE {table}")
        if url.startswith("postgresql"):
            store.execute("ALTER TABLE runs RESET (fillfactor)")
            store.execute("ALTER TABLE journal ENABLE TRIGGER journal_append_only")
        else:
            store.execute("DROP TRIGGER journal_no_replace")
        store.execute("UPDATE meta SET value = '1' WHERE name = 'schema_version'")


def newer_by(url: str, steps: int) -> None:
    with intruder(url) as store:
        store.execute(f"UPDATE meta SET value = '{NEWEST + steps}' WHERE name = 'schema_version'")


def test_what_waited_at_every_kind_of_step_goes_on_after_the_upgrade(tmp_path: Path, url: str) -> None:
    works = {"fails_once": fails_once}

    async def before() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        async with hosting(tmp_path, works, store_url=url, clock=VirtualClock(MONDAY)) as host:
            runs = await all_begun(host)
            rows = {where: await host.run_row(run) for where, run in runs.items()}
            assert (await host.incidents()).rows == ()
            assert {row.state for row in rows.values() if row is not None} == {"running"}
            return runs, {where: row.at_nodes for where, row in rows.items() if row is not None}

    async def after(runs: dict[str, str], stood_at: dict[str, tuple[str, ...]]) -> None:
        clock = VirtualClock(MONDAY)
        async with hosting(tmp_path, works, store_url=url, clock=clock) as host:
            await host.until_idle(through_retries=False)
            for where, run in runs.items():
                row = await host.run_row(run)
                assert row is not None
                assert (row.state, row.at_nodes) == ("running", stood_at[where]), where
            clock.advance(HOUR)
            await host.send_signal(SendSignal(name="paid", key="i-1", payload={"amount": "1"}))
            while tasks := (await host.tasks()).rows:
                for task in tasks:
                    await host.answer(task.task, choice="approve", by="petra")
                await host.until_idle()
            for where, run in runs.items():
                row = await host.run_row(run)
                assert row is not None
                assert (row.state, row.outcome) == ("completed", "over"), f"{where} stands at {row.at_nodes}"
            assert (await host.incidents()).rows == ()
            assert await host.store.verify() == []

    runs, stood_at = play(before())
    made_by_the_first_schema(url)
    play(after(runs, stood_at), 60)


def test_a_store_of_a_newer_baton_is_refused_and_stays_as_it_was(tmp_path: Path, url: str) -> None:
    works = {"fails_once": fails_once}

    async def opened() -> dict[str, int]:
        async with hosting(tmp_path, works, store_url=url, clock=VirtualClock(MONDAY)) as host:
            await host.until_idle(through_retries=False)
            assert await host.store.verify() == []
            return await host.store.count_runs()

    async def before() -> None:
        async with hosting(tmp_path, works, store_url=url, clock=VirtualClock(MONDAY)) as host:
            await all_begun(host)

    play(before())
    stood = play(opened())
    newer_by(url, 1)
    for read_only in (False, True):
        with pytest.raises(StoreProblem, match=rf"newer Baton \(its schema is {NEWEST + 1}, .*use that version"):
            open_store(url, worker="w", read_only=read_only)
    newer_by(url, 0)
    assert play(opened()) == stood


def test_a_run_whose_journal_is_newer_says_so_and_all_others_go_on(tmp_path: Path, url: str) -> None:
    async def before() -> tuple[str, str]:
        async with hosting(tmp_path, store_url=url) as host:
            runs = await begin(host, flow(approval())), await begin(host, flow(approval()))
            await host.until_idle()
            return runs

    async def after(newer: str, known: str) -> None:
        async with hosting(tmp_path, store_url=url) as host:
            await host.until_idle()
            [task] = (await host.tasks(run=known)).rows
            await host.answer(task.task, choice="approve", by="petra")
            assert (await host.until_done(known)).outcome == "over"
            with pytest.raises(Exception, match="written by a newer Baton") as refused:
                await host.answer(f"{newer}:ask#1", choice="approve", by="petra")
            assert type(refused.value).__name__ == "RunSetAside"
            assert "written by a newer Baton" in host.health().set_aside[newer]

    newer, known = play(before())
    with disarmed(url) as store:
        store.execute(f"UPDATE journal SET version = 9 WHERE stream = '{newer}' AND seq = 2")
    play(after(newer, known))
