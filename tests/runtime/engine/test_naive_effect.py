"""Random lives of one effect, played by the engine and by `naive_effect.py`: attempts, keys, timers and ends alike?

A step and what comes to it are drawn from one number; a failure names it.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from runtime.engine.simulate import (
    START_AT,
    Advance,
    Broke,
    Cancel,
    Crash,
    Replied,
    Resolve,
    Resume,
    Simulation,
    Start,
    Suspend,
)
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.games import for_as_long_as_it_lasts, sample
from tests.runtime.engine.naive_effect import Drawn, Life
from tests.runtime.engine.ways import simulate

STIMULI = 25
HOW_MANY = 80
MET = ("retrying", "failed", "outcome_unknown", "cancelling", "cancelled", "suspended", "completed")
"""what the sample has to meet at least once, to be one"""
OK = {"status": 200}


def drawn_step(rng: random.Random) -> Drawn:
    return Drawn(
        kind=rng.choice(("read", "keyed", "once")),
        attempts=rng.choice((1, 2, 3, 4)),
        first_delay=rng.choice((0, 1, 10, 100)),
        max_delay=rng.choice((5, 300)),
        timeout=rng.choice((None, None, 5, 30, 3_600)),
        error_connected=rng.random() < 0.5,
    )


def played(step: Drawn) -> Simulation:
    retry = {"attempts": step.attempts, "first_delay": step.first_delay, "max_delay": step.max_delay, "jitter": 0}
    limit = {} if step.timeout is None else {"timeout": f"PT{step.timeout}S"}
    nodes = {"begin": "start", "k": (step.kind, {"retry": retry, **limit}), "ok": "end ok", "no": "end no"}
    error = ["k.error -> no"] if step.error_connected else []
    return simulate(draw(nodes, "begin -> k -> ok", *error), [Start(flow="")])


class Game:
    """One step in both, and what comes to it."""

    def __init__(self, number: int) -> None:
        self.number, self.rng = number, random.Random(number)
        self.step = drawn_step(self.rng)
        self.life, self.played = Life(self.step), played(self.step)
        self.trail: list[Any] = []
        self.met: Counter[str] = Counter()
        self.compare()

    def play(self) -> Counter[str]:
        for _ in range(STIMULI):
            if self.life.run in ("completed", "cancelled") or self.life.blamed:
                break
            self.bring()
            self.compare()
        return self.met

    def bring(self) -> None:
        rng, life = self.rng, self.life
        in_flight = life.state in ("running", "cancelling") and not life.lost
        choices = ["advance", "advance", "crash", "suspend", "resume"]
        choices += ["replied", "broke", "broke", "broke"] if in_flight else []
        choices += ["resolve", "resolve", "resolve"] if life.incident else []
        choices += ["cancel"] if rng.random() < 0.2 else []
        self._one(rng.choice(choices))

    def _one(self, what: str) -> None:
        rng, life = self.rng, self.life
        given: Any = {
            "advance": lambda: Advance(rng.choice((0.5, 1, 3, 5, 10, 60, 4_000)), wake=rng.random() < 0.7),
            "crash": Crash,
            "suspend": Suspend,
            "resume": lambda: Resume(shift=rng.random() < 0.4),
            "replied": lambda: Replied("k#1", OK),
            "broke": lambda: Broke(
                "k#1",
                retryable=rng.random() < 0.8,
                unclear=rng.random() < 0.3,
                retry_after=rng.choice((None, None, 2, 50, 9_999)),
            ),
            "resolve": self._resolution,
            "cancel": Cancel,
        }[what]()
        self.trail.append(given)
        self.played.play(given)
        if isinstance(given, Advance):
            life.advance(given.seconds, wake=given.wake)
        elif isinstance(given, Crash):
            life.crash()
        elif isinstance(given, Suspend):
            life.suspend()
        elif isinstance(given, Resume):
            life.resume(shift=given.shift)
        elif isinstance(given, Replied):
            life.replied()
        elif isinstance(given, Broke):
            life.broke(retryable=given.retryable, unclear=given.unclear, wish=given.retry_after)
        elif isinstance(given, Resolve):
            life.resolve(given.how, not_done=given.not_done)
        else:
            life.cancel_run()

    def _resolution(self) -> Resolve:
        how = self.rng.choice(("retry", "retry", "edit", "by_hand", "other_port"))
        more: dict[str, Any] = {
            "edit": {"input": {"path": "/y"}},
            "by_hand": {"output": {"status": 200, "body": None}},
            "other_port": {"port": "error"},
        }.get(how, {})
        incident = self.played.incidents()[0].incident
        return Resolve(incident=incident, how=how, not_done=self.rng.random() < 0.5, **more)

    def compare(self) -> None:
        self.life.over()
        state = self.played.state()
        step = state.steps["k#1"]
        incidents = [it.kind for it in self.played.incidents()]
        numbers = list(dict.fromkeys(effect.key for effect in self.played.effects))
        error = step.output.get("error") if isinstance(step.output, dict) else None
        seconds = {name: (due - START_AT).total_seconds() for name, due in step.timers.items()}
        life = self.life
        found = {
            "run": state.state,
            "step": step.state,
            "incidents": incidents,
            "port": step.port,
            "keys": [numbers.index(effect.key) + 1 for effect in self.played.effects],
            "timeout": seconds.get("timeout"),
            "retry": seconds.get("retry"),
            "possibly done": step.possibly_done,
            "error unclear": error.get("unclear") if error and step.port == "error" else None,
        }
        pending = life.pending is not None
        expected = {
            "run": life.run,
            "step": "stopped" if pending else life.state,
            "incidents": [life.incident] if life.incident else ["poison"] if life.blamed else [],
            "port": life.port,
            "keys": life.keys,
            "timeout": life.timeout,
            "retry": life.retry,
            "possibly done": life.possibly_done,
            "error unclear": life.error_unclear if life.port == "error" else None,
        }
        self.met.update(filter(None, (life.state, life.incident, life.run)))
        assert found == expected, f"game {self.number}: {self.step}, {self.trail}\n{told(self.played)}"


def test_r_x_c_an_effect_lives_as_the_rules_read() -> None:
    sample(Game, range(HOW_MANY), MET)


@pytest.mark.parametrize("number", [80849124486648, 138461965192864])
@pytest.mark.in_memory("the host plays the sample")
def test_games_that_once_came_out_otherwise(number: int) -> None:
    """X7: three claims found nothing newly done, so what comes next is poison; C1: begun in a suspension, in doubt."""
    Game(number).play()


@pytest.mark.storm
@pytest.mark.timeout(0)
@pytest.mark.in_memory("the host plays the sample")
def test_random_lives_of_effects_for_as_long_as_the_storm_lasts(storm) -> None:
    for_as_long_as_it_lasts(storm, Game, "random lives of effects")
