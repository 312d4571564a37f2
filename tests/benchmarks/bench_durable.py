"""Durable work through the whole host on SQLite, against the least that the same durability costs, and against DBOS.

The limit is a bare loop on the same machine in the same minutes: it writes the rows that the runs have left (the same
bytes, the same tables, indexes and triggers, synchronous=FULL), as many appends in one commit as there are runs in
flight. It decides nothing, makes no hash, calls nobody, changes no line of the list of runs twice. The peer is DBOS on
SQLite as it comes, which is given the same ten steps and as many workflows in flight; see ``dbos_peer``.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from runtime.store import open_store
from runtime.store.schema import runs as runs_table
from runtime.store.sqlite.bulk import JOURNAL_COLUMNS
from runtime.store.sqlite.connecting import writer_connection
from tests.benchmarks import dbos_peer
from tests.benchmarks.report import AtLeast, Peer, Report
from tests.benchmarks.runs_in_flight import DURABLE, PURE, Played, groups, play

TURNS = 3
FEW, MANY = 50, 500
RUNS = {FEW: 500, MANY: 1_500}


def run(report: Report) -> None:
    ours: dict[int, list[float]] = {FEW: [], MANY: []}
    bare: dict[int, list[float]] = {FEW: [], MANY: []}
    for _ in range(TURNS):  # in turns, so that a noisy minute hits all of them
        for in_flight in (FEW, MANY):
            played = play(DURABLE, in_flight, RUNS[in_flight])
            ours[in_flight].append(played.steps_per_second)
            bare[in_flight].append(bare_loop(played, in_flight))
    few, many = median(ours[FEW]), median(ours[MANY])
    bare_few, bare_many = median(bare[FEW]), median(bare[MANY])
    name = "durable steps through the host"
    report.row(
        f"{name}, {FEW} runs in flight", few, "steps/s", peer=Peer("bare insert loop", bare_few), reach=AtLeast(0.6)
    )
    report.row(f"{name}, {MANY} runs in flight", many, "steps/s", peer=Peer("bare insert loop", bare_many))
    own_ratio = min(3.0, bare_many / bare_few)
    report.row(
        f"{MANY} in flight against {FEW} in flight (the limit's own ratio is {bare_many / bare_few:.2f})",
        many,
        "steps/s",
        peer=Peer(f"the same at {FEW}", few),
        reach=AtLeast(own_ratio),
    )
    dbos = dbos_peer.steps_per_second(FEW)
    report.row(f"{name}, {FEW} in flight", few, "steps/s", peer=Peer("DBOS on SQLite", dbos), reach=AtLeast(15))
    pure = [play(PURE, MANY, 1_500) for _ in range(TURNS)]
    name = f"pure steps with full trace through host and store, {MANY} in flight"
    core = median(played.steps_per_core_second for played in pure)
    report.row(name, core, "steps/s of one core", reach=AtLeast(50_000))
    report.row(
        "the same, by the clock",
        median(played.steps_per_second for played in pure),
        "steps/s",
        peer=Peer("bare insert loop", median(bare_loop(played, MANY) for played in pure)),
    )


def bare_loop(played: Played, in_flight: int) -> float:
    """Steps a second of a loop that writes the same rows and does nothing else."""
    journal = _insert("journal", JOURNAL_COLUMNS)
    lines = _insert("runs", [column.name for column in runs_table.columns])
    batches = list(groups(played, in_flight))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "store.db"
        asyncio.run(open_store(str(place), worker="bench").close())
        with closing(writer_connection(place)) as connection:
            begun = time.perf_counter()
            for rows, begun_runs in batches:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(journal, rows)
                connection.executemany(lines, begun_runs)
                connection.execute("COMMIT")
            seconds = time.perf_counter() - begun
            written = connection.execute("SELECT count(*) FROM journal").fetchone()[0]
    if written != len(played.journal):
        raise RuntimeError(f"the bare loop wrote {written} rows instead of {len(played.journal)}")
    return played.steps / seconds


def _insert(table: str, columns: list[str] | tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
