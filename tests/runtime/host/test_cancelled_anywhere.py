"""F43: wherever a run stands when it is cancelled, it ends within seconds, holds nothing, and does nothing more."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

import pytest

from nodes.contract import AttemptFailure, Reply
from runtime.engine.stimuli import Cancel, Suspend
from runtime.host import Accepted, worker
from runtime.model.flow import Flow
from tests.runtime.host.bench import approval, begin, flow, hosting, node, play, work
from tests.runtime.host.test_child_runs import ASKING, loop, sub
from tests.runtime.host.test_host import WAITING

BROKEN = work("breaks", "refuses", "once")
JOINING = flow(
    node("rests", "control/wait", duration="PT1H"),
    node("joins", "control/join", mode="all"),
    edges=["start.started>joins", "start.started>rests", "rests.done>joins", "joins.joined>end"],
)
PLACES: Final[dict[str, tuple[Flow, ...]]] = {
    "under way, and deaf": (flow(work("hangs", "deaf")),),
    "under way, once": (flow(work("hangs", "hang", "once")),),
    "under way, read": (flow(work("hangs", "hang", "read")),),
    "pausing before a retry": (flow({**work("tries", "busy"), "retry": {"first_delay": 3600}}),),
    "at a time": (flow(node("rests", "control/wait", duration="PT1H")),),
    "at a signal": (flow(WAITING),),
    "at a person": (flow(approval()),),
    "at an incident": (flow(BROKEN, edges=["start.started>breaks", "breaks.done>end"]),),
    "in another flow": (sub("asking"), ASKING),
    "in a list of flows": (loop("asking", ["a", "b", "c"]), ASKING),
    "in half a join": (JOINING,),
}


async def hang(_given: Any, _context: Any) -> Reply:
    await asyncio.sleep(3600)
    return Reply({})


async def deaf(_given: Any, _context: Any) -> Reply:
    """Code that takes no notice of being told to end, for a while that is too long."""
    for _ in range(2):
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            continue
    return Reply({})


async def busy(_given: Any, _context: Any) -> Reply:
    raise AttemptFailure("http_503", "not now", retryable=True, unclear=False, status=503)


async def refuses(_given: Any, _context: Any) -> Reply:
    raise AttemptFailure("http_400", "no", retryable=False, unclear=False, status=400)


@pytest.mark.parametrize("suspended", [False, True])
def test_cancelled_in_every_state_it_ends_in_time_and_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suspended: bool
) -> None:
    monkeypatch.setattr(worker, "GRACE", 0.3)
    monkeypatch.setattr(worker, "DEAF", 0.1)
    works = {"hang": hang, "deaf": deaf, "busy": busy, "refuses": refuses}

    async def story() -> None:
        async with hosting(tmp_path, works, drain_seconds=1.0) as host:
            runs = {name: await begin(host, *drawn, input={"invoice": "i"}) for name, drawn in PLACES.items()}
            resting = {run for name, run in runs.items() if not name.startswith("under way")}
            await host.until_idle(resting, through_retries=False)
            if suspended:
                for run in runs.values():
                    assert isinstance(await host.suspend(run, Suspend()), Accepted)
            for run in runs.values():
                assert isinstance(await host.cancel(run, Cancel()), Accepted)
            ended = asyncio.gather(*(host.until_done(run) for run in runs.values()))
            rows = await asyncio.wait_for(ended, 3)  # of which the grace of what was under way is the most
            assert {row.state for row in rows} == {"cancelled"}
            assert host.health().in_flight == 0
            beside = await begin(host, flow(work("fine")))
            assert (await host.until_done(beside)).outcome == "over"

            for row in (await host.list_runs()).rows:  # those that were called, too
                held = (row.next_due, row.open_tasks, row.open_incidents, row.needs_worker, row.at_nodes)
                assert held == (None, 0, 0, False, ()), row
            assert (await host.tasks()).rows == (await host.incidents()).rows == ()
            assert await host.store.find_waits("paid", "i") == []
            assert await host.store.verify() == []

    play(story(), 20)
