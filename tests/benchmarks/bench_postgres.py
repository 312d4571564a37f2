"""Durable work on Postgres: through the host, and the store alone, each against a bare loop that copies the same rows.

The bare loop is one connection on the same server in the same minutes: COPY into the same tables with the same
indexes and triggers, COMMIT with synchronous_commit=on, as many appends at once as there are runs in flight. It decides
nothing, makes no hash and changes no line of the list of runs twice: that line is copied in once, as it is at the end.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from statistics import median

from runtime.store import Store, open_store
from runtime.store.postgres.address import Address
from runtime.store.postgres.bulk import copy_journal
from runtime.store.postgres.connecting import Raw, transaction, writer_connection
from runtime.store.projecting import RUNS
from runtime.store.schema import runs as runs_table
from tests.benchmarks.bench_journal import STEPS, TURNS, append_of
from tests.benchmarks.report import AtLeast, Peer, Report
from tests.benchmarks.runs_in_flight import DURABLE, Played, groups, lines_of, play, rows_of
from tests.postgres_server import Server, running

FEW, MANY = 50, 500
RUNS_PLAYED = {FEW: 300, MANY: 1_000}


def run(report: Report) -> None:
    with running() as server:
        for in_flight in (FEW, MANY):
            ours, bare, alone, bare_alone = [], [], [], []
            for _ in range(TURNS):  # in turns, so that a noisy minute hits all of them
                played = play(DURABLE, in_flight, RUNS_PLAYED[in_flight], server.database())
                ours.append(played.steps_per_second)
                bare.append(_bare_loop(server, played, in_flight))
                stored = _store_alone(server, in_flight)
                alone.append(stored.steps_per_second)
                bare_alone.append(_bare_loop(server, stored, in_flight))
            reach = AtLeast(0.6) if in_flight == FEW else None
            report.row(
                f"durable steps through the host on Postgres, {in_flight} runs in flight",
                median(ours),
                "steps/s",
                peer=Peer("bare COPY loop", median(bare)),
                reach=reach,
            )
            report.row(
                f"the store alone with projections on Postgres, {in_flight} runs in flight",
                median(alone),
                "steps/s",
                peer=Peer("bare COPY loop", median(bare_alone)),
                reach=reach,
            )


def _store_alone(server: Server, in_flight: int) -> Played:
    async def one(store: Store, name: str) -> None:
        for step in range(STEPS // in_flight):
            await store.append(append_of(name, step, with_rows=True))

    async def measured() -> Played:
        async with open_store(server.database(), worker="bench") as store:
            begun, used = time.perf_counter(), time.process_time()
            await asyncio.gather(*(one(store, f"run-{number:06}") for number in range(in_flight)))
            seconds, cpu = time.perf_counter() - begun, time.process_time() - used
            return Played(seconds, cpu, STEPS, await rows_of(store), await lines_of(store), STEPS)

    return asyncio.run(measured())


def _bare_loop(server: Server, played: Played, in_flight: int) -> float:
    url = server.database()
    asyncio.run(open_store(url, worker="bench").close())
    batches = list(groups(played, in_flight))
    with closing(writer_connection(Address(url))) as raw:
        begun = time.perf_counter()
        for rows, lines in batches:
            with transaction(raw):
                copy_journal(raw, rows)
                _copy_lines(raw, lines)
        seconds = time.perf_counter() - begun
        count = raw.execute(b"SELECT count(*) FROM journal").fetchone()
    if count != (len(played.journal),):
        raise RuntimeError(f"the bare loop wrote {count} rows instead of {len(played.journal)}")
    return played.steps / seconds


def _copy_lines(raw: Raw, lines: list[tuple[object, ...]]) -> None:
    if not lines:
        return
    names = ", ".join(f'"{name}"' for name in RUNS.names)
    with raw.cursor() as cursor, cursor.copy(f"COPY {runs_table.name} ({names}) FROM STDIN".encode()) as copy:
        for line in lines:
            copy.write_row(line)
