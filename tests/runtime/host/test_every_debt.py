"""Row 1 of what broke elsewhere, for what people owe to a run: incidents of every kind and tasks in every state are
still theirs after kill -9, as they were, and can be settled."""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import runtime.engine
from nodes.contract import AttemptFailure, Reply
from runtime.engine.events import Actor
from runtime.engine.fold import fold
from runtime.engine.state import TaskState
from runtime.engine.stimuli import Cancel, Refusal, Resolve
from runtime.host import Accepted, Host, VirtualClock
from runtime.model.flow import Flow
from tests.runtime.host.bench import MONDAY, approval, begin, flow, hosting, node, play, work
from tests.runtime.host.test_child_runs import ASKING, calls

OLGA = Actor("user", "olga")
RAISED: Final = "IncidentRaised"
DAY = dt.timedelta(days=1)
TWICE: Final = {"port": "approve", "title": "Yes", "needs": 2}
STARVED = flow(
    work("quick"),
    approval(),
    node("meet", "control/join"),
    edges=[
        "start.started>quick", "start.started>ask", "quick.done>meet", "ask.approve>meet", "ask.reject>meet",
        "meet.joined>end",
    ],
)  # fmt: skip
KINDS: Final[dict[str, tuple[Flow, ...]]] = {
    "failed": (flow(work("a", "refuses")),),
    "outcome_unknown": (flow(work("a", "breaks", "once")),),
    "expression": (flow(node("a", "control/wait_for_signal", name="paid", key={"feel": "null"})),),
    "dead_end": (flow(work("a"), edges=["start.started>a"]),),
    "unreadable": (flow(node("a", "test/of_tomorrow")),),
    "budget": (flow(work("a"), work("b"), budgets={"activations": 2}),),
    "join_starved": (STARVED,),
    "child_cancelled": (flow(calls("asking"), edges=["start.started>call", "call.over>end"]), ASKING),
}
ELSEWHERE: Final = {"poison"}
"""three deaths of a worker: tests/runtime/host/test_recovery.py"""


def kinds_of_incidents() -> set[str]:
    """As they stand in the engine's source: after ``kind=``, or in what is assigned to a ``kind`` that stands there."""
    found: set[str] = set()
    for path in Path(runtime.engine.__file__).parent.rglob("*.py"):
        module = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        calls = [each for each in module if isinstance(each, ast.Call) and getattr(each.func, "id", "") == RAISED]
        said = [word.value for call in calls for word in call.keywords if word.arg == "kind"]
        assert len(said) == len(calls), f"{path}: an incident without its kind"
        named = {each.id for each in said if isinstance(each, ast.Name)}
        chosen = [
            each.value
            for each in module
            if isinstance(each, ast.Assign) and {getattr(at, "id", "") for at in each.targets} & named
        ]
        either = [part for value in chosen if isinstance(value, ast.IfExp) for part in (value.body, value.orelse)]
        found |= {str(word.value) for word in (*said, *either) if isinstance(word, ast.Constant)}
    return found


async def refuses(_given: Any, _context: Any) -> Reply:
    raise AttemptFailure("http_400", "no", retryable=False, unclear=False, status=400)


async def breaks(_given: Any, _context: Any) -> Reply:
    raise RuntimeError("in the middle of it")


WORKS: Final = {"refuses": refuses, "breaks": breaks}


def copied(folder: Path, copy: Path) -> None:
    """The store as kill -9 would leave it now."""
    with closing(sqlite3.connect(folder / "store.db")) as store, closing(sqlite3.connect(copy)) as left:
        store.backup(left)


def test_incidents_of_every_kind_wait_for_their_person(tmp_path: Path) -> None:
    assert set(KINDS) | ELSEWHERE == kinds_of_incidents()
    copy = tmp_path / "left.db"

    async def before() -> dict[str, str]:
        async with hosting(tmp_path, WORKS) as host:
            runs = {kind: await begin(host, *flows) for kind, flows in KINDS.items()}
            await host.until_idle()
            await host.answer(f"{runs['join_starved']}:ask#1", choice="approve", by="petra")
            [child] = [row.run for row in (await host.list_runs()).rows if row.parent == runs["child_cancelled"]]
            await host.cancel(child, Cancel(actor=OLGA))
            await host.until_idle()
            for kind, run in runs.items():
                assert [incident.kind for incident in (await host.incidents(run=run)).rows] == [kind]
            copied(tmp_path, copy)
            return runs

    async def after(runs: dict[str, str]) -> None:
        async with hosting(tmp_path, WORKS, store_url=str(copy)) as host:
            await host.until_idle()
            found = {incident.run: incident for incident in (await host.incidents()).rows}
            assert {incident.kind for incident in found.values()} == set(KINDS)
            for kind, run in runs.items():
                row = await host.run_row(run)
                assert row is not None
                assert (row.state, row.open_incidents, row.needs_worker) == ("running", 1, False), kind
                wish = Resolve(incident=found[run].incident, how="cancel", actor=OLGA)
                assert isinstance(await host.resolve(wish), Accepted), kind
            await host.until_idle()
            assert (await host.incidents()).rows == ()
            assert set(await host.store.count_runs()) <= {"completed", "cancelled"}
            assert await host.store.verify() == []

    play(after(play(before())))


