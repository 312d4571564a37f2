"""SEMANTICS sections A and W: tasks, approvals, waits and signals."""

from __future__ import annotations

import pytest

from runtime.engine.events import Actor
from runtime.engine.simulate import START_AT, Advance
from runtime.engine.stimuli import (
    Answer,
    ClaimTask,
    DelegateTask,
    ReleaseTask,
    ReviseTask,
    SendSignal,
    Start,
)
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate

ASK = ("begin -> ask.approved -> ok", "ask.rejected -> no")
PETRA, TOM, ANA = "petra", "tom", "ana"


def _asked(words: str = "task", config: dict | None = None, **start):  # type: ignore[no-untyped-def,type-arg]
    flow = draw(
        {"begin": "start", "ask": (words, {"config": config or {}}), "ok": "end ok", "no": "end no"},
        *ASK,
        *(["ask.timeout -> no"] if config and "timeout" in config else []),
    )
    return simulate(flow, [Start(flow="flow", input={"amount": 7}, **start)])


def yes(by: str, **more):  # type: ignore[no-untyped-def]
    return Answer(step="ask#1", choice="approved", by=by, **more)


def no(by: str, **more):  # type: ignore[no-untyped-def]
    return Answer(step="ask#1", choice="rejected", by=by, **more)


def codes(played) -> list[tuple[int, str]]:  # type: ignore[no-untyped-def]
    return [(refusal.status, refusal.code) for refusal in played.refusals]


def test_a1_what_is_shown_is_frozen_and_its_hash_is_the_revision() -> None:
    played = _asked()
    (task,) = played.tasks()
    assert (task.task, task.title, task.role) == ("r1:ask#1", "Pay 7?", "finance")
    assert played.state().steps["ask#1"].input["title"] == "Pay 7?"


def test_a2_the_first_choice_to_reach_its_need_decides() -> None:
    played = _asked("task approved=2").play(yes(PETRA))
    assert played.state().state == "running"
    played.play(yes(TOM))
    assert played.state().outcome == "ok"
    one_no = _asked("task approved=2").play(yes(PETRA), no(TOM))
    assert one_no.state().outcome == "no"


def test_a3_nobody_stands_in_two_answers_in_either_place() -> None:
    played = _asked("task approved=2").play(
        yes(PETRA), DelegateTask(step="ask#1", who=PETRA, to=TOM), yes(TOM, on_behalf_of=PETRA)
    )
    assert codes(played) == [(409, "ANSWERED_TWICE")]
    assert played.state().state == "running"


@pytest.mark.parametrize("answer", [yes(ANA), yes(TOM, on_behalf_of=ANA)])
def test_a3_not_requester_bars_both_places(answer: Answer) -> None:
    played = _asked("task", {"not_requester": True}, requester=ANA)
    played.play(DelegateTask(step="ask#1", who=ANA, to=TOM), answer)
    assert codes(played) == [(403, "SOD")]


def test_a3_not_requester_bars_the_requesters_of_ancestor_runs() -> None:
    played = _asked("task", {"not_requester": True}, requester="bot", requesters=(ANA,)).play(yes(ANA))
    assert codes(played) == [(403, "SOD")]


def test_a4_refusals_leave_no_event_in_the_run() -> None:
    form = {"type": "object", "properties": {"amount": {"type": "number"}}, "required": ["amount"]}
    played = _asked("task", {"form": form})
    before = told(played)
    played.play(
        yes(PETRA, roles=frozenset({"sales"})),
        yes(PETRA, form={"amount": "much"}),
        Answer(step="ask#1", choice="maybe", by=PETRA),
        Answer(step="ask#9", choice="approved", by=PETRA),
        yes(TOM, on_behalf_of=PETRA),
    )
    assert codes(played) == [
        (403, "ROLE"),
        (422, "FORM"),
        (422, "CHOICE_UNKNOWN"),
        (404, "TASK_UNKNOWN"),
        (403, "NOT_DELEGATED"),
    ]
    assert told(played) == before


def test_a5_the_same_answer_again_is_the_first_one_and_another_is_refused() -> None:
    played = _asked("task approved=2").play(yes(PETRA), yes(PETRA), no(PETRA))
    assert [line for line in told(played) if line.startswith("TaskAnswered")] == [
        "TaskAnswered ask#1 approved by petra"
    ]
    assert played.replies[-2].repeated
    assert codes(played) == [(409, "ANSWERED")]
    played.play(yes(TOM), yes(TOM), no(ANA))
    assert played.replies[-2].repeated, "a repeated answer is answered alike after the decision, too"
    assert codes(played)[-1] == (409, "TASK_CLOSED")
    assert "tom decided" in played.refusals[-1].message


def test_a6_a_revision_makes_the_answers_so_far_not_count() -> None:
    played = _asked("task approved=2").play(yes(PETRA))
    old = played.tasks()[0].revision
    played.play(ReviseTask(step="ask#1", input={"title": "Pay 8?", "show": {}}, actor=Actor("user", "op")))
    played.play(yes(TOM, revision=old))
    assert codes(played) == [(409, "REVISED")]
    played.play(yes(TOM), yes(PETRA))
    assert played.state().outcome == "ok"


