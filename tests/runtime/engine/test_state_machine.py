"""Random lives of random flows against a model: what was acknowledged, and what the invariants I1 to I9 make of it.

Each step is brought to a memory and to a real host, which is killed and started again at random; the memory is the
oracle, the model only remembers what callers were told. What Hypothesis finds it prints as the steps that lead there;
such a story then becomes a test of the rule that it broke.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from nodes.contract import Value
from runtime.engine import simulate
from runtime.engine.decide.operators import HOWS
from runtime.engine.driver import Done
from runtime.engine.events import ChildStarted, IncidentResolved, TaskAnswered, TimerFired
from runtime.engine.outstanding import outstanding
from runtime.engine.simulate import Advance, Broke, Crash, Replied, SendSignal, Simulation, Start, To
from runtime.engine.state import Step
from runtime.engine.stimuli import Answer, Cancel, Resolve, Resume, Suspend
from tests.runtime.engine.histories import CALLED, OTHER, PEOPLE, flows
from tests.runtime.engine.sameness import differences

pick = st.integers(0, 30)
"""which of those that are there"""


class Lives(RuleBasedStateMachine):
    """One memory, one host, and what callers were told."""

    memory: Simulation
    host: Simulation

    def __init__(self) -> None:
        super().__init__()
        self.started: list[str] = []
        self.keys: dict[tuple[str, str], str] = {}
        self.answered: dict[tuple[str, str, str], str] = {}
        """(run, step, who) -> choice, as acknowledged"""
        self.over: dict[str, str] = {}
        """runs that were seen to be over -> how"""

    @initialize(drawn=flows())
    def a_project(self, drawn: Any) -> None:
        made = {"flow": drawn, "other": OTHER, **CALLED}
        self.memory, self.host = simulate(made), simulate(made, through="host")

    def teardown(self) -> None:
        """Journals only grow, so what is the same at the end was the same all the way."""
        if not hasattr(self, "host"):
            return
        with self.host:
            assert differences(self.memory, self.host) == []
            held = {run: self.host.held(run) for run in self.host.runs()}
            assert all(state is None or state == self.host.state(run) for run, state in held.items()), "I2"
            file = self.host._host.store  # type: ignore[attr-defined]
            assert self.host._held.loop.live(file.verify()) == [], "I2: the chain"  # type: ignore[attr-defined]

    # -- what can happen ----------------------------------------------------------------------------------------------

    @rule(flow=st.sampled_from(("flow", "flow", "other")), n=st.integers(0, 3), key=st.sampled_from((None, "k", "l")))
    def start(self, flow: str, n: int, key: str | None) -> None:
        reply = self._bring(Start(flow=flow, input={"x": n, "items": ["a", "b"][:n]}, key=key, requester="eve"))
        if isinstance(reply, Done) and not reply.repeated:
            self.started.append(reply.run)
        if isinstance(reply, Done) and key is not None:
            assert self.keys.setdefault((flow, key), reply.run) == reply.run, "I1: one key, one run"

    @precondition(lambda self: self._in_flight())
    @rule(which=pick, good=st.booleans())
    def decide(self, which: int, good: bool) -> None:
        run, step = self._one_of(self._in_flight(), which)
        self._bring(To(run, Replied(step.id, {"status": 200 if good else 500, "x": 1})))

    @precondition(lambda self: self._in_flight())
    @rule(which=pick, unclear=st.booleans(), retryable=st.booleans())
    def fail(self, which: int, unclear: bool, retryable: bool) -> None:
        run, step = self._one_of(self._in_flight(), which)
        self._bring(To(run, Broke(step.id, unclear=unclear, retryable=retryable)))

    @precondition(lambda self: self._steps(lambda step: step.task is not None))
    @rule(which=pick, who=st.sampled_from(PEOPLE), choice=st.sampled_from(("approved", "rejected")))
    def answer(self, which: int, who: str, choice: str) -> None:
        run, step = self._one_of(self._steps(lambda step: step.task is not None), which)
        reply = self._bring(To(run, Answer(step=step.id, choice=choice, by=who)))
        if isinstance(reply, Done):
            assert self.answered.setdefault((run, step.id, who), choice) == choice, "A5: an answer can't be taken back"

    @rule(id_=st.sampled_from((None, "x")), keep_for=st.sampled_from((60, 86_400)))
    def signal(self, id_: str | None, keep_for: int) -> None:
        self._bring(SendSignal(name="paid", key="k", id=id_, keep_for=keep_for))

    @rule(seconds=st.sampled_from((1, 61, 1800, 4000)), wake=st.booleans())
    def tick(self, seconds: int, wake: bool) -> None:
        self._bring(Advance(seconds, wake=wake))

    @rule(point=st.sampled_from(("before_append", "after_append")), nth=st.integers(1, 4))
    def kill(self, point: str, nth: int) -> None:
        self._bring(Crash(point, nth))

    @rule()
    def restart(self) -> None:
        self._bring(Crash())

    @precondition(lambda self: self._live())
    @rule(which=pick)
    def cancel(self, which: int) -> None:
        self._bring(To(self._one_of(self._live(), which), Cancel()))

    @precondition(lambda self: self._live())
    @rule(which=pick)
    def suspend(self, which: int) -> None:
        self._bring(To(self._one_of(self._live(), which), Suspend()))

    @precondition(lambda self: self._live())
    @rule(which=pick, shift=st.booleans())
    def resume(self, which: int, shift: bool) -> None:
        self._bring(To(self._one_of(self._live(), which), Resume(shift=shift)))

    @precondition(lambda self: self._steps(lambda step: step.incident is not None))
    @rule(which=pick, how=pick)
    def resolve(self, which: int, how: int) -> None:
        run, step = self._one_of(self._steps(lambda step: step.incident is not None), which)
        assert step.incident is not None
        ways = HOWS.get(step.incident.kind, ("cancel",))
        given: dict[str, Value] = {"y": 1}
        self._bring(
            To(
                run,
                Resolve(
                    incident=step.incident.id,
                    how=ways[how % len(ways)],
                    not_done=True,
                    input=given if ways[how % len(ways)] == "edit" else None,
                    output={"status": 200, "body": 1},
                    raise_by=5,
                ),
            )
        )

    # -- what holds ---------------------------------------------------------------------------------------------------

    @invariant()
    def i1_i4_runs_are_those_that_were_started_and_what_is_over_stays_so(self) -> None:
        runs = self.memory.runs()
        wanted = {e.child for run in runs for e in self.memory.journal(run) if isinstance(e, ChildStarted)}
        roots = [run for run in runs if self.memory.rows(run).run.parent is None]
        assert set(self.started) <= set(roots), "a start that was acknowledged is a run"
        assert set(runs) - set(roots) <= wanted, "a child was wanted by its parent"
        for run in runs:
            row = self.memory.rows(run).run
            if row.ended_at is not None:
                assert self.over.setdefault(run, f"{row.state} {row.outcome}") == f"{row.state} {row.outcome}"
            else:
                assert run not in self.over

    @invariant()
    def i2_the_journal_is_whole(self) -> None:
        for run in self.memory.runs():
            entries = self.memory.entries(run)
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))

    @invariant()
    def i3_no_effect_twice_without_a_key_or_a_persons_word(self) -> None:
        asked = Counter((it.run, it.step) for it in self.memory.effects if it.effect == "once")
        for (run, step), times in asked.items():
            words = sum(
                isinstance(e, IncidentResolved) and e.how in ("retry", "edit") for e in self.memory.journal(run)
            )
            assert times <= 1 + words, f"{run} {step}"

    @invariant()
    def i5_each_decision_that_was_acknowledged_is_there_once(self) -> None:
        found = Counter(
            (run, e.step, e.by, e.choice)
            for run in self.memory.runs()
            for e in self.memory.journal(run)
            if isinstance(e, TaskAnswered)
        )
        assert all(found[*who, choice] == 1 for who, choice in self.answered.items())

    @invariant()
    def i6_no_timer_fires_twice(self) -> None:
        for run in self.memory.runs():
            fired = [(e.step, e.purpose, e.due) for e in self.memory.journal(run) if isinstance(e, TimerFired)]
            assert len(fired) == len(set(fired))

    @invariant()
    def i7_i9_what_lives_can_move_and_what_is_over_holds_nothing(self) -> None:
        for run in self.memory.runs():
            rows = self.memory.rows(run)
            state = self.memory.state(run)
            if state.terminal:
                assert not rows.tasks
                assert not rows.incidents
                assert not rows.waits
                assert not rows.run.needs_worker
            elif not state.gated:
                moves = outstanding(self.memory.plan(run), state)
                assert rows.run.next_due or rows.tasks or rows.incidents or rows.waits or moves, run

    # -- inside -------------------------------------------------------------------------------------------------------

    def _bring(self, stimulus: Any) -> Any:
        """The answer of the host, if it lived long enough to give one."""
        before = len(self.host.replies)
        self.memory.play(stimulus)
        self.host.play(stimulus)
        return self.host.replies[-1] if len(self.host.replies) > before else None

    def _live(self) -> list[str]:
        return [run for run in self.memory.runs() if self.memory.rows(run).run.ended_at is None]

    def _steps(self, wanted: Any) -> list[tuple[str, Step]]:
        return [(run, step) for run in self._live() for step in self.memory.state(run).live.values() if wanted(step)]

    def _in_flight(self) -> list[tuple[str, Step]]:
        return self._steps(lambda step: step.in_flight)

    @staticmethod
    def _one_of(there: list[Any], which: int) -> Any:
        return there[which % len(there)]


def test_random_lives() -> None:
    run_state_machine_as_test(Lives, settings=settings(max_examples=15, stateful_step_count=20))


@pytest.mark.storm
@pytest.mark.timeout(0)
def test_random_lives_for_as_long_as_the_storm_lasts(storm: Any) -> None:
    while storm.going():
        number = storm.random.getrandbits(48)
        few = settings(max_examples=40, stateful_step_count=50)
        run_state_machine_as_test(seed(number)(Lives), settings=few)
        storm.count("random lives of 50 steps", 40)
