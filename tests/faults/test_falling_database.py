"""F15: a Postgres that stops for 0 to 5 s every 5 to 20 s, and two workers that are killed at random meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime.engine.events import Actor
from runtime.engine.rows import IncidentRow
from runtime.engine.stimuli import Resolve
from runtime.host import Host
from runtime.store import open_store
from tests.conftest import Storm
from tests.faults.busy_worker import EFFECTS, begin, effects, noted
from tests.faults.callers import Told
from tests.faults.invariants import invariants
from tests.postgres_server import Server, running
from tests.runtime.host.bench import BenchRegistry, hosting, play
from tests.runtime.store.intruder import intruder

ROOT = Path(__file__).resolve().parents[2]
FALLS = 20
"""that a whole storm plays at least: some minutes"""
SETTLED = 240.0
"""seconds"""
OLGA = Actor("user", "olga")


class Workers:
    """Two at a time; whoever is killed has a successor."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url
        self._living: list[subprocess.Popen[bytes]] = []
        self._named = 0

    def fill_up(self) -> None:
        while len(self._living) < 2:
            self._named += 1
            words = [sys.executable, "-m", "tests.faults.busy_worker", str(self._folder), self._url, f"w{self._named}"]
            with (self._folder / "stderr").open("ab") as stderr:
                self._living.append(
                    subprocess.Popen(words, cwd=ROOT, env=_surroundings(), stdin=subprocess.PIPE, stderr=stderr)
                )

    def kill(self, which: int) -> None:
        victim = self._living.pop(which)
        victim.send_signal(signal.SIGKILL)
        victim.wait(10)
        assert victim.stdin is not None
        victim.stdin.close()

    def end(self) -> list[int]:
        """All are told to stop -> their exit codes."""
        for worker in self._living:
            assert worker.stdin is not None
            worker.stdin.close()
        return [worker.wait(60) for worker in self._living]

    def clear(self) -> None:
        for worker in self._living:
            worker.kill()
            worker.wait(10)


def _surroundings() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "BATON_FAULT": ""}


@contextmanager
def busy(folder: Path, url: str) -> Iterator[Workers]:
    workers = Workers(folder, url)
    try:
        workers.fill_up()
        yield workers
    finally:
        workers.clear()


def until_started(folder: Path, many: int) -> None:
    """Returns when so many starts more were acknowledged; fails if nobody starts anything."""
    wanted, deadline = len(noted(folder / "told")) + many, time.monotonic() + 60
    while len(noted(folder / "told")) < wanted:
        assert time.monotonic() < deadline, "nobody goes on: " + (folder / "stderr").read_text(encoding="utf-8")
        time.sleep(0.05)


def fall(server: Server, workers: Workers, storm: Storm) -> None:
    """One stop, with a kill before, during or after it, or with none."""
    chance = storm.random
    when = chance.choice(("before", "during", "after", "never"))
    how = chance.choice((signal.SIGINT, signal.SIGQUIT))
    for moment in ("before", "during", "after"):
        if moment == "during":
            server.stop(how)
        if moment == when:
            workers.kill(chance.randrange(2))
            storm.count(f"a worker was killed {when} a stop of Postgres")
        if moment == "during":
            time.sleep(chance.uniform(0, 5))
            server.start()
    workers.fill_up()
    storm.count(f"Postgres was stopped by {how.name}")


async def settle(folder: Path, url: str) -> int:
    """A last worker: callers ask again for what was not acknowledged, and a person looks after what nobody knows.

    Gives how often he had to.
    """
    looked_up = 0
    async with hosting(folder, effects(folder), store_url=url) as host:
        told = {key for key, _ in noted(folder / "told")}
        for [key] in noted(folder / "asked"):
            if key not in told:
                await begin(host, folder, key)
        deadline = time.monotonic() + SETTLED
        while set(counts := await host.store.count_runs()) - {"completed"}:
            assert time.monotonic() < deadline, f"I7: {counts}"
            for incident in (await host.incidents(limit=500)).rows:
                await look_up(host, folder, incident)
                looked_up += 1
            await asyncio.sleep(0.2)
    return looked_up


async def look_up(host: Host, folder: Path, incident: IncidentRow) -> None:
    """The ledger says whether it happened."""
    assert incident.kind in {"outcome_unknown", "poison"}, incident
    happened = any(run == incident.run and step == incident.node for _, run, step, _ in noted(folder / "ledger"))
    if happened:
        wish = Resolve(incident=incident.incident, how="by_hand", output={"done": "seen"}, actor=OLGA)
    else:
        wish = Resolve(incident=incident.incident, how="retry", not_done=True, actor=OLGA)
    await host.resolve(wish)


def judge(folder: Path, url: str) -> None:
    """Every start is one run, every run has each of its effects, and none of them twice."""
    asked = {key for [key] in noted(folder / "asked")}
    acknowledged = dict(noted(folder / "told"))  # type: ignore[arg-type]  # two words a line
    assert set(acknowledged) == asked
    told = Told(runs=set(acknowledged.values()), possible_starts=len(asked))
    assert len(told.runs) == len(asked), "I1: two keys, one run"
    assert invariants(url, told, [], types=BenchRegistry({}), written=[folder]) == []
    ledger = noted(folder / "ledger")
    for kind, steps in EFFECTS.items():
        sent = [(run, step, key) for what, run, step, key in ledger if what == kind]
        wanted = {(run, step) for run in told.runs for step in steps}
        assert {(run, step) for run, step, _ in sent} == wanted, f"I3: {kind}"
        assert len(set(sent)) == len(wanted), f"I3: {kind} effects went out under another key than before"
        if kind == "once":
            twice = [what for what, times in Counter(sent).items() if times > 1]
            assert twice == [], "I3\n" + "\n".join(play(evidence(url, run)) for run, *_ in twice)
    with intruder(url) as store:
        held = store.execute("SELECT run FROM holds").fetchall()
    assert held == [], "I9: ended runs are held"
    assert "Traceback" not in (folder / "stderr").read_text(encoding="utf-8")


async def evidence(url: str, run: str) -> str:
    """The journal of a run, since its database does not outlive the test."""
    async with open_store(url, worker="judge", read_only=True) as store:
        entries = await store.read_stream(run)
    return "\n".join(f"{entry.seq} {entry.at:%H:%M:%S.%f} {entry.actor.id} {entry.event}" for entry in entries)


@pytest.mark.storm(weight=3)
@pytest.mark.timeout(3600)
@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_storm_of_a_database_that_falls_while_two_workers_are_killed(
    tmp_path: Path, postgres: Server, storm: Storm
) -> None:
    del postgres  # asked for where there is none to be had
    with running() as server:
        url = server.database()
        with busy(tmp_path, url) as workers:
            falls = 0
            while not falls or storm.must(falls, FALLS):
                until_started(tmp_path, 2)
                time.sleep(storm.random.uniform(5, 20))
                fall(server, workers, storm)
                falls += 1
            until_started(tmp_path, 2)
            assert set(workers.end()) == {0}
        storm.count("effects that a person looked up", play(settle(tmp_path, url), SETTLED + 60))
        judge(tmp_path, url)
        sent = Counter(map(tuple, noted(tmp_path / "ledger")))
        storm.count("effects that went out again with their key", sum(times - 1 for times in sent.values()))
        storm.count("runs that were started meanwhile", len(noted(tmp_path / "asked")))