def test_a7_remind_tells_due_escalates_timeout_leaves() -> None:
    played = _asked("task", {"remind": "PT1H", "due": "PT2H30M", "escalate_to": "head", "timeout": "PT4H"})
    played.play(Advance(5 * 3600))
    assert told(played, after=4) == [
        "TimerFired ask#1 remind",
        "TaskReminded ask#1 1",
        "TimerFired ask#1 remind",
        "TaskReminded ask#1 2",
        "TimerFired ask#1 due",
        "TaskHandedOver ask#1 to head",
        "TimerFired ask#1 remind",
        "TaskReminded ask#1 3",
        "TimerFired ask#1 remind",
        "TaskReminded ask#1 4",
        "TimerFired ask#1 timeout",
        "StepCompleted ask#1 timeout",
        "StepStarted no#1",
        "StepCompleted no#1 -> no",
        "RunCompleted no",
    ]
    assert played.state().steps["ask#1"].output == {"choice": None, "form": None, "answers": [], "decided_at": None}


def test_a8_a_claim_bars_others_only_where_the_node_says_so() -> None:
    shared = _asked().play(ClaimTask(step="ask#1", who=PETRA), yes(TOM))
    assert shared.state().outcome == "ok"
    alone = _asked("task", {"exclusive": True}).play(ClaimTask(step="ask#1", who=PETRA), yes(TOM))
    assert codes(alone) == [(409, "CLAIMED")]
    alone.play(ReleaseTask(step="ask#1", who=PETRA), yes(TOM))
    assert alone.state().outcome == "ok"


def test_a9_the_output_tells_who_decided_what() -> None:
    played = _asked("task approved=2").play(yes(PETRA), Advance(60), yes(TOM, seat="finance"))
    output = played.state().steps["ask#1"].output
    assert output["choice"] == "approved"
    assert [(a["by"], a["for"], a["seat"]) for a in output["answers"]] == [(PETRA, None, None), (TOM, None, "finance")]
    assert (output["decided_at"] - START_AT).total_seconds() == 60


# -- waits and signals


def _waiting(*more: object):  # type: ignore[no-untyped-def]
    flow = draw({"begin": "start", "w": "signal paid input.key", "fin": "end ok"}, "begin -> w -> fin")
    return simulate(flow, list(more))


def test_w1_a_wait_is_due_at_an_instant_fixed_at_its_start() -> None:
    flow = draw({"begin": "start", "w": "wait P1M", "fin": "end ok"}, "begin -> w -> fin", zone="Europe/Berlin")
    played = simulate(flow, [Start(flow="flow")])
    # 5 January 10:00 in Berlin + 1 month = 5 February 10:00 in Berlin = 09:00 UTC
    assert played.journal()[3].due["wait"].isoformat() == "2026-02-05T09:00:00+00:00"
    now = draw({"begin": "start", "w": "wait PT0S", "fin": "end ok"}, "begin -> w -> fin")
    assert simulate(now, [Start(flow="flow")]).state().state == "completed"


def test_w2_a_signal_goes_to_the_oldest_wait_of_a_flow_and_is_consumed_once() -> None:
    played = _waiting(
        Start(flow="flow", input={"key": "k"}),
        Advance(1),
        Start(flow="flow", input={"key": "k"}),
        SendSignal(name="paid", key="k", payload={"sum": 5}),
    )
    assert (played.state("r1").state, played.state("r2").state) == ("completed", "running")
    assert played.state("r1").steps["w#1"].output["payload"] == {"sum": 5}


def test_w3_it_stays_for_waits_that_open_later_until_its_time_is_over() -> None:
    kept = _waiting(SendSignal(name="paid", key="k", keep_for=60), Advance(60), Start(flow="flow", input={"key": "k"}))
    assert kept.state().state == "completed", "at the very instant of expiry a wait still gets it"
    gone = _waiting(SendSignal(name="paid", key="k", keep_for=60), Advance(61), Start(flow="flow", input={"key": "k"}))
    assert gone.state().state == "running"


def test_w4_keys_compare_as_text_and_a_null_key_is_an_incident() -> None:
    from decimal import Decimal

    played = _waiting(Start(flow="flow", input={"key": Decimal(7)}), SendSignal(name="paid", key="7"))
    assert played.state().state == "completed"
    assert [i.kind for i in _waiting(Start(flow="flow", input={})).incidents()] == ["expression"]


def test_w5_the_same_signal_again_is_not_delivered_again() -> None:
    played = _waiting(
        SendSignal(name="paid", key="k", id="x"),
        SendSignal(name="paid", key="k", id="x"),
        Start(flow="flow", input={"key": "k"}),
        Start(flow="flow", input={"key": "k"}),
        SendSignal(name="paid", key="k", id="x", payload=1),
    )
    assert (played.state("r1").state, played.state("r2").state) == ("completed", "running")
    assert codes(played) == [(409, "SIGNAL_REUSED")]


def test_w6_a_payload_that_does_not_fit_is_refused_for_this_wait() -> None:
    flow = draw(
        {"begin": "start", "w": ("signal paid", {"config": {"payload_schema": {"type": "object"}}}), "fin": "end ok"},
        "begin -> w -> fin",
    )
    played = simulate(flow, [Start(flow="flow"), SendSignal(name="paid", key="k", payload="no")])
    assert codes(played) == [(422, "PAYLOAD")]
    assert played.state().state == "running"
    played.play(SendSignal(name="paid", key="k", payload={}))
    assert played.state().state == "completed"


def test_w7_one_signal_wakes_one_of_several_waits_of_a_run() -> None:
    flow = draw(
        {"begin": "start", "v": "signal paid", "w": "signal paid", "fin": "end ok"},
        "begin -> v -> fin",
        "begin -> w -> fin",
    )
    played = simulate(flow, [Start(flow="flow"), SendSignal(name="paid", key="k")])
    assert list(played.state().live) == ["w#1"]
    played.play(SendSignal(name="paid", key="k"))
    assert played.state().state == "completed"
