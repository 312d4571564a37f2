"""SEMANTICS section J: joins, rounds and fillings."""

from __future__ import annotations

from runtime.engine.simulate import Advance, Replied
from runtime.engine.stimuli import Answer, Resolve, Start
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate

FORK = ("begin -> a -> j", "begin -> b -> j", "begin -> c -> j", "j -> fin")


def _fork(join: str, **more: object):  # type: ignore[no-untyped-def]
    return draw({"begin": "start", "a": "read", "b": "read", "c": "read", "j": join, "fin": "end ok"}, *FORK, **more)


def test_j1_j4_all_fires_when_each_edge_has_arrived() -> None:
    played = simulate(_fork("join"), [Start(flow="flow"), Replied("b#1"), Replied("a#1")])
    assert told(played, after=6) == [
        "StepCompleted b#1 done",
        "StepStarted j#1",
        "StepCompleted a#1 done",
        "TokenJoined j#1 from a#1",
    ]
    played.play(Replied("c#1"))
    assert told(played, after=10) == [
        "StepCompleted c#1 done",
        "TokenJoined j#1 from c#1",
        "StepCompleted j#1 joined",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
        "RunCompleted ok",
    ]
    assert played.state().steps["j#1"].output == {"arrived": ["b", "a", "c"], "missing": []}


def test_j4_j5_any_fires_at_the_first_and_absorbs_the_others() -> None:
    played = simulate(_fork("join mode=any"), [Start(flow="flow"), Replied("c#1")])
    assert played.state().steps["j#1"].output == {"arrived": ["c"], "missing": ["a", "b"]}
    played.play(Replied("a#1"), Replied("b#1"))
    assert told(played, after=11) == [
        "StepCompleted a#1 done",
        "TokenAbsorbed j#1 from a#1",
        "StepCompleted b#1 done",
        "TokenAbsorbed j#1 from b#1",
        "RunCompleted ok",
    ]


def test_j6_rest_cancel_withdraws_the_branches_that_could_still_arrive() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "read",
            "b": "task",
            "c": "once",
            "side": "task",
            "j": "join mode=any rest=cancel",
            "fin": "end ok",
            "s": "end other",
        },
        "begin -> a -> j",
        "begin -> b.approved -> j",
        "begin -> c -> j",
        "begin -> side.approved -> s",
        "j -> fin",
        "b.rejected -> fin",
        "side.rejected -> s",
    )
    played = simulate(flow, [Start(flow="flow"), Replied("a#1")])
    after = told(played, after=7)
    assert after == [
        "StepCompleted a#1 done",
        "StepStarted j#1",
        "StepCompleted j#1 joined",
        "StepCancelled b#1",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
    ]
    # The attempt in flight gets five seconds (C1); the side branch, which can't reach the join, goes on.
    assert played.state().steps["c#1"].state == "cancelling"
    assert [task.step for task in played.tasks()] == ["side#1"]
    played.play(Advance(5))
    assert told(played, after=13) == ["AttemptAbandoned c#1 1 cancelled", "StepCancelled c#1 possibly done"]


def test_j7_a_timeout_fires_with_what_came_by_its_own_port() -> None:
    flow = draw(
        {"begin": "start", "a": "read", "b": "task", "j": "join timeout=PT1H", "fin": "end ok", "late": "end no"},
        "begin -> a -> j",
        "begin -> b.approved -> j",
        "b.rejected -> fin",
        "j -> fin",
        "j.timeout -> late",
    )
    played = simulate(flow, [Start(flow="flow"), Advance(60), Replied("a#1"), Advance(3600)])
    assert told(played, after=5) == [
        "StepCompleted a#1 done",
        "StepStarted j#1",
        "TimerFired j#1 timeout",
        "StepCompleted j#1 timeout",
        "StepStarted late#1",
        "StepCompleted late#1 -> no",
    ]
    played.play(Answer(step="b#1", choice="approved", by="petra"))
    assert told(played, after=11)[-2:] == ["TokenAbsorbed j#1 from b#1", "RunCompleted no"]


