"""F09, F21, F22, F24, F31, F34: the process, its disk and its clock misbehave; the invariants hold all the same."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

import pytest

from nodes.contract import to_wire
from projects.child_process import ROOT
from projects.demo.baton_process import command, surroundings
from projects.example_systems.launch import Systems
from runtime.client.http import HttpDoor
from runtime.engine.stimuli import Start
from runtime.host import Started, VirtualClock
from runtime.wire import Problem, StartRequest
from tests.conftest import Storm
from tests.faults.callers import Callers, Told
from tests.faults.invariants import invariants
from tests.faults.lives import Lives
from tests.faults.plays import judge
from tests.faults.small_disk import SmallDisk, why_not
from tests.faults.stories import PACKAGE, RELEASE, STORIES
from tests.runtime.host.bench import MONDAY, begin, flow, hosting, node, package, play

HOUR: Final = dt.timedelta(hours=1)
MANY: Final = 1_000
STORM_MANY: Final = 5_000


@pytest.mark.slow
def test_a_second_process_is_refused_and_told_who_holds_the_store(home: Path, tmp_path: Path) -> None:
    with Lives(tmp_path / "life", home) as lives:
        lives.begin()

        def second() -> subprocess.CompletedProcess[str]:
            words = command("serve", "--port", "0", "--store", str(lives.store), "--until-stdin-closes")
            return subprocess.run(
                words, cwd=ROOT, env=surroundings(home), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=60, check=False,
            )  # fmt: skip

        refused = second()
        assert refused.returncode != 0
        assert f"process {lives.pid} on {socket.gethostname()}" in refused.stderr, refused.stderr
        assert "since" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert lives.door is not None
        lives.door.put_release(RELEASE, PACKAGE)  # the first one goes on as if nothing had been
        run = lives.door.start(StartRequest(release=RELEASE, flow="waits", input=to_wire({"case": "C"}), key="k")).run
        lives.end(kill=True)
        taken_over = second()
        assert taken_over.returncode == 0, taken_over.stderr
        assert invariants(lives.store, Told(runs={run}, possible_starts=1), []) == []


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this platform can't stop a process")
@pytest.mark.slow
@pytest.mark.parametrize("story", ["sends_once", "waits", "dispute_two_approvals"])
def test_a_process_that_was_stopped_for_a_while_doubles_nothing(
    systems: Systems, home: Path, tmp_path: Path, story: str
) -> None:
    for system, operation in (("notifications", "send_message"), ("ticketing", "create_ticket")):
        systems.faults.set(system, "slow", operation=operation, seconds=0.6, times=2)
    with Lives(tmp_path / "life", home) as lives:
        lives.begin()
        callers = Callers(STORIES[story], systems, lambda: lives.door)

        def sleep_like_a_laptop() -> None:
            for awake in (0.3, 0.4):
                time.sleep(awake)
                os.kill(lives.pid, signal.SIGSTOP)
                time.sleep(1.0)  # timers become due and replies arrive meanwhile
                os.kill(lives.pid, signal.SIGCONT)

        sleeper = threading.Thread(target=sleep_like_a_laptop, daemon=True)
        sleeper.start()
        ended = callers.settle(away=lambda: pytest.fail("it went away by itself"))
        sleeper.join()
        assert lives.end() == 0
    judge(STORIES[story], systems, lives, callers, ended)
    assert callers.told.looked_up == 0, "nothing was lost, so there was nothing that a person had to look up"


@pytest.mark.slow
@pytest.mark.skipif(bool(why_not()), reason=why_not() or "there can be a small disk")
def test_on_a_full_disk_starts_are_refused_and_it_goes_on_by_itself(home: Path, tmp_path: Path) -> None:
    told = Told()
    with SmallDisk(tmp_path / "disk", "2m") as disk:
        words = disk.enter(
            sys.executable, "-m", "runtime.cli", "serve", "--port", "0", "--store", str(disk.inside / "store.db"),
            "--until-stdin-closes",
        )  # fmt: skip
        said = tmp_path / "stderr.txt"
        with said.open("wb") as stderr:
            serving = subprocess.Popen(
                words, cwd=ROOT, env=surroundings(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr
            )
        assert serving.stdin is not None
        assert serving.stdout is not None
        ready = json.loads(serving.stdout.readline() or said.read_bytes())
        with HttpDoor(ready["url"], ready["token"]) as door:
            door.put_release(RELEASE, PACKAGE)
            waiting = _start(door, told)
            disk.fill()
            refusal = _until_refused(door, told)
            assert (refusal.status, refusal.code) == (507, "STORE_UNAVAILABLE"), refusal
            assert "full" in str(refusal)
            assert door.run(waiting).run == waiting, "what is there can be looked at"
            time.sleep(1.0)  # the timers of the youngest runs become due, and there is no room to say so
            assert not all(door.run(run).ended for run in told.runs), "nothing was paused"
            disk.free()
            deadline = time.monotonic() + 30  # F09: within 30 s, and nobody does anything for it
            while not all(door.run(run).ended for run in told.runs):
                assert time.monotonic() < deadline, door.health()
                time.sleep(0.1)
            _start(door, told)
        serving.stdin.close()
        assert serving.wait(30) == 0
        serving.stdout.close()
        shutil.copytree(disk.outside, tmp_path / "kept")
    assert "Traceback" not in said.read_text(encoding="utf-8")
    # A start that was refused may stand all the same: nobody was told so, and its key gives it back.
    assert invariants(tmp_path / "kept" / "store.db", told, [], written=[said]) == []


def _start(door: HttpDoor, told: Told) -> str:
    told.possible_starts += 1
    key = f"start {told.possible_starts}"
    request = StartRequest(release=RELEASE, flow="rests", input=to_wire({"case": "C"}), key=key)
    run = door.start(request).run
    told.runs.add(run)
    return run


def _until_refused(door: HttpDoor, told: Told) -> Problem:
    """There may be some room left inside the file; then it is full."""
    for _ in range(1_000):
        try:
            _start(door, told)
        except Problem as refusal:
            return refusal
    raise AssertionError("the disk was never full")


@pytest.mark.slow
def test_a_thousand_timers_that_are_due_at_once_fire_once_each_and_hold_up_nobody(tmp_path: Path) -> None:
    many_at_once(tmp_path, MANY)


@pytest.mark.storm
@pytest.mark.timeout(600)
def test_thousands_of_timers_that_are_due_at_once_fire_once_each_and_hold_up_nobody(
    tmp_path: Path, storm: Storm
) -> None:
    many_at_once(tmp_path, STORM_MANY)
    storm.count("timers that were due at once", STORM_MANY)


def many_at_once(folder: Path, many: int) -> None:
    clock = VirtualClock(MONDAY)
    told = Told(possible_starts=many + 1)

    async def story() -> None:
        async with hosting(folder, clock=clock) as host:
            release = await host.put_release(package(flow(node("rests", "control/wait", duration="PT1H"))))
            started = await asyncio.gather(*(host.start(release, Start(flow="f")) for _ in range(many)))
            told.runs |= {each.run for each in started if isinstance(each, Started)}
            await host.until_idle()
            clock.advance(HOUR)
            beside = await begin(host, flow(node("notes", "logging/note", text="beside")))
            told.runs.add(beside)
            assert (await host.until_done(beside)).outcome == "over"
            assert (await host.store.count_runs()).get("running", 0) > many // 2, "it had to wait for the others"
            await host.until_idle()
            assert await host.store.count_runs() == {"completed": many + 1}

    play(story(), 400)
    assert invariants(folder / "store.db", told, []) == []


@pytest.mark.parametrize("jump", [-HOUR, HOUR, dt.timedelta(days=3650)], ids=["back", "forward", "ten_years"])
def test_a_clock_that_jumped_while_nobody_served_fires_nothing_twice_and_nothing_early(
    tmp_path: Path, jump: dt.timedelta
) -> None:
    rests = node("rests", "control/wait", duration="PT1H")
    again = node("again", "control/wait", duration="PT2H")
    told = Told(possible_starts=1)

    async def before() -> None:
        clock = VirtualClock(MONDAY)
        async with hosting(tmp_path, clock=clock) as host:
            told.runs.add(await begin(host, flow(rests, again)))
            await host.until_idle()
            clock.advance(HOUR)
            await host.until_idle()

    async def after() -> None:
        clock = VirtualClock(MONDAY + HOUR + jump)
        async with hosting(tmp_path, clock=clock) as host:
            [run] = told.runs
            await host.until_idle()
            if jump < 2 * HOUR:
                assert (await host.run_row(run)).at_nodes == ("again",)
                clock.move_to(MONDAY + 3 * HOUR)
            assert (await host.until_done(run)).outcome == "over"

    play(before())
    assert invariants(tmp_path / "store.db", told, []) == []
    play(after())
    assert invariants(tmp_path / "store.db", told, []) == []
