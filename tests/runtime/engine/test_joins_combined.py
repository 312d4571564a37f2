"""SEMANTICS section J where it meets the rest: loops, cancels, timers, suspension, incidents, other joins, budgets."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.engine.simulate import Advance, Broke, Crash, Replied, Simulation
from runtime.engine.stimuli import Answer, Cancel, Resolve, Resume, SendSignal, Start, Suspend
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate


def play(flow: Flow, *stimuli: Any) -> Simulation:
    return simulate(flow, [Start(flow="flow"), *stimuli])


def kinds(played: Simulation) -> list[tuple[str, str]]:
    return [(i.kind, i.step) for i in played.incidents()]


def yes(step: str) -> Answer:
    return Answer(step=step, choice="approved", by="petra")


def no(step: str) -> Answer:
    return Answer(step=step, choice="rejected", by="petra")


def test_j1_n_of_m_fires_at_the_second_of_three_edges() -> None:
    flow = draw(
        {"begin": "start", "a": "read", "b": "read", "c": "read", "j": "join n=2", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> b -> j",
        "begin -> c -> j",
        "j -> fin",
    )
    played = play(flow, Replied("c#1"), Replied("a#1"))
    assert told(played, after=6) == [
        "StepCompleted c#1 done",
        "StepStarted j#1",
        "StepCompleted a#1 done",
        "TokenJoined j#1 from a#1",
        "StepCompleted j#1 joined",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
    ]
    assert played.state().steps["j#1"].output == {"arrived": ["c", "a"], "missing": ["b"]}  # J4: who came first


def test_j2_a_slow_branch_of_an_earlier_round_never_fills_a_later_one() -> None:
    flow = draw(
        {
            "begin": "start",
            "split": "note",
            "a": "read",
            "b": "read",
            "j": "join mode=any",
            "more": "when yes: vars.n = null",
            "set": "set n=1",
            "fin": "end ok",
        },
        "begin -> split -> a -> j",
        "split -> b -> j",
        "j -> more.yes -> set -> split",
        "more -> fin",
    )
    played = play(flow, Replied("a#1"))
    assert {step.id for step in played.state().live.values()} == {"b#1", "a#2", "b#2"}
    played.play(Replied("b#1"))
    assert told(played)[-1] == "TokenAbsorbed j#1 from b#1"
    assert [s for s in played.state().steps if s.startswith("j#")] == ["j#1"]
    played.play(Replied("b#2"))
    assert played.state().steps["j#2"].round == "split#2"


def test_j2_a_token_that_comes_back_to_the_join_begins_a_new_round() -> None:
    flow = draw(
        {"begin": "start", "a": "read", "b": "read", "j": "join mode=any", "again": "task", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> b -> j",
        "j -> again.rejected -> j",
        "again.approved -> fin",
    )
    played = play(flow, Replied("a#1"), no("again#1"))
    assert played.state().steps["j#2"].round == "j#1"
    played.play(Replied("b#1"))
    assert told(played)[-1] == "TokenAbsorbed j#1 from b#1", "the first round's branch belongs to the first round"


def test_j3_a_third_token_on_one_edge_opens_a_third_filling_in_order() -> None:
    flow = draw(
        {
            "begin": "start",
            "p": "note",
            "q": "note",
            "s": "note",
            "a": "note",
            "b": "read",
            "c": "read",
            "j": "join",
            "fin": "end ok",
        },
        "begin -> p -> a",
        "begin -> q -> a",
        "begin -> s -> a -> j",
        "begin -> b -> j",
        "j -> fin",
        "begin -> c -> b",
    )
    played = play(flow, Replied("b#1"))
    assert played.state().steps["j#1"].state == "completed"
    assert [f.edges for f in played.state().live.values() if f.node == "j"] == [[("a", "done", "j")]] * 2
    played.play(Replied("c#1"), Replied("b#2"))
    assert played.state().steps["j#2"].state == "completed"
    assert kinds(played) == [("join_starved", "j#3")]


def test_j6_a_second_filling_of_the_same_round_is_cancelled_with_the_rest() -> None:
    flow = draw(
        {
            "begin": "start",
            "p": "note",
            "q": "note",
            "a": "note",
            "b": "read",
            "j": "join n=2 rest=cancel",
            "fin": "end ok",
        },
        "begin -> p -> a",
        "begin -> q -> a -> j",
        "begin -> b -> j",
        "j -> fin",
    )
    played = play(flow, Replied("b#1"))
    assert told(played)[-6:] == [
        "TokenJoined j#1 from b#1",
        "StepCompleted j#1 joined",
        "StepCancelled j#2",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
        "RunCompleted ok",
    ]


def test_j6_tokens_that_collect_in_other_joins_are_cancelled_too_and_other_rounds_are_not() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "read",
            "b": "note",
            "c": "read",
            "inner": "join",
            "j": "join mode=any rest=cancel",
            "fin": "end ok",
        },
        "begin -> a -> j",
        "begin -> b -> inner",
        "begin -> c -> inner -> j",
        "j -> fin",
    )
    played = play(flow, Replied("a#1"))
    assert told(played, after=8) == [
        "StepCompleted a#1 done",
        "StepStarted j#1",
        "StepCompleted j#1 joined",
        "StepCancelled inner#1",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
    ]
    assert played.state().steps["c#1"].state == "cancelling"
    played.play(Replied("c#1", {"status": 200, "body": 1}))
    assert told(played)[-2:] == ["StepCompleted c#1 done", "RunCompleted ok"], "its token goes nowhere (C1)"


def test_j6_a_task_a_wait_a_retry_and_an_incident_of_the_round_end_at_once() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "read",
            "t": "task",
            "w": "wait PT1H",
            "s": "signal paid",
            "r": "read",
            "i": "read",
            "j": "join mode=any rest=cancel",
            "fin": "end ok",
        },
        *(f"begin -> {name} -> j" for name in ("a", "w", "s", "r", "i")),
        "begin -> t.approved -> j",
        "t.rejected -> j",
        "j -> fin",
    )
    played = play(flow, Broke("r#1"), Broke("i#1", retryable=False), Replied("a#1"))
    assert told(played)[-12:] == [
        "StepCompleted a#1 done",
        "StepStarted j#1",
        "StepCompleted j#1 joined",
        "IncidentClosed",
        "StepCancelled i#1",
        "StepCancelled r#1",
        "StepCancelled s#1",
        "StepCancelled t#1",
        "StepCancelled w#1",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
        "RunCompleted ok",
    ]


def test_j7_the_timeout_of_a_suspended_run_waits_and_what_came_meanwhile_goes_first() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "note",
            "b": "signal paid",
            "j": "join timeout=PT1H",
            "fin": "end ok",
            "late": "end no",
        },
        "begin -> a -> j",
        "begin -> b -> j",
        "j -> fin",
        "j.timeout -> late",
    )
    played = play(flow, Suspend(), Advance(7200))
    assert played.rows().run.next_due is None
    came = play(flow, Suspend(), Advance(7200), SendSignal(name="paid", key="k"), Resume())
    assert told(came)[-6:] == [
        "RunResumed",
        "TokenJoined j#1 from b#1",
        "StepCompleted j#1 joined",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
        "RunCompleted ok",
    ]
    played.play(Resume())
    assert told(played)[-4:] == [
        "TimerFired j#1 timeout",
        "StepCompleted j#1 timeout",
        "StepStarted late#1",
        "StepCompleted late#1 -> no",
    ]


def test_j7_rest_cancel_applies_at_the_timeout_as_well() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "note",
            "b": "task",
            "j": "join timeout=PT1H rest=cancel",
            "fin": "end ok",
            "late": "end no",
        },
        "begin -> a -> j",
        "begin -> b.approved -> j",
        "b.rejected -> fin",
        "j -> fin",
        "j.timeout -> late",
    )
    played = play(flow, Advance(3600))
    assert told(played)[-6:] == [
        "TimerFired j#1 timeout",
        "StepCompleted j#1 timeout",
        "StepCancelled b#1",
        "StepStarted late#1",
        "StepCompleted late#1 -> no",
        "RunCompleted no",
    ]


@pytest.mark.parametrize("kind", ["task", "wait PT1H", "signal paid", "read", "keyed"])
def test_j8_j9_a_branch_that_waits_keeps_the_filling_alive(kind: str) -> None:
    port = ".approved" if kind == "task" else ""
    flow = draw(
        {"begin": "start", "a": "note", "b": kind, "j": "join", "fin": "end ok"},
        "begin -> a -> j",
        f"begin -> b{port} -> j",
        "j -> fin",
    )
    assert kinds(play(flow)) == []


def test_j9_a_branch_in_an_incident_or_a_retry_counts_as_live() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "b": "keyed", "j": "join", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> b -> j",
        "j -> fin",
    )
    assert kinds(play(flow, Broke("b#1", retryable=False))) == [("failed", "b#1")]
    assert kinds(play(flow, Broke("b#1"))) == []


def test_j8_j9_a_cancelling_branch_starves_a_join_at_once() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "read",
            "b": "keyed",
            "x": "join mode=any rest=cancel",
            "c": "note",
            "y": "join",
            "fin": "end ok",
            "fin2": "end no",
        },
        "begin -> a -> x",
        "begin -> b -> y",
        "b.error -> x",
        "begin -> c -> y",
        "x -> fin",
        "y -> fin2",
    )
    played = play(flow, Replied("a#1"))
    assert played.state().steps["b#1"].state == "cancelling"
    assert kinds(played) == [("join_starved", "y#1")]


def test_j8_a_path_through_the_join_itself_is_another_round_and_keeps_nothing_alive() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "t": "task", "j": "join", "x": "note", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> t.approved -> a",
        "t.rejected -> fin",
        "j -> x -> j",
    )
    assert kinds(play(flow)) == [("join_starved", "j#1")]


def test_j8_a_join_behind_a_dead_join_is_dead_and_one_behind_a_live_join_is_alive() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "note",
            "b": "task",
            "x": "join",
            "c": "note",
            "y": "join",
            "fin": "end ok",
            "no": "end no",
        },
        "begin -> a -> x",
        "begin -> b.approved -> x",
        "b.rejected -> no",
        "begin -> c -> y",
        "x -> y",
        "y -> fin",
    )
    played = play(flow)
    assert kinds(played) == []
    played.play(no("b#1"))
    assert kinds(played) == [("join_starved", "x#1"), ("join_starved", "y#1")]
    played.play(Resolve(incident=played.incidents()[0].incident, how="by_hand"))
    assert told(played)[-7:] == [
        "StepCompleted x#1 joined by hand",
        "TokenJoined y#1 from x#1",
        "IncidentClosed",
        "StepCompleted y#1 joined",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
        "RunCompleted ok",
    ]


def test_j8_a_timeout_keeps_a_filling_alive_and_whoever_waits_for_it() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "note",
            "b": "note",
            "x": "join timeout=PT1H",
            "y": "join",
            "fin": "end ok",
            "fin2": "end no",
        },
        "begin -> a -> x",
        "begin -> b -> y",
        "x.timeout -> y",
        "y -> x",
        "x -> fin",
        "y -> fin2",
    )
    assert kinds(play(flow)) == []


def test_j8_several_joins_of_which_one_is_dead_leave_the_others_alone() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "c": "when p: true", "d": "note", "j": "join", "k": "join", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> c.p -> d -> k",
        "c -> j",
        "a -> k",
        "j -> fin",
        "k -> fin",
    )
    played = play(flow)
    assert kinds(played) == [("join_starved", "j#1")]
    assert played.state().steps["k#1"].state == "completed"


def test_j8_r8_a_filling_that_was_discarded_absorbs_what_still_comes_to_it() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "note",
            "x": "join",
            "c": "note",
            "y": "join",
            "t": "task",
            "fin": "end ok",
            "no": "end no",
        },
        "begin -> a -> x",
        "begin -> t.approved -> x",
        "t.rejected -> no",
        "x -> y",
        "begin -> c -> y",
        "y -> fin",
    )
    played = play(flow, no("t#1"))
    first, second = played.incidents()
    assert (first.step, second.step) == ("x#1", "y#1")
    played.play(Resolve(incident=second.incident, how="discard"), Resolve(incident=first.incident, how="by_hand"))
    assert told(played)[-5:] == [
        "StepCancelled y#1",
        "IncidentResolved by_hand",
        "StepCompleted x#1 joined by hand",
        "TokenAbsorbed y#1 from x#1",
        "RunCompleted no",
    ]


def test_j3_l3_a_filling_that_an_incident_reserved_takes_the_other_branches_in() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "read",
            "b": "read",
            "j": ("join", {"config": {"timeout": {"feel": "vars.limit"}}}),
            "late": 'set limit=duration("PT1H")',
            "w": "wait PT1M",
            "fin": "end ok",
        },
        "begin -> a -> j",
        "begin -> b -> j",
        "begin -> w -> late -> fin",
        "j -> fin",
        "j.timeout -> fin",
    )
    played = play(flow, Replied("a#1"), Replied("b#1"))
    assert kinds(played) == [("expression", "j#1")], "one incident for the filling, not one for each branch"
    played.play(Advance(60), Resolve(incident=played.incidents()[0].incident, how="retry"))
    assert told(played)[-4:] == [
        "StepCompleted j#1 joined",
        "StepStarted fin#2",
        "StepCompleted fin#2 -> ok",
        "RunCompleted ok",
    ]
    assert played.state().steps["j#1"].output == {"arrived": ["a", "b"], "missing": []}


def test_l3_j3_a_filling_that_a_budget_reserved_goes_on_as_one() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "b": "note", "j": "join", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> b -> j",
        "j -> fin",
        budgets={"activations": 3},
    )
    played = play(flow)
    assert kinds(played) == [("budget", "j#1")]
    played.play(Resolve(incident=played.incidents()[0].incident, how="retry", raise_by=5))
    assert told(played)[-6:] == [
        "StepStarted j#1",
        "TokenJoined j#1 from b#1",
        "StepCompleted j#1 joined",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
        "RunCompleted ok",
    ]


def test_j5_a_budget_does_not_count_tokens_that_only_join() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "b": "note", "j": "join mode=any", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> b -> j",
        "j -> fin",
        budgets={"activations": 5},
    )
    assert play(flow).state().state == "completed"


def test_c1_c2_x8_a_collecting_join_survives_a_crash_and_ends_with_a_cancel() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "b": "task", "j": "join", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> b.approved -> j",
        "b.rejected -> fin",
        "j -> fin",
    )
    played = play(flow, Crash(), Cancel())
    assert told(played, after=7) == ["RunCancelRequested", "StepCancelled b#1", "StepCancelled j#1", "RunCancelled"]


def test_t7_n1_behind_a_join_the_branches_are_ancestors_and_the_latest_pass_counts() -> None:
    flow = draw(
        {
            "begin": "start",
            "v": "set n=if vars.n = null then 1 else vars.n + 1",
            "a": "note",
            "b": "note",
            "j": "join",
            "see": "when again: v.n < 2; good: v.n = 2 and v.n = vars.n",
            "yes": "end ok",
            "no": "end no",
        },
        "begin -> v -> a -> j",
        "v -> b -> j",
        "j -> see.again -> v",
        "see.good -> yes",
        "see -> no",
    )
    assert play(flow).state().outcome == "ok"


def test_e4_terminate_closes_a_starved_join_and_a_second_terminate_never_comes() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "note",
            "b": "task",
            "c": "task",
            "j": "join",
            "fin": "end ok",
            "no": "end other",
            "stop": "end no terminate",
        },
        "begin -> a -> j",
        "begin -> b.approved -> j",
        "b.rejected -> no",
        "begin -> c.approved -> stop",
        "c.rejected -> stop",
        "j -> fin",
    )
    played = play(flow, no("b#1"), yes("c#1"))
    assert told(played)[-4:] == ["StepCompleted stop#1 -> no", "IncidentClosed", "StepCancelled j#1", "RunCompleted no"]
    assert played.journal()[-1].reached == ("no", "other")
