"""Three disputes, one kill -9 at a random moment, and a ledger that must not show it.

A round is played by a real `baton serve` in its own process, which is killed, started again, and asked to go on. The
moment is drawn over the whole length of the story, from before the first start to after the last message; the
systems are slow, so that a kill often falls between a request and its answer.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from projects.demo.baton_process import BatonProcess
from projects.demo.home import write_home
from projects.example_systems.launch import Systems
from runtime.store import open_store
from tests.conftest import Storm
from tests.end_to_end.people import People, three_disputes

TIER_ONE_SEEDS = (1, 5, 0)
"""They kill after 0.3, 1.2 and 1.7 s: at the beginning, in the middle and near the end of the story."""
STORM_ROUNDS = 50
STORY_SECONDS = 2.0
"""About as long as the three disputes take in slow systems; kills are drawn from the whole of it."""


class Round:
    """One play of the story with one kill in it."""

    def __init__(self, systems: Systems, folder: Path, seed: int) -> None:
        self.systems = systems
        self.folder = folder
        self.random = random.Random(seed)
        self.kill_after = self.random.uniform(0.0, STORY_SECONDS)
        self.killed = threading.Event()
        self.restarted = False

    def play(self) -> People:
        """The people settle everything, whatever happens to Baton meanwhile."""
        self.systems.seed()
        self._make_slow()
        with BatonProcess(self.folder / "store.db", write_home(self.folder / "home", self.systems)) as baton:
            people = People(self.systems, lambda: baton.door, three_disputes())
            assassin = threading.Thread(target=self._kill, args=(baton,), daemon=True)
            assassin.start()
            people.settle(away=lambda: self._restart(baton))
            assassin.join()
            self._restart(baton)  # the story may have been over before the kill
            people.judge()
            assert baton.stop() == 0
        asyncio.run(self._verify())
        return people

    def _make_slow(self) -> None:
        slow = (
            ("billing", "create_refund"),
            ("billing", "create_credit_note"),
            ("ticketing", "create_ticket"),
            ("notifications", "send_message"),
        )
        for system, operation in slow:
            seconds = self.random.choice((0.1, 0.3, 0.5))
            self.systems.faults.set(system, "slow", operation=operation, seconds=seconds, times=2)

    def _kill(self, baton: BatonProcess) -> None:
        time.sleep(self.kill_after)
        os.kill(baton.pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # either ends it at once, on each platform
        self.killed.set()

    def _restart(self, baton: BatonProcess) -> None:
        """Nobody answers: start Baton again, once. It must not go away by itself, before or after."""
        assert self.killed.wait(30), "Baton went away without being killed"
        if not self.restarted:
            self.restarted = True
            baton.kill()  # it is dead; this closes what its parent held
            baton.start()

    async def _verify(self) -> None:
        """The chains of all streams in the store hold, and the lists are what the journal says."""
        store = open_store(f"sqlite:///{self.folder / 'store.db'}", worker="judge", read_only=True)
        try:
            assert await store.verify() == []
        finally:
            await store.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", TIER_ONE_SEEDS)
def test_a_kill_at_any_moment_costs_nothing(systems: Systems, tmp_path: Path, seed: int) -> None:
    Round(systems, tmp_path, seed).play()


@pytest.mark.storm(weight=3)
def test_fifty_kills(running: Systems, tmp_path: Path, storm: Storm) -> None:
    number = 0
    while storm.must(number, STORM_ROUNDS):
        number += 1
        seed = storm.random.randrange(2**32)
        try:
            people = Round(running, tmp_path / f"round {number}", seed).play()
        except BaseException:
            print(f"round {number}, seed {seed}")
            raise
        storm.count("kills -9 survived")
        storm.count("unclear messages that a person had to look up", len(people.looked_after))
        # What billing and ticketing answered from memory is a request that left twice and took effect once.
        storm.count("requests that came twice", sum(entry.replayed for entry in running.ledger()))
