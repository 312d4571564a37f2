"""Projections are computed from the journal: dropped and rebuilt they are the same rows (law 5)."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runtime.engine.events import Envelope, StepStarted
from runtime.engine.rows import RunRows
from runtime.engine.stimuli import SendSignal, Start
from runtime.store import Store, open_store
from tests.runtime.host.bench import flow, hosting, node, package
from tests.runtime.store.examples import (
    appended,
    in_loop,
    incident_row,
    later,
    run_row,
    run_rows,
    task_row,
    wait_row,
)
from tests.runtime.store.intruder import disarmed, intruder

TABLES = ("runs", "tasks", "incidents", "waits")


def folded(run: str, events: list[Envelope]) -> RunRows:
    """A small law of its own: what stands in the tables depends on the number of events."""
    count = len(events)
    steps = [event.event.step for event in events if isinstance(event.event, StepStarted)]
    return RunRows(
        run=run_row(run, at_nodes=tuple(steps[-1:]), next_due=later(count), needs_worker=count % 2 == 0),
        tasks=tuple(task_row(run, step, answers=count) for step in steps[:2]),
        incidents=(incident_row(run, count),) if count % 3 == 0 else (),
        waits=(wait_row(run, key=str(count)),) if count % 5 == 0 else (),
    )


async def filled(url: str) -> Store:
    store = open_store(url, worker="w")
    for number in range(40):
        run, events = f"run-{number:02}", []
        for first in range(1, 2 + number % 7):
            append = appended(run, first)
            events += append.entries
            await store.append(type(append)(append.entries, rows=(folded(run, events),)))
    await store.append(appended("environment", 1))
    await store.append(appended("inbox/ff", 1))
    return store


def rows_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    with intruder(url) as other:
        return {table: sorted(other.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES}


@pytest.mark.parametrize("chunk", [1, 7, 42, 1000])
@in_loop
async def test_dropped_and_rebuilt_the_rows_are_the_same(url: str, chunk: int) -> None:
    async with await filled(url) as store:
        before = rows_of(url)
        assert [len(before[table]) > 5 for table in TABLES] == [True] * 4
        with intruder(url) as other:
            other.execute("DELETE FROM runs WHERE run < 'run-30'")
            other.execute("UPDATE runs SET at_nodes = '[]', next_due = 5")
            other.execute("DELETE FROM tasks WHERE run > 'run-10'")
            other.execute("UPDATE waits SET key = 'x'")
            other.execute(
                "INSERT INTO incidents SELECT 'gone:1', 'gone', step, node, flow, kind, message, raised_at "
                "FROM incidents LIMIT 1"
            )
        rebuilt = await store.rebuild_projections(folded, chunk=chunk)
        assert (rebuilt.runs, rebuilt.unreadable) == (40, ())
        assert rows_of(url) == before
        again = appended("run-00", 2, 1, folded("run-00", [*appended("run-00", 1, 2).entries]))
        await store.append(again)  # what the writer remembered before would be wrong now
        assert await store.run_row("run-00") == again.rows[0].run


@in_loop
async def test_rows_that_a_rebuild_changed_are_not_taken_for_those_before_it(url: str) -> None:
    """The writer remembers what it wrote, to write only what changes; a rebuild writes past that memory."""
    async with open_store(url, worker="w") as store:
        rows = run_rows("run-1", needs_worker=True)
        await store.append(appended("run-1", 1, 1, rows))
        await store.rebuild_projections(lambda run, _: run_rows(run, needs_worker=False))
        assert await store.runs_needing_worker() == []
        await store.append(appended("run-1", 2, 1, rows))
        assert await store.runs_needing_worker() == ["run-1"]


@in_loop
async def test_a_rebuild_that_fails_half_way_goes_on_where_it_was(url: str) -> None:
    async with await filled(url) as store:
        before = rows_of(url)
        seen: list[str] = []

        def fails_at_20(run: str, events: list[Envelope]) -> RunRows:
            if run == "run-20":
                raise RuntimeError("no fold")
            return folded(run, events)

        def counted(run: str, events: list[Envelope]) -> RunRows:
            seen.append(run)
            return folded(run, events)

        with pytest.raises(RuntimeError, match="no fold"):
            await store.rebuild_projections(fails_at_20, chunk=5)
        assert rows_of(url) == before
        await store.rebuild_projections(counted, chunk=5)
        assert seen[0] > "run-10"
        assert seen[-1] == "run-39"
        assert rows_of(url) == before
        seen.clear()
        await store.rebuild_projections(counted, chunk=5)
        assert len(seen) == 40  # and the next one begins anew


def test_a_rebuild_that_is_killed_half_way_goes_on_where_it_was(url: str) -> None:
    async def fill() -> None:
        await (await filled(url)).close()

    asyncio.run(fill())
    before = rows_of(url)
    with intruder(url) as other:
        for table in TABLES:
            other.execute(f"DELETE FROM {table}")
    code = (
        "import asyncio, os, sys\n"
        "from runtime.store import open_store\n"
        "from tests.runtime.store.test_rebuilding import folded\n"
        "def deadly(run, events):\n"
        "    if run == 'run-23': os.kill(os.getpid(), 9)\n"
        "    return folded(run, events)\n"
        "asyncio.run(open_store(sys.argv[1], worker='w').rebuild_projections(deadly, chunk=4))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, url], check=False)
    assert done.returncode == -9
    assert 15 <= len(rows_of(url)["runs"]) < 23

    async def go_on() -> int:
        async with open_store(url, worker="w") as store:
            return (await store.rebuild_projections(folded)).runs

    assert asyncio.run(go_on()) < 25
    assert rows_of(url) == before


@in_loop
async def test_a_run_that_can_not_be_read_keeps_its_rows_and_is_reported(url: str) -> None:
    async with await filled(url) as store:
        before = rows_of(url)
        with disarmed(url) as other:
            other.execute("UPDATE journal SET type = 'Unheard' WHERE stream = 'run-06' AND seq = 2")
        rebuilt = await store.rebuild_projections(folded, chunk=10)
        assert rebuilt.runs == 39
        assert rebuilt.unreadable == (("run-06", "unknown kind of event 'Unheard'"),)
        assert rows_of(url) == before


@in_loop
async def test_appends_go_on_beside_a_rebuild(url: str) -> None:
    async with await filled(url) as store:
        rebuild = asyncio.ensure_future(store.rebuild_projections(folded, chunk=1))
        for number in range(50):
            await store.append(appended(f"new-{number}", 1, 1, run_rows(f"new-{number}", at_nodes=())))
        assert (await rebuild).runs >= 40
        assert len((await store.list_runs(limit=500)).rows) == 90


@in_loop
async def test_keys_of_starts_and_signals_come_back_from_the_journal_as_they_were(url: str) -> None:
    """The very rows that the driver had asked for, whether a start had named its trigger or not (I2, W5)."""
    drawn = flow(node("rests", "control/wait", duration="P1D"))
    starts = [
        Start(flow="f", key="plain"),
        Start(flow="f", key="more", input={"amount": Decimal("1.50"), "@on": dt.date(2026, 5, 4)}, case="C-1"),
        Start(flow="f", key="named", trigger="start"),
        Start(flow="f"),
    ]
    folder = Path(tempfile.mkdtemp())
    async with hosting(folder, store_url=url) as host:
        release = await host.put_release(package(drawn))
        runs = [(await host.start(release, start)).run for start in starts]
        await host.send_signal(SendSignal(name="paid", key="7", id="its own", payload={"sum": Decimal(5)}))
        await host.send_signal(SendSignal(name="paid", key="8"))
        await host.until_idle()
    with intruder(url) as other:
        before = keys_of(other)
        other.execute("DELETE FROM start_keys WHERE key <> 'plain'")
        other.execute("DELETE FROM signal_keys")
    assert len(before[0]) == 3
    async with open_store(url, worker="w") as store:
        await store.rebuild_projections(folded)
    with intruder(url) as other:
        after = keys_of(other)
    assert after[0] == before[0]
    assert set(before[1]) <= set(after[1])
    async with hosting(folder, store_url=url) as host:
        again = [await host.start(release, start) for start in starts[:3]]
        assert [(each.run, each.repeated) for each in again] == [(run, True) for run in runs[:3]]
        unnamed = await host.start(release, Start(flow="f", key="named"))
        assert (unnamed.run, unnamed.repeated) == (runs[2], True), "the only trigger is meant, named or not"
        other_body = await host.start(release, Start(flow="f", key="plain", input={"x": True}))
        assert other_body.code == "KEY_REUSED"


def keys_of(other: Any) -> tuple[list[Any], list[Any]]:
    """All rows of both tables, in order."""
    starts, signals = (other.execute(f"SELECT * FROM {table}").fetchall() for table in ("start_keys", "signal_keys"))
    return sorted(map(tuple, starts)), sorted(map(tuple, signals))
