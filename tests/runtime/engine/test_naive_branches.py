"""Random lives of runs with several steps, played by the engine and by `naive_branches.py`: the same journals?

A flow and what comes to it are drawn from one number; a failure names it.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from runtime.engine.simulate import (
    Advance,
    Answer,
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
from tests.runtime.engine.naive_branches import Run
from tests.runtime.engine.naive_steps import Drawn
from tests.runtime.engine.ways import simulate

STIMULI = 20
HOW_MANY = 60
MET = ("RunSuspended", "TimersShifted", "RunClaimed lost", "RunCancelled", "RunCompleted ok", "AttemptReportedLate")
"""what the sample has to meet at least once, to be one"""
LENGTHS = (5, 10, 10, 20, 30, 3_600)
OK = {"status": 200}


def drawn_step(rng: random.Random, name: str) -> Drawn:
    kind = rng.choice(("read", "keyed", "keyed", "once", "once", "wait", "task"))
    own = {"wait": ("wait",), "task": ("timeout", "remind", "due")}.get(kind, ("timeout",))
    lengths = {why: float(rng.choice(LENGTHS)) for why in own if kind == "wait" or rng.random() < 0.4}
    if kind != "task" or rng.random() < 0.5:
        lengths |= {"sla": float(rng.choice(LENGTHS))} if rng.random() < 0.3 else {}
    attempts, first = rng.choice((1, 2, 3, 4)), rng.choice((0, 1, 10, 100))
    error_connected, terminates = rng.random() < 0.5, rng.random() < 0.2
    return Drawn(name, kind, lengths, error_connected, terminates, attempts, first, rng.choice((5, 300)))


def played(steps: tuple[Drawn, ...], sla: float | None) -> Simulation:
    nodes: dict[str, Any] = {"begin": "start", "ok": "end ok", "no": "end no", "stop": "end other terminate"}
    edges = []
    for it in steps:
        length = {why: f"PT{int(seconds)}S" for why, seconds in it.lengths.items()}
        fields: dict[str, Any] = {"sla": length["sla"]} if "sla" in length else {}
        edges += [f"begin -> {it.name}"]
        if it.kind == "wait":
            nodes[it.name] = (f"wait {length['wait']}", fields)
            edges += [f"{it.name} -> {it.end('done')}"]
        elif it.kind == "task":
            fields["config"] = {why: length[why] for why in ("timeout", "remind", "due") if why in length}
            nodes[it.name] = ("task", fields)
            edges += [f"{it.name}.approved -> {it.end('approved')}", f"{it.name}.rejected -> no"]
            edges += [f"{it.name}.timeout -> no"] if "timeout" in length else []
        else:
            policy = {"attempts": it.attempts, "first_delay": it.first_delay, "max_delay": it.max_delay, "jitter": 0}
            fields |= {"retry": policy} | ({"timeout": length["timeout"]} if "timeout" in length else {})
            nodes[it.name] = (it.kind, fields)
            edges += [f"{it.name} -> {it.end('done')}", *([f"{it.name}.error -> no"] if it.error_connected else [])]
    flow = draw(nodes, *edges, **({} if sla is None else {"sla": f"PT{int(sla)}S"}))
    return simulate(flow, [Start(flow="")])


class Game:
    """One run in both, and what comes to it."""

    def __init__(self, number: int) -> None:
        self.number, self.rng = number, random.Random(number)
        self.drawn = tuple(drawn_step(self.rng, name) for name in ("a", "b", "c")[: self.rng.choice((1, 2, 2, 3))])
        sla = self.rng.choice((None, None, 10.0, 20.0))
        self.run, self.played = Run(self.drawn, sla), played(self.drawn, sla)
        self.run.ask()
        self.trail: list[Any] = []
        self.compare()

    def play(self) -> Counter[str]:
        for _ in range(STIMULI):
            if self.run.blamed or self.run.state in ("completed", "cancelled"):
                break
            self.bring()
            self.compare()
        return Counter(" ".join(line.split()[:1]) if "#" in line else line for line in told(self.played))

    def bring(self) -> None:
        crash = self.rng.choice(("before_append", "after_append")) if self.rng.random() < 0.1 else None
        given, model = self._something()
        if crash is None or isinstance(given, Crash):
            self.trail.append(given)
            self.played.play(given)
            model(self.run)
            self.run.ask()
            return
        self.trail += [Crash(crash), given]
        self.played.play(Crash(crash), given)
        if not isinstance(given, Advance):
            self._crashed(crash, model)
        elif not self.run.advance(given.seconds, wake=given.wake, crash=crash):
            self._disarm()
        self.run.ask()

    def _disarm(self) -> None:
        self.played.play(Crash())
        self.trail.append(Crash())
        self.run.restart()

    def _crashed(self, point: str, model: Any) -> None:
        """The crash waits for an append; a stimulus that changes nothing leaves it armed, and it is disarmed."""
        after = self.run.kept()
        model(after)
        if len(after.lines) == len(self.run.lines):
            self.run = after
            self._disarm()
            return
        if point == "after_append":
            self.run = after
        self.run.restart()

    def _something(self) -> tuple[Any, Any]:
        rng, run = self.rng, self.run
        options: list[Any] = [self._advance, self._advance, self._crash, self._suspend, self._resume]
        options += [self._cancel] if rng.random() < 0.2 else []
        for step in run.live():
            if step.in_flight:
                options += [lambda s=step: self._report(s)] * 3
            elif step.incident:
                options += [lambda s=step: self._resolution(s)] * 3
            elif step.drawn.kind == "task":
                options += [lambda s=step: self._answer(s)]
        gone = [step for step in run.steps.values() if step.drawn.effect and not step.in_flight]
        if gone and rng.random() < 0.2:
            options.append(lambda: self._report(rng.choice(gone)))
        made: tuple[Any, Any] = rng.choice(options)()
        return made

    def _advance(self) -> tuple[Any, Any]:
        seconds, wake = self.rng.choice((0.5, 1, 3, 5, 5, 10, 60, 4_000)), self.rng.random() < 0.7
        return Advance(seconds, wake=wake), lambda run: run.advance(seconds, wake=wake)

    def _crash(self) -> tuple[Any, Any]:
        return Crash(), lambda run: run.restart()

    def _suspend(self) -> tuple[Any, Any]:
        return Suspend(), lambda run: run.suspend()

    def _resume(self) -> tuple[Any, Any]:
        shift = self.rng.random() < 0.4
        return Resume(shift=shift), lambda run: run.resume(shift=shift)

    def _cancel(self) -> tuple[Any, Any]:
        return Cancel(), lambda run: run.cancel()

    def _report(self, step: Any) -> tuple[Any, Any]:
        rng, name, attempt = self.rng, step.id, step.attempt
        if rng.random() < 0.4:
            return Replied(name, OK), lambda run: run.replied(name, attempt)
        retryable, unclear = rng.random() < 0.7, rng.random() < 0.3
        wish = rng.choice((None, None, 2, 50, 9_999))
        return (
            Broke(name, retryable=retryable, unclear=unclear, retry_after=wish),
            lambda run: run.broke(name, attempt, retryable=retryable, unclear=unclear, wish=wish),
        )

    def _answer(self, step: Any) -> tuple[Any, Any]:
        name, choice, who = step.id, self.rng.choice(("approved", "rejected")), self.rng.choice(("petra", "tom"))
        return Answer(step=name, choice=choice, by=who), lambda run: run.answered(name, choice, who)

    def _resolution(self, step: Any) -> tuple[Any, Any]:
        rng, name = self.rng, step.id
        how = rng.choice(("retry", "retry", "edit", "by_hand", "other_port", "cancel"))
        not_done = rng.random() < 0.5
        given = Resolve(
            incident=f"r1:{step.incident_seq}",
            how=how,
            not_done=not_done,
            input={"y": 1} if how == "edit" else None,
            output=OK if how == "by_hand" else None,
            port="error" if how == "other_port" else None,
        )
        return given, lambda run: run.resolve(name, how, not_done=not_done)

    def compare(self) -> None:
        run = self.run
        state = self.played.state()
        assert told(self.played) == run.lines, f"game {self.number}: {self.drawn}, {self.trail}"
        found = {name: seen(step) for name, step in state.steps.items() if name in run.steps}
        expected = {name: seen(step) for name, step in run.steps.items()}
        assert (found, state.state) == (expected, run.state), f"game {self.number}: {self.drawn}, {self.trail}"
        asked = [(effect.step, effect.attempt, effect.key) for effect in self.played.effects]
        assert asked == run.asked, f"game {self.number}: {self.drawn}, {self.trail}"


def seen(step: Any) -> tuple[Any, ...]:
    """What both know of a step; whether it is unclear matters while it lives."""
    return step.state, step.possibly_done, step.attempt, step.live and step.unclear


def test_r_x_c_z_steps_beside_one_another_live_as_the_rules_read() -> None:
    sample(Game, range(HOW_MANY), MET)


@pytest.mark.storm
@pytest.mark.timeout(0)
@pytest.mark.in_memory("the host plays the sample")
def test_random_branches_for_as_long_as_the_storm_lasts(storm) -> None:
    for_as_long_as_it_lasts(storm, Game, "random lives of several steps")
