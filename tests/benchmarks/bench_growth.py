"""Growth: how fast runs start and how soon one is resumed, with 1,000, 100,000 and 1,000,000 finished runs stored.

Apart from the rest: to fill a store takes minutes. Finished runs are copies of one that was really played, written in
bulk with names and hashes of their own, so that tables and indexes have the size and shape that years of work give
them. Each size is measured in turns with an empty store, and judged by the ratio.
"""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from runtime.engine.stimuli import Start
from runtime.host import Host, Started
from runtime.store.chain import START, link
from runtime.store.projecting import RUNS
from runtime.store.sqlite.bulk import JOURNAL_COLUMNS
from runtime.store.sqlite.connecting import writer_connection
from tests.benchmarks.report import AtLeast, Peer, Report
from tests.benchmarks.runs_in_flight import DURABLE, keep_in_flight, lines_of, one_run, rows_of
from tests.runtime.host.bench import approval, flow, hosting, package, work

APART = True
SIZES = (1_000, 100_000, 1_000_000)
TURNS = 5
STARTS = 400
RESUMES = 200
CHUNK = 2_000
ASKS = flow(work("step"), approval())
"""ends at a person: a start is measured without what follows it"""


def run(report: Report) -> None:
    with tempfile.TemporaryDirectory() as name:
        empty = Path(name) / "empty"
        empty.mkdir()
        filled = Path(name) / "filled"
        filled.mkdir()
        there = asyncio.run(_seed(filled))
        for size in SIZES:
            _fill(filled / "store.db", there, size)
            there = size
            starts, resumes = _in_turns(empty, filled)
            megabytes = (filled / "store.db").stat().st_size / 1e6
            told = f"with {size:,} finished runs ({megabytes:,.0f} MB)"
            report.row(f"starts {told}", starts[1], "runs/s", peer=Peer("empty store", starts[0]), reach=AtLeast(0.9))
            report.row(
                f"resumes {told}", resumes[1], "runs/s", peer=Peer("empty store", resumes[0]), reach=AtLeast(0.9)
            )


def _in_turns(empty: Path, filled: Path) -> tuple[tuple[float, float], tuple[float, float]]:
    measured: dict[Path, list[tuple[float, float]]] = {empty: [], filled: []}
    for _ in range(TURNS):
        for folder, figures in measured.items():
            figures.append(asyncio.run(_measure(folder)))
    columns = [[median(pair[at] for pair in figures) for figures in measured.values()] for at in (0, 1)]
    return (columns[0][0], columns[0][1]), (columns[1][0], columns[1][1])


async def _measure(folder: Path) -> tuple[float, float]:
    """(starts a second, resumes a second) of the CPU of all threads, so that others on the machine count little."""
    started: list[str] = []
    async with hosting(folder) as host:
        release = await host.put_release(package(ASKS))

        async def begin() -> None:
            found = await host.start(release, Start(flow="f"))
            if not isinstance(found, Started):
                raise RuntimeError(f"the run was refused: {found}")
            started.append(found.run)

        await begin()
        gc.collect()
        used = time.process_time()
        await keep_in_flight(begin, 50, STARTS)
        await host.until_idle()
        starts = STARTS / (time.process_time() - used)
    async with hosting(folder) as host:
        await host.until_idle()
        used = time.process_time()
        for run_id in started[:RESUMES]:
            await _resume(host, run_id)
        return starts, RESUMES / (time.process_time() - used)


async def _resume(host: Host, run_id: str) -> None:
    if await host.fold(run_id) is None:
        raise RuntimeError(f"the run {run_id} is gone")


async def _seed(folder: Path) -> int:
    async with hosting(folder) as host:
        await one_run(host, await host.put_release(package(DURABLE)), DURABLE)
        if not await rows_of(host.store) or len(await lines_of(host.store)) != 1:
            raise RuntimeError("the run to be copied was not played")
    return 1


def _fill(place: Path, there: int, size: int) -> None:
    """Copies the first run until there are so many."""
    with closing(writer_connection(place)) as connection:
        line = connection.execute("SELECT * FROM runs ORDER BY started_at LIMIT 1").fetchone()
        columns = ", ".join(JOURNAL_COLUMNS)
        first = connection.execute(
            f"SELECT {columns} FROM journal WHERE stream = ? ORDER BY seq", (line[0],)
        ).fetchall()
        for begin in range(there, size, CHUNK):
            numbers = range(begin, min(size, begin + CHUNK))
            connection.execute("BEGIN IMMEDIATE")
            _insert(
                connection, "journal", JOURNAL_COLUMNS, (row for number in numbers for row in _copied(first, number))
            )
            _insert(connection, "runs", RUNS.names, ((_name(number), *line[1:]) for number in numbers))
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(connection: sqlite3.Connection, table: str, names: tuple[str, ...], rows: Iterator[Any]) -> None:
    columns, marks = ", ".join(names), ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _name(number: int) -> str:
    """As ids of runs are: by time, so that they grow at the end, and with what nobody can guess behind it."""
    return f"r-26{1 + number // 100_000:02}05-{number % 100_000:06}-{(number * 2654435761) % 2**32:08x}zz"


def _copied(first: list[tuple[Any, ...]], number: int) -> Iterator[tuple[Any, ...]]:
    stream, previous = _name(number), START
    for _, seq, at, actor, kind, version, data, _ in first:
        previous = link(previous, stream, seq, at, actor, kind, version, data)
        yield stream, seq, at, actor, kind, version, data, previous
