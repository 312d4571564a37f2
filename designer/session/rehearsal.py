"""``Rehearsal``: a run in memory in which nothing is sent: effects are answered by samples, people by whoever tests.

It is the engine's own simulation, on the flow as drawn now. What effects answer comes from ``Answers``: what the user
typed for the step, else what is kept with the sample or was seen in the last run, else an example made from its schema.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from designer.session.answers import Answers, RehearsalRefused
from designer.session.examples import example_of
from nodes.contract import BrokenNodeType, Effect, HumanTask, NodeType, Value
from nodes.contract.behaviours import ReplyRules
from runtime.engine.events import Actor
from runtime.engine.plan import Plan, TypeSource
from runtime.engine.simulate import Advance, Broke, Replied, Simulation, To, simulate
from runtime.engine.state import State, Step, split_step
from runtime.engine.stimuli import Answer, Refusal, Resolve, Start
from runtime.model.project import Project

T = TypeVar("T")
LIMIT = 2_000
"""effects answered in one go; a flow that wants more goes in circles and is told so"""
MOST_WAITS = 40
"""waits that are passed when it is played through"""


class AnswersDirectly:
    """Node types whose effects take a step's output as the reply: the samples are outputs, not replies."""

    def __init__(self, types: TypeSource, real: frozenset[str] = frozenset()) -> None:
        self._types = types

    def get(self, type_id: str, version: int, /) -> NodeType | BrokenNodeType | None:
        found = self._types.get(type_id, version)
        if not isinstance(found, NodeType):
            return found
        behaviour = found.behaviour

        def direct(config: Any) -> Any:
            does = behaviour(config)
            return replace(does, reply=ReplyRules()) if isinstance(does, Effect) else does

        return replace(found, behaviour=direct)


