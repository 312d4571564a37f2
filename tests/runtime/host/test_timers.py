"""Timers under a virtual clock: nothing early, nothing twice, many at once, clock jumps (FAULTS F21, F22, F31)."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import AttemptFailure, NodeContext, Reply
from runtime.engine.events import TimerFired
from runtime.engine.stimuli import Start
from runtime.host import VirtualClock
from tests.runtime.host.bench import MONDAY, approval, begin, flow, hosting, node, package, play, told

HOUR = dt.timedelta(hours=1)
PAUSE = node("pause", "control/wait", duration="PT1H")


async def fired(host: Any, run: str) -> int:
    return len([e for e in await host.journal(run) if isinstance(e.event, TimerFired)])


def test_a_wait_ends_at_its_instant_and_not_before(tmp_path: Path) -> None:
    clock = VirtualClock(MONDAY)

    async def story() -> None:
        async with hosting(tmp_path, clock=clock) as host:
            run = await begin(host, flow(PAUSE))
            await host.until_idle()
            clock.advance(HOUR - dt.timedelta(microseconds=1))
            await host.until_idle()
            assert (await host.run_row(run)).state == "running"
            clock.advance(dt.timedelta(microseconds=1))
            assert (await host.until_done(run)).ended_at == MONDAY + HOUR
            assert await fired(host, run) == 1

    play(story())


def test_an_earlier_timer_that_comes_later_is_armed(tmp_path: Path) -> None:
    clock = VirtualClock(MONDAY)

    async def story() -> None:
        async with hosting(tmp_path, clock=clock) as host:
            await begin(host, flow(node("pause", "control/wait", duration="P1D")))
            await host.until_idle()
            run = await begin(host, flow(PAUSE))
            await host.until_idle()
            clock.advance(HOUR)
            assert (await host.until_done(run)).outcome == "over"

    play(story())


def test_a_clock_that_jumps_or_goes_back_fires_nothing_twice(tmp_path: Path) -> None:
    clock = VirtualClock(MONDAY)

    async def story() -> None:
        async with hosting(tmp_path, clock=clock) as host:
            two = flow(PAUSE, node("again", "control/wait", duration="PT1H"))
            run = await begin(host, two)
            await host.until_idle()
            clock.advance(HOUR)
            await host.until_idle()
            clock.move_to(MONDAY - HOUR)
            await host.until_idle()
            assert await fired(host, run) == 1
            clock.advance(dt.timedelta(days=3650))
            await host.until_done(run)
            assert await fired(host, run) == 2

    play(story())


def test_overdue_timers_fire_after_a_restart(tmp_path: Path) -> None:
    async def before() -> str:
        async with hosting(tmp_path, clock=VirtualClock(MONDAY)) as host:
            run = await begin(host, flow(PAUSE))
            await host.until_idle()
            return run

    run = play(before())

    async def after() -> None:
        async with hosting(tmp_path, clock=VirtualClock(MONDAY + dt.timedelta(days=9))) as host:
            assert (await host.until_done(run)).outcome == "over"

    play(after())


def test_many_that_are_due_at_once_all_fire_once(tmp_path: Path) -> None:
    clock = VirtualClock(MONDAY)

    async def story() -> None:
        async with hosting(tmp_path, clock=clock) as host:
            release = await host.put_release(package(flow(PAUSE)))
            runs = await asyncio.gather(*(host.start(release, Start(flow="f")) for _ in range(500)))
            await host.until_idle()
            clock.advance(HOUR)
            await host.until_idle()
            assert await host.store.count_runs() == {"completed": 500}
            assert [await fired(host, runs[n].run) for n in (0, 250, 499)] == [1, 1, 1]

    play(story(), 60)


def test_an_answer_at_the_deadline_beats_it_and_one_after_it_does_not(tmp_path: Path) -> None:
    asks = approval(timeout="PT1H")
    edges = ["start.started>ask", "ask.approve>end", "ask.reject>end", "ask.timeout>late"]
    drawn = flow(asks, node("late", "control/end", outcome="over"), edges=edges)

    async def story(extra: dt.timedelta) -> str | None:
        clock = VirtualClock(MONDAY)
        folder = tmp_path / str(extra.total_seconds())
        folder.mkdir()
        async with hosting(folder, clock=clock) as host:
            run = await begin(host, drawn)
            await host.until_idle()
            clock._now = MONDAY + HOUR + extra  # the clock has moved, the scheduler has not noticed yet
            await host.answer(f"{run}:ask#1", choice="approve", by="ana")
            await host.until_done(run)
            return (await host.task(f"{run}:ask#1")).port

    assert play(story(dt.timedelta(0))) == "approve"
    assert play(story(dt.timedelta(microseconds=1))) == "timeout"


def test_a_retry_waits_for_its_pause(tmp_path: Path) -> None:
    clock = VirtualClock(MONDAY)

    async def shaky(_given: Any, context: NodeContext) -> Reply:
        if context.attempt == 1:
            raise AttemptFailure("http_429", "slow down", retryable=True, unclear=False, status=429, retry_after=120)
        return Reply({})

    async def story() -> None:
        async with hosting(tmp_path, {"shaky": shaky}, clock=clock) as host:
            step = {"id": "a", "type": "test/work", "config": {"do": "shaky"}, "retry": {"jitter": 0}}
            run = await begin(host, flow(step))
            await host.until_idle(through_retries=False)
            assert (await told(host, run))[-1] == "AttemptFailed a#1"
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(host.until_idle({run}), 0.2)
            clock.advance(dt.timedelta(seconds=119))
            await host.until_idle(through_retries=False)
            assert (await told(host, run))[-1] == "AttemptFailed a#1"
            clock.advance(dt.timedelta(seconds=1))
            assert (await host.until_done(run)).outcome == "over"

    play(story())


def test_idle_looks_as_far_ahead_as_it_is_asked_to(tmp_path: Path) -> None:
    clock = VirtualClock(MONDAY)

    async def story() -> None:
        async with hosting(tmp_path, clock=clock) as host:
            run = await begin(host, flow(PAUSE))
            await host.until_idle({run}, horizon=dt.timedelta(minutes=59))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(host.until_idle({run}, horizon=dt.timedelta(minutes=61)), 0.2)

    play(story())
