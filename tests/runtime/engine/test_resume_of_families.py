"""SEMANTICS C4 for a run and those that it has called: what came in suspension goes before a deadline that passed in
it, wherever in the family it came."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.engine.events import TimeLimitHeld
from runtime.engine.simulate import Advance, Crash, Replied, Simulation, To
from runtime.engine.stimuli import Cancel, Resume, Start, Suspend
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.test_subflows import CHILD, LEAF, answer, family
from tests.runtime.engine.ways import simulate

HOUR = 3600


def limited(leaf: Any, *stimuli: Any) -> Simulation:
    """A flow that calls ``leaf`` for an hour at most, held from its start on."""
    flows = family(leaf, "call.timeout -> bad", timeout="PT1H")
    return simulate(flows, [Start(flow="flow", input={}), Suspend(), *stimuli])


@pytest.mark.parametrize("at", [HOUR // 2, 2 * HOUR], ids=["before the limit", "after it, still in suspension"])
def test_c4_an_answer_that_a_child_got_in_suspension_beats_the_time_limit_of_its_parent(at: int) -> None:
    played = limited(LEAF, Advance(at), answer(CHILD), Advance(3 * HOUR), Resume())
    assert played.state().outcome == "ok"
    assert "StepCompleted call#1 ok" in told(played)


def test_c4_what_follows_an_answer_in_a_moment_counts_too_and_what_takes_longer_does_not() -> None:
    nodes = {"begin": "start", "t": "task", "act": "keyed", "fin": "end ok"}
    leaf = draw(nodes, "begin -> t.approved -> act -> fin", "t.rejected -> fin")
    for seconds, outcome in ((4, "ok"), (6, "no")):
        played = limited(leaf, answer(CHILD), Advance(2 * HOUR), Resume(), Advance(seconds))
        played.play(To(CHILD, Replied("act#1", {})), Advance(60))
        assert played.state().outcome == outcome, seconds


@pytest.mark.parametrize("crash", [(), (Crash(),)])
def test_c4_without_anything_that_came_the_limit_goes_off_five_seconds_after_resume(crash: tuple[Any, ...]) -> None:
    played = limited(LEAF, Advance(2 * HOUR), Resume(), *crash, Advance(4))
    assert played.state(CHILD).state == "running"
    assert [event for event in played.journal() if isinstance(event, TimeLimitHeld)]
    played.play(Advance(1))
    assert (played.state(CHILD).state, played.state().outcome) == ("cancelled", "no")


def test_c4_a_limit_that_is_not_over_and_one_that_is_shifted_stay_as_they_are() -> None:
    for resume, left in ((Resume(), HOUR // 2), (Resume(shift=True), HOUR)):
        played = limited(LEAF, Advance(HOUR // 2), resume)
        assert not [event for event in played.journal() if isinstance(event, TimeLimitHeld)]
        played.play(Advance(left - 1))
        assert played.state().state == "running"
        assert played.play(Advance(1)).state().outcome == "no"


def test_c4_an_end_below_two_levels_is_heard_at_the_top() -> None:
    calls = {"begin": "start", "call": ("calls leaf ok no", {"config": {"timeout": "PT1H"}}), "fin": "end ok"}
    middle = draw(calls, "begin -> call.ok -> fin", "call.no -> fin", "call.timeout -> fin")
    top = {
        "begin": "start",
        "call": ("calls middle ok", {"config": {"timeout": "PT1H"}}),
        "fin": "end ok",
        "bad": "end no",
    }
    flows = {
        "flow": draw(top, "begin -> call.ok -> fin", "call.timeout -> bad"),
        "middle": middle.model_copy(update={"id": "middle"}),
        "leaf": LEAF.model_copy(update={"id": "leaf"}),
    }
    played = simulate(flows, [Start(flow="flow", input={}), Suspend()])
    lowest = max(played.runs(), key=len)
    played.play(answer(lowest), Advance(2 * HOUR), Resume())
    assert [played.state(run).outcome for run in ("r1", lowest)] == ["ok", "ok"]
    [child] = set(played.runs()) - {"r1", lowest}
    assert "StepCompleted call#1 ok" in told(played, child)


def test_c4_f6_items_of_a_loop_that_were_answered_count_before_its_limit() -> None:
    config = {"config": {"timeout": "PT1H", "at_once": 3}}
    nodes = {"begin": "start", "each": ("each leaf", config), "fin": "end ok", "bad": "end no"}
    edges = ("begin -> each -> fin", "each.timeout -> bad")
    flows = {"flow": draw(nodes, *edges), "leaf": LEAF.model_copy(update={"id": "leaf"})}
    played = simulate(flows, [Start(flow="flow", input={"items": ["a", "b", "c"]}), Suspend()])
    children = sorted(set(played.runs()) - {"r1"})
    played.play(*(answer(child) for child in children), Advance(2 * HOUR), Resume())
    assert played.state().outcome == "ok"


def test_c2_a_held_limit_goes_with_a_cancel() -> None:
    played = limited(LEAF, Advance(2 * HOUR), Resume(), Cancel(), Advance(60))
    assert (played.state().state, played.state(CHILD).state) == ("cancelled", "cancelled")
