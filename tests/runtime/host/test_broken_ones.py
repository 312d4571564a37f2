"""One thing in the store that can't be read (V2): it is named once, stands still, and stops nothing else from going on.

Other systems lost all runs to one dead letter, or fired the timers of what they had banned for ever.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import Reply
from runtime.engine.codec import Unreadable
from runtime.engine.stimuli import SendSignal
from runtime.host import VirtualClock
from runtime.host.releases import Releases
from tests.runtime.host.bench import MONDAY, begin, flow, hosting, node, play, work
from tests.runtime.host.test_host import WAITING
from tests.runtime.store.intruder import disarmed

CALLED = flow(work("does", "wait"), id="called")
CALLS = flow(
    node("calls", "control/subflow", flow="called"),
    id="calls",
    edges=["start.started>calls", "calls.over>end", "calls.cancelled>end"],
)


def spoil(url: str, where: str) -> None:
    """These rows of the journal are in a shape that this Baton does not know."""
    with disarmed(url) as other:
        assert other.execute(f"UPDATE journal SET version = 99 WHERE {where}").rowcount > 0


def test_an_inbox_that_can_not_be_read_stops_no_recovery(
    tmp_path: Path, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What comes after it in the order of recovery: other signals, and children whose parents have to be looked at."""
    never = asyncio.Event()

    async def hangs(_given: Any, _context: Any) -> Reply:
        await never.wait()
        return Reply({})

    async def before() -> tuple[str, str]:
        async with hosting(tmp_path, {"wait": hangs}, store_url=url, drain_seconds=0.0) as host:
            waits = await begin(host, flow(WAITING), input={"invoice": "i-1"})
            parent = await begin(host, CALLS, CALLED)
            await host.until_idle({waits})
            for key in ("i-1", "i-2"):  # as a crash between two appends leaves it: durable, and not delivered
                await host._matching.receive(SendSignal(name="paid", key=key, payload={"amount": "1"}, id=key))
            return waits, parent

    async def done(_given: Any, _context: Any) -> Reply:
        return Reply({})

    async def after(waits: str, parent: str) -> None:
        async with hosting(tmp_path, {"wait": done}, store_url=url) as host:
            assert (await host.until_done(waits)).outcome == "over"
            assert (await host.until_done(parent)).outcome == "over"
            await host.until_idle()
            assert host._recovery.finished
            assert host.health().set_aside == {}, "an inbox is no run"
            with pytest.raises(Unreadable):
                await host.send_signal(SendSignal(name="paid", key="i-2", payload={"amount": "2"}))
            later = await begin(host, flow(WAITING), input={"invoice": "i-3"})
            await host.send_signal(SendSignal(name="paid", key="i-3", payload={"amount": "3"}))
            assert (await host.until_done(later)).outcome == "over"

    waits, parent = play(before())
    spoil(url, "stream = (SELECT stream FROM signal_keys WHERE signal = 'i-2')")
    play(after(waits, parent))
    assert len([line for line in caplog.messages if line.startswith("The signals of inbox/")]) == 1


def test_a_run_that_is_set_aside_has_its_timers_set_aside_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is named once, and not at each look again; the timers of others fire meanwhile."""
    rests = flow(node("rests", "control/wait", duration="PT1H"))

    async def before() -> tuple[str, str]:
        async with hosting(tmp_path, clock=VirtualClock(MONDAY)) as host:
            runs = await begin(host, rests), await begin(host, rests)
            await host.until_idle()
            return runs

    async def after(broken: str, sound: str) -> None:
        clock = VirtualClock(MONDAY + dt.timedelta(hours=2))
        async with hosting(tmp_path, clock=clock) as host:
            assert (await host.until_done(sound)).outcome == "over"
            for _ in range(5):
                await host.until_idle()
                clock.advance(dt.timedelta(minutes=1))
            await host.until_idle()
            assert set(host.health().set_aside) == {broken}

    broken, sound = play(before())
    spoil(str(tmp_path / "store.db"), f"stream = '{broken}'")
    with caplog.at_level(logging.WARNING):
        play(after(broken, sound))
    said = [record for record in caplog.records if broken in record.getMessage()]
    assert [(record.name, record.levelname) for record in said] == [("runtime.host.runner", "ERROR")]


def test_a_flow_that_can_not_be_compiled_any_more_stops_no_other_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = asyncio.Event()

    async def hangs(_given: Any, _context: Any) -> Reply:
        await never.wait()
        return Reply({})

    rests = flow(node("rests", "control/wait", duration="PT1H"), id="rests")

    async def before() -> tuple[str, str]:
        async with hosting(tmp_path, {"wait": hangs}, drain_seconds=0.0) as host:
            parent = await begin(host, CALLS, CALLED)  # first, so that it is looked at last
            broken = await begin(host, rests)
            await host.until_idle({broken})
            return parent, broken

    async def done(_given: Any, _context: Any) -> Reply:
        return Reply({})

    compiled = Releases.plan

    async def plan(self: Releases, release: str, called: str) -> Any:
        if called == "rests":
            raise RecursionError("a node type of yesterday, drawn by a Baton of tomorrow")
        return await compiled(self, release, called)

    async def after(parent: str, broken: str) -> None:
        monkeypatch.setattr(Releases, "plan", plan)
        async with hosting(tmp_path, {"wait": done}) as host:
            assert (await host.until_done(parent)).outcome == "over"
            await host.until_idle()
            assert set(host.health().set_aside) == {broken}
            assert host._recovery.finished

    play(after(*play(before())))
