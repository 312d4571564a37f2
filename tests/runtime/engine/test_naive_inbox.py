"""Random signals to random runs of two flows, played by the engine and by `naive_inbox.py`: who got which?

What comes is drawn from one number; a failure names it.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from runtime.engine.events import SignalDelivered
from runtime.engine.simulate import Advance, Cancel, Crash, Resume, SendSignal, Simulation, Start, Suspend, To
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.games import for_as_long_as_it_lasts, sample
from tests.runtime.engine.naive_inbox import Inbox
from tests.runtime.engine.ways import simulate

STIMULI = 20
HOW_MANY = 25
MOST_RUNS = 9
"""the names of more would not stand in order"""
MET = ("kept", "taken twice", "timed out", "suspended", "cancelled", "refused")
"""what the sample has to meet at least once, to be one"""


def waiting(name: str, limit: float | None) -> Flow:
    config = {} if limit is None else {"timeout": f"PT{limit:g}S"}
    nodes = {
        "begin": "start",
        "s": ("signal go input.key", {"config": config}),
        "u": ("signal go input.key", {"config": config}),
        "ok": "end ok",
        "no": "end no",
    }
    late = ["s.timeout -> no", "u.timeout -> no"] if limit is not None else []
    return draw(nodes, "begin -> s -> u -> ok", *late, id=name)


class Game:
    """Signals and runs in both."""

    def __init__(self, number: int) -> None:
        self.number, self.rng = number, random.Random(number)
        limits = {name: self.rng.choice((None, 60.0, 3_600.0)) for name in ("one", "two")}
        self.inbox = Inbox(limits)
        self.played: Simulation = simulate({name: waiting(name, limit) for name, limit in limits.items()})
        self.trail: list[Any] = []
        self.met: Counter[str] = Counter()

    def play(self) -> Counter[str]:
        for _ in range(STIMULI):
            self.bring()
            self.compare()
        self.met["kept"] += sum(not signal.taken_by for signal in self.inbox.signals)
        self.met["taken twice"] += sum(len(signal.taken_by) == 2 for signal in self.inbox.signals)
        return self.met

    def bring(self) -> None:
        rng, inbox = self.rng, self.inbox
        what = rng.choice(("start", "start", "send", "send", "send", "advance", "crash", "run", "run"))
        key = rng.choice(("k", "k", "q"))
        if what == "start" and len(inbox.runs) < MOST_RUNS:
            flow = rng.choice(("one", "two"))
            inbox.start(flow, key)
            self._give(Start(flow=flow, input={"key": key}))
        elif what == "send":
            name, payload, keep = rng.choice((None, None, "x", "y")), rng.choice((1, 1, 2)), rng.choice((60, 3_600))
            accepted = inbox.send(name, key, payload, keep)
            self._give(SendSignal(name="go", key=key, payload=payload, id=name, keep_for=keep))
            refused = self.played.replies[-1] in self.played.refusals
            assert accepted is not refused, f"game {self.number}: {self.trail}"
            self.met["refused"] += refused
        elif what == "advance":
            seconds, wake = rng.choice((30, 60, 61, 3_600)), rng.random() < 0.7
            inbox.advance(seconds, wake=wake)
            self._give(Advance(seconds, wake=wake))
        elif what == "crash":
            self._give(Crash())
        elif inbox.runs:
            run = rng.choice(inbox.runs)
            act, stimulus = rng.choice(
                (
                    (inbox.suspend, Suspend()),
                    (inbox.resume, Resume()),
                    (inbox.resume, Resume()),
                    (inbox.cancel, Cancel()),
                )
            )
            act(run)
            self._give(To(run.id, stimulus))

    def _give(self, stimulus: Any) -> None:
        self.trail.append(stimulus)
        self.played.play(stimulus)

    def compare(self) -> None:
        found, expected = {}, {}
        for run in self.inbox.runs:
            state = self.played.state(run.id)
            got = [e.signal for e in self.played.journal(run.id) if isinstance(e, SignalDelivered)]
            found[run.id] = (state.state, got)
            expected[run.id] = (run.state, run.got)
            self.met[run.state] += 1
            self.met["timed out"] += state.outcome == "no"
        journals = "\n".join(f"{run.id}: {told(self.played, run.id)}" for run in self.inbox.runs)
        assert found == expected, f"game {self.number}: {self.inbox.limits}, {self.trail}\n{journals}"


def test_w_signals_find_the_waits_that_the_rules_name() -> None:
    sample(Game, range(HOW_MANY), MET)


@pytest.mark.storm
@pytest.mark.timeout(0)
@pytest.mark.in_memory("the host plays the sample")
def test_random_signals_for_as_long_as_the_storm_lasts(storm) -> None:
    for_as_long_as_it_lasts(storm, Game, "random signals")
