"""Plays runs on a host, so many in flight at a time, and writes the rows that they left in a bare loop.

Used by the benchmarks of durable work, on either store. The runs are what a small integration does all day: ten steps,
each with an effect (`once` and `keyed` in turn) that is over at once, so that nothing is measured but Baton. All that a
run promises is on: hash chain, list of runs, keys of effects, reports that are durable before the next step starts.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.engine.stimuli import Start
from runtime.host import Host, Started
from runtime.model.flow import Flow
from runtime.store import Store
from runtime.store.chain import JournalValues
from runtime.store.projecting import RUNS
from tests.runtime.host.bench import flow, hosting, node, package, work

STEPS = 10
"""steps of one run, start and end not counted"""

DURABLE = flow(*(work(f"step_{n}", effect="keyed" if n % 2 else "once") for n in range(STEPS)))
"""each step waits until its start is on the disk, and the next one until its end is"""


def _pure(n: int) -> dict[str, object]:
    if n % 2:
        when = {"feel": "vars.n > 100"}
        return node(f"step_{n}", "decision/condition", conditions=[{"port": "many", "title": "Many", "when": when}])
    return node(f"step_{n}", "control/set", assignments={"n": {"feel": "if vars.n = null then 1 else vars.n + 1"}})


def _pure_edges() -> list[str]:
    names = [f"step_{n}" for n in range(STEPS)]
    ports = ["default" if n % 2 else "done" for n in range(STEPS)]
    found = ["start.started>step_0", f"{names[-1]}.{ports[-1]}>end"]
    found += [f"{a}.{port}>{b}" for a, port, b in zip(names, ports, names[1:], strict=False)]
    return [*found, *(f"step_{n}.many>end" for n in range(1, STEPS, 2))]


PURE: Flow = flow(*(_pure(n) for n in range(STEPS)), edges=_pure_edges())
"""decisions and assignments in turn: one append for the whole run"""


@dataclass(frozen=True)
class Played:
    """``cpu``: seconds of this process, all its threads."""

    seconds: float
    cpu: float
    steps: int
    journal: list[JournalValues]
    """as it stands after it, in the order of its commits"""
    lines: dict[str, tuple[Any, ...]]
    """of the list of runs, by run"""
    appends: int
    """how many appends its rows came in"""

    @property
    def steps_per_second(self) -> float:
        return self.steps / self.seconds

    @property
    def steps_per_core_second(self) -> float:
        return self.steps / self.cpu


def play(drawn: Flow, in_flight: int, runs: int, store_url: str | None = None) -> Played:
    """``runs`` runs, each followed by the next as soon as it is over. On a store of its own, or on ``store_url``."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_played(Path(folder), drawn, in_flight, runs, store_url))


async def _played(folder: Path, drawn: Flow, in_flight: int, runs: int, store_url: str | None) -> Played:
    more = {"store_url": store_url} if store_url else {}
    async with hosting(folder, **more) as host:
        release = await host.put_release(package(drawn))
        await one_run(host, release, drawn)  # what is loaded or compiled once is no part of a step
        gc.collect()
        begun, used = time.perf_counter(), time.process_time()
        await keep_in_flight(lambda: one_run(host, release, drawn), in_flight, runs)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - used
        journal, lines = await rows_of(host.store), await lines_of(host.store)
    if len(lines) != runs + 1:
        raise RuntimeError(f"{len(lines) - 1} runs stand in the store instead of {runs}")
    appends = len({(row[0], row[2]) for row in journal})  # those of one append have one stream and one instant
    return Played(seconds, cpu, runs * STEPS, journal, lines, appends)


def groups(played: Played, in_flight: int) -> Iterator[tuple[list[JournalValues], list[tuple[Any, ...]]]]:
    """What a bare loop has to write, commit by commit: the same rows, byte for byte, and each run's line once, as it
    stands at the end. As many appends share a commit as there are runs in flight: nobody can gather more."""
    size = max(1, round(len(played.journal) / played.appends * in_flight))
    for at in range(0, len(played.journal), size):
        rows = played.journal[at : at + size]
        yield rows, [played.lines[row[0]] for row in rows if row[1] == 1 and row[0] in played.lines]


async def keep_in_flight(one: Callable[[], Awaitable[object]], in_flight: int, runs: int) -> None:
    """Calls ``one`` so many times, ``in_flight`` of them at any time."""
    left = runs

    async def in_turn() -> None:
        nonlocal left
        while left:
            left -= 1
            await one()

    await asyncio.gather(*(in_turn() for _ in range(in_flight)))


async def one_run(host: Host, release: str, drawn: Flow) -> None:
    """From the start to the end."""
    started = await host.start(release, Start(flow=drawn.id))
    if not isinstance(started, Started):
        raise RuntimeError(f"the run was refused: {started}")
    row = await host.until_done(started.run)
    if row.outcome != "over":
        raise RuntimeError(f"the run {started.run} ended as {row.state}, {row.outcome}")


async def rows_of(store: Store) -> list[JournalValues]:
    """The journal, in the order of its commits."""
    found: list[JournalValues] = []
    after = 0
    while page := await store.read_rows(after=after, limit=10_000):
        found += [(r.stream, r.seq, r.at, r.actor, r.type, r.version, r.data, r.hash) for r in page]
        after = page[-1].id
    return found


async def lines_of(store: Store) -> dict[str, tuple[Any, ...]]:
    """The list of runs: run -> its line, as parameters."""
    found: dict[str, tuple[Any, ...]] = {}
    cursor = None
    while True:
        page = await store.list_runs(cursor=cursor, limit=1_000)
        found |= {row.run: RUNS.parameters(row) for row in page.rows}
        cursor = page.cursor
        if cursor is None:
            return found
