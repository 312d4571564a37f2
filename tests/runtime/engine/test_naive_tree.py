"""Random flows that call random flows, played by the engine and by `naive_tree.py`: the same runs with the same steps?

The flows and what comes to them are drawn from one number; a failure names it.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from runtime.engine.events import ChildStarted
from runtime.engine.simulate import Advance, Cancel, Resolve, Resume, Start
from tests.runtime.engine.drawing import told
from tests.runtime.engine.games import for_as_long_as_it_lasts, sample
from tests.runtime.engine.naive_model import Kind, Step
from tests.runtime.engine.naive_tree import Caller, Run, Tree
from tests.runtime.engine.test_naive_model import OUTCOMES, Game, drawn
from tests.runtime.engine.ways import simulate

STIMULI = 25
SAMPLE = range(30, 60)
MOST_RUNS = 40
PLAIN = ("note", "read", "task", "task", "wait", "join", "join", "end")
BELOW = {"root": ("mid", "leaf", "leaf"), "mid": ("leaf",), "leaf": ()}
MET = ("completed", "cancelled", "cancelling", "suspended", "child_cancelled", "call", "each", "timed out", "stopped")
"""what the sample has to meet at least once, to be one"""


def kind_of(flow: str) -> Kind:

    def drawn_kind(rng: random.Random) -> Kind:
        timed = rng.random() < 0.4
        word = rng.choice((*PLAIN, *("call", "each") * len(BELOW[flow])))
        if word == "join":
            mode = rng.choice(("all", "any", "n"))
            return Kind(word, mode, rng.randint(1, 2), cancels=rng.random() < 0.5, timeout=timed)
        if word == "end":
            return Kind(word, outcome=rng.choice((*OUTCOMES, None)), terminate=rng.random() < 0.2)
        if word in ("call", "each"):
            stop_on = tuple(rng.sample((*OUTCOMES, "cancelled"), rng.choice((0, 1, 2, 3)))) if word == "each" else ()
            size, slots = rng.choice((0, 1, 2, 3)), rng.choice((1, 2, 3))
            return Caller(word, timeout=timed, flow=rng.choice(BELOW[flow]), size=size, at_once=slots, stop_on=stop_on)
        if word == "wait":
            return Kind(word, length=rng.choice((0, 1_800, 3_600, 5_400)))
        return Kind(word, timeout=timed and word == "task")

    return drawn_kind


class TreeGame(Game):
    """A tree of runs in both, and what comes to them."""

    def __init__(self, number: int) -> None:
        self.number, self.rng = number, random.Random(number)
        made = {flow: drawn(self.rng, kind_of(flow), flow) for flow in BELOW}
        self.edges = {flow: edges for flow, (_, _, edges) in made.items()}  # type: ignore[assignment]
        self.tree = Tree({flow: (kinds, edges) for flow, (_, kinds, edges) in made.items()}, OUTCOMES)
        self.trail, self.met = [], Counter()
        self.played = simulate({flow: it for flow, (it, _, _) in made.items()}, [Start(flow="root")])
        self.compare()

    def play(self) -> Counter[str]:
        for _ in range(STIMULI):
            if self.tree.root.over() or len(self.tree.runs()) > MOST_RUNS:
                break
            self.bring()
            self.compare()
        return self.met

    def bring(self) -> None:
        """To a step of any run that can take something, to a run, or to nobody: the clock moves."""
        rng, names = self.rng, self._names()
        able = [run for run in self.tree.runs() if not run.over() and self._steps(run)]
        chance = rng.random()
        if chance < 0.15 or not able:
            self._move(rng.choice((5, 1_800, 1_801, 3_600)), wake=rng.random() < 0.7)
            return
        self.model = run = rng.choice(able)
        self.run = names[id(run)]
        known = {(step.id, step.state) for step in self._steps(run)}
        run.now = self.tree.root.now
        run.late()
        left = [step for step in self._steps(run) if (step.id, step.state) in known]
        if run.over() or not left:
            # Nothing is left to bring but what changes nothing, or is refused; what was due fires there, too.
            self.give(Cancel() if run.cancelling else Resume())
            self.played.refusals.clear()
        elif chance < 0.25 and not run.cancelling:
            self.operate()
        else:
            self.to(rng.choice(left))
        self._after(run)

    def _steps(self, run: Run) -> list[Step]:
        self.model = run
        return [step for step in run.live() if not self._waits(step)]

    def _after(self, run: Run) -> None:
        run.settle()
        self.tree.after(run)
        self.tree.go_on()

    def _move(self, seconds: int, *, wake: bool) -> None:
        self.trail.append(f"{seconds} s{' unheard' * (not wake)}")
        self.tree.advance(seconds, self._names(), wake=wake)
        self.played.play(Advance(seconds, wake=wake))

    def operate(self) -> None:
        """Only the root is held; what holds a child besides its parent is in tests of its own."""
        if self.model is self.tree.root:
            super().operate()
            return
        self.trail.append(f"cancel {self.run}")
        self.model.cancel()
        self.give(Cancel())

    def to(self, step: Step) -> None:
        self.trail.append(self.run)
        if step.state != "child_cancelled":
            super().to(step)
            return
        connected = sorted({edge[1] for edge in self.model.out(step.node)})
        self.trail.append(f"{step.id} child_cancelled")
        if connected and self.rng.random() < 0.5:
            self.model.leave(step, connected[0])
            self.give(Resolve(incident=self._incident(step), how="other_port", port=connected[0]))
        else:
            assert isinstance(self.model, Run)
            self.model.retry(step)
            self.give(Resolve(incident=self._incident(step), how="retry"))

    def _waits(self, step: Step) -> bool:
        assert isinstance(self.model, Run)
        if step.state == "child_cancelled":
            return self.model.suspended
        if step.id in self.model.calls and step.state != "dead_end":
            return True
        return super()._waits(step)

    def _names(self) -> dict[int, str]:
        """Model of a run -> its id in the engine, by the order in which its step called."""
        names = {id(self.tree.root): "r1"}
        for run in [run for run in self.tree.runs() if run.calls]:
            own = names.get(id(run))  # none: the engine has no such run, as ``compare`` will say
            begun = [e for e in self.played.journal(own) if isinstance(e, ChildStarted)] if own else []
            for step, call in run.calls.items():
                ids = [event.child for event in begun if event.step == step]
                for child, name in zip(call.runs, ids, strict=False):
                    names[id(child)] = name
        return names

    def compare(self) -> None:
        names = self._names()
        where = f"game {self.number}, after {self.trail}\nedges {self.edges}"
        expected, found = {}, {}
        for run in self.tree.runs():
            run.fresh.clear()
            name = names.get(id(run), "none")
            expected[name] = (run.view(), _state(run))
        for name in self.played.runs():
            state = self.played.state(name)
            found[name] = ({step.id: step.state for step in state.steps.values()}, (state.state, state.outcome))
        journals = "\n".join(f"{name}: {told(self.played, name)}" for name in self.played.runs())
        assert found == expected, f"{where}\n{journals}\nexpected {expected}"
        assert not self.played.refusals, where
        self._meet()

    def _meet(self) -> None:
        for run in self.tree.runs():
            self.met[_state(run)[0]] += 1
            self.met.update(step.state for step in run.live())
            self.met.update(run.kinds[name.partition("#")[0]].word for name in run.calls)
            self.met["timed out"] += sum(call.leaving == "timeout" for call in run.calls.values())
            self.met["stopped"] += sum(call.leaving == "stopped" for call in run.calls.values())


def _state(run: Run) -> tuple[str, str | None]:
    if run.over():
        return ("cancelled", None) if run.cancelling else ("completed", run.outcome())
    return ("cancelling" if run.cancelling else "suspended" if run.suspended else "running"), None


def test_b_f_runs_call_runs_as_the_rules_read() -> None:
    sample(TreeGame, SAMPLE, MET)


@pytest.mark.storm
@pytest.mark.timeout(0)
@pytest.mark.in_memory("the host plays the sample")
def test_random_trees_for_as_long_as_the_storm_lasts(storm) -> None:
    for_as_long_as_it_lasts(storm, TreeGame, "random trees of runs")
