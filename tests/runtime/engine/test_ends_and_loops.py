"""SEMANTICS sections E and L: ends, outcomes, loops, budgets."""

from __future__ import annotations

import pytest

from runtime.engine.driver import Done
from runtime.engine.simulate import Advance, Replied
from runtime.engine.stimuli import Answer, Cancel, Resolve, Resume, Start, Suspend
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate


def test_e2_e3_the_run_goes_on_to_its_last_token_and_the_declared_order_chooses_the_outcome() -> None:
    flow = draw(
        {"begin": "start", "a": "read", "b": "read", "late": "end ok", "early": "end no"},
        "begin -> a -> late",
        "begin -> b -> early",
    )
    played = simulate(flow, [Start(flow="flow"), Replied("b#1")])
    assert played.state().state == "running"
    played.play(Replied("a#1"))
    done = played.journal()[-1]
    assert (done.outcome, done.resolved, done.reached) == ("ok", True, ("ok", "no"))


def test_e3_the_output_is_that_of_the_first_such_end_in_journal_order() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "read",
            "b": "read",
            "x": ("end ok", {"config": {"output": {"v": "x"}}}),
            "y": ("end ok", {"config": {"output": {"v": "y"}}}),
        },
        "begin -> a -> x",
        "begin -> b -> y",
    )
    played = simulate(flow, [Start(flow="flow"), Replied("b#1"), Replied("a#1")])
    assert played.state().output == {"v": "y"}


def test_e4_terminate_cancels_the_rest_and_its_outcome_wins_outright() -> None:
    flow = draw(
        {"begin": "start", "a": "read", "b": "task", "c": "note", "ok": "end ok", "stop": "end no terminate"},
        "begin -> a -> stop",
        "begin -> b.approved -> ok",
        "b.rejected -> ok",
        "begin -> c -> ok",
    )
    played = simulate(flow, [Start(flow="flow"), Replied("a#1")])
    assert told(played)[-4:] == [
        "StepStarted stop#1",
        "StepCompleted stop#1 -> no",
        "StepCancelled b#1",
        "RunCompleted no",
    ]
    assert played.journal()[-1].reached == ("ok", "no")


def test_e5_ends_without_outcome_give_none() -> None:
    flow = draw({"begin": "start", "fin": "end"}, "begin -> fin")
    state = simulate(flow, [Start(flow="flow")]).state()
    assert (state.state, state.outcome, state.resolved) == ("completed", None, False)


def test_l1_l2_l3_a_runaway_loop_stops_at_its_budget_and_can_be_let_on() -> None:
    flow = draw(
        {
            "begin": "start",
            "again": "set n=if vars.n = null then 1 else vars.n + 1",
            "more": "when yes: vars.n < 10",
            "fin": "end ok",
        },
        "begin -> again -> more.yes -> again",
        "more -> fin",
        budgets={"activations": 8},
    )
    played = simulate(flow, [Start(flow="flow")])
    (incident,) = played.incidents()
    assert (incident.kind, incident.step) == ("budget", "more#4")
    assert played.state().activations == 9
    played.play(Resolve(incident=incident.incident, how="retry", raise_by=1))
    (incident,) = played.incidents()
    assert (incident.kind, incident.step) == ("budget", "again#5")
    played.play(Resolve(incident=incident.incident, how="retry", raise_by=100))
    assert played.state().outcome == "ok"
    assert len([line for line in told(played) if line.startswith("StepStarted again")]) == 10


def test_l3_waits_and_tasks_go_on_while_a_budget_is_open() -> None:
    flow = draw(
        {"begin": "start", "w": "wait PT1H", "t": "task", "again": "note", "fin": "end ok"},
        "begin -> again -> again",
        "begin -> w -> fin",
        "begin -> t.approved -> fin",
        "t.rejected -> fin",
        budgets={"activations": 6},
    )
    played = simulate(flow, [Start(flow="flow")])
    assert [i.kind for i in played.incidents()] == ["budget"]
    before = played.state().activations
    played.play(Answer(step="t#1", choice="approved", by="petra"), Advance(3600))
    state = played.state()
    assert (state.steps["t#1"].state, state.steps["w#1"].state) == ("completed", "completed")
    assert state.activations == before  # their tokens wait before `fin`
    assert len(state.ready) == 2


@pytest.mark.parametrize(
    ("flow_says", "environment_says", "holds"),
    [
        (None, {}, 1_000),
        (5, {}, 5),
        (5_000, {}, 1_000),
        (None, {"activations": 2_000}, 2_000),
        (5, {"activations": 2_000}, 5),
        (5_000, {"activations": 2_000}, 2_000),
        (50, {"activations": 20}, 20),
    ],
)
def test_l2_a_flow_may_lower_a_budget_and_an_environment_may_raise_it(
    flow_says: int | None, environment_says: dict[str, int], holds: int
) -> None:
    said = {"budgets": {"activations": flow_says}} if flow_says else {}
    flow = draw({"begin": "start", "w": "wait PT1H", "f": "end"}, "begin -> w -> f", **said)
    played = simulate(flow, [Start(flow="flow", budgets=environment_says)])
    assert played.state().limit("activations") == holds


def test_l2_a_run_of_10_000_events_is_spoken_of_once() -> None:
    flow = draw({"begin": "start", "a": "note", "t": "task"}, "begin -> a -> a", "begin -> t.approved -> a")
    played = simulate(flow, [Start(flow="flow", budgets={"activations": 100_000, "events": 10_010})])
    played.play(Suspend(), Resume(), Cancel())
    assert played.state().seq > 10_000
    said = [reply.warnings for reply in played.replies if isinstance(reply, Done)]
    assert said == [("The run r1 of flow has 10,011 events; it stops at 10,010. Does it loop for ever?",), (), (), ()]
