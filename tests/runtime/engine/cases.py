"""Cases of the law as a table: a drawing, what comes, and what then is. `test_cases_*.py` hold the tables.

The expectations were written from SEMANTICS before the engine was asked. A stimulus may be a function of the simulation
so far, for what can't be known beforehand, such as the id of an incident.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from runtime.engine.events import RunCompleted, StepStarted, TimerFired
from runtime.engine.simulate import START_AT, Actor, Answer, Resolve, Simulation, Start
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import told
from tests.runtime.engine.ways import simulate

OK = {"status": 200, "body": 1}
OPERATOR = Actor("user", "op")
NOT_SAID: Any = object()


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is not said is not judged. ``run``: which run is looked at; the last started one unless named."""

    flow: Flow | Mapping[str, Flow]
    stimuli: tuple[Any, ...] = ()
    start: Start | None = field(default_factory=lambda: Start(flow=""))
    start_at: dt.datetime = START_AT
    run: str = ""
    state: str = NOT_SAID
    outcome: str | None = NOT_SAID
    """of a completed run"""
    resolved: bool = NOT_SAID
    reached: tuple[str, ...] = NOT_SAID
    gives: Any = NOT_SAID
    """the output of the run"""
    steps: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    timers: Mapping[str, Mapping[str, dt.datetime]] = field(default_factory=dict)
    variables: Mapping[str, Any] = NOT_SAID
    incidents: list[tuple[str, str]] = NOT_SAID
    """(kind, step) of all runs"""
    tasks: list[str] = NOT_SAID
    """steps of all runs"""
    started: list[str] = NOT_SAID
    times: Mapping[str, int] = field(default_factory=dict)
    """how often a node was activated"""
    fired: list[str] = NOT_SAID
    """step and purpose of each timer"""
    told: tuple[str, ...] = ()
    """lines that the journal holds"""
    never: tuple[str, ...] = ()
    """lines that it does not hold"""
    keys: list[str] = NOT_SAID
    """the key of each effect that was asked for"""
    refused: list[int] = NOT_SAID
    """status of each refusal"""
    runs: list[str] = NOT_SAID
    where: Callable[[Simulation], bool] = lambda _: True
    """whatever else holds"""


def table(cases: Mapping[str, Case]) -> Any:
    """The decorator of a test that gets one ``case`` after another, each named by its rule."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in cases.items()])


def play(case: Case) -> Simulation:
    """The case, played in the way that the test is run in."""
    played = simulate(case.flow, [case.start] if case.start is not None else [], start_at=case.start_at)
    for stimulus in case.stimuli:
        played.play(stimulus(played) if callable(stimulus) else stimulus)
    return played


def judge(case: Case, played: Simulation) -> None:
    """Compare all that the case says with what is; the message holds the whole journal."""
    said: dict[str, Any] = {}
    found: dict[str, Any] = {}

    def compare(what: str, expected: Any, actual: Any) -> None:
        if expected is not NOT_SAID:
            said[what], found[what] = expected, actual

    compare("runs", case.runs, played.runs())
    compare("incidents", case.incidents, [(it.kind, it.step) for it in played.incidents()])
    compare("tasks", case.tasks, [task.step for task in played.tasks()])
    compare("refused", case.refused, [refusal.status for refusal in played.refusals])
    compare("keys", case.keys, [effect.key for effect in played.effects])
    if played.runs():
        state, events, lines = played.state(case.run), played.journal(case.run), told(played, case.run)
        ends = [event for event in events if isinstance(event, RunCompleted)]
        end = ends[0] if ends else RunCompleted(outcome="not completed")
        compare("state", case.state, state.state)
        compare("outcome", case.outcome, end.outcome)
        compare("resolved", case.resolved, end.resolved)
        compare("reached", case.reached, end.reached)
        compare("gives", case.gives, end.output)
        compare("variables", case.variables, state.vars)
        compare("started", case.started, [event.step for event in events if isinstance(event, StepStarted)])
        fired = [f"{event.step} {event.purpose}".strip() for event in events if isinstance(event, TimerFired)]
        compare("fired", case.fired, fired)
        for name, expected in case.steps.items():
            compare(name, expected, state.steps[name].state if name in state.steps else None)
        for name, output in case.outputs.items():
            compare(f"output of {name}", output, state.steps[name].output)
        for name, timers in case.timers.items():
            compare(f"timers of {name}", timers, state.steps[name].timers)
        for name, times in case.times.items():
            compare(f"activations of {name}", times, state.counts.get(name, 0))
        compare("lines", set(case.told), set(case.told) & set(lines))
        compare("lines that are not", set(), set(case.never) & set(lines))
    context = "\n".join(f"{run}: {told(played, run)}" for run in played.runs())
    assert found == said, f"{context}\n{[refusal.message for refusal in played.refusals]}"
    assert case.where(played), context


def at(hour: int, minute: int = 0, second: float = 0, *, day: int = 5) -> dt.datetime:
    """An instant of the January in which a simulation begins: on the 5th, at 9."""
    whole = int(second)
    return dt.datetime(2026, 1, day, hour, minute, whole, round((second - whole) * 1_000_000), tzinfo=dt.UTC)


def yes(step: str = "t#1", by: str = "petra", **more: Any) -> Answer:
    return Answer(step=step, choice="approved", by=by, **more)


def no(step: str = "t#1", by: str = "petra", **more: Any) -> Answer:
    return Answer(step=step, choice="rejected", by=by, **more)


def resolve(**how: Any) -> Callable[[Simulation], Resolve]:
    """Settle the oldest open incident."""
    return lambda played: Resolve(incident=played.incidents()[0].incident, **how)
