"""The store on Postgres: how fast appends become durable, held against a bare loop that copies the same rows in.

Each append is two journal rows of a run and its changed line in the list of runs, as in ``bench_journal``. The bare
loop makes no hashes, writes no projections and has no callers: COPY and COMMIT, once for as many appends as there are
runs in flight.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from statistics import median

from runtime.store import Store, open_store
from runtime.store.postgres.address import Address
from runtime.store.postgres.bulk import JOURNAL_COLUMNS, copy_journal
from runtime.store.postgres.connecting import transaction, writer_connection
from tests.benchmarks.bench_journal import STEPS, TURNS, _append
from tests.benchmarks.report import AtLeast, Peer, Report
from tests.postgres_server import Server, running


def run(report: Report) -> None:
    with running() as server:
        for in_flight in (50, 500):
            ours, bare = [], []
            for _ in range(TURNS):  # in turns, so that a noisy minute hits both
                ours.append(_steps_per_second(server, in_flight))
                bare.append(_bare_steps_per_second(server, in_flight))
            report.row(
                f"durable steps with projections on Postgres, {in_flight} runs in flight",
                median(ours),
                "steps/s",
                peer=Peer("bare COPY loop", median(bare)),
                reach=AtLeast(0.6) if in_flight == 50 else None,
            )


def _steps_per_second(server: Server, in_flight: int) -> float:
    async def one(store: Store, name: str) -> None:
        for step in range(STEPS // in_flight):
            await store.append(_append(name, step, with_rows=True))

    async def measured() -> float:
        async with open_store(server.database(), worker="bench") as store:
            begun = time.perf_counter()
            await asyncio.gather(*(one(store, f"run-{number:06}") for number in range(in_flight)))
            return time.perf_counter() - begun

    return STEPS / asyncio.run(measured())


def _bare_steps_per_second(server: Server, in_flight: int) -> float:
    url = server.database()

    async def make() -> list[tuple[object, ...]]:
        async with open_store(url, worker="bench") as store:
            await store.append(_append("run-000000", 0, with_rows=False))
            return [tuple(getattr(row, name) for name in JOURNAL_COLUMNS) for row in await store.read_rows()]

    made = asyncio.run(make())
    with closing(writer_connection(Address(url))) as raw:
        begun = time.perf_counter()
        for step in range(STEPS // in_flight):
            rows = [
                (f"bare-{number:06}", 2 * step + 1 + at, *row[2:])
                for number in range(in_flight)
                for at, row in enumerate(made)
            ]
            with transaction(raw):
                copy_journal(raw, rows)  # type: ignore[arg-type]  # the columns as they were read
        seconds = time.perf_counter() - begun
        count = raw.execute(b"SELECT count(*) FROM journal WHERE stream LIKE 'bare-%'").fetchone()
    if count != (2 * STEPS,):
        raise RuntimeError(f"the bare loop wrote {count} rows instead of {2 * STEPS}")
    return STEPS / seconds
