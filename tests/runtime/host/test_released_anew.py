"""F38: a flow is released anew while runs of it are under way: these end on their version, new starts take the new."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import NodeContext, Reply
from runtime.engine.stimuli import Refusal, SendSignal, Start
from runtime.host import Host, Started
from runtime.model.flow import Flow
from tests.runtime.host.bench import approval, begin, flow, hosting, node, package, play, work
from tests.runtime.host.test_child_runs import calls

EDGES = ["start.started>ask", "ask.approve>pays", "ask.reject>end", "pays.done>end"]
OLD = flow(approval(), work("pays", "old"), edges=EDGES)
LATER = node("ask", "approval", role="boss", title="May we?", choices=[{"port": "later", "title": "Later"}])
NEW: dict[str, Flow] = {
    "the node where it stands is deleted": flow(work("pays", "new")),
    "the node where it stands has another name": flow(approval("asks"), work("pays", "new")),
    "the next node has another name": flow(approval(), work("pays_now", "new")),
    "the port that it leaves by is gone": flow(
        LATER, work("pays", "new"), edges=["start.started>ask", "ask.later>pays", "pays.done>end"]
    ),
    "the node is of another kind": flow(node("ask", "control/wait", duration="PT1H"), work("pays", "new")),
    "the flow is gone": flow(work("pays", "new"), id="g"),
}


class Done:
    """What each run did, by the name of the work."""

    def __init__(self) -> None:
        self.by: list[tuple[str, str]] = []

    def works(self) -> dict[str, Any]:
        def make(name: str) -> Any:
            async def perform(_given: Mapping[str, Any], context: NodeContext) -> Reply:
                self.by.append((name, context.run))
                return Reply({})

            return perform

        return {name: make(name) for name in ("old", "new")}


async def approve(host: Host, run: str, step: str = "ask#1") -> None:
    answer = await host.answer(f"{run}:{step}", choice="approve", by="petra")
    assert not isinstance(answer, Refusal), answer
    assert (await host.until_done(run)).outcome == "over"


@pytest.mark.parametrize("what", NEW)
def test_old_runs_end_on_their_version_and_new_ones_take_the_new(tmp_path: Path, url: str, what: str) -> None:
    done, new = Done(), NEW[what]

    async def before() -> list[str]:
        async with hosting(tmp_path, done.works(), store_url=url) as host:
            old = [await begin(host, OLD) for _ in range(3)]
            await host.until_idle()
            release = await host.put_release(package(new))
            await approve(host, old[0])  # in the process that has released it
            started = await host.start(release, Start(flow=new.id))
            assert isinstance(started, Started)
            return [*old, started.run]

    async def after(first: str, second: str, third: str, fresh: str) -> None:
        async with hosting(tmp_path, done.works(), store_url=url) as host:
            await approve(host, second)
            again = await host.start(await host.put_release(package(OLD)), Start(flow="f"))
            assert isinstance(again, Started), "the old version can still be started: its number is its content"
            await host.until_idle()
            await approve(host, third)
            rows = {run: await host.run_row(run) for run in (first, second, third, fresh)}
            releases = [row.release for row in rows.values() if row is not None]
            assert releases[0] == releases[1] == releases[2] != releases[3]
            assert {run for name, run in done.by if name == "old"} == {first, second, third}
            assert {name for name, run in done.by if run == fresh} <= {"new"}
            if "new" in {name for name, _ in done.by}:
                assert fresh in {run for name, run in done.by if name == "new"}
            assert (await host.incidents()).rows == ()
            assert await host.store.verify() == []

    play(after(*play(before())))


def test_a_parent_calls_the_child_of_its_own_version(tmp_path: Path, url: str) -> None:
    done = Done()
    edges = ["start.started>ask", "ask.approve>call", "ask.reject>end", "call.over>end", "call.cancelled>end"]
    parent = flow(approval(), calls("leaf"), edges=edges)
    old, new = (flow(work("pays", name), id="leaf") for name in ("old", "new"))

    async def story() -> None:
        async with hosting(tmp_path, done.works(), store_url=url) as host:
            first = await begin(host, parent, old)
            await host.until_idle()
            second = await begin(host, parent, new)
            await host.until_idle()
            for run in (second, first):
                await approve(host, run)
            assert [(name, run.partition(":")[0]) for name, run in done.by] == [("new", second), ("old", first)]

    play(story())


def test_a_signal_goes_to_the_oldest_wait_of_whatever_version(tmp_path: Path, url: str) -> None:
    """W2: once a flow, over all its releases; the old run waits longer, so it has the first."""
    waits = node("hears", "control/wait_for_signal", name="paid", key="k")
    done = Done()

    async def story() -> None:
        async with hosting(tmp_path, done.works(), store_url=url) as host:
            first = await begin(host, flow(waits, work("pays", "old")))
            await host.until_idle()
            second = await begin(host, flow({**waits, "id": "hears_now"}, work("pays", "new")))
            await host.until_idle()
            for number, run in enumerate((first, second)):
                await host.send_signal(SendSignal(name="paid", key="k", id=f"s-{number}"))
                assert (await host.until_done(run)).outcome == "over"
            assert done.by == [("old", first), ("new", second)]

    play(story())
