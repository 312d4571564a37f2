"""Child runs on a real store: started, told of, cancelled, suspended; and after kill -9 at any moment (B2, B4, C3)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import AttemptFailure, NodeContext, Reply
from runtime.engine.events import Actor, ChildEnded, ChildStarted, RunCancelRequested, RunStarted
from runtime.engine.state import TERMINAL_RUNS
from runtime.engine.stimuli import Cancel, Resume, Suspend
from runtime.host import Host
from runtime.model.flow import Flow
from tests.runtime.host.bench import approval, begin, flow, hosting, node, play, told, work
from tests.runtime.host.test_recovery import victim
from tests.runtime.host.victim import TOGETHER, effects, ledger

SIMPLE = flow(work("pays", "pay"), id="leaf")
ASKING = flow(approval(), id="asking")


def calls(leaf: str, **config: Any) -> dict[str, Any]:
    return node("call", "control/subflow", flow=leaf, outcomes=["over"], **config)


def sub(leaf: str, **config: Any) -> Flow:
    more = ["call.timeout>end"] if "timeout" in config else []
    edges = ["start.started>call", "call.over>end", "call.cancelled>end", *more]
    return flow(calls(leaf, **config), edges=edges)


def loop(leaf: str, items: Any, **config: Any) -> Flow:
    return flow(node("each", "control/for_each", flow=leaf, items=items, **config))


async def begun(host: Host, *flows: Flow, **given: Any) -> str:
    return await begin(host, *flows, input=given, actor=Actor("user", "carl"))


async def tree(host: Host) -> dict[str, str]:
    return {row.run: row.state for row in (await host.list_runs()).rows}


def test_b2_a_subflow_runs_to_its_outcome_and_its_parent_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begun(host, sub("leaf"), flow(work("a"), id="leaf"))
            assert (await host.until_done(run)).outcome == "over"
            words = await told(host, run)
            assert [w for w in words if w.startswith(("Child", "StepCompleted call"))] == [
                "ChildStarted call#1",
                "ChildEnded call#1",
                "StepCompleted call#1",
            ]
            [child] = (await host.list_runs()).rows[:1]
            assert (child.parent, child.run, child.requester) == (run, f"{run}:4:0", "carl")
            await host.until_idle()

    play(story())


def test_f3_items_run_so_many_at_once_and_all_are_told_of(tmp_path: Path) -> None:
    under_way, most = 0, 0

    async def slow(_given: Mapping[str, Any], _context: NodeContext) -> Reply:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(300):  # until three were under way together, however slow the disk is; or 3 s, and too few
            if most >= 3:
                break
            await asyncio.sleep(0.01)
        under_way -= 1
        return Reply({})

    async def story() -> None:
        async with hosting(tmp_path, {"slow": slow}) as host:
            items = [str(n) for n in range(9)]
            run = await begun(host, loop("leaf", items, at_once=3), flow(work("a", "slow"), id="leaf"))
            assert (await host.until_done(run)).outcome == "over"
            assert most == 3
            assert len(await tree(host)) == 10

    play(story())


def test_b4_cancel_goes_down_to_the_leaf_and_the_parent_waits_for_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            middle = sub("asking").model_copy(update={"id": "middle"})
            run = await begun(host, sub("middle"), middle, ASKING)
            await host.until_idle()
            assert len((await host.tasks()).rows) == 1
            await host.cancel(run, Cancel(undo=False, actor=Actor("user", "ana")))
            await host.until_done(run)
            assert set((await tree(host)).values()) == {"cancelled"}
            assert len((await host.tasks()).rows) == 0
            for child in set(await tree(host)) - {run}:
                asked = [e.event for e in await host.journal(child) if isinstance(e.event, RunCancelRequested)]
                assert [it.undo for it in asked] == [False]

    play(story())


def test_c3_suspend_and_resume_go_down(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begun(host, sub("asking"), ASKING)
            await host.until_idle()
            await host.suspend(run, Suspend(actor=Actor("user", "ana")))
            await host.until_idle()
            assert set((await tree(host)).values()) == {"suspended"}
            await host.resume(run, Resume(actor=Actor("user", "ana")))
            await host.until_idle()
            assert set((await tree(host)).values()) == {"running"}
            [task] = (await host.tasks()).rows
            await host.answer(task.task, choice="approve", by="ana")
            assert (await host.until_done(run)).outcome == "over"

    play(story())


def test_b4_a_child_cancelled_by_itself_leaves_by_cancelled(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begun(host, sub("asking"), ASKING)
            await host.until_idle()
            [child] = set(await tree(host)) - {run}
            await host.cancel(child, Cancel(actor=Actor("user", "ana")))
            assert (await host.until_done(run)).outcome == "over"
            [ended] = [e.event for e in await host.journal(run) if isinstance(e.event, ChildEnded)]
            assert (ended.child, ended.state) == (child, "cancelled")

    play(story())


def test_b2_who_was_not_told_before_a_drain_is_told_by_the_next_process(tmp_path: Path) -> None:
    async def before() -> str:
        async with hosting(tmp_path) as host:
            run = await begun(host, sub("asking"), ASKING)
            await host.until_idle()
            host._runner.on_told = lambda _parent, _told: None
            [task] = (await host.tasks()).rows
            await host.answer(task.task, choice="approve", by="ana")
            await host.until_idle()
            assert (await host.run_row(run)).state == "running"
            return run

    run = play(before())

    async def after() -> None:
        async with hosting(tmp_path) as host:
            assert (await host.until_done(run)).outcome == "over"
            assert "RunClaimed" not in await told(host, run), "children are state: nothing was under way (X8)"

    play(after())


@pytest.mark.parametrize(
    ("asked", "states"),
    [
        ("start", {"running"}),
        ("cancel", {"cancelled"}),
        ("suspend", {"suspended"}),
        ("resume", {"running"}),
    ],
)
def test_b2_b4_c3_what_was_asked_and_not_brought_is_brought_by_the_next_process(
    tmp_path: Path, asked: str, states: set[str]
) -> None:
    ana = Actor("user", "ana")

    async def before() -> None:
        async with hosting(tmp_path) as host:
            if asked == "start":
                host._child_runs.drain()
            run = await begun(host, sub("asking"), ASKING)
            await host.until_idle()
            if asked == "resume":
                await host.suspend(run, Suspend(actor=ana))
                await host.until_idle()
            host._child_runs.drain()
            if asked == "cancel":
                await host.cancel(run, Cancel(actor=ana))
            elif asked == "suspend":
                await host.suspend(run, Suspend(actor=ana))
            elif asked == "resume":
                await host.resume(run, Resume(actor=ana))
            await host.until_idle()
            found = await tree(host)
            assert len(found) == 1 or len(set(found.values())) == 2, "the child has not heard of it"

    play(before())

    async def after() -> None:
        async with hosting(tmp_path) as host:
            await host.until_idle()
            found = await tree(host)
            assert (len(found), set(found.values())) == (2, states)

    play(after())


def test_b3_incidents_count_up_to_the_root_and_stand_at_the_child(tmp_path: Path) -> None:
    async def bad(_given: Mapping[str, Any], _context: NodeContext) -> Reply:
        raise AttemptFailure("http_400", "no")

    async def story() -> None:
        async with hosting(tmp_path, {"bad": bad}) as host:
            leaf = flow(work("a", "bad"), id="leaf")
            run = await begun(host, sub("middle"), sub("leaf").model_copy(update={"id": "middle"}), leaf)
            await host.until_idle({run})
            [incident] = (await host.incidents(run=run)).rows
            assert (incident.flow, incident.run.startswith(f"{run}:")) == ("leaf", True)
            assert (await host.incidents(run=f"{run[:-1]}")).rows == ()
            assert (await host.run_row(run)).open_incidents == 0

    play(story())


def leave(folder: Path, *flows: Flow) -> None:
    for number, drawn in enumerate(flows):
        (folder / f"{number}.flow.json").write_text(drawn.model_dump_json(by_alias=True), encoding="utf-8")
    (folder / TOGETHER).write_text("one release", encoding="utf-8")


POINTS = [f"append.{side}:{n}" for n in range(1, 8) for side in ("before", "after")]
POINTS += [f"child.{side}:{n}" for n in (1, 2) for side in ("before", "after")]
SAMPLE = {"append.after:1", "append.after:2", "append.before:6", "append.after:6", "child.before:1", "child.after:1"}


@pytest.mark.parametrize(
    "fault", [point if point in SAMPLE else pytest.param(point, marks=pytest.mark.slow) for point in POINTS]
)
def test_b2_killed_at_any_write_each_item_has_one_child_and_one_end(tmp_path: Path, fault: str) -> None:
    leave(tmp_path, loop("leaf", ["a", "b"], inputs={"who": {"feel": "item"}}), SIMPLE)
    code, acknowledged = victim(tmp_path, 1, fault)
    assert code == 137, "the fault point was not reached: there are fewer writes than the test thinks"

    async def story() -> None:
        async with hosting(tmp_path, effects(tmp_path)) as host:
            await host.until_idle()
            rows = {row.run: row for row in (await host.list_runs()).rows}
            assert set(acknowledged) <= set(rows)
            if not rows:
                assert fault == "append.before:1"
                return
            [run] = [row.run for row in rows.values() if row.parent is None]
            assert rows[run].outcome == "over"
            assert all(row.state in TERMINAL_RUNS for row in rows.values())
            journal = [entry.event for entry in await host.journal(run)]
            started = [event.child for event in journal if isinstance(event, ChildStarted)]
            ended = [event.child for event in journal if isinstance(event, ChildEnded)]
            assert started == ended == sorted(set(rows) - {run})
            assert len(started) == 2
            first = (await host.journal(started[0]))[0].event
            assert isinstance(first, RunStarted)
            assert first.input == {"item": "a", "index": 1, "who": "a"}
            assert len({key for kind, key, _ in ledger(tmp_path) if kind == "keyed"}) == 2
            assert await host.store.verify() == []

    play(story(), 60)