class Rehearsal:
    """One rehearsal. ``advance`` plays until something is waited for, a stop is reached or the run has ended.

    What is ``in pieces`` is played as it is gone through, in pieces that are about equally dear. Law: it may be left in
    the middle; what comes next then first plays the stimulus that was left to its end, so the order never changes.
    """

    def __init__(
        self,
        project: Project,
        flow_id: str,
        types: TypeSource,
        answers: Answers,
        *,
        start_at: dt.datetime,
        stops: frozenset[str] = frozenset(),
    ) -> None:
        self._answers = answers
        self._stops = set(stops)
        """nodes with a breakpoint: it halts before their effect is answered or after they are reached"""
        self._passed: set[str] = set()
        self._answered = 0
        self._ended: set[str] = set()
        """runs that it has called and that can do nothing more"""
        self.project = project
        self.flow_id = flow_id
        self._left: Iterator[None] = iter(())
        """what is still to be played of the last stimulus"""
        self.run = "rehearsal-1"
        """its run id"""
        self.simulation: Simulation = simulate(
            dict(project.flows),
            types=AnswersDirectly(types),
            start_at=start_at,
            new_id=lambda n: f"rehearsal-{n}",
            decisions=project.decisions,
        )

    def start(self, given: Value, *, trigger: str | None = None, by: str = "tester", case: Value = None) -> None:
        """Begin. Raises RehearsalRefused if the input does not fit the flow."""
        _drain(self.start_in_pieces(given, trigger=trigger, by=by, case=case))

    def start_in_pieces(
        self, given: Value, *, trigger: str | None = None, by: str = "tester", case: Value = None
    ) -> Generator[None, None, None]:
        """As ``start``; the first piece reads the flow unless it is read, and what is refused is refused in the
        second."""
        _ = self.plan
        yield
        actor = Actor("user", by)
        yield from self._play(Start(flow=self.flow_id, input=given, trigger=trigger, actor=actor, case=case))

    def read_in_pieces(self) -> Generator[None, None, None]:
        """The flow is read as this is gone through: a piece for each of its nodes."""
        yield from self.simulation.plans.read(self.flow_id)

    @property
    def plan(self) -> Plan:
        """The flow as the engine reads it: once, when it is asked for."""
        return self.simulation.plans[self.flow_id]

    @property
    def state(self) -> State:
        """The engine's state now; to be read only."""
        return self._state_of(self.run)

    @property
    def held(self) -> bool:
        """Whether an effect stands to be answered: whatever is armed besides, nothing waits for time until it is."""
        return self._in_flight() is not None

    @property
    def next_due(self) -> dt.datetime | None:
        """When the next timer fires, of the run or of one that it called; None if none is armed."""
        due = [at for run in self._live() if (at := self.simulation.rows(run).run.next_due) is not None]
        return min(due, default=None)

    def advance(self, until: Callable[[State], bool] = lambda _state: False, *, one: bool = False) -> str:
        """Answer effects in the order in which they were asked. Returns why it halted: ``ended``, ``waits``,
        ``breakpoint``, ``reached`` (``until`` holds) or ``stepped`` (after ``one``)."""
        return _drain(self.advance_in_pieces(until, one=one))

    def advance_in_pieces(
        self, until: Callable[[State], bool] = lambda _state: False, *, one: bool = False
    ) -> Generator[None, None, str]:
        """As ``advance``."""
        yield from self._rest_of_it()
        while True:
            state = self.state
            if state.terminal:
                return "ended"
            if until(state):
                return "reached"
            found = self._in_flight()
            if found is None:
                if not self._wakes():
                    return "waits"
                yield from self._play(Advance(self._to_next_due()))
                continue
            run, step = found
            if run == self.run and step.node in self._stops and step.id not in self._passed:
                self._passed.add(step.id)
                return "breakpoint"
            yield
            self._answered += 1
            if self._answered > LIMIT:
                raise RehearsalRefused(f"The flow asked for {LIMIT:,} effects. It seems to go in circles; add a limit.")
            yield from self._play(self._reply(run, step), run)
            if one:
                return "stepped"

    def answer(self, step: str, choice: str, by: str, form: Value = None, *, run: str = "") -> None:
        """Answer a task as a person; ``run``: of a run that was called. Raises RehearsalRefused with the engine's
        reason."""
        _drain(self._play(Answer(step=step, choice=choice, by=by, form=form), run))

    def resolve(self, incident: str, how: str, *, run: str = "", **more: Any) -> None:
        """Decide how a step that stands still goes on. Raises RehearsalRefused with the engine's reason."""
        _drain(self._play(Resolve(incident=incident, how=how, **more), run))

    def skip_time(self) -> bool:
        """Let the clock jump to the next timer; False if none is armed."""
        if self.next_due is None:
            return False
        _drain(self._play(Advance(self._to_next_due())))
        return True

    def play_through(self) -> None:
        """On to the end as far as it comes: people give their first choice, time is skipped."""
        try:
            for _ in range(MOST_WAITS):
                if self.advance() != "waits" or not self._first_choice():
                    break
        except RehearsalRefused:
            return  # a step that refuses ends it there; what was reached is known

    def _first_choice(self) -> bool:
        """A person chooses the first way, or time passes; False if neither helps."""
        plan = self.simulation.plans[self.flow_id]
        for step in self.state.steps.values():
            node = plan.nodes.get(step.node)
            if step.state != "completed" and node is not None and isinstance(node.behaviour, HumanTask):
                try:
                    self.answer(step.id, node.behaviour.choices[0].port, "somebody")
                except RehearsalRefused:
                    continue
                return True
        return self.skip_time()

    def _state_of(self, run: str) -> State:
        held = self.simulation.held(run)
        return self.simulation.state(run) if held is None else held

    def _live(self) -> Iterator[str]:
        """The run, and those that it called and that have not ended, in order of their start."""
        for run in self.simulation.runs():
            if run in self._ended:
                continue
            if run != self.run and self._state_of(run).terminal:
                self._ended.add(run)
            else:
                yield run

    def _wakes(self) -> bool:
        """Pauses between attempts pass by themselves; waits that a business person drew do not."""
        states = (self._state_of(run) for run in self._live())
        retrying = any(step.state == "retrying" for state in states for step in state.live.values())
        return retrying and self.next_due is not None

    def _to_next_due(self) -> float:
        """Seconds."""
        due = self.next_due or self.simulation.now
        return max(0.0, (due - self.simulation.now).total_seconds())

    def _in_flight(self) -> tuple[str, Step] | None:
        """The next effect that is to be answered, and its run."""
        for run in self._live():
            step = next((step for step in self._state_of(run).live.values() if step.in_flight), None)
            if step is not None:
                return run, step
        return None

    def _rest_of_it(self) -> Generator[None, None, None]:
        for _ in self._left:  # not "yield from": whoever leaves this doesn't end what is left
            yield

    def _reply(self, run: str, step: Step) -> Replied | Broke:
        own = run == self.run
        if own and step.node in self._answers.fails:
            return Broke(step.id, code="sample", message="The sample says that this step fails.", retryable=False)
        return Replied(step.id, self.answer_of(step.node) if own else self._example(run, step.node))

    def answer_of(self, node: str) -> Value:
        """What the effect of this node answers."""
        for known in (self._answers.typed, self._answers.seen):
            if node in known:
                return known[node]
        return self._example(self.run, node)

    def _example(self, run: str, node: str) -> Value:
        """One that fits; samples belong to the steps of the flow that is rehearsed, not to those of flows it calls."""
        behaviour = self.simulation.plan(run).nodes[node].behaviour
        schema: Mapping[str, Any] = (behaviour.output_schema if isinstance(behaviour, Effect) else None) or {}
        return example_of(schema)

    def _play(self, stimulus: Any, run: str = "") -> Generator[None, None, None]:
        _drain(self._rest_of_it())
        before = len(self.simulation.refusals)
        self._left = self.simulation.play_in_pieces(To(run, stimulus) if run and run != self.run else stimulus)
        yield from self._rest_of_it()
        refused: list[Refusal] = self.simulation.refusals[before:]
        if refused:
            raise RehearsalRefused(refused[0].message)


def _drain(pieces: Generator[None, None, T]) -> T:
    """All of them at once; what they come to."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            found: T = end.value
            return found


def node_of(step: str) -> str:
    """``check#2`` -> ``check``."""
    return split_step(step)[0]
