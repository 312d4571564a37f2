"""The small parts: ids, locks, the gate, memory, clocks, fault points, patience with a store that is away."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import Reply
from runtime.engine.events import SYSTEM, AttemptFailed, Envelope, RunStarted, StepCompleted
from runtime.engine.requests import Append, Fenced
from runtime.engine.stimuli import Start
from runtime.host import Ids, Started, SystemClock, VirtualClock
from runtime.host.activity import Activity
from runtime.host.alarms import Alarms
from runtime.host.endings import Endings
from runtime.host.gate import Gate
from runtime.host.locks import NamedLocks
from runtime.host.residency import Residency
from runtime.store import StoreUnavailable
from tests.runtime.host.bench import MONDAY, approval, begin, flow, hosting, package, play, told, work
from tests.runtime.store.examples import run_row

ROOT = Path(__file__).resolve().parents[3]


def test_ids_sort_by_time_and_differ() -> None:
    ids = Ids()
    earlier, later = ids.run(MONDAY), ids.run(MONDAY + dt.timedelta(seconds=1))
    assert earlier < later
    assert earlier.startswith("r-260504-090000-")
    assert len({ids.run(MONDAY) for _ in range(1000)}) == 1000
    assert all(c.isalnum() or c == "-" for c in ids.run(MONDAY) + ids.signal(MONDAY) + ids.worker())
    assert Ids(bytes).run(MONDAY) == "r-260504-090000-0000000000"


def test_a_lock_lets_one_in_at_a_time_in_order_and_is_gone_afterwards() -> None:
    async def story() -> None:
        locks, seen = NamedLocks(), []

        async def use(n: int) -> None:
            async with locks.hold("x"):
                seen.append(n)
                await asyncio.sleep(0)
                seen.append(n)

        await asyncio.gather(*(use(n) for n in range(5)))
        assert seen == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]

        async def fail() -> None:
            async with locks.hold("x"):
                assert locks.in_use("x")
                raise ValueError("inside")

        with pytest.raises(ValueError, match="inside"):
            await fail()
        assert not locks.in_use("x")

    play(story())


def test_all_who_wait_for_a_lock_may_be_told_to_stop_at_once_and_stop_as_they_were_told() -> None:
    """One that was passed over by whoever left before it said that its future was not in the deque."""

    async def story() -> None:
        locks, inside = NamedLocks(), asyncio.Event()

        async def use() -> None:
            async with locks.hold("x"):
                inside.set()
                await asyncio.sleep(60)

        works = [asyncio.create_task(use()) for _ in range(4)]
        await inside.wait()
        for each in works:
            each.cancel()
        ended = await asyncio.gather(*works, return_exceptions=True)
        assert [type(each) for each in ended] == [asyncio.CancelledError] * 4
        assert not locks.in_use("x")

    play(story())


def test_at_the_gate_a_suspect_is_alone() -> None:
    async def story() -> None:
        gate, inside, log = Gate(), set(), []

        async def ordinary(name: str) -> None:
            await gate.enter(name)
            inside.add(name)
            await asyncio.sleep(0.01)
            inside.discard(name)
            log.append(name)
            gate.leave()

        async def suspect(name: str) -> None:
            async with gate.alone(name):
                assert inside == set()
                await gate.enter(name)
                await asyncio.sleep(0.01)
                assert inside == set()
                gate.leave()
                log.append(name)

        before = [asyncio.create_task(ordinary(n)) for n in "ab"]
        await asyncio.sleep(0)
        suspects = [asyncio.create_task(suspect(n)) for n in "ST"]
        await asyncio.sleep(0.001)
        after = [asyncio.create_task(ordinary(n)) for n in "cd"]
        await asyncio.gather(*before, *suspects, *after)
        assert log[:3] == ["a", "b", "S"]
        assert sorted(log) == ["S", "T", "a", "b", "c", "d"]

    play(story())


def test_an_alarm_rings_once_and_only_for_what_was_not_cleared() -> None:
    async def story() -> None:
        rung: list[str] = []
        alarms: Alarms[str] = Alarms(rung.append)
        alarms.set("late", 0.05)
        alarms.set("a", 0.01)
        alarms.set("in time", 0.01)
        alarms.set("b", 0.01)
        alarms.clear("in time", 0.01)
        alarms.clear("nobody", 0.01)
        await asyncio.sleep(0.03)
        assert rung == ["a", "b"]
        alarms.set("again", 0.01)  # the line was empty meanwhile
        await asyncio.sleep(0.06)
        assert rung == ["a", "b", "again", "late"]

    play(story())


def test_one_timer_of_the_loop_serves_all_alarms_of_one_length() -> None:
    async def story() -> None:
        alarms: Alarms[int] = Alarms(lambda _: None)
        planned = []
        loop = asyncio.get_running_loop()
        real = loop.call_at
        loop.call_at = lambda *given, **more: planned.append(given) or real(*given, **more)  # type: ignore[method-assign,func-returns-value,assignment]
        for n in range(1_000):
            alarms.set(n, 30.0)
            alarms.clear(n, 30.0)
        assert len(planned) == 1

    play(story())


def test_whoever_asks_after_the_end_of_a_run_has_it_from_memory_for_a_while() -> None:
    async def story() -> None:
        endings = Endings(remembered=2)
        rows = [run_row(f"r{n}") for n in range(3)]
        waiting, left = endings.wait_for("r0"), endings.wait_for("r0")
        endings.leave("r0", left)
        for row in rows:
            endings.over(row)
        assert await waiting is rows[0]
        assert not left.done()
        assert [endings.known(f"r{n}") for n in range(3)] == [None, rows[1], rows[2]]

    play(story())


def test_memory_keeps_what_is_in_use_and_what_was_used_last() -> None:
    busy, gone = {"r0"}, []
    kept = Residency(busy.__contains__, gone.append, most_runs=3, most_bytes=10_000)

    def event(run: str, size: int) -> Envelope:
        started = RunStarted(flow="f", release="", environment="", trigger="t", input={"x": "y" * size})
        return Envelope(run, 1, MONDAY, SYSTEM, started)

    for n in range(4):
        kept.grew(f"r{n}", [event(f"r{n}", 10)])
        kept.used(f"r{n}")
    assert gone == ["r1"], "r0 is older, but in use"
    kept.used("r2")
    kept.grew("r9", [event("r9", 9_000)])
    kept.used("r9")
    assert gone == ["r1", "r3", "r2"], "three runs would be few enough, but not their bytes"
    assert len(kept) == 2


def test_the_virtual_clock_wakes_who_waits_only_when_it_is_time() -> None:
    async def story() -> None:
        clock, changed = VirtualClock(MONDAY), asyncio.Event()
        waiting = asyncio.create_task(clock.wait_until(MONDAY + dt.timedelta(seconds=2), changed))
        await asyncio.sleep(0)
        clock.advance(dt.timedelta(seconds=1))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        clock.advance(dt.timedelta(seconds=1))
        await waiting
        endless = asyncio.create_task(clock.wait_until(None, changed))
        await asyncio.sleep(0)
        changed.set()
        await endless

    play(story())


def test_the_system_clock_looks_at_the_wall_again_and_says_when_it_jumped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = SystemClock()
    wall = clock.now()
    monkeypatch.setattr("runtime.host.clock.LOOK_AGAIN", 0.02)

    async def story() -> None:
        waiting = asyncio.create_task(clock.wait_until(wall + dt.timedelta(hours=1), asyncio.Event()))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        monkeypatch.setattr("runtime.host.clock.time.time", lambda: wall.timestamp() + 7200)
        monkeypatch.setattr(clock, "now", lambda: wall + dt.timedelta(hours=2))
        await waiting  # the laptop slept over it

    play(story(), 5)
    assert "jumped by +7200" in caplog.text or "jumped by +7199" in caplog.text


def test_a_fault_point_ends_the_process_the_nth_time_and_only_if_it_was_asked_to() -> None:
    code = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("fault_points", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
for n in range(5):
    print(n, flush=True)
    module.reach("append.after")
"""

    def count(fault: str) -> tuple[int, int]:
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "BATON_FAULT": fault}
        ended = subprocess.run(
            [sys.executable, "-c", code, str(ROOT / "runtime/host/fault_points.py")],
            capture_output=True,
            text=True,
            env=environ,
            check=False,
        )
        return ended.returncode, len(ended.stdout.split())

    assert count("append.after:3") == (137, 3)
    assert count("append.before:3") == (0, 5)
    assert count("") == (0, 5)
    assert count("no.such.point:1")[0] == 1


