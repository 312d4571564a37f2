"""What a worker leaves on a shared store when it dies (F35), beside its attempts: one that lives goes on with it.

A call that was asked for and not brought, an end that was not told, a signal that is there and was not delivered: none
of them makes a run need a worker, so whoever looks only for such runs would leave them lying until somebody restarts.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.engine.events import ChildEnded, ChildStarted, SignalDelivered
from runtime.host import Host
from tests.postgres_server import Server
from tests.runtime.host.bench import begin, flow, hosting, play
from tests.runtime.host.test_child_runs import ASKING, SIMPLE, leave, loop, sub
from tests.runtime.host.test_host import WAITING
from tests.runtime.host.test_recovery import ROOT
from tests.runtime.host.test_two_workers import all_over
from tests.runtime.host.victim import effects, ledger

CALLS = loop("leaf", ["a", "b"], inputs={"who": {"feel": "item"}})
FAULTS = ["append.after:1", "child.before:1", "child.after:1", "append.before:3", "append.after:6", "child.before:2"]
RECEIVES = """
import asyncio, os, signal, sys
from pathlib import Path
from runtime.engine.stimuli import SendSignal
from tests.runtime.host.bench import hosting

async def main():
    async with hosting(Path(sys.argv[1]), store_url=sys.argv[2]) as host:
        await asyncio.sleep(2.0)  # so that the others have seen it
        await host._matching.receive(SendSignal(name="paid", key="i-1", payload={"amount": "1"}, id="s"))
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def dying(folder: Path, *words: str, fault: str = "") -> subprocess.Popen[bytes]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "BATON_FAULT": fault}
    return subprocess.Popen([sys.executable, *words], env=environ, stdout=subprocess.DEVNULL, cwd=folder)


async def died(processes: list[subprocess.Popen[bytes]]) -> list[int]:
    return await asyncio.gather(*(asyncio.to_thread(process.wait, 60) for process in processes))


@pytest.mark.slow
def test_calls_that_a_killed_worker_left_are_gone_on_with_by_one_that_lives(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()
    leave(tmp_path, CALLS, SIMPLE)

    async def story() -> None:
        async with hosting(tmp_path, effects(tmp_path), store_url=url) as host:
            words = ("-m", "tests.runtime.host.victim", str(tmp_path), "1", url)
            assert await died([dying(tmp_path, *words, fault=fault) for fault in FAULTS]) == [137] * len(FAULTS)
            # One may have died at work on what another had left, before it began a run of its own.
            parents = [row.run for row in (await host.list_runs()).rows if row.parent is None]
            assert parents
            await asyncio.wait_for(all_over(host, 3 * len(parents)), 30)
            for parent in parents:
                await each_child_began_and_ended_once(host, parent)
            assert await host.store.verify() == []
            assert len({key for _, key, _ in ledger(tmp_path)}) == 2 * len(parents)

    play(story(), 60)


async def each_child_began_and_ended_once(host: Host, parent: str) -> None:
    journal = [entry.event for entry in await host.journal(parent)]
    started = [event.child for event in journal if isinstance(event, ChildStarted)]
    assert started == [event.child for event in journal if isinstance(event, ChildEnded)]
    assert len(set(started)) == len(started) == 2


def test_an_end_that_was_not_told_is_told_by_one_that_looked_before_it_came(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.database()

    async def story() -> None:
        async with hosting(tmp_path, store_url=url) as lives:
            async with hosting(tmp_path, store_url=url) as dies:
                parent = await begin(dies, sub("asking"), ASKING)
                await dies.activity.wait_for(lambda: not dies.activity.busy({parent}))
                await lives._recovery._inherit()  # the other one has been seen
                await lives._recovery._look_after_children()
                await lives.activity.wait_for(lambda: not lives.activity.busy({parent}))
                monkeypatch.setattr(dies._runner, "on_told", lambda *_: None)  # as if it died between the two writes
                [task] = (await dies.tasks()).rows
                await dies.answer(task.task, choice="approve", by="ana")
                assert (await dies.until_done(task.run)).outcome == "over"
                row = await lives.run_row(parent)
                assert row is not None
                assert row.state == "running"
            assert (await asyncio.wait_for(lives.until_done(parent), 10)).outcome == "over"

    play(story())


@pytest.mark.slow
def test_a_signal_that_a_killed_worker_took_is_delivered_by_one_that_lives(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()

    async def story() -> None:
        async with hosting(tmp_path, store_url=url) as host:
            run = await begin(host, flow(WAITING), input={"invoice": "i-1"})
            assert await died([dying(tmp_path, "-c", RECEIVES, str(tmp_path), url)]) == [-9]
            assert (await asyncio.wait_for(host.until_done(run), 20)).outcome == "over"
            events = [entry.event for entry in await host.journal(run)]
            assert [event.signal for event in events if isinstance(event, SignalDelivered)] == ["s"]

    play(story(), 60)