def test_j7_nothing_arrived_means_no_timer() -> None:
    flow = draw(
        {"begin": "start", "a": "read", "b": "read", "j": "join timeout=PT1H", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> b -> j",
        "j -> fin",
        "j.timeout -> fin",
    )
    played = simulate(flow, [Start(flow="flow"), Advance(7200)])
    assert told(played, after=5) == []


def test_j8_a_filling_that_can_never_fire_starves_at_once() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "b": "task", "j": "join", "fin": "end ok", "no": "end no"},
        "begin -> a -> j",
        "begin -> b.approved -> j",
        "b.rejected -> no",
        "j -> fin",
    )
    played = simulate(flow, [Start(flow="flow")])
    assert played.incidents() == []
    played.play(Answer(step="b#1", choice="rejected", by="petra"))
    (incident,) = played.incidents()
    assert (incident.kind, incident.step) == ("join_starved", "j#1")
    played.play(Resolve(incident=incident.incident, how="by_hand"))
    assert played.state().outcome == "ok"
    assert played.state().steps["j#1"].output == {"arrived": ["a"], "missing": ["b"]}


def test_j8_discard_drops_the_tokens_of_a_starved_filling() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "b": "task", "j": "join", "fin": "end ok", "no": "end no"},
        "begin -> a -> j",
        "begin -> b.approved -> j",
        "b.rejected -> no",
        "j -> fin",
    )
    played = simulate(flow, [Start(flow="flow"), Answer(step="b#1", choice="rejected", by="petra")])
    played.play(Resolve(incident=played.incidents()[0].incident, how="discard"))
    assert told(played)[-3:] == ["IncidentResolved discard", "StepCancelled j#1", "RunCompleted no"]


def test_j8_j9_an_incident_on_a_branch_keeps_the_join_alive() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "b": "read", "j": "join", "fin": "end ok"},
        "begin -> a -> j",
        "begin -> b -> j",
        "j -> fin",
    )
    played = simulate(flow, [Start(flow="flow")])
    from runtime.engine.simulate import Broke

    played.play(Broke("b#1", retryable=False))
    assert [i.kind for i in played.incidents()] == ["failed"]


def test_j8_two_joins_that_wait_for_one_another_are_dead() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "b": "note", "x": "join", "y": "join", "fin": "end ok", "fin2": "end no"},
        "begin -> a -> x",
        "begin -> b -> y",
        "x -> y",
        "y -> x",
        "x -> fin",
        "y -> fin2",
    )
    played = simulate(flow, [Start(flow="flow")])
    assert [(i.kind, i.step) for i in played.incidents()] == [("join_starved", "x#1"), ("join_starved", "y#1")]


def test_j2_a_loop_over_the_split_begins_a_new_round() -> None:
    flow = draw(
        {
            "begin": "start",
            "again": "set n=if vars.n = null then 1 else vars.n + 1",
            "split": "note",
            "a": "read",
            "b": "read",
            "j": "join",
            "more": "when yes: vars.n < 2",
            "fin": "end ok",
        },
        "begin -> again -> split -> a -> j",
        "split -> b -> j",
        "j -> more.yes -> again",
        "more -> fin",
    )
    played = simulate(flow, [Start(flow="flow"), Replied("a#1"), Replied("b#1")])
    assert played.state().vars == {"n": 2}
    played.play(Replied("b#2"), Replied("a#2"))
    state = played.state()
    assert state.outcome == "ok"
    assert state.steps["j#1"].round == "split#1"
    assert state.steps["j#2"].round == "split#2"


def test_j3_two_tokens_on_one_edge_are_two_fillings() -> None:
    flow = draw(
        {"begin": "start", "p": "note", "q": "note", "a": "note", "b": "read", "j": "join", "fin": "end ok"},
        "begin -> p -> a",
        "begin -> q -> a",
        "begin -> b -> j",
        "a -> j",
        "j -> fin",
    )
    played = simulate(flow, [Start(flow="flow")])
    state = played.state()
    assert [step for step in state.live if step.startswith("j")] == ["j#1", "j#2"]
    # One branch alone can fill only one of them, and nobody can say which: the rule goes by reachability.
    assert played.incidents() == []
    played.play(Replied("b#1"))
    assert [(i.kind, i.step) for i in played.incidents()] == [("join_starved", "j#2")]