def test_work_that_fails_in_the_background_is_logged_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        raise ValueError("by design")

    async def story() -> None:
        activity = Activity()
        activity.background(fails(), run="r", name="the work")
        assert activity.busy({"r"})
        await activity.wait_for(lambda: not activity.busy())
        assert not activity.busy({"r"})

    play(story())
    assert "the work failed: by design" in caplog.text


class FlakyStore:
    """Puts a fault before the appends of a real store."""

    def __init__(self, host: Any) -> None:
        self.real = host.store.append
        self.broken = False
        self.stands_all_the_same = False
        host.store.append = self.append
        self.real_probe = host.store.probe
        host.store.probe = self.probe

    async def append(self, append: Append) -> None:
        if self.broken and self.stands_all_the_same:
            await self.real(append)
        if self.broken:
            raise StoreUnavailable("the disk is full", "full", outcome_unknown=self.stands_all_the_same)
        await self.real(append)

    async def probe(self) -> None:
        if self.broken:
            raise StoreUnavailable("the disk is full", "full")
        await self.real_probe()


def test_while_the_disk_is_full_starts_are_refused_and_runs_pause_and_go_on_alone(tmp_path: Path) -> None:
    release_work = asyncio.Event()

    async def slow(_given: Any, _context: Any) -> Any:
        await release_work.wait()
        return Reply({})

    async def story() -> None:
        async with hosting(tmp_path, {"slow": slow}) as host:
            flaky = FlakyStore(host)
            run = await begin(host, flow(work("a", "slow"), work("b")))
            release = await host.put_release(package(flow(work("b"))))
            flaky.broken = True
            with pytest.raises(StoreUnavailable):
                await host.start(release, Start(flow="f"))
            release_work.set()
            await asyncio.sleep(0.3)
            assert (await told(host, run))[-1] == "StepStarted a#1", "the result waits, it is not lost"
            flaky.broken = False
            assert (await host.until_done(run)).outcome == "over"
            assert isinstance(await host.start(release, Start(flow="f")), Started)
            await host.until_idle()
            assert await host.store.count_runs() == {"completed": 2}

    play(story())


