"""SEMANTICS R6 to R9, X1, X5 and L3: each kind of incident, each resolution, and those that are refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from runtime.engine.decide.operators import HOWS
from runtime.engine.events import AttemptStarted
from runtime.engine.simulate import Advance, Broke, Crash, Replied, Simulation
from runtime.engine.stimuli import Answer, Cancel, Resolve, Resume, Start, Suspend
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.strangers import Types, pure, routed
from tests.runtime.engine.ways import simulate

ALL = ("retry", "edit", "by_hand", "other_port", "discard", "cancel", "happened", "nonsense")


def _act(kind: str, *more: Any, **fields: Any) -> Simulation:
    flow = draw(
        {"begin": "start", "act": (kind, fields), "ok": "end ok", "no": "end no"},
        "begin -> act -> ok",
        "act.error -> no",
    )
    return simulate(flow, [Start(flow="flow"), *more])


def _failed() -> Simulation:
    flow = draw({"begin": "start", "act": "keyed", "ok": "end ok"}, "begin -> act -> ok")
    return simulate(flow, [Start(flow="flow"), Broke("act#1", retryable=False)])


def _dead_end() -> Simulation:
    flow = draw({"begin": "start", "act": "read", "no": "end no"}, "begin -> act", "act.error -> no")
    return simulate(flow, [Start(flow="flow"), Replied("act#1", {"status": 200, "body": 7})])


def _starved() -> Simulation:
    flow = draw(
        {"begin": "start", "a": "note", "c": "when p: true", "act": "join", "ok": "end ok", "no": "end no"},
        "begin -> a -> act",
        "begin -> c.p -> no",
        "c -> act",
        "act -> ok",
    )
    return simulate(flow, [Start(flow="flow")])


def _budget() -> Simulation:
    flow = draw({"begin": "start", "act": "note", "ok": "end ok"}, "begin -> act -> ok", budgets={"activations": 1})
    return simulate(flow, [Start(flow="flow")])


def _expression() -> Simulation:
    flow = draw(
        {"begin": "start", "act": ("read", {"config": {"path": "/{input.id}"}}), "ok": "end ok"}, "begin -> act -> ok"
    )
    return simulate(flow, [Start(flow="flow", input={})])


def _unreadable() -> Simulation:
    flow = draw({"begin": "start", "act": "unknown", "ok": "end ok"}, "begin -> act -> ok")
    return simulate(flow, [Start(flow="flow")])


MAKERS: dict[str, Callable[[], Simulation]] = {
    "failed": _failed,
    "outcome_unknown": lambda: _act("once", Crash()),
    "expression": _expression,
    "dead_end": _dead_end,
    "join_starved": _starved,
    "budget": _budget,
    "poison": lambda: _act("read", Crash(), Crash(), Crash()),
    "unreadable": _unreadable,
}

PORT = {"join_starved": "joined", "dead_end": "error"}
OUTPUT = {"status": Decimal(200), "body": 1}


@pytest.mark.parametrize("how", ALL)
@pytest.mark.parametrize("kind", list(MAKERS))
def test_r8_each_kind_takes_its_resolutions_and_refuses_the_others_with_nothing_journaled(kind: str, how: str) -> None:
    played = MAKERS[kind]()
    (incident,) = played.incidents()
    assert incident.kind == kind
    before = told(played)
    played.play(
        Resolve(
            incident=incident.incident,
            how=how,
            port=PORT.get(kind, "done") if how in ("by_hand", "other_port") else None,
            input={"path": "/1"},
            output=None if kind in ("join_starved", "dead_end") or how == "edit" else OUTPUT,
            not_done=True,
            raise_by=5,
        )
    )
    if how in HOWS[kind]:
        assert played.refusals == []
        assert told(played, after=len(before))[0] == f"IncidentResolved {how}"
        assert incident.incident not in played.state().incidents
        played.play(Resolve(incident=incident.incident, how=how, not_done=True))
        assert [(r.status, r.code) for r in played.refusals][-1] == (409, "INCIDENT_CLOSED")
    else:
        assert [(r.status, r.code) for r in played.refusals] == [(422, "HOW")]
        assert told(played) == before


@pytest.mark.parametrize(
    ("kind", "word", "code"),
    [
        ("failed", {"how": "edit"}, "EDIT"),
        ("failed", {"how": "by_hand"}, "OUTPUT"),
        ("failed", {"how": "other_port"}, "PORT"),
        ("failed", {"how": "other_port", "port": "error"}, "PORT"),
        ("failed", {"how": "by_hand", "port": "no"}, "PORT"),
        ("outcome_unknown", {"how": "retry"}, "NOT_DONE"),
        ("outcome_unknown", {"how": "edit", "input": {}}, "NOT_DONE"),
        ("budget", {"how": "retry", "raise_by": 0}, "RAISE_BY"),
        ("budget", {"how": "retry", "raise_by": -5}, "RAISE_BY"),
        ("budget", {"how": "retry", "raise_by": 2**70}, "RAISE_BY"),
        ("join_starved", {"how": "other_port"}, "PORT"),
        ("unreadable", {"how": "by_hand"}, "PORT"),
        ("dead_end", {"how": "other_port"}, "PORT"),
    ],
)
def test_r8_a_word_that_is_not_enough_is_refused(kind: str, word: dict[str, Any], code: str) -> None:
    played = MAKERS[kind]()
    if kind == "failed" and word["how"] == "by_hand" and "port" not in word:
        flow = draw(
            {
                "begin": "start",
                "act": ("keyed", {"config": {"expected": {"type": "object", "required": ["id"]}}}),
                "ok": "end ok",
            },
            "begin -> act -> ok",
        )
        played = simulate(flow, [Start(flow="flow"), Broke("act#1", retryable=False)])
    before = told(played)
    played.play(Resolve(incident=played.incidents()[0].incident, **word))
    assert [(r.status, r.code) for r in played.refusals] == [(422, code)]
    assert told(played) == before


def test_r8_an_unknown_incident_and_another_runs_are_not_found() -> None:
    played = _failed().play(Resolve(incident="r1:99", how="retry"), Resolve(incident="r2:6", how="retry"))
    assert [(r.status, r.code) for r in played.refusals] == [(404, "INCIDENT_UNKNOWN")] * 2


@pytest.mark.parametrize("kind", ["keyed", "once"])
@pytest.mark.parametrize("how", ["retry", "edit"])
def test_r8_x1_an_effect_that_is_done_and_found_no_way_on_is_never_sent_again(kind: str, how: str) -> None:
    flow = draw({"begin": "start", "act": kind, "no": "end no"}, "begin -> act", "act.error -> no")
    played = simulate(flow, [Start(flow="flow"), Replied("act#1", {"status": 200, "body": 7})])
    incident = played.incidents()[0].incident
    played.play(Resolve(incident=incident, how=how, input={}, not_done=True))
    assert [r.code for r in played.refusals] == ["DECIDED"]
    assert len(played.effects) == 1


def test_r8_a_dead_end_goes_on_with_what_the_step_had() -> None:
    flow = draw(
        {
            "begin": "start",
            "big": "when large: input.n > 5",
            "see": 'when p: big.port = "large" or big != null',
            "ok": "end ok",
        },
        "begin -> big -> see -> ok",
        "see.p -> ok",
    )
    played = simulate(flow, [Start(flow="flow", input={"n": 9})])
    held = played.journal()[-1].error["output"]
    played.play(Resolve(incident=played.incidents()[0].incident, how="other_port", port="default"))
    assert played.state().steps["big#1"].output == held
    assert played.state().outcome == "ok"


@pytest.mark.parametrize("given", [None, {"message": "by hand"}, {"error": {"message": "by hand"}}, "by hand"])
def test_n2_r8_whoever_leaves_by_error_has_only_error(given: Any) -> None:
    played = _act("keyed", Crash(), Crash(), Crash())
    played.play(Resolve(incident=played.incidents()[0].incident, how="other_port", port="error", output=given))
    output = played.state().steps["act#1"].output
    assert set(output) == {"error"}
    assert set(output["error"]) == {"code", "message", "status", "attempts", "unclear"}
    assert (output["error"]["attempts"], output["error"]["unclear"]) == (3, True)
    assert (output["error"]["message"] == "by hand") is (given is not None)


@pytest.mark.parametrize("lose", [Crash(), Advance(61)])
def test_r8_x4_an_attempt_that_nobody_heard_of_is_unclear_so_edit_needs_the_word_not_done(lose: Any) -> None:
    flow = draw({"begin": "start", "act": ("keyed", {"timeout": "PT1M"}), "ok": "end ok"}, "begin -> act -> ok")
    played = simulate(flow, [Start(flow="flow"), lose])
    if not played.incidents():
        played.play(Broke("act#1", retryable=False))
    assert played.journal()[-1].error["unclear"] is True
    incident = played.incidents()[0].incident
    played.play(Resolve(incident=incident, how="edit", input={"path": "/y"}))
    assert [r.code for r in played.refusals] == ["NOT_DONE"]
    played.play(Resolve(incident=incident, how="edit", input={"path": "/y"}, not_done=True))
    assert played.state().steps["act#1"].unclear is False


def test_r6_an_incident_stops_the_steps_timers_and_the_sla_goes_on_and_retry_gives_a_fresh_timeout() -> None:
    flow = draw(
        {"begin": "start", "act": ("read", {"timeout": "PT1H", "sla": "PT2H"}), "ok": "end ok"}, "begin -> act -> ok"
    )
    played = simulate(flow, [Start(flow="flow"), Broke("act#1", retryable=False), Advance(3 * 3600)])
    assert told(played, after=5) == ["IncidentRaised act#1 failed", "TimerFired act#1 sla", "SlaBreached act#1"]
    played.play(Resolve(incident=played.incidents()[0].incident, how="retry"), *[Broke("act#1"), Advance(10)] * 3)
    assert played.state().steps["act#1"].attempt == 5, "a fresh policy: three more retries"
    played.play(Advance(3570))
    assert told(played)[-3:] == [
        "TimerFired act#1 timeout",
        "AttemptAbandoned act#1 5 timeout",
        "IncidentRaised act#1 failed",
    ]


def test_r9_attempts_incidents_and_resolutions_are_numbered_on() -> None:
    flow = draw({"begin": "start", "act": "read", "ok": "end ok"}, "begin -> act -> ok")
    played = simulate(flow, [Start(flow="flow")])
    for _ in range(3):
        played.play(Broke("act#1", retryable=False))
        played.play(Resolve(incident=played.incidents()[0].incident, how="retry"))
    assert [e.attempt for e in played.journal() if isinstance(e, AttemptStarted)] == [2, 3, 4]
    assert list(played.state().closed_incidents) == ["r1:6", "r1:10", "r1:14"]


def test_r8_c2_cancel_of_an_incident_cancels_the_run() -> None:
    played = _failed()
    played.play(Resolve(incident=played.incidents()[0].incident, how="cancel"))
    assert told(played)[-4:] == ["IncidentResolved cancel", "RunCancelRequested", "StepCancelled act#1", "RunCancelled"]


def test_l3_while_a_budget_is_open_a_resolved_step_waits_too_so_one_budget_is_one_incident() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "read",
            "c": "when p: vars.x",
            "b": "note",
            "d": "note",
            "w": "wait PT1M",
            "s": "set x=true",
            "ok": "end ok",
        },
        "begin -> a -> b -> d -> ok",
        "begin -> w -> s -> ok",
        "begin -> c.p -> ok",
        "c -> ok",
        budgets={"activations": 6},
    )
    played = simulate(flow, [Start(flow="flow")])
    assert [(i.kind, i.step) for i in played.incidents()] == [("expression", "c#1")]
    broken = played.incidents()[0].incident
    played.play(Advance(60), Replied("a#1", {"status": 200, "body": 1}))
    assert sorted(i.kind for i in played.incidents()) == ["budget", "expression"]
    played.play(Resolve(incident=broken, how="retry"))
    assert [i.kind for i in played.incidents()] == ["budget"]
    assert not played.state().steps["c#1"].begun
    played.play(Resolve(incident=played.incidents()[0].incident, how="retry", raise_by=50))
    assert (played.state().state, played.state().steps["c#1"].port) == ("completed", "p")


def test_l3_a_person_may_end_what_a_budget_holds() -> None:
    played = _budget().play(Cancel())
    assert told(played)[-4:] == ["RunCancelRequested", "IncidentClosed", "StepCancelled act#1", "RunCancelled"]


def test_l2_a_budget_of_events_stops_the_next_step() -> None:
    flow = draw({"begin": "start", "a": "note", "b": "note"}, "begin -> a -> b -> a", budgets={"events": 20})
    played = simulate(flow, [Start(flow="flow")])
    assert played.journal()[-1].error["code"] == "events"
    assert len(played.journal()) == 22
    played.play(Resolve(incident=played.incidents()[0].incident, how="retry", raise_by=10))
    assert played.journal()[-1].error["code"] == "events"


def test_l2_a_flow_may_lower_a_budget_and_not_raise_it() -> None:
    flow = draw({"begin": "start", "a": "note"}, "begin -> a -> a", budgets={"activations": 5_000})
    assert simulate(flow, [Start(flow="flow")]).state().activations == 1_001


def test_c3_r8_resolutions_in_suspension_are_journaled_and_act_on_resume_in_order() -> None:
    flow = draw(
        {"begin": "start", "a": "read", "b": "read", "c": "when p: vars.x", "ok": "end ok"},
        "begin -> a -> ok",
        "begin -> b -> ok",
        "begin -> c.p -> ok",
        "c -> ok",
    )
    played = simulate(
        flow, [Start(flow="flow"), Broke("b#1", retryable=False), Broke("a#1", retryable=False), Suspend()]
    )
    by_step = {i.step: i.incident for i in played.incidents()}
    played.play(*(Resolve(incident=by_step[step], how="retry") for step in ("b#1", "c#1", "a#1")))
    assert told(played)[-3:] == ["IncidentResolved retry"] * 3
    assert played.replies[-1].commands == ()
    played.play(Resume())
    assert told(played)[-4:] == [
        "RunResumed",
        "AttemptStarted b#1 2 resolved",
        "IncidentRaised c#1 expression",
        "AttemptStarted a#1 2 resolved",
    ]


def test_n5_a_retry_reuses_the_journaled_input_though_vars_have_changed() -> None:
    flow = draw(
        {
            "begin": "start",
            "s": "set x=1",
            "a": ("keyed", {"config": {"path": "/{vars.x}"}}),
            "w": "wait PT1M",
            "s2": "set x=2",
            "ok": "end ok",
        },
        "begin -> s -> a -> ok",
        "s -> w -> s2 -> ok",
    )
    played = simulate(flow, [Start(flow="flow"), Broke("a#1", retryable=False), Advance(60)])
    played.play(Resolve(incident=played.incidents()[0].incident, how="retry"), Crash(), Broke("a#1"), Advance(60))
    assert played.state().vars == {"x": 2}
    assert [(e.attempt, e.input["path"], e.key) for e in played.effects] == [(n, "/1", "r1:6:0") for n in (1, 2, 3, 4)]


def test_r7_mistakes_of_the_drawing_never_use_the_error_port() -> None:
    flow = draw(
        {"begin": "start", "act": ("read", {"config": {"path": "/{input.id}"}}), "ok": "end ok", "no": "end no"},
        "begin -> act -> ok",
        "act.error -> no",
    )
    assert [i.kind for i in simulate(flow, [Start(flow="flow", input={})]).incidents()] == ["expression"]


def test_r8_retry_of_an_expression_evaluates_anew_and_edit_takes_the_persons_input() -> None:
    played = _expression()
    played.play(Resolve(incident=played.incidents()[0].incident, how="edit", input={"path": "/9"}))
    assert played.effects[0].input == {"path": "/9"}
    calls: list[int] = []

    def apply(inputs: Any, evaluate: Any) -> Any:
        calls.append(1)
        return routed(port="done") if len(calls) > 1 else 1 / 0

    flow = draw({"begin": "start", "x": "strange", "ok": "end ok"}, "begin -> x -> ok")
    healed = simulate(flow, [Start(flow="flow")], types=Types(pure(apply)))
    healed.play(Resolve(incident=healed.incidents()[0].incident, how="retry"))
    assert told(healed)[-6:] == [
        "IncidentResolved retry",
        "StepStarted x#1",
        "StepCompleted x#1 done",
        "StepStarted ok#1",
        "StepCompleted ok#1 -> ok",
        "RunCompleted ok",
    ]


def test_a5_r8_a_decided_task_at_a_dead_end_does_not_open_again() -> None:
    flow = draw({"begin": "start", "t": "task", "ok": "end ok"}, "begin -> t.approved -> ok")
    played = simulate(flow, [Start(flow="flow"), Answer(step="t#1", choice="rejected", by="petra")])
    incident = played.incidents()[0]
    assert incident.kind == "dead_end"
    played.play(Resolve(incident=incident.incident, how="retry"))
    assert [r.code for r in played.refusals] == ["DECIDED"]
    played.play(Resolve(incident=incident.incident, how="other_port", port="approved"))
    assert played.state().steps["t#1"].output["choice"] == "rejected", "what people said stays what they said"


@pytest.mark.parametrize(
    ("word", "told_to_send"),
    [
        ({"how": "retry"}, "--how retry --not-done"),
        ({"how": "edit", "input": {}}, "--how edit --not-done"),
        ({"how": "happened"}, "--how by_hand --output"),
        ({"how": "not_done"}, "--how retry --not-done"),
    ],
)
def test_r8_a_refusal_of_an_unclear_effect_says_what_to_send(word: dict[str, Any], told_to_send: str) -> None:
    played = MAKERS["outcome_unknown"]()
    played.play(Resolve(incident=played.incidents()[0].incident, **word))
    assert told_to_send in played.refusals[-1].message


def test_r8_by_hand_without_the_result_asks_for_it() -> None:
    nodes = {
        "begin": "start",
        "act": ("keyed", {"config": {"expected": {"type": "object", "required": ["id"]}}}),
        "ok": "end ok",
    }
    played = simulate(draw(nodes, "begin -> act -> ok"), [Start(flow="flow"), Broke("act#1", retryable=False)])
    incident = played.incidents()[0].incident
    played.play(Resolve(incident=incident, how="by_hand"))
    played.play(Resolve(incident=incident, how="by_hand", output={"other": "x"}))
    assert ["--output" in refusal.message for refusal in played.refusals] == [True, False]


def test_r8_a_pure_step_that_is_tried_again_may_stop_at_an_expression_that_held_before() -> None:
    nodes = {
        "begin": "start",
        "see": "when a: if vars.n = null then false else vars.n",
        "r": "read",
        "s": "set n=5",
        "ok": "end ok",
    }
    flow = draw(nodes, "begin -> see.a -> ok", "begin -> r -> s -> ok")
    played = simulate(flow, [Start(flow="flow"), Replied("r#1", {"status": 200})])
    [dead] = played.incidents()
    played.play(Resolve(incident=dead.incident, how="retry"))
    assert [(it.kind, it.step) for it in played.incidents()] == [("expression", "see#1")]
    assert "conditions[1].when" in played.incidents()[0].message
