"""The store alone: how fast appends become durable, held against a bare loop that inserts the same rows.

Each append is two journal rows of a run and its changed line in the list of runs. The bare loop has no projections, no
hashes to compute, no callers: it is what SQLite with synchronous=FULL gives on this machine for the same journal rows,
with one commit for as many appends as there are runs in flight.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

from runtime.engine.events import SYSTEM, Envelope, StepCompleted, StepStarted
from runtime.engine.requests import Append
from runtime.engine.rows import RunRow, RunRows
from runtime.store import Store, open_store
from runtime.store.sqlite.bulk import JOURNAL_COLUMNS
from runtime.store.sqlite.connecting import writer_connection
from tests.benchmarks.report import AtLeast, AtMost, Peer, Report

STEPS = 20_000
"""steps in one measurement, of two journal rows each"""
TURNS = 3
LONG = 10_000
"""events of the long run"""

_AT = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
_INPUT = {"customer": "C-4711", "invoice": "2026-000123", "amount": 48, "reason": "billed twice for one month"}


def run(report: Report) -> None:
    for in_flight in (50, 500):
        ours, bare, lean = [], [], []
        for _ in range(TURNS):  # in turns, so that a noisy minute hits all of them
            ours.append(_steps_per_second(in_flight, with_rows=True))
            bare.append(_bare_steps_per_second(in_flight))
            lean.append(_steps_per_second(in_flight, with_rows=False))
        report.row(
            f"durable steps with projections, {in_flight} runs in flight",
            median(ours),
            "steps/s",
            peer=Peer("bare insert loop", median(bare)),
        )
        report.row(
            f"the same without a change of the list of runs, {in_flight} in flight",
            median(lean),
            "steps/s",
            peer=Peer("bare insert loop", median(bare)),
        )
        if in_flight == 500:
            report.row("journal rows at 500 in flight", 2 * median(ours), "rows/s", reach=AtLeast(15_000))
    report.row(f"read and decode a run of {LONG:,} events", _read_seconds(), "s", reach=AtMost(1))


def _in_store(work: Callable[[Store], object]) -> float:
    """Seconds that ``work``, a coroutine function, takes on a fresh store."""

    async def measured(place: Path) -> float:
        async with open_store(str(place), worker="bench") as store:
            begun = time.perf_counter()
            await work(store)  # type: ignore[misc]
            return time.perf_counter() - begun

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measured(Path(folder) / "store.db"))


def _steps_per_second(in_flight: int, *, with_rows: bool) -> float:
    steps = STEPS // in_flight

    async def one(store: Store, run: str) -> None:
        for step in range(steps):
            await store.append(append_of(run, step, with_rows=with_rows or step == 0))

    async def all_runs(store: Store) -> None:
        await asyncio.gather(*(one(store, f"run-{number:06}") for number in range(in_flight)))

    return STEPS / _in_store(all_runs)


def append_of(run: str, step: int, *, with_rows: bool) -> Append:
    done = Envelope(run, 2 * step + 1, _AT, SYSTEM, StepCompleted(step=f"check#{step}", port="done", output=_INPUT))
    begun = Envelope(run, 2 * step + 2, _AT, SYSTEM, StepStarted(step=f"check#{step + 1}", input=_INPUT))
    return Append((done, begun), rows=(_rows(run, step),) if with_rows else ())


def _rows(run: str, step: int) -> RunRows:
    return RunRows(
        run=RunRow(
            run=run,
            flow="dispute",
            project="billing",
            release="ab" * 32,
            environment="local",
            state="running",
            outcome=None,
            resolved=False,
            case_key="C-4711",
            requester="kim",
            parent=None,
            started_at=_AT,
            ended_at=None,
            next_due=_AT + dt.timedelta(seconds=step),
            open_incidents=0,
            open_tasks=0,
            needs_worker=True,
            at_nodes=(f"check_{step % 3}",),
        )
    )


def _bare_steps_per_second(in_flight: int) -> float:
    """The rows that the store wrote, by ``executemany`` into the same table."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "store.db"

        async def make() -> list[tuple[object, ...]]:
            async with open_store(str(place), worker="bench") as store:
                await store.append(append_of("run-000000", 0, with_rows=False))
                return [tuple(getattr(row, name) for name in JOURNAL_COLUMNS) for row in await store.read_rows()]

        made = asyncio.run(make())
        columns, marks = ", ".join(JOURNAL_COLUMNS), ", ".join("?" * len(JOURNAL_COLUMNS))
        statement = f"INSERT INTO journal ({columns}) VALUES ({marks})"
        with closing(writer_connection(place)) as connection:
            begun = time.perf_counter()
            for step in range(STEPS // in_flight):
                rows = [
                    (f"bare-{number:06}", 2 * step + 1 + at, *row[2:])
                    for number in range(in_flight)
                    for at, row in enumerate(made)
                ]
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(statement, rows)
                connection.execute("COMMIT")
            seconds = time.perf_counter() - begun
            _check(connection)
    return STEPS / seconds


def _check(connection: sqlite3.Connection) -> None:
    """The peer did the work that it is credited with."""
    count = connection.execute("SELECT count(*) FROM journal WHERE stream LIKE 'bare-%'").fetchone()[0]
    if count != 2 * STEPS:
        raise RuntimeError(f"the bare loop wrote {count} rows instead of {2 * STEPS}")


def _read_seconds() -> float:
    async def measured(place: Path) -> float:
        async with open_store(str(place), worker="bench") as store:
            for step in range(0, LONG // 2, 500):
                entries = [
                    entry for n in range(step, step + 500) for entry in append_of("run", n, with_rows=False).entries
                ]
                await store.append(Append(tuple(entries)))
            begun = time.perf_counter()
            if len(await store.read_stream("run")) != LONG:
                raise RuntimeError("the run was not read whole")
            return time.perf_counter() - begun

    with tempfile.TemporaryDirectory() as folder:
        return median(asyncio.run(measured(Path(folder) / f"{turn}.db")) for turn in range(TURNS))
