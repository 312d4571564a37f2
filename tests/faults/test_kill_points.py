"""F01 to F03: kill -9 before and after each journal write and each effect, of every story, found by counting.

A dry run of a story tells its points; then the story is played once for each of them in real processes, and the nine
invariants are judged. Tier one plays a seeded sample; the storm plays all, and draws again for as long as it may.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import pytest

from nodes.registry import built_ins
from projects.example_systems.launch import Systems, start_process
from tests.conftest import Storm
from tests.faults.conftest import CANARIES
from tests.faults.plays import Played, play
from tests.faults.stories import STORIES

AT_ONCE: Final = 2
"""plays side by side, each with example systems of its own"""
SAMPLE: Final = 5
SEED: Final = 20261120

Job = tuple[str, str]
"""story, fault; no fault is a dry run"""


@pytest.fixture(scope="module")
def several(running: Systems) -> Iterator[SimpleQueue[Systems]]:
    """Example systems for those who play side by side."""
    free: SimpleQueue[Systems] = SimpleQueue()
    free.put(running)
    with start_process(keys=CANARIES) as second:
        free.put(second)
        yield free


class Plays:
    """Plays many, side by side; a failure names the story and the fault that play it again."""

    def __init__(self, folder: Path, free: SimpleQueue[Systems], told: Callable[[Played], None]) -> None:
        self._folder = folder
        self._free = free
        self._numbers = count()
        self._told = told

    def all(self, jobs: Iterable[Job], going: Callable[[], bool] = lambda: True) -> dict[Job, Played]:
        """Plays all of them even if some fail, and raises the failures together. None is begun once ``going`` ends."""
        jobs = list(jobs)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            futures = {job: pool.submit(lambda job=job: self._one(job) if going() else None) for job in jobs}
        if broken := [problem for future in futures.values() if (problem := future.exception()) is not None]:
            raise BaseExceptionGroup(f"{len(broken)} of {len(jobs)} plays failed", broken)
        results = {job: future.result() for job, future in futures.items()}
        return {job: played for job, played in results.items() if played is not None}

    def _one(self, job: Job) -> Played:
        story, fault = job
        systems = self._free.get()
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        try:
            played = play(STORIES[story], systems, folder, fault)
        except BaseException as problem:
            problem.add_note(f"story {story}, BATON_FAULT={fault or '(none)'}, in {folder}")
            raise
        finally:
            self._free.put(systems)
        self._told(played)
        return played

    def points(self, stories: Iterable[str] = STORIES) -> list[Job]:
        """Every point of these stories, by a dry run of each."""
        dry = self.all((story, "") for story in stories)
        assert not any(played.killed for played in dry.values())
        return [(story, fault) for (story, _), played in dry.items() for fault in played.points]


def test_the_stories_use_every_node_type_and_every_effect() -> None:
    """A new node type has to be killed as well."""
    used = {node.type for story in STORIES.values() for node in story.flow.nodes}
    missing = {kind.id for kind in built_ins().types} - used
    assert missing == set(), "no story uses them, so nobody kills Baton while they work"


@pytest.mark.slow
def test_a_seeded_sample_of_the_kill_points(tmp_path: Path, several: SimpleQueue[Systems]) -> None:
    drawn = random.Random(SEED)
    chosen = drawn.sample(sorted(STORIES), 2)
    plays = Plays(tmp_path, several, lambda _: None)
    points = plays.points([*chosen, "sends_once"])
    done = plays.all([*drawn.sample(points, SAMPLE), ("sends_once", "perform.after:1")])
    assert all(played.killed for played in done.values()), "a point was not reached a second time"
    assert done["sends_once", "perform.after:1"].looked_up == 1, "sent, and the journal does not say so: a person looks"


@pytest.mark.storm(weight=6)
@pytest.mark.timeout(3600)
def test_a_kill_at_every_point_costs_nothing(tmp_path: Path, several: SimpleQueue[Systems], storm: Storm) -> None:
    def told(played: Played) -> None:
        storm.count("stories played under kill -9 or dry, invariants judged after each")
        storm.count("kills -9 at a named point", played.killed)
        storm.count("unclear effects that a person looked up", played.looked_up)
        storm.count("requests that came twice and took effect once", played.repeats)

    plays = Plays(tmp_path, several, told)
    points = plays.points()
    storm.count("kill points enumerated", len(points))
    storm.random.shuffle(points)
    done = plays.all(points, lambda: storm.whole or storm.going())
    storm.count("kill points played", len(done))
    # Branches that race may pass fewer points than in the dry run: such a play is one without a kill.
    missed = [job for job, played in done.items() if not played.killed]
    assert len(missed) <= len(points) // 20, f"too many points were not reached again: {missed}"
    while storm.going():
        plays.all(storm.random.sample(points, 2 * AT_ONCE))