async def left_alone(_host: Host, _task: str) -> None:
    pass


async def claimed(host: Host, task: str) -> None:
    await host.claim_task(task, who="petra", until=MONDAY + DAY)


async def delegated(host: Host, task: str) -> None:
    await host.delegate(task, who="petra", to="omar", until=MONDAY + DAY)


async def half_answered(host: Host, task: str) -> None:
    await host.answer(task, choice="approve", by="petra")


async def handed_over(host: Host, task: str) -> None:
    await host.hand_over(task, who="petra", to="head")


async def revised(host: Host, task: str) -> None:
    await host.revise_task(task, shown={"title": "May we now?", "show": {}}, actor=OLGA)


TASKS: Final[dict[str, Callable[[Host, str], Awaitable[None]]]] = {
    "open": left_alone,
    "claimed": claimed,
    "delegated": delegated,
    "half answered": half_answered,
    "handed over": handed_over,
    "revised": revised,
}
TWO = flow(node("ask", "approval", role="boss", title="May we?", choices=[TWICE, {"port": "reject", "title": "No"}]))
LATE = flow(approval(due="PT1H", remind="PT2H"))
ALL_TASKS: Final = (*TASKS, "late")


async def tasks_of(host: Host, runs: dict[str, str]) -> dict[str, TaskState]:
    found = {}
    for name, run in runs.items():
        row = await host.run_row(run)
        assert row is not None
        plan = await host.plan(row.release, row.flow)
        assert plan is not None
        [step] = fold(plan, await host.journal(run), run).live.values()
        assert step.task is not None
        found[name] = step.task
    return found


def test_tasks_in_every_state_stay_as_they_were_and_can_be_answered(tmp_path: Path) -> None:
    copy = tmp_path / "left.db"

    async def before() -> tuple[dict[str, str], dict[str, TaskState]]:
        clock = VirtualClock(MONDAY)
        async with hosting(tmp_path, clock=clock) as host:
            runs = {name: await begin(host, LATE if name == "late" else TWO) for name in ALL_TASKS}
            await host.until_idle()
            for name, bring in TASKS.items():
                await bring(host, f"{runs[name]}:ask#1")
            clock.advance(dt.timedelta(hours=2))
            await host.until_idle()
            found = await tasks_of(host, runs)
            copied(tmp_path, copy)
            return runs, found

    async def after(runs: dict[str, str], stood: dict[str, TaskState]) -> None:
        clock = VirtualClock(MONDAY + dt.timedelta(hours=3))
        async with hosting(tmp_path, store_url=str(copy), clock=clock) as host:
            await host.until_idle()
            assert await tasks_of(host, runs) == stood
            clock.advance(dt.timedelta(hours=1))
            await host.until_idle()
            assert (await tasks_of(host, runs))["late"].reminders == stood["late"].reminders + 1
            for name, run in runs.items():
                first = {"delegated": "omar", "half answered": "omar"}.get(name, "petra")
                for by in (first, "olga"):
                    answer = await host.answer(f"{run}:ask#1", choice="approve", by=by)
                    assert not isinstance(answer, Refusal), f"{name} by {by}: {answer}"
                    row = await host.run_row(run)
                    if row is not None and row.ended_at is not None:
                        break
                assert (await host.until_done(run)).outcome == "over", name
            assert (await host.tasks()).rows == ()

    runs, stood = play(before())
    fresh = TaskState(revision=stood["open"].revision, role=stood["open"].role)
    differ = {
        part.name
        for task in stood.values()
        for part in dataclasses.fields(TaskState)
        if getattr(task, part.name) != getattr(fresh, part.name)
    }
    assert differ == {part.name for part in dataclasses.fields(TaskState)}, "there is a state without a task in it"
    play(after(runs, stood))
