"""Random lives of a loop over a list, played by the engine and by `naive_loop.py`: items, results and ends alike?

A loop and what comes to it are drawn from one number; a failure names it.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from runtime.engine.simulate import Advance, Answer, Cancel, Crash, Resume, Simulation, Start, Suspend, To
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.games import for_as_long_as_it_lasts, sample
from tests.runtime.engine.naive_loop import Loop
from tests.runtime.engine.ways import simulate

STIMULI = 20
HOW_MANY = 50
MET = ("suspended", "completed", "cancelled", "done", "stopped", "timeout")
"""what the sample has to meet at least once, to be one"""
CHILD = draw(
    {"begin": "start", "t": "task", "ok": "end ok", "no": "end no"},
    "begin -> t.approved -> ok",
    "t.rejected -> no",
    id="child",
)


def played(loop: Loop) -> Simulation:
    config: dict[str, Any] = {"stop_on": list(loop.stop_on)}
    if loop.timeout is not None:
        config["timeout"] = f"PT{loop.timeout}S"
    ways = ["f.stopped -> other"] * bool(loop.stop_on) + ["f.timeout -> no"] * (loop.timeout is not None)
    nodes = {"begin": "start", "f": (f"each child {loop.at_once}", {"config": config})}
    ends = {"ok": "end ok", "other": "end other", "no": "end no"}
    parent = draw({**nodes, **ends}, "begin -> f -> ok", *ways, id="parent")
    items = list(range(loop.size))
    return simulate({"parent": parent, "child": CHILD}, [Start(flow="parent", input={"items": items})])


class Game:
    """One loop in both, and what comes to it."""

    def __init__(self, number: int) -> None:
        self.number, self.rng = number, random.Random(number)
        rng = self.rng
        stop_on = rng.choice(((), (), ("no",), ("cancelled",), ("no", "cancelled")))
        self.loop = Loop(rng.randint(0, 5), rng.randint(1, 3), stop_on, rng.choice((None, None, 60, 3_600)))
        self.played = played(self.loop)
        self.trail: list[Any] = []
        self.met: Counter[str] = Counter()
        self.compare()

    def play(self) -> Counter[str]:
        for _ in range(STIMULI):
            if self.loop.run in ("completed", "cancelled"):
                break
            self.bring()
            self.compare()
        return self.met

    def bring(self) -> None:
        rng, loop = self.rng, self.loop
        words = ["answer"] * 5 + ["advance", "crash", "suspend", "resume", "resume"]
        words += ["cancel item", "suspend item", "resume item"] + ["cancel"] * (rng.random() < 0.2)
        what = rng.choice(words)
        if what == "advance":
            seconds, wake = rng.choice((1, 30, 60, 4_000)), rng.random() < 0.6
            loop.advance(seconds, wake=wake)
            self._give(Advance(seconds, wake=wake))
        elif what == "crash":
            # A wish to suspend that found an item suspended by itself is brought again by the next process: see the
            # README of the engine. Whether it then finds it running is left out here.
            if loop.run != "suspended" or all(item.asked_for for item in loop.items):
                self._give(Crash())
        elif what == "suspend":
            loop.suspend()
            self._give(To("r1", Suspend()))
        elif what == "resume":
            shift = rng.random() < 0.4
            loop.resume(shift=shift)
            self._give(To("r1", Resume(shift=shift)))
        elif what == "cancel":
            loop.cancel()
            self._give(To("r1", Cancel()))
        elif loop.items:
            self._to(rng.randrange(len(loop.items)), what)

    def _to(self, at: int, what: str) -> None:
        """Something comes to one item."""
        stimulus: Any
        if what == "answer":
            outcome = self.rng.choice(("ok", "ok", "no"))
            choice = {"ok": "approved", "no": "rejected"}[outcome]
            self.loop.answer(at, outcome)
            stimulus = Answer(step="t#1", choice=choice, by=f"petra{len(self.trail)}")
        elif what == "cancel item":
            self.loop.cancel_item(at)
            stimulus = Cancel()
        elif what == "suspend item":
            self.loop.suspend_item(at)
            stimulus = Suspend()
        else:
            self.loop.resume_item(at)
            stimulus = Resume()
        self._give(To(f"r1:4:{at + 1}", stimulus))

    def _give(self, stimulus: Any) -> None:
        self.trail.append(stimulus)
        self.played.play(stimulus)

    def compare(self) -> None:
        state, loop = self.played.state("r1"), self.loop
        step = state.steps["f#1"]
        children = [run for run in self.played.runs() if run != "r1"]
        found = {
            "run": state.state,
            "port": step.port,
            "items": [self.played.state(run).state for run in children],
            "outputs": step.output["outputs"] if step.port is not None else None,
        }
        expected = {
            "run": loop.run,
            "port": loop.port,
            "items": [item.state for item in loop.items if item.begun],
            "outputs": loop.outputs() if loop.port is not None else None,
        }
        self.met.update(filter(None, (loop.run, loop.port)))
        where = f"game {self.number}: {loop.size} items, {loop.at_once} at once, {loop.stop_on}, {self.trail}"
        assert children == [f"r1:4:{at}" for at, item in enumerate(loop.items, 1) if item.begun], where
        assert found == expected, f"{where}\n{told(self.played, 'r1')}"


def test_f_b4_c3_a_loop_lives_as_the_rules_read() -> None:
    sample(Game, range(HOW_MANY), MET)


@pytest.mark.parametrize("number", [21357808254822, 226107423918060])
@pytest.mark.in_memory("the host plays the sample")
def test_games_that_once_came_out_otherwise(number: int) -> None:
    """Z4: an overdue limit and a cancel; C3: resumed by its own operator after the parent's suspension, and a crash."""
    Game(number).play()


@pytest.mark.storm
@pytest.mark.timeout(0)
@pytest.mark.in_memory("the host plays the sample")
def test_random_lives_of_loops_for_as_long_as_the_storm_lasts(storm) -> None:
    for_as_long_as_it_lasts(storm, Game, "random lives of loops")
