"""What rules of SEMANTICS say together, found by reading them in pairs: R with C and U, W with Z, A with T and C."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from runtime.engine import calendar
from runtime.engine.events import AttemptStarted, TaskReminded
from runtime.engine.fold import fold
from runtime.engine.simulate import Actor, Advance, Broke, Cancel, Replied, Resolve, ReviseTask, Simulation, Start, To
from runtime.engine.stimuli import Answer, ClaimTask
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate

OP = Actor("user", "op")
BERLIN = "Europe/Berlin"


def play(flow: Flow, *stimuli: Any, **more: Any) -> Simulation:
    return simulate(flow, [Start(flow=""), *stimuli], **more)


def incident(played: Simulation) -> str:
    return played.incidents()[-1].incident


def calls_with_a_broken_rule(kind: str) -> Flow:
    """The drawing's rule for the answer can't be evaluated on the answer that comes."""
    config = {"success": {"feel": "reply.body.paid > 3"}}
    return draw(
        {"begin": "start", "k": (kind, {"config": config}), "ok": "end ok", "no": "end no"},
        "begin -> k -> ok",
        "k.error -> no",
    )


ANSWERED = Replied("k#1", {"status": 200, "body": None})


def test_r8_x1_after_an_answer_that_the_drawing_misread_another_key_needs_the_word_not_done() -> None:
    played = play(calls_with_a_broken_rule("keyed"), ANSWERED)
    edit = {"incident": incident(played), "how": "edit", "input": {"path": "/y"}}
    played.play(Resolve(**edit))
    assert [r.code for r in played.refusals] == ["NOT_DONE"], "it may well have been done, and would be done twice"
    played.play(Resolve(**edit, not_done=True))
    assert [effect.key for effect in played.effects] == ["r1:4:0", "r1:6:0"]


def test_r8_r7_a_plain_retry_keeps_the_key_and_what_fails_then_is_unclear() -> None:
    played = play(calls_with_a_broken_rule("keyed"), ANSWERED)
    played.play(Resolve(incident=incident(played), how="retry"), Broke("k#1", retryable=False))
    assert len({effect.key for effect in played.effects}) == 1
    assert played.state().steps["k#1"].output["error"]["unclear"] is True


@pytest.mark.parametrize(("kind", "said"), [("read", ""), ("keyed", " possibly done")])
def test_c1_u3_a_step_that_was_answered_and_misread_is_possibly_done_when_it_is_cancelled(kind: str, said: str) -> None:
    played = play(calls_with_a_broken_rule(kind), ANSWERED, Cancel())
    assert told(played)[-2:] == [f"StepCancelled k#1{said}", "RunCancelled"]


@pytest.mark.parametrize(("kind", "said"), [("read", ""), ("keyed", " possibly done"), ("once", " possibly done")])
def test_c1_t6_an_effect_that_is_done_and_found_no_way_on_is_possibly_done_when_cancelled(kind: str, said: str) -> None:
    flow = draw({"begin": "start", "k": kind, "no": "end no"}, "begin -> k.error -> no")
    played = play(flow, Replied("k#1", {"status": 200}), Cancel())
    assert told(played)[-3:] == ["IncidentClosed", f"StepCancelled k#1{said}", "RunCancelled"]


def test_c1_t6_what_was_never_answered_is_not_done() -> None:
    flow = draw({"begin": "start", "k": "keyed", "no": "end no"}, "begin -> k -> no")
    played = play(flow, Broke("k#1", retryable=False), Cancel())
    assert told(played)[-2:] == ["StepCancelled k#1", "RunCancelled"]


def test_c1_t6_a_called_flow_that_is_over_is_possibly_done_when_its_step_is_cancelled() -> None:
    child = draw({"begin": "start", "ok": "end ok"}, "begin -> ok", id="child")
    parent = draw({"begin": "start", "c": "calls child ok", "no": "end no"}, "begin -> c.cancelled -> no", id="parent")
    played = simulate({"parent": parent, "child": child}, [Start(flow="parent"), To("r1", Cancel())])
    assert told(played, "r1")[-5:] == [
        "IncidentRaised c#1 dead_end",
        "RunCancelRequested",
        "IncidentClosed",
        "StepCancelled c#1 possibly done",
        "RunCancelled",
    ]


@pytest.mark.parametrize(
    ("until", "instant"),
    [
        ("2026-03-29T02:30:00@Europe/Berlin", dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC)),
        ("2026-10-25T02:30:00@Europe/Berlin", dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)),
        ("2026-10-25T02:30:00+01:00", dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)),
    ],
)
def test_w1_until_a_local_time_that_does_not_exist_is_the_first_valid_instant(until: str, instant: dt.datetime) -> None:
    wait = ("wait PT1S", {"config": {"duration": None, "until": {"feel": f'date and time("{until}")'}}})
    played = play(draw({"begin": "start", "w": wait, "ok": "end ok"}, "begin -> w -> ok"))
    assert played.state().steps["w#1"].timers == {"wait": instant}


def test_w1_the_second_of_two_equal_local_times_is_not_taken_for_the_first() -> None:
    second = dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    assert calendar.instant_of(second.astimezone(calendar.zone_rules(BERLIN))) == second


def months(**more: Any) -> Flow:
    task = ("task", {"config": {"remind": "P1M"}})
    return draw(
        {"begin": "start", "k": ("read", {"timeout": "P1M"}), "t": task, "ok": "end ok"},
        "begin -> k -> ok",
        "begin -> t.approved -> ok",
        "t.rejected -> ok",
        zone=BERLIN,
        **more,
    )


def test_z1_months_that_begin_anew_stand_in_the_journal_so_that_no_fold_asks_for_zone_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played = play(months(), Broke("k#1", retryable=False))
    played.play(Resolve(incident=incident(played), how="retry"), Advance(40 * 86_400))
    again = [event.timeout for event in played.journal() if isinstance(event, AttemptStarted)]
    assert again == [dt.datetime(2026, 2, 5, 9, 0, tzinfo=dt.UTC)]
    reminders = [event.next for event in played.journal() if isinstance(event, TaskReminded)]
    assert reminders == [dt.datetime(2026, 3, 5, 9, 0, tzinfo=dt.UTC)]
    folded = played.state()

    def never(name: str) -> Any:
        raise AssertionError(f"fold asked for the rules of {name}")

    monkeypatch.setattr(calendar, "zone_rules", never)
    assert fold(played.plan(), played.entries(), played.run) == folded


def decided_where_no_way_leads_on(**config: Any) -> Flow:
    task = ("task approved=2", {"config": config})
    return draw({"begin": "start", "t": task, "ok": "end ok"}, "begin -> t.approved -> ok")


def answer(choice: str, by: str) -> Answer:
    return Answer(step="t#1", choice=choice, by=by)


def test_a4_t6_a_task_that_was_decided_where_no_way_leads_on_says_who_decided_it() -> None:
    played = play(decided_where_no_way_leads_on(), answer("rejected", "petra"))
    late = (answer("approved", "tom"), ClaimTask(step="t#1", who="tom"), ReviseTask(step="t#1", input={}, actor=OP))
    played.play(*late)
    assert [r.code for r in played.refusals] == ["TASK_CLOSED"] * 3
    assert {r.message for r in played.refusals} == {'petra decided "t" (rejected) at 09:00 UTC. Nothing is left to do.'}


def test_a4_a7_a_task_that_timed_out_was_not_decided_by_whoever_had_answered() -> None:
    played = play(decided_where_no_way_leads_on(timeout="PT1H"), answer("approved", "petra"), Advance(3600))
    played.play(answer("approved", "tom"), Resolve(incident=incident(played), how="other_port", port="approved"))
    played.play(answer("approved", "tom"))
    assert [r.message for r in played.refusals] == [
        '"t" timed out. Nothing is left to do.',
        '"t" was sent on by an operator (approved). Nothing is left to do.',
    ]


def test_r8_where_no_port_is_connected_the_refusal_says_what_is_left() -> None:
    played = play(draw({"begin": "start", "k": "once"}, "begin -> k"), Replied("k#1", {"status": 200}))
    played.play(Resolve(incident=incident(played), how="by_hand"))
    assert played.refusals[0].message.endswith("None is connected, so the run can only be cancelled.")


def test_r8_a_result_by_hand_that_does_not_fit_says_where() -> None:
    expected = {"type": "object", "properties": {"body": {"type": "string"}}}
    flow = draw(
        {"begin": "start", "k": ("keyed", {"config": {"expected": expected}}), "ok": "end ok"}, "begin -> k -> ok"
    )
    played = play(flow, Broke("k#1", retryable=False))
    played.play(Resolve(incident=incident(played), how="by_hand", output={"status": 200, "body": 1}))
    assert played.refusals[0].code == "OUTPUT"
    assert played.refusals[0].message.startswith('That is not what "k" gives: body: should be')


def test_n3_a_text_where_an_instant_is_due_says_how_to_make_one() -> None:
    wait = ("wait PT1S", {"config": {"duration": None, "until": {"feel": '"2026-03-29T02:30:00Z"'}}})
    played = play(draw({"begin": "start", "w": wait, "ok": "end ok"}, "begin -> w -> ok"))
    raised = played.state().steps["w#1"].incident
    assert raised is not None
    assert raised.error["message"] == (
        "until should give an instant (a date and time with its zone), but it gives a string. "
        "date and time(...) around it makes one of a text."
    )
