"""Attempts that are withdrawn, overdue or cut short at any moment of their life: each is reported once, and honestly.

The worker alone, with a node that a test writes and reports that a test holds back: what no run through the whole host
can time so closely.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nodes.contract import Reply
from runtime.connections import ConnectionBook, Environment
from runtime.engine.commands import AbortAttempt, PerformAttempt
from runtime.engine.stimuli import AttemptBroke, AttemptReplied
from runtime.host import VirtualClock, worker
from runtime.host.activity import Activity
from runtime.host.perform import Performer
from runtime.host.worker import Worker
from runtime.secrets import Redactor
from tests.runtime.host.bench import MONDAY, WORK, BenchRegistry, play

Node = Callable[[Any, Any], Awaitable[Any]]


@dataclass
class Stage:
    """A worker whose reports are kept; ``held`` lets a report wait before it is durable."""

    worker: Worker
    activity: Activity
    reports: list[AttemptReplied | AttemptBroke] = field(default_factory=list)
    held: asyncio.Event | None = None
    then: Callable[[], None] = lambda: None
    """called as a report becomes durable, in its task: what it leads to"""

    def codes(self) -> list[str]:
        """What each report says: its code, or ``replied``."""
        return [it.code if isinstance(it, AttemptBroke) else "replied" for it in self.reports]

    def ask(self, *commands: PerformAttempt | AbortAttempt, alone: bool = False) -> None:
        """These commands are outstanding now."""
        self.worker.reconcile(SimpleNamespace(commands=commands, alone=alone, seq=1), "release")  # type: ignore[arg-type]

    async def quiet(self) -> None:
        """Returns when nothing is in flight."""
        await asyncio.wait_for(self.activity.wait_for(lambda: not self.activity.busy()), 5)
        assert self.worker.in_flight == 0


def staged(tmp_path: Path, works: dict[str, Node], *, at_once: int = 8) -> Stage:
    book = ConnectionBook(Environment("local", tmp_path), {}, Redactor())
    activity = Activity()
    releases: Any = SimpleNamespace(project=lambda _release: _nothing())
    performer = Performer(
        BenchRegistry(works), book, releases, None, VirtualClock(MONDAY), Redactor(), random.Random(1)  # type: ignore[arg-type]
    )  # fmt: skip

    async def report(_run: str, stimulus: AttemptReplied | AttemptBroke) -> None:
        if stage.held is not None:
            await stage.held.wait()
        stage.reports.append(stimulus)
        stage.then()

    stage = Stage(Worker(performer, book, activity, report, at_once=at_once), activity)
    return stage


async def _nothing() -> None:
    return None


def attempt(n: int = 1, do: str = "do", run: str = "r", effect: str = "keyed", timeout: float = 5.0) -> PerformAttempt:
    return PerformAttempt(
        id=f"{run}:{n}", run=run, step=f"s{n}#1", attempt=1, node=f"s{n}", type=WORK.id, version=1, effect=effect,
        connection=None, input={"do": do}, key=f"k{n}", timeout=timeout,
    )  # fmt: skip


def abort(command: PerformAttempt) -> AbortAttempt:
    return AbortAttempt(id=command.id, run=command.run, step=command.step, attempt=command.attempt)


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "GRACE", 0.05)


async def fine(_given: Any, _context: Any) -> Reply:
    return Reply({"fine": True})


async def sleeps(_given: Any, _context: Any) -> Reply:
    await asyncio.sleep(30)
    raise AssertionError


def test_withdrawn_before_its_task_ran_nothing_is_sent(tmp_path: Path) -> None:
    sent: list[int] = []

    async def node(_given: Any, _context: Any) -> Reply:
        sent.append(1)
        return Reply({})

    async def story() -> None:
        stage = staged(tmp_path, {"do": node})
        one = attempt()
        stage.ask(one)
        stage.ask(abort(one))  # in the same turn of the loop
        await stage.quiet()
        assert stage.codes() == ["withdrawn"]
        assert isinstance(stage.reports[0], AttemptBroke)
        assert not stage.reports[0].unclear

    play(story())
    assert sent == []


def test_withdrawn_while_it_waits_for_a_slot_it_leaves_the_line(tmp_path: Path) -> None:
    async def story() -> None:
        stage = staged(tmp_path, {"long": sleeps, "do": fine}, at_once=1)
        first, second, third = attempt(1, "long", effect="read"), attempt(2), attempt(3)
        stage.ask(first, second, third)
        await asyncio.sleep(0.01)
        stage.ask(first, abort(second), third)
        await asyncio.sleep(0.01)
        assert stage.codes() == ["withdrawn"]
        stage.ask(abort(first), third)  # a read is stopped at once, and the third has the slot
        await stage.quiet()
        assert stage.codes() == ["withdrawn", "withdrawn", "replied"]

    play(story())


def test_a_suspect_waits_until_it_is_alone_and_may_be_withdrawn_meanwhile(tmp_path: Path) -> None:
    async def story() -> None:
        stage = staged(tmp_path, {"long": sleeps, "do": fine})
        other, suspect, later = attempt(1, "long", "other", "read"), attempt(2, run="suspect"), attempt(3, run="later")
        stage.ask(other)
        await asyncio.sleep(0.01)
        stage.ask(suspect, alone=True)
        await asyncio.sleep(0.01)
        stage.ask(later)
        await asyncio.sleep(0.01)
        assert stage.codes() == [], "the suspect waits for the other, the later one for the suspect"
        stage.ask(abort(suspect))
        await asyncio.sleep(0.01)
        assert stage.codes() == ["withdrawn", "replied"], "the gate is open again"
        stage.ask(abort(other))
        await stage.quiet()

    play(story())


def test_two_attempts_of_a_suspect_both_wait_until_the_others_have_left(tmp_path: Path) -> None:
    async def story() -> None:
        stage = staged(tmp_path, {"long": sleeps, "do": fine})
        other = attempt(1, "long", "other", "read")
        stage.ask(other)
        await asyncio.sleep(0.01)
        stage.ask(attempt(2, run="suspect"), attempt(3, run="suspect"), alone=True)
        await asyncio.sleep(0.02)
        assert stage.codes() == [], "neither goes in beside the other run (X7)"
        stage.ask(abort(other))
        await stage.quiet()
        assert stage.codes() == ["withdrawn", "replied", "replied"]

    play(story())


@pytest.mark.parametrize(("effect", "unclear"), [("read", False), ("keyed", True), ("once", True)])
def test_withdrawn_under_way_it_is_told_so(tmp_path: Path, effect: str, unclear: bool) -> None:
    async def story() -> None:
        stage = staged(tmp_path, {"do": sleeps})
        one = attempt(effect=effect)
        stage.ask(one)
        await asyncio.sleep(0.01)
        stage.ask(abort(one))
        stage.ask(abort(one))
        await stage.quiet()
        assert stage.codes() == ["withdrawn"]
        assert stage.reports[0].unclear is unclear  # type: ignore[union-attr]

    play(story())


def test_a_reply_that_comes_in_the_very_turn_of_the_stop_counts(tmp_path: Path) -> None:
    ends = asyncio.Event()

    async def node(_given: Any, _context: Any) -> Reply:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ends.set()
        return Reply({"late": True})

    async def story() -> None:
        stage = staged(tmp_path, {"do": node, "next": fine})
        one, two = attempt(1, effect="read"), attempt(2, "next")
        stage.then = lambda: stage.ask(two) if len(stage.reports) == 1 else None
        stage.ask(one)
        await asyncio.sleep(0.01)
        stage.ask(abort(one))
        await stage.quiet()
        assert stage.codes() == ["replied", "replied"], "the next attempt of this task was not stopped with it"
        assert ends.is_set()

    play(story())


def test_late_and_withdrawn_at_once_it_is_late(tmp_path: Path) -> None:
    async def story() -> None:
        stage = staged(tmp_path, {"do": sleeps})
        one = attempt(timeout=0.02)
        stage.ask(one)
        await asyncio.sleep(0.01)
        stage.ask(abort(one))
        await stage.quiet()
        assert stage.codes() == ["attempt_timeout"]

    play(story())


def test_a_node_that_gives_itself_up_fails_alone(tmp_path: Path) -> None:
    async def node(_given: Any, _context: Any) -> Reply:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)
        raise AssertionError

    async def story() -> None:
        stage = staged(tmp_path, {"do": node, "next": fine})
        stage.ask(attempt())
        await stage.quiet()
        stage.ask(attempt(2, "next"))
        await stage.quiet()
        assert stage.codes()[-1] == "replied"

    play(story())


def test_time_limits_and_groups_of_tasks_inside_a_node_are_its_own(tmp_path: Path) -> None:
    async def node(_given: Any, _context: Any) -> Reply:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(30)
        except TimeoutError:
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(0))
        task = asyncio.current_task()
        assert task is not None
        return Reply({"cancelling": task.cancelling()})

    async def story() -> None:
        stage = staged(tmp_path, {"do": node})
        two = attempt(2)
        stage.then = lambda: stage.ask(two) if len(stage.reports) == 1 else None
        stage.ask(attempt())
        await stage.quiet()
        assert stage.codes() == ["replied", "replied"]
        assert [it.value["cancelling"] for it in stage.reports if isinstance(it, AttemptReplied)] == [0, 0]

    play(story())


def test_withdrawn_while_its_report_is_on_the_way_nothing_more_is_said(tmp_path: Path) -> None:
    async def story() -> None:
        stage = staged(tmp_path, {"do": fine})
        stage.held = asyncio.Event()
        one = attempt()
        stage.ask(one)
        await asyncio.sleep(0.01)
        stage.ask(abort(one))
        await asyncio.sleep(0.1)  # longer than the grace
        stage.held.set()
        await stage.quiet()
        assert stage.codes() == ["replied"]

    play(story())


@pytest.mark.parametrize("alone", [False, True])
def test_what_is_left_behind_keeps_no_slot_and_no_gate(tmp_path: Path, alone: bool) -> None:
    ends = asyncio.Event()

    async def deaf(_given: Any, _context: Any) -> Reply:
        while not ends.is_set():
            try:
                await asyncio.wait_for(ends.wait(), 30)
            except asyncio.CancelledError:
                continue
        return Reply({"far": "too late"})

    async def story() -> None:
        stage = staged(tmp_path, {"deaf": deaf, "do": fine}, at_once=2)
        lost = [attempt(n, "deaf", run=f"r{n}", timeout=0.02) for n in (1, 2)]
        for each in lost:
            stage.ask(each, alone=alone)
        await asyncio.sleep(0.01)
        stage.ask(attempt(3, run="r3"))
        await stage.quiet()
        assert sorted(stage.codes()) == ["attempt_timeout", "attempt_timeout", "replied"]
        ends.set()
        await asyncio.sleep(0.02)
        assert len(stage.reports) == 3
        assert stage.worker._slots._value == 2

    play(story())


def test_withdrawn_after_it_was_left_behind_its_report_still_comes(tmp_path: Path) -> None:
    ends = asyncio.Event()

    async def deaf(_given: Any, _context: Any) -> Reply:
        while not ends.is_set():
            try:
                await asyncio.wait_for(ends.wait(), 30)
            except asyncio.CancelledError:
                continue
        return Reply({})

    async def story() -> None:
        stage = staged(tmp_path, {"deaf": deaf})
        stage.held = asyncio.Event()
        lost = attempt(do="deaf", effect="read", timeout=0.02)
        stage.ask(lost)
        await asyncio.sleep(0.15)
        stage.ask(abort(lost))
        await asyncio.sleep(0.01)
        stage.held.set()
        await stage.quiet()
        assert stage.codes() == ["attempt_timeout"]
        ends.set()

    play(story())


@pytest.mark.parametrize("moment", ["before", "slot", "under way", "reporting"])
def test_the_host_goes_away_at_any_moment(tmp_path: Path, moment: str) -> None:
    async def story() -> None:
        stage = staged(tmp_path, {"long": sleeps, "do": fine}, at_once=1)
        if moment == "reporting":
            stage.held = asyncio.Event()
        if moment == "slot":
            stage.ask(attempt(9, "long", run="other"))
            await asyncio.sleep(0.01)
        stage.ask(attempt(1, "do" if moment == "reporting" else "long"))
        if moment != "before":
            await asyncio.sleep(0.01)
        stage.worker.drain()
        await stage.activity.finish(0.05)
        assert stage.reports == [], "the journal says that it is in flight, and the next worker goes on from there"
        assert stage.worker.in_flight == 0
        assert not stage.worker.busy_with("r")

    play(story())


def test_a_host_that_closes_still_tells_that_nothing_was_sent() -> None:
    """Were it cut off there, the next worker could only say that it does not know."""

    async def story() -> None:
        told: list[Any] = []

        async def report(_run: str, result: Any) -> None:
            await asyncio.sleep(0.01)  # the append
            told.append(result)

        performer: Any = SimpleNamespace(broke=lambda _command, code, *_words, **_more: code)
        worker = Worker(performer, SimpleNamespace(slot=lambda _name: None), Activity(), report, at_once=0)  # type: ignore[arg-type]
        command: Any = SimpleNamespace(id="c", run="r", effect="keyed", connection=None)
        worker._launch(command, "", SimpleNamespace(alone=False, seq=1))  # type: ignore[arg-type]
        await asyncio.sleep(0)  # it waits for a slot
        worker._withdraw(worker._flights["c"])
        await asyncio.sleep(0.002)
        worker.drain()
        await asyncio.wait_for(worker.settled("r"), 2)
        assert told == ["withdrawn"]

    play(story(), 5)


def test_what_follows_while_draining_is_left_for_the_next_worker_but_once_is_sent(tmp_path: Path) -> None:
    async def story() -> None:
        stage = staged(tmp_path, {"do": fine})
        stage.held = asyncio.Event()
        stage.then = lambda: stage.ask(attempt(2), attempt(3, effect="once")) if len(stage.reports) == 1 else None
        stage.ask(attempt(1))
        await asyncio.sleep(0.01)
        stage.worker.drain()
        stage.held.set()
        await stage.quiet()
        assert [it.step for it in stage.reports] == ["s1#1", "s3#1"]

    play(story())


def test_two_that_one_report_leads_to_are_made_side_by_side(tmp_path: Path) -> None:
    met = asyncio.Barrier(2)

    async def node(_given: Any, _context: Any) -> Reply:
        await asyncio.wait_for(met.wait(), 5)
        return Reply({})

    async def story() -> None:
        stage = staged(tmp_path, {"do": fine, "meet": node})
        stage.then = lambda: stage.ask(attempt(2, "meet"), attempt(3, "meet")) if len(stage.reports) == 1 else None
        stage.ask(attempt(1))
        await stage.quiet()
        assert stage.codes() == ["replied"] * 3

    play(story())
