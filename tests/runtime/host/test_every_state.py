"""Row 1 of what broke elsewhere: runs in a state that recovery had forgotten piled up for months.

Runs are brought into every state that the engine knows, and the store is copied at that moment, which is what kill -9
leaves. Whoever opens the copy goes on with each of them to its end. A state that is new is named by this test until
there is a run that stands in it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from nodes.contract import AttemptFailure, Reply
from runtime.engine.events import Actor, RunClaimed
from runtime.engine.fold import fold
from runtime.engine.rows import RunRow
from runtime.engine.state import LIVE_STEPS, RUN_STATES, TERMINAL_RUNS
from runtime.engine.stimuli import Cancel, Resolve, Resume, SendSignal, Suspend
from runtime.host import Accepted, Host, VirtualClock, worker
from runtime.host.releases import Releases
from runtime.model.flow import Flow
from runtime.store import open_store
from tests.runtime.host.bench import MONDAY, BenchRegistry, approval, begin, flow, hosting, node, play, work
from tests.runtime.host.test_cancelled_anywhere import JOINING
from tests.runtime.host.test_child_runs import ASKING, loop, sub
from tests.runtime.host.test_host import WAITING

NEVER_YET: Final = {"compensating"}
"""a state of section U, which the engine knows no event for"""
OLGA = Actor("user", "olga")
PLACES: Final[dict[str, tuple[Flow, ...]]] = {
    "under way": (flow(work("hangs", "hangs")),),
    "under way, once": (flow(work("hangs", "hangs", "once")),),
    "pausing before a retry": (flow({**work("tries", "busy"), "retry": {"first_delay": 600}}),),
    "at a time": (flow(node("rests", "control/wait", duration="PT1H")),),
    "at a signal": (flow(WAITING),),
    "at a person": (flow(approval()),),
    "at an incident": (flow(work("breaks", "refuses")),),
    "in another flow": (sub("asking"), ASKING),
    "in a list of flows": (loop("asking", ["a", "b"]), ASKING),
    "in half a join": (JOINING,),
}
CANCELLED: Final = {"called off", "stopping"}
ENDED: Final = {"over": (flow(work("a", "quick")),), "called off": (flow(approval()),)}


class Works:
    """What the steps do in the first life, and in the next."""

    def __init__(self, *, first: bool) -> None:
        self._first = first
        self.ends = asyncio.Event()
        """what is under way in the first life is let go"""

    def all(self) -> dict[str, Any]:
        return {"hangs": self.hangs, "busy": self.busy, "refuses": self.refuses, "quick": self.quick}

    async def hangs(self, _given: Any, _context: Any) -> Reply:
        """Takes no notice of being told to end, so that it stays under way while it is cancelled."""
        while self._first and not self.ends.is_set():
            try:
                await self.ends.wait()
            except asyncio.CancelledError:
                continue
        return Reply({})

    async def busy(self, _given: Any, _context: Any) -> Reply:
        if self._first:
            raise AttemptFailure("http_503", "not now", retryable=True, unclear=False, status=503)
        return Reply({})

    async def refuses(self, _given: Any, _context: Any) -> Reply:
        if self._first:
            raise AttemptFailure("http_400", "no", retryable=False, unclear=False, status=400)
        return Reply({})

    async def quick(self, _given: Any, _context: Any) -> Reply:
        return Reply({})


@dataclasses.dataclass
class Left:
    """What stood in the store when its worker died."""

    rows: dict[str, RunRow]
    heads: dict[str, int]
    steps: set[str]
    """the states of all their live steps"""


async def brought_there(host: Host) -> dict[str, str]:
    """A run in each place, the same again suspended, and those that end; gives how each of them is called here."""
    names: dict[str, str] = {}

    async def begun(name: str, flows: tuple[Flow, ...]) -> str:
        run = await begin(host, *flows, input={"invoice": name})
        names[run] = name
        return run

    for name, flows in PLACES.items():
        await begun(name, flows)
        suspended = await begun(f"suspended, {name}", flows)
        if not name.startswith("under way"):
            await host.until_idle({suspended}, through_retries=False)
        assert isinstance(await host.suspend(suspended, Suspend(actor=OLGA)), Accepted)
    await host.until_done(await begun("over", ENDED["over"]))
    off = await begun("called off", ENDED["called off"])
    await host.cancel(off, Cancel(actor=OLGA))
    await host.until_done(off)
    resting = {run for run, name in names.items() if "under way" not in name}
    await host.until_idle(resting, through_retries=False)
    stopping = await begun("stopping", PLACES["under way"])
    await host.cancel(stopping, Cancel(actor=OLGA))
    row = await host.run_row(stopping)
    assert row is not None
    assert row.state == "cancelling", "what is deaf keeps it there until the grace is over"
    return names


async def first_life(folder: Path, copy: Path) -> dict[str, str]:
    """Lives until all are where they should be; what stands in the store then is in the copy."""
    works = Works(first=True)
    async with hosting(folder, works.all(), clock=VirtualClock(MONDAY), drain_seconds=5.0) as host:
        names = await brought_there(host)
        with closing(sqlite3.connect(folder / "store.db")) as store, closing(sqlite3.connect(copy)) as left:
            store.backup(left)
        works.ends.set()
        return names


async def read(copy: Path) -> Left:
    """Without any host."""
    store = open_store(str(copy), worker="reader", read_only=True)
    try:
        releases = Releases(store, BenchRegistry({}), {})
        rows = {row.run: row for row in (await store.list_runs(limit=500)).rows}
        folded = []
        for row in rows.values():
            plan = await releases.plan(row.release, row.flow)
            assert plan is not None
            folded.append(fold(plan, await store.read_stream(row.run), row.run))
        steps = {step.state for state in folded for step in state.live.values()}
        return Left(rows, {head.stream: head.seq for head in await store.stream_heads()}, steps)
    finally:
        await store.close()


async def brought_to_their_ends(host: Host, names: dict[str, str]) -> None:
    """Everything that people and others owe to them."""
    suspended = {run for run, name in names.items() if name.startswith("suspended")}
    for run in suspended:
        assert isinstance(await host.resume(run, Resume(actor=OLGA)), Accepted)
    for name in names.values():
        await host.send_signal(SendSignal(name="paid", key=name, payload={"amount": "1"}))
    while True:
        await host.until_idle()
        tasks, incidents = (await host.tasks()).rows, (await host.incidents()).rows
        for task in tasks:
            await host.answer(task.task, choice="approve", by="petra")
        for incident in incidents:
            assert incident.kind in {"failed", "outcome_unknown"}, incident
            unclear = incident.kind == "outcome_unknown"
            wish = Resolve(incident=incident.incident, how="retry", not_done=unclear, actor=OLGA)
            assert isinstance(await host.resolve(wish), Accepted)
        if not tasks and not incidents:
            return


def test_runs_left_in_any_state_are_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "DEAF", 0.1)
    copy = tmp_path / "left.db"
    names = play(first_life(tmp_path, copy), 60)
    left = play(read(copy))
    assert {row.state for row in left.rows.values()} == set(RUN_STATES) - NEVER_YET, (
        "there is a state without a run in it"
    )
    assert left.steps == LIVE_STEPS, "there is a state without a step in it"

    async def next_life() -> None:
        clock = VirtualClock(MONDAY)
        async with hosting(tmp_path, Works(first=False).all(), store_url=str(copy), clock=clock) as host:
            await host.until_idle(through_retries=False)
            for run, row in left.rows.items():
                claimed = any(isinstance(entry.event, RunClaimed) for entry in await host.journal(run))
                assert claimed == row.needs_worker, f"{names.get(run, run)}: {row.state} at {row.at_nodes}"
                if row.state in TERMINAL_RUNS:
                    assert await host.store.stream_head(run) == left.heads[run], "an end is final"
            clock.advance(dt.timedelta(hours=1))
            await brought_to_their_ends(host, names)
            for run, name in names.items():
                ended = await host.run_row(run)
                assert ended is not None
                wanted = "cancelled" if name in CANCELLED else "completed"
                assert ended.state == wanted, f"{name}, left {left.rows[run].state}, stands at {ended.at_nodes}"
            assert set(await host.store.count_runs()) == {"completed", "cancelled"}
            assert await host.store.verify() == []

    play(next_life(), 60)
