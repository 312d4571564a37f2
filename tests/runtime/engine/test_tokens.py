"""SEMANTICS section T: tokens and steps."""

from __future__ import annotations

from runtime.engine.simulate import Replied
from runtime.engine.stimuli import Start
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate


def test_t1_t3_a_start_puts_one_token_and_a_step_leaves_by_one_port() -> None:
    flow = draw(
        {"begin": "start", "big": "when large: input.amount > 5", "a": "end ok", "b": "end no"},
        "begin -> big.large -> a",
        "big -> b",
    )
    played = simulate(flow, [Start(flow="flow", input={"amount": 9})])
    assert told(played) == [
        "RunStarted",
        "StepStarted begin#1",
        "StepCompleted begin#1 started",
        "StepStarted big#1",
        "StepCompleted big#1 large",
        "StepStarted a#1",
        "StepCompleted a#1 -> ok",
        "RunCompleted ok",
    ]


def test_t3_t5_two_edges_from_one_port_run_both_in_canonical_order() -> None:
    flow = draw(
        {"begin": "start", "zeta": "note", "alfa": "note", "z": "end no", "a": "end ok"},
        "begin -> zeta -> z",
        "begin -> alfa -> a",
    )
    played = simulate(flow, [Start(flow="flow")])
    assert told(played, after=3) == [
        "StepStarted alfa#1",
        "StepCompleted alfa#1 done",
        "StepStarted zeta#1",
        "StepCompleted zeta#1 done",
        "StepStarted a#1",
        "StepCompleted a#1 -> ok",
        "StepStarted z#1",
        "StepCompleted z#1 -> no",
        "RunCompleted ok",
    ]


def test_t2_t4_two_tokens_into_a_plain_node_are_two_steps_that_may_overlap() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "b": "note", "get": "read", "fin": "end ok"},
        "begin -> a -> get -> fin",
        "begin -> b -> get",
    )
    played = simulate(flow, [Start(flow="flow")])
    assert [effect.step for effect in played.effects] == ["get#1", "get#2"]
    played.play(Replied("get#2", {"body": 2}), Replied("get#1", {"body": 1}))
    assert told(played, after=9) == [
        "StepCompleted get#2 done",
        "StepStarted fin#1",
        "StepCompleted fin#1 -> ok",
        "StepCompleted get#1 done",
        "StepStarted fin#2",
        "StepCompleted fin#2 -> ok",
        "RunCompleted ok",
    ]


def test_t6_a_token_at_an_unconnected_port_stops_as_a_dead_end() -> None:
    flow = draw({"begin": "start", "big": "when large: input.amount > 5", "a": "end ok"}, "begin -> big.large -> a")
    played = simulate(flow, [Start(flow="flow", input={"amount": 1})])
    assert told(played, after=3) == ["StepStarted big#1", "IncidentRaised big#1 dead_end"]
    (incident,) = played.incidents()
    assert incident.kind == "dead_end"
    assert "default leads nowhere" in incident.message
    assert played.state().state == "running"


def test_t7_a_join_descends_from_the_tokens_it_consumed_only() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "set x=1",
            "b": "note",
            "side": "set y=2",
            "j": "join",
            "use": "when p: a.x = 1 and side = null",
            "yes": "end ok",
            "no": "end no",
            "s": "end other",
        },
        "begin -> a -> j",
        "begin -> b -> j",
        "begin -> side -> s",
        "j -> use.p -> yes",
        "use -> no",
    )
    played = simulate(flow, [Start(flow="flow")])
    assert played.state().outcome == "ok"
    assert played.state().steps["use#1"].port == "p"
