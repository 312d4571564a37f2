"""Random flows of splits, joins, tasks and ends, each played by the engine and by `naive_model.py`: the same steps?

A flow and what comes to it are drawn from one number; a failure names it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from runtime.engine.events import RunCompleted, TokenAbsorbed
from runtime.engine.simulate import (
    Advance,
    Answer,
    Broke,
    Cancel,
    Replied,
    Resolve,
    Resume,
    SendSignal,
    Simulation,
    Start,
    Suspend,
    To,
)
from runtime.model.flow import Budgets, Flow
from tests.runtime.engine.drawing import draw
from tests.runtime.engine.games import for_as_long_as_it_lasts, sample
from tests.runtime.engine.naive_model import Edge, Kind, Model, Step
from tests.runtime.engine.naive_tree import Caller
from tests.runtime.engine.ways import simulate

OUTCOMES = ("ok", "no", "other")
STIMULI = 30
HOW_MANY = 60
OFTEN_OPEN = ("error", "approved", "received", "cancelled", "other")
"""ports that lead nowhere now and then"""
MET = ("completed", "cancelled", "cancelling", "collecting", "starved", "dead_end", "budget", "absorbed")
"""what the sample has to meet at least once, to be one"""
OK = {"status": 200}


def drawn(
    rng: random.Random, kind_of: Callable[[random.Random], Kind] | None = None, flow: str = "flow"
) -> tuple[Flow, dict[str, Kind], list[Edge]]:
    """A flow of 4 to 10 nodes. Edges lead on as a rule, and back now and then; ways out may lead nowhere."""
    names = [f"n{i}" for i in range(rng.randint(3, 8))]
    kinds = {
        "begin": Kind("start"),
        **{name: (kind_of or _kind)(rng) for name in names},
        "fin": Kind("end", outcome="ok"),
    }
    names.append("fin")
    order = ["begin", *names]
    edges: set[Edge] = set()
    for at, name in enumerate(order):
        for port in _ports(kinds[name]):
            if port in OFTEN_OPEN and rng.random() < 0.4:
                continue
            for _ in range(rng.choice((1, 1, 2, 2, 3))):
                later = order[at + 1 :]
                edges.add((name, port, rng.choice(later if later and rng.random() < 0.75 else names)))
    wires = [f"{source}.{port} -> {target}" for source, port, target in sorted(edges)]
    return draw({name: words_of(kind) for name, kind in kinds.items()}, *wires, id=flow), kinds, sorted(edges)


def _kind(rng: random.Random) -> Kind:
    word = rng.choice(("note", "read", "read", "task", "task", "wait", "signal", "join", "join", "join", "join", "end"))
    if word == "join":
        mode = rng.choice(("all", "all", "any", "n"))
        return Kind(word, mode, rng.randint(1, 3), cancels=rng.random() < 0.4, timeout=rng.random() < 0.25)
    if word == "end":
        outcome = rng.choice((*OUTCOMES, None))
        return Kind(word, outcome=outcome, terminate=rng.random() < 0.15, gives=rng.randint(1, 99))
    if word == "wait":
        return Kind(word, length=rng.choice((0, 1_800, 3_600, 3_600, 5_400)))
    return Kind(word, timeout=word in ("task", "signal") and rng.random() < 0.4)


def words_of(kind: Kind) -> Any:
    if isinstance(kind, Caller):
        return _calling(kind)
    if kind.word == "wait":
        return f"wait PT{kind.length}S"
    if kind.word in ("task", "signal"):
        return f"{kind.word}{' go' * (kind.word == 'signal')}", {"config": {"timeout": "PT1H"} if kind.timeout else {}}
    if kind.word == "join":
        what = f"n={kind.n}" if kind.mode == "n" else f"mode={kind.mode}"
        limit = " timeout=PT1H" if kind.timeout else ""
        return f"join {what} rest={'cancel' if kind.cancels else 'run'}{limit}"
    if kind.word == "end":
        words = " ".join(("end", *filter(None, (kind.outcome, "terminate" if kind.terminate else None))))
        return words, {"config": {"output": {"gives": kind.gives}} if kind.outcome is not None else {}}
    return kind.word


def _calling(kind: Caller) -> tuple[str, dict[str, Any]]:
    config: dict[str, Any] = {"timeout": "PT1H"} if kind.timeout else {}
    if kind.word == "call":
        return f"calls {kind.flow} {' '.join(OUTCOMES)}", {"config": {**config, "without_outcome": True}}
    config.update(items=list(range(kind.size)), stop_on=list(kind.stop_on))
    return f"each {kind.flow} {kind.at_once}", {"config": config}


PORTS = {
    "start": ["started"],
    "note": ["done"],
    "read": ["done", "error"],
    "wait": ["done"],
    "task": ["approved", "rejected"],
    "signal": ["received"],
    "join": ["joined"],
    "end": [],
    "call": [*OUTCOMES, "done", "cancelled"],
    "each": ["done"],
}


def _ports(kind: Kind) -> list[str]:
    stops = ["stopped"] if isinstance(kind, Caller) and kind.stop_on else []
    return PORTS[kind.word] + stops + ["timeout"] * kind.timeout


class Game:
    """One flow in both, and what comes to it."""

    run = "r1"
    """to which what is brought goes"""

    def __init__(self, number: int) -> None:
        self.number, self.rng = number, random.Random(number)
        flow, kinds, self.edges = drawn(self.rng)
        budget = self.rng.choice((3, 6, 10, *[1_000] * 5))
        flow = flow.model_copy(update={"budgets": Budgets(activations=budget)})
        self.model = Model(kinds, self.edges, OUTCOMES, budget)
        self.played: Simulation = simulate(flow, [Start(flow="")])
        self.trail: list[str] = []
        self.met: Counter[str] = Counter()
        self.compare()

    def play(self) -> Counter[str]:
        for _ in range(STIMULI):
            if self.model.over():
                break
            self.bring()
            self.compare()
        self.met.update({step.state for step in self.model.steps.values()}, absorbed=len(self.model.absorbed))
        return self.met

    def bring(self) -> None:
        rng, model = self.rng, self.model
        chance = rng.random()
        if chance < 0.1:
            self._signal()
        elif chance < 0.25:
            seconds, wake = rng.choice((4, 5, 1_800, 1_800, 1_800, 1_801)), rng.random() < 0.7
            self._advance(seconds, wake=wake)
        else:
            known = {(step.id, step.state) for step in model.live() if not self._waits(step)}
            model.late()  # whatever comes to the run now
            open_ = [step for step in model.live() if (step.id, step.state) in known]
            if model.over() or not open_:
                self._advance(0 if model.over() else 1_800)
            elif chance < 0.33 and not model.cancelling:
                self.operate()
            else:
                self.to(rng.choice(open_))
        model.settle()
        model.match()

    def _waits(self, step: Step) -> bool:
        """For what nobody brings to it: other branches, an instant, or a signal; or what nobody can settle now."""
        word = self.model.kinds[step.node].word
        if step.state == "waiting":
            return word in ("wait", "signal")
        if step.state == "budget":
            return self.model.suspended  # it acts on resume, which is not modelled here
        return step.state == "collecting" or (step.state == "dead_end" and not self.model.out(step.node))

    def _signal(self) -> None:
        keep = self.rng.choice((60, 1_800, 86_400))
        self.trail.append(f"signal for {keep} s")
        self.model.kept.append(self.model.now + keep)
        self.played.play(SendSignal(name="go", key="k", keep_for=keep))

    def _advance(self, seconds: int, *, wake: bool = True) -> None:
        self.trail.append(f"{seconds} s{' unheard' * (not wake)}")
        self.model.advance(seconds, wake=wake)
        self.played.play(Advance(seconds, wake=wake))

    def operate(self) -> None:
        model = self.model
        if self.rng.random() < 0.25:
            self.trail.append("cancel")
            model.cancel()
            self.give(Cancel())
        elif model.suspended:
            self.trail.append("resume")
            model.resume()
            self.give(Resume())
        else:
            self.trail.append("suspend")
            model.suspended = True
            self.give(Suspend())

    def to(self, step: Step) -> None:
        """Something comes to one step."""
        model, rng = self.model, self.rng
        self.trail.append(f"{step.id} {step.state}")
        connected = sorted({edge[1] for edge in model.out(step.node)})
        if step.state == "cancelling":
            done = rng.random() < 0.5
            step.state, step.due = "completed" if done else "cancelled", None
            self.give(Replied(step.id, OK) if done else Broke(step.id, code="withdrawn"))
        elif step.state == "starved":
            how = rng.choice(("by_hand", "discard"))
            if how == "by_hand":
                model.fire(step, "joined")
            else:
                step.state = "cancelled"
            self.give(Resolve(incident=self._incident(step), how=how))
        elif step.state == "budget":
            by = rng.choice((1, 2, 20))
            self.give(Resolve(incident=self._incident(step), how="retry", raise_by=by))
            model.raise_budget(step, by)
        elif step.state == "dead_end":
            model.leave(step, connected[0])
            self.give(Resolve(incident=self._incident(step), how="other_port", port=connected[0]))
        elif step.state == "waiting":
            choice = rng.choice(("approved", "rejected"))
            model.leave(step, choice)
            self.give(Answer(step=step.id, choice=choice, by="petra"))
        elif "error" in connected and rng.random() < 0.4:
            model.leave(step, "error")
            self.give(Broke(step.id, retryable=False))
        else:
            model.leave(step, "done")
            self.give(Replied(step.id, OK))

    def _incident(self, step: Step) -> str:
        return next(it.incident for it in self.played.incidents() if (it.run, it.step) == (self.run, step.id))

    def give(self, stimulus: Any) -> None:
        self.played.play(To(self.run, stimulus))

    def compare(self) -> None:
        state = self.played.state()
        steps = {name: step.state for name, step in state.steps.items()}
        absorbed = [(e.step, e.source) for e in self.played.journal() if isinstance(e, TokenAbsorbed)]
        self.model.fresh.clear()
        self.met.update(step.state for step in self.model.live())
        where = f"game {self.number}, after {self.trail}, edges {self.edges}, openers {self.model.openers}"
        assert list(steps.items()) == list(self.model.view().items()), where  # T5: in the same order, too
        assert absorbed == self.model.absorbed, where
        seen = {name: step.seen for name, step in state.steps.items()}
        assert seen == {name: step.seen for name, step in self.model.steps.items()}, where  # T7, and so N1
        gave = {name: step.gave for name, step in self.model.steps.items() if step.gave is not None}
        outputs = {name: state.steps[name].output for name in gave}
        assert outputs == {name: {"arrived": came, "missing": not_} for name, (came, not_) in gave.items()}, where  # J4
        assert not self.played.refusals, where
        ended = "cancelled" if self.model.cancelling else "completed"
        assert (state.state == ended) == self.model.over(), where
        if state.state == "completed":
            (end,) = [event for event in self.played.journal() if isinstance(event, RunCompleted)]
            given = None if end.output is None else end.output["gives"]
            reached = sorted({outcome for outcome, _ in self.model.reached}, key=OUTCOMES.index)
            assert (end.outcome, given) == (self.model.outcome(), self.model.gives()), where
            assert list(end.reached) == reached, where


def test_t_j_e_the_engine_moves_tokens_as_the_rules_read() -> None:
    sample(Game, range(HOW_MANY), MET)


@pytest.mark.storm
@pytest.mark.timeout(0)
@pytest.mark.in_memory("the host plays the sample")
def test_random_flows_for_as_long_as_the_storm_lasts(storm) -> None:
    for_as_long_as_it_lasts(storm, Game, "random flows")
