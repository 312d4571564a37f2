"""A story played with one life that is bound to die, and those after it that are not; then the verdict.

Called by the kill tests. `dry_run` counts the points that a story passes; `play` dies at one of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from projects.demo.home import write_home
from projects.example_systems.judge import effects
from projects.example_systems.launch import Systems
from runtime.host.fault_points import EXIT_CODE, POINTS
from runtime.wire import RunView
from tests.faults.callers import Callers
from tests.faults.invariants import invariants
from tests.faults.lives import Died, Lives
from tests.faults.stories import Story

MOST_LIVES: Final = 2
"""the one that is killed, and the one that goes on"""


@dataclass(frozen=True, slots=True)
class Played:
    """What a play came to. `killed`: the point was reached."""

    points: tuple[str, ...]
    killed: bool
    looked_up: int
    repeats: int
    """requests that came to another system twice and took effect once"""


def points_of(tally: Path) -> tuple[str, ...]:
    """Every point of a tally as a fault: `append.before:1`, `append.before:2` ..."""
    seen: Counter[str] = Counter()
    faults = []
    for line in tally.read_text(encoding="utf-8").splitlines():
        assert line in POINTS, line
        seen[line] += 1
        faults.append(f"{line}:{seen[line]}")
    return tuple(faults)


def play(story: Story, systems: Systems, folder: Path, fault: str = "") -> Played:
    """Plays it with a fault in the first life, asserts that all holds. Systems are seeded first."""
    systems.faults.clear()
    systems.seed()
    if story.trouble is not None:
        system, kind, operation = story.trouble
        systems.faults.set(system, kind, operation=operation, times=1)
    tally = folder / "points.txt"
    with Lives(folder / "life", write_home(folder / "home", systems)) as lives:
        tally.touch()
        try:
            lives.begin(fault, tally=tally)
        except Died:
            assert lives.dead() == EXIT_CODE, lives.stderr.read_text(encoding="utf-8")
        callers = Callers(story, systems, lambda: lives.door if lives.alive else None)

        def away() -> None:
            code = lives.dead()
            assert code == EXIT_CODE, f"it went away by itself with {code}: {lives.stderr.read_text(encoding='utf-8')}"
            assert lives.lived < MOST_LIVES, "a life without a fault point died"
            lives.begin()

        ended = callers.settle(away)
        code = lives.end()
        if lives.lived == 1 and code == EXIT_CODE:
            lives.begin()  # it died after all was done: whoever comes next must find nothing left to do
            code = lives.end()
        assert code == 0, lives.stderr.read_text(encoding="utf-8")
    replayed = judge(story, systems, lives, callers, ended)
    assert tally.stat().st_size, "no point was passed: this is no life with points"
    return Played(points_of(tally), lives.lived > 1, callers.told.looked_up, replayed)


def judge(story: Story, systems: Systems, lives: Lives, callers: Callers, ended: RunView) -> int:
    """Asserts that the story ended as it must and that the invariants hold, once nobody writes to the store.

    Gives how many requests came twice and took effect once.
    """
    said = lives.stderr.read_text(encoding="utf-8") if lives.stderr.exists() else ""
    assert "Traceback" not in said, said
    ledger = systems.ledger()
    breaches = invariants(lives.store, callers.told, ledger, secrets=systems.keys.values(), written=[lives.folder])
    assert breaches == [], "\n".join(breaches)
    state = "cancelled" if story.outcome is None else "completed"
    assert (ended.state, ended.outcome) == (state, story.outcome), ended
    took_place = Counter(entry.operation for entry in effects(ledger))
    assert took_place in (story.effects, story.or_effects), f"the ledger has {took_place}"
    return sum(entry.replayed for entry in ledger)