def test_a_start_whose_answer_was_lost_is_carried_on_all_the_same(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            flaky = FlakyStore(host)
            release = await host.put_release(package(flow(work("a"))))
            flaky.broken = flaky.stands_all_the_same = True
            with pytest.raises(StoreUnavailable) as lost:
                await host.start(release, Start(flow="f", key="k"))
            assert lost.value.outcome_unknown
            flaky.broken = False
            await host.until_idle()
            assert await host.store.count_runs() == {"completed": 1}
            again = await host.start(release, Start(flow="f", key="k"))
            assert isinstance(again, Started)
            assert again.repeated

    play(story())


def test_a_writer_that_was_first_makes_the_run_be_read_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begin(host, flow(approval()))
            await host.until_idle()
            real, fences = host.store.append, [Fenced("another was first"), None]

            async def append(wanted: Append) -> None:
                if fences and (fence := fences.pop(0)):
                    raise fence
                await real(wanted)

            host.store.append = append
            accepted = await host.answer(f"{run}:ask#1", choice="approve", by="ana")
            assert accepted.reply["decided"] is True
            assert (await host.until_done(run)).outcome == "over"

    play(story())


def test_a_caller_who_goes_away_leaves_nothing_half_done(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            release = await host.put_release(package(flow(work("a"), work("b"))))
            for pause in (0, 0.0005, 0.001, 0.002, 0.004):
                caller = asyncio.create_task(host.start(release, Start(flow="f")))
                await asyncio.sleep(pause)
                caller.cancel()
            await host.until_idle()
            counts = await host.store.count_runs()
            assert set(counts) <= {"completed"}

    play(story())


def test_idle_runs_leave_memory_and_come_back_when_they_are_needed(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            host._runner._residency._most_runs = 3
            release = await host.put_release(package(flow(approval())))
            runs = [(await host.start(release, Start(flow="f"))).run for _ in range(12)]
            await host.until_idle()
            assert sum(host._driver.holds(run) for run in runs) == 3
            for run in runs:
                await host.answer(f"{run}:ask#1", choice="approve", by="ana")
            await host.until_idle()
            assert await host.store.count_runs() == {"completed": 12}
            assert [entry for run in runs for entry in await told(host, run) if entry == "RunClaimed"] == []

    play(story())


def test_a_reply_that_the_journal_cannot_take_fails_its_step_and_does_not_hang_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            real, refusals = host.store.append, [ValueError("it can't be written")]

            async def append(wanted: Append) -> None:
                if refusals and any(
                    isinstance(e.event, StepCompleted) and e.event.step == "a#1" for e in wanted.entries
                ):
                    raise refusals.pop()
                await real(wanted)

            host.store.append = append
            await begin(host, flow(work("a", effect="once")))
            await host.until_idle()
            [incident] = (await host.incidents()).rows
            assert "it can't be written" in incident.message

    play(story())


def test_a_run_on_which_the_engine_fails_is_set_aside_and_shown(tmp_path: Path) -> None:
    async def story() -> None:
        async with hosting(tmp_path) as host:
            real = host.store.append

            async def append(wanted: Append) -> None:
                if any(
                    isinstance(e.event, StepCompleted | AttemptFailed) and e.event.step == "a#1" for e in wanted.entries
                ):
                    raise ValueError("a bug")
                await real(wanted)

            host.store.append = append
            run = await begin(host, flow(work("a")))
            await host.until_idle()
            assert host.health().set_aside == {run: "a bug"}
            [incident] = (await host.incidents()).rows
            assert (incident.kind, incident.message) == ("unreadable", "a bug")
            other = await begin(host, flow(work("b")))
            assert (await host.until_done(other)).outcome == "over"

    play(story())
