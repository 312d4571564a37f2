"""Two workers on one Postgres (F35): each run is performed by one, and what a lost one left is gone on with."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime.engine.events import RunClaimed
from runtime.engine.stimuli import Resolve
from runtime.host import Host
from runtime.store import open_store
from tests.postgres_server import Server
from tests.runtime.host.bench import approval, begin, flow, hosting, play, work
from tests.runtime.host.victim import effects, ledger

ROOT = Path(__file__).resolve().parents[3]
SLOW = flow(work("one", "pay"), work("two", "linger"), work("three", "pay"), work("four", "linger"))


ROUNDS = 20
"""kills that a whole storm plays at least: some minutes"""


@contextmanager
def another(folder: Path, url: str, runs: int) -> Iterator[subprocess.Popen[str]]:
    """A host in a process of its own that begins so many runs of ``SLOW`` and has said so when it is entered."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "BATON_FAULT": ""}
    (folder / "f.flow.json").write_text(SLOW.model_dump_json(by_alias=True), encoding="utf-8")
    command = [sys.executable, "-m", "tests.runtime.host.victim", str(folder), str(runs), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ) as other:
        assert other.stdout is not None
        for _ in range(runs):
            assert other.stdout.readline().startswith("started")
        try:
            yield other
        finally:
            other.kill()


async def all_over(host: Host, count: int) -> None:
    while True:
        rows = (await host.list_runs()).rows
        if len(rows) == count and all(row.state == "completed" for row in rows):
            return
        await asyncio.sleep(0.1)


async def claims(host: Host) -> int:
    runs = [row.run for row in (await host.list_runs()).rows]
    journals = [await host.store.read_stream(run) for run in runs]
    return sum(isinstance(entry.event, RunClaimed) for entries in journals for entry in entries)


def effects_of(folder: Path) -> Counter[str]:
    """How often each effect went out, by its key."""
    return Counter(key for _, key, _ in ledger(folder))


def test_two_living_workers_leave_each_other_alone(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()

    async def story() -> None:
        async with hosting(tmp_path, effects(tmp_path), store_url=url) as host:
            for _ in range(5):
                await begin(host, SLOW)
            await all_over(host, 10)
            assert await claims(host) == 0
            assert await host.store.verify() == []

    with another(tmp_path, url, 5):
        play(story())
    assert set(effects_of(tmp_path).values()) == {1}
    assert len(effects_of(tmp_path)) == 40


@pytest.mark.slow
def test_the_runs_of_a_killed_worker_are_gone_on_with_by_the_other(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()

    async def story() -> None:
        async with hosting(tmp_path, effects(tmp_path), store_url=url) as host:
            with another(tmp_path, url, 5) as other:
                other.send_signal(signal.SIGKILL)
            await all_over(host, 5)
            assert await claims(host) == 5
            assert await host.store.verify() == []

    play(story())
    assert len(effects_of(tmp_path)) == 20
    assert max(effects_of(tmp_path).values()) <= 2  # what was under way at the kill went out again, with its key


@pytest.mark.slow
def test_a_worker_that_was_stopped_longer_than_its_lease_finds_its_runs_taken(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()

    async def story() -> None:
        async with hosting(tmp_path, effects(tmp_path), store_url=url) as host:
            with another(tmp_path, url, 5) as other:
                other.send_signal(signal.SIGSTOP)
                await all_over(host, 5)
                other.send_signal(signal.SIGCONT)
                await asyncio.sleep(2.0)
                assert other.poll() in (None, 0)
            # What it had under way is told late, and moves nothing.
            assert await host.store.count_runs() == {"completed": 5}
            assert await host.store.verify() == []

    play(story())
    assert len(effects_of(tmp_path)) == 20
    assert max(effects_of(tmp_path).values()) <= 2


def test_an_answer_may_come_in_at_either_worker(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()
    asked = flow(approval(), work("pays", "pay"), approval("again"), work("posts", "post", "once"))

    async def story() -> None:
        async with (
            hosting(tmp_path, effects(tmp_path), store_url=url) as first,
            hosting(tmp_path, effects(tmp_path), store_url=url) as second,
        ):
            run = await begin(first, asked)
            await first.until_idle()
            await answered(second, run)
            await second.until_idle()
            await answered(first, run)
            await all_over(second, 1)
            assert await second.store.verify() == []

    async def answered(host: Host, run: str) -> None:
        tasks = (await host.store.open_tasks(run=run)).rows
        done = await host.answer(tasks[0].task, choice="approve", by="kim")
        assert type(done).__name__ == "Accepted", done

    play(story())
    assert set(effects_of(tmp_path).values()) == {1}
    assert len(effects_of(tmp_path)) == 2


def test_every_refusal_at_either_worker_is_written_down(tmp_path: Path, postgres: Server) -> None:
    url = postgres.database()
    each = 30

    async def story() -> None:
        async with hosting(tmp_path, store_url=url) as one, hosting(tmp_path, store_url=url) as two:
            asked = [await begin(one, flow(approval())) for _ in range(each)]
            await one.until_idle()
            replies = await asyncio.gather(
                *(host.answer(f"{run}:ask#1", choice="perhaps", by="kim") for run in asked for host in (one, two))
            )
            assert {type(reply).__name__ for reply in replies} == {"Refusal"}
            streams = [head.stream for head in await one.store.stream_heads("refusals/")]
            written = [await one.store.read_stream(name) for name in streams if name.startswith("refusals/")]
            assert sum(map(len, written)) == len(replies)

    play(story())


@pytest.mark.storm(weight=2)
@pytest.mark.timeout(3600)
def test_storm_of_kills_among_two_workers(tmp_path: Path, postgres: Server, storm: object) -> None:
    from tests.conftest import Storm

    assert isinstance(storm, Storm)
    chance = random.Random(storm.seed)
    url = postgres.database()
    begun = rounds = 0
    while not begun or storm.must(rounds, ROUNDS):  # one at least: a storm too short for any would judge an empty store
        with another(tmp_path, url, 4) as one, another(tmp_path, url, 4) as two:
            begun += 8
            play(asyncio.sleep(chance.uniform(0, 1.2)))
            chance.choice((one, two)).send_signal(signal.SIGKILL)
            play(asyncio.sleep(chance.uniform(0, 8)))
        rounds += 1
        storm.count("two workers, one killed -9")

    async def settle() -> None:
        async with hosting(tmp_path, effects(tmp_path), store_url=url) as host:
            await host.until_idle()
            while await host.store.count_runs() != {"completed": begun}:
                for incident in (await host.incidents()).rows:  # on a slow machine a run sees three workers die (X7)
                    assert incident.kind == "poison"
                    storm.count("runs that died with three workers")
                    await host.resolve(Resolve(incident=incident.incident, how="retry"))
                await asyncio.sleep(0.2)
                await host.until_idle()
        async with open_store(url, worker="judge", read_only=True) as store:
            assert await store.verify() == []

    play(settle(), 300)
    assert len(effects_of(tmp_path)) == begun * 4
