"""W, A and Z4 at their edges: the instant itself, nothing at all, the same again, too late, suspension, a crash."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from runtime.engine.simulate import (
    Advance,
    Cancel,
    ClaimTask,
    Crash,
    DelegateTask,
    ReleaseTask,
    Resume,
    ReviseTask,
    SendSignal,
    Start,
    Suspend,
)
from runtime.model.flow import Flow
from tests.runtime.engine.cases import OPERATOR, Answer, Case, at, judge, no, play, table, yes
from tests.runtime.engine.drawing import draw
from tests.runtime.engine.ways import simulate  # noqa: F401  # so that each case is played both ways

DAY = 86_400.0
FORM = {
    "type": "object",
    "properties": {"sum": {"type": "number"}},
    "required": ["sum"],
    "additionalProperties": False,
}
NO = {"port": "rejected", "title": "No"}
EITHER = {"type": "object", "properties": {"x": {"enum": [1, True]}}}
FINANCE, BOSS = frozenset({"finance"}), frozenset({"boss"})


def asks(words: str = "task", **config: Any) -> Flow:
    nodes = {"begin": "start", "t": (words, {"config": config}), "ok": "end ok", "no": "end no", "other": "end other"}
    late = ["t.timeout -> other"] if "timeout" in config else []
    return draw(nodes, "begin -> t.approved -> ok", "t.rejected -> no", *late)


def waits(words: str = "signal go", **config: Any) -> Flow:
    out = {"config": {"output": {"payload": {"feel": "s.payload"}}}}
    nodes = {"begin": "start", "s": (words, {"config": config}), "ok": ("end ok", out), "no": "end no"}
    late = ["s.timeout -> no"] if "timeout" in config else []
    return draw(nodes, "begin -> s -> ok", *late)


def signal(**more: Any) -> SendSignal:
    return SendSignal(**{"name": "go", "key": "k", **more})


def pause(zone: str = "UTC", **config: Any) -> Flow:
    wait = ("wait PT1S", {"config": {"duration": None, **config}})
    return draw({"begin": "start", "w": wait, "ok": "end ok"}, "begin -> w -> ok", zone=zone)


AFTER = Start(flow="")
SIGNALS = {
    "w3_sent_before_the_run": Case(
        flow=waits(), start=None, stimuli=(signal(payload={"a": 1}), AFTER), outcome="ok", gives={"payload": {"a": 1}}
    ),
    "w3_kept_for_a_day_unless_told": Case(
        flow=waits(), start=None, stimuli=(signal(), Advance(DAY), AFTER), outcome="ok"
    ),
    "w3_and_not_a_second_longer": Case(
        flow=waits(), start=None, stimuli=(signal(), Advance(DAY + 1), AFTER), state="running"
    ),
    "w2_kept_for_thirty_days_to_the_very_instant": Case(
        flow=waits(), start=None, stimuli=(signal(keep_for=30 * DAY), Advance(30 * DAY), AFTER), outcome="ok"
    ),
    "w4_a_number_is_its_text": Case(flow=waits("signal go 12"), stimuli=(signal(key="12"),), outcome="ok"),
    "w4_a_truth_is_its_text": Case(flow=waits("signal go true"), stimuli=(signal(key="true"),), outcome="ok"),
    "w4_a_date_is_its_text": Case(
        flow=waits('signal go date("2026-01-05")'), stimuli=(signal(key="2026-01-05"),), outcome="ok"
    ),
    "w4_equal_numbers_are_not_equal_texts": Case(
        flow=waits('signal go "12"'), stimuli=(signal(key="12.0"),), state="running"
    ),
    "w4_capitals_and_blanks_count": Case(
        flow=waits('signal go "K"'), stimuli=(signal(), signal(key=" K"), signal(key="K ")), state="running"
    ),
    "w4_n3_a_key_that_is_missing": Case(flow=waits("signal go input.x"), incidents=[("expression", "s#1")]),
    "w2_the_oldest_run_and_no_other": Case(
        flow=waits(),
        stimuli=(AFTER, signal()),
        run="r1",
        outcome="ok",
        where=lambda p: p.state("r2").state == "running",
    ),
    "w2_a_second_one_for_the_second_run": Case(
        flow=waits(), stimuli=(AFTER, signal(), signal()), run="r2", outcome="ok"
    ),
    "w5_the_same_after_it_was_consumed_wakes_nobody": Case(
        flow=waits(), stimuli=(signal(id="x"), AFTER, signal(id="x")), run="r2", state="running", refused=[]
    ),
    "w5_true_is_not_the_number_one_in_an_inbox_either": Case(
        flow=waits(), stimuli=(signal(payload=1), signal(id="s1", payload=True)), refused=[409]
    ),
    "w6_what_does_not_fit_and_then_what_does": Case(
        flow=waits(payload_schema={"type": "object", "required": ["a"]}),
        stimuli=(signal(payload={"b": 1}), signal(payload={"a": 1})),
        gives={"payload": {"a": 1}},
    ),
    "w6_what_did_not_fit_is_refused_once_whatever_comes_later": Case(
        flow=waits(payload_schema={"type": "object"}),
        stimuli=(signal(payload=1), signal(payload=2), AFTER),
        refused=[422] * 4,
    ),
    "t2_w2_two_activations_of_one_wait_take_one_each": Case(
        flow=draw(
            {"begin": "start", "a": "note", "b": "note", "s": "signal go", "ok": "end ok"},
            "begin -> a -> s",
            "begin -> b -> s",
            "s -> ok",
        ),
        stimuli=(signal(),),
        steps={"s#1": "completed", "s#2": "waiting"},
    ),
    "z4_exactly_at_the_time_limit": Case(
        flow=waits(timeout="PT1H"), stimuli=(Advance(3600, wake=False), signal()), outcome="ok"
    ),
    "z4_w3_a_moment_later_and_the_inbox_keeps_it_for_the_next_run": Case(
        flow=waits(timeout="PT1H"),
        stimuli=(Advance(3601, wake=False), signal(), Advance(0), AFTER),
        run="r2",
        outcome="ok",
        where=lambda p: p.state("r1").outcome == "no",
    ),
    "w_a_time_limit_of_nothing": Case(flow=waits(timeout="PT0S"), stimuli=(Advance(0),), outcome="no"),
    "c3_w2_in_suspension_it_is_taken_and_nothing_moves": Case(
        flow=waits(), stimuli=(Suspend(), signal()), state="suspended", steps={"s#1": "completed"}, times={"ok": 0}
    ),
    "c4_in_suspension_it_beats_a_time_limit_that_passed": Case(
        flow=waits(timeout="PT1H"), stimuli=(Suspend(), Advance(7200), signal(), Resume()), outcome="ok", fired=[]
    ),
    "c4_without_it_the_time_limit_fires_on_resume": Case(
        flow=waits(timeout="PT1H"), stimuli=(Suspend(), Advance(7200), Resume()), outcome="no"
    ),
    "c4_a_shift_gives_back_the_time": Case(
        flow=waits(timeout="PT1H"),
        stimuli=(Advance(1800), Suspend(), Advance(7200), Resume(shift=True)),
        timers={"s#1": {"timeout": at(12)}},
    ),
    "c2_w3_a_cancelled_run_takes_nothing_the_next_does": Case(
        flow=waits(), stimuli=(Cancel(), signal(), AFTER), run="r2", outcome="ok"
    ),
    "l3_w2_it_is_taken_while_a_budget_is_open": Case(
        flow=draw(
            {"begin": "start", "s": "signal go", "b": "note", "ok": "end ok"},
            "begin -> s -> ok",
            "begin -> b -> ok",
            budgets={"activations": 3},
        ),
        stimuli=(signal(),),
        incidents=[("budget", "ok#1")],
        steps={"s#1": "completed"},
    ),
}

TASKS = {
    "a2_the_same_person_twice_is_one": Case(
        flow=asks("task approved=2"), stimuli=(yes(), yes()), state="running", tasks=["t#1"], refused=[]
    ),
    "a2_one_refusal_ends_it_after_one_approval": Case(
        flow=asks("task approved=2"), stimuli=(yes(by="a"), no(by="b")), outcome="no"
    ),
    "a2_the_first_choice_to_reach_its_need": Case(
        flow=asks("task approved=2 rejected=2"), stimuli=(yes(by="a"), no(by="b"), no(by="c")), outcome="no"
    ),
    "a5_another_choice": Case(flow=asks("task approved=2"), stimuli=(yes(), no()), state="running", refused=[409]),
    "a5_another_form": Case(
        flow=asks("task approved=2"), stimuli=(yes(), yes(form={"x": 1})), state="running", refused=[409]
    ),
    "a5_true_in_a_form_is_not_the_number_one": Case(
        flow=asks("task approved=2", form=EITHER),
        stimuli=(yes(form={"x": 1}), yes(form={"x": True})),
        state="running",
        refused=[409],
    ),
    "a5_a_number_is_the_same_however_it_is_written": Case(
        flow=asks("task approved=2", form=FORM),
        stimuli=(yes(form={"sum": Decimal("1.50")}), yes(form={"sum": Decimal("1.5")})),
        state="running",
        refused=[],
    ),
    "a5_an_empty_form_is_no_form": Case(
        flow=asks("task approved=2"), stimuli=(yes(), yes(form={})), state="running", refused=[]
    ),
    "a4_a_form_that_knows_no_comment_leaves_room_for_the_one_that_is_required": Case(
        flow=asks(form=FORM, choices=[{"port": "approved", "title": "Yes", "comment_required": True}, NO]),
        stimuli=(yes(form={"sum": 5}), yes(form={"sum": 5, "comment": "a good customer"})),
        where=lambda p: [refusal.code for refusal in p.refusals] == ["COMMENT"],
        outcome="ok",
    ),
    "a5_the_same_after_the_end": Case(flow=asks(), stimuli=(yes(), yes()), outcome="ok", refused=[]),
    "a5_another_after_the_end": Case(flow=asks(), stimuli=(yes(), no()), outcome="ok", refused=[409]),
    "a4_somebody_else_after_the_end": Case(flow=asks(), stimuli=(yes(), yes(by="tom")), refused=[409]),
    "a4_a_choice_that_there_is_not": Case(
        flow=asks(), stimuli=(Answer(step="t#1", choice="x", by="a"),), refused=[422]
    ),
    "a4_a7_timeout_is_no_choice": Case(
        flow=asks(timeout="PT1H"), stimuli=(Answer(step="t#1", choice="timeout", by="a"),), refused=[422]
    ),
    "a4_a_step_that_there_is_not": Case(flow=asks(), stimuli=(yes("t#2"),), refused=[404]),
    "a4_a_step_that_is_no_task": Case(flow=asks(), stimuli=(yes("begin#1"),), refused=[404]),
    "a4_no_role_at_all": Case(flow=asks(), stimuli=(yes(roles=frozenset()),), refused=[403], tasks=["t#1"]),
    "a4_nobody": Case(flow=asks(), stimuli=(yes(by=""),), refused=[422]),
    "a4_a_form_that_is_missing": Case(flow=asks(form=FORM), stimuli=(yes(),), refused=[422]),
    "a4_a_form_of_the_wrong_type": Case(flow=asks(form=FORM), stimuli=(yes(form={"sum": "5"}),), refused=[422]),
    "a4_a_form_with_more": Case(flow=asks(form=FORM), stimuli=(yes(form={"sum": 5, "x": 1}),), refused=[422]),
    "a3_for_somebody_who_did_not_ask": Case(
        flow=asks(), stimuli=(yes(on_behalf_of="tom", roles=FINANCE),), refused=[403]
    ),
    "a3_for_somebody_who_did": Case(
        flow=asks(),
        stimuli=(
            DelegateTask(step="t#1", who="tom", to="petra", roles=FINANCE),
            yes(on_behalf_of="tom", roles=frozenset()),
        ),
        outcome="ok",
    ),
    "a3_a4_the_requester_that_is_named_and_not_the_actor": Case(
        flow=asks(not_requester=True),
        start=Start(flow="", actor=OPERATOR, requester="rita"),
        stimuli=(yes(by="rita"), yes(by="op")),
        outcome="ok",
        refused=[403],
    ),
    "a9_the_deciding_form_and_all_answers": Case(
        flow=asks("task approved=2", form=FORM),
        stimuli=(yes(by="a", form={"sum": 1}), yes(by="b", form={"sum": 2})),
        where=lambda p: (
            p.state().steps["t#1"].output["form"] == {"sum": 2}
            and [answer["by"] for answer in p.state().steps["t#1"].output["answers"]] == ["a", "b"]
        ),
    ),
    "a9_a7_nobody_decided_and_one_had_answered": Case(
        flow=asks("task approved=2", timeout="PT1H"),
        stimuli=(yes(by="a"), Advance(3600)),
        outcome="other",
        where=lambda p: (
            p.state().steps["t#1"].output["choice"] is None
            and [answer["by"] for answer in p.state().steps["t#1"].output["answers"]] == ["a"]
        ),
    ),
    "a6_an_answer_to_what_was_shown_before_counts_no_more": Case(
        flow=asks("task approved=2"),
        stimuli=(yes(by="a"), ReviseTask(step="t#1", input={"title": "x"}, actor=OPERATOR), yes(by="b")),
        state="running",
    ),
    "a6_a5_whoever_had_answered_answers_anew": Case(
        flow=asks("task approved=2"),
        stimuli=(yes(by="a"), ReviseTask(step="t#1", input={"title": "x"}, actor=OPERATOR), yes(by="b"), yes(by="a")),
        outcome="ok",
    ),
    "a6_a_revision_that_never_was": Case(flow=asks(), stimuli=(yes(revision="x"),), refused=[409], tasks=["t#1"]),
    "a7_overdue_is_another_roles": Case(
        flow=asks(due="PT1H", escalate_to="boss"),
        stimuli=(Advance(3600), yes(by="a", roles=FINANCE), yes(by="b", roles=BOSS)),
        outcome="ok",
        refused=[403],
        told=("TaskHandedOver t#1 to boss",),
    ),
    "a7_what_is_overdue_still_says_when_it_was_due": Case(
        flow=asks(due="PT1H", timeout="P3D"),
        stimuli=(Advance(7200),),
        where=lambda p: [(task.due, task.overdue) for task in p.tasks()] == [(at(10), True)],
    ),
    "a7_z4_exactly_when_due_it_is_still_the_old_roles": Case(
        flow=asks(due="PT1H", escalate_to="boss"),
        stimuli=(Advance(3600, wake=False), yes(roles=FINANCE)),
        outcome="ok",
        fired=[],
    ),
    "a7_z5_due_goes_before_the_time_limit_of_one_instant": Case(
        flow=asks(due="PT1H", timeout="PT1H"),
        stimuli=(Advance(3600),),
        outcome="other",
        fired=["t#1 due", "t#1 timeout"],
    ),
    "a7_two_reminders_and_none_after_the_answer": Case(
        flow=asks(remind="PT1H"),
        stimuli=(Advance(7200), yes(), Advance(7200)),
        told=("TaskReminded t#1 1", "TaskReminded t#1 2"),
        never=("TaskReminded t#1 3",),
    ),
    "a7_c3_what_was_missed_in_suspension_is_told_once": Case(
        flow=asks(remind="PT1H"), stimuli=(Suspend(), Advance(7200), Resume()), fired=["t#1 remind"], state="running"
    ),
    "a8_a_claim_bars_nobody": Case(flow=asks(), stimuli=(ClaimTask(step="t#1", who="tom"), yes()), outcome="ok"),
    "a8_an_exclusive_one_does_until_it_is_released": Case(
        flow=asks(exclusive=True),
        stimuli=(ClaimTask(step="t#1", who="tom"), yes(), ReleaseTask(step="t#1", who="tom"), yes()),
        outcome="ok",
        where=lambda p: len(p.refusals) == 1,
    ),
    "a8_a3_whoever_stands_in_for_the_holder_answers_in_the_holders_name": Case(
        flow=asks(exclusive=True),
        stimuli=(
            ClaimTask(step="t#1", who="tom"),
            DelegateTask(step="t#1", who="tom", to="petra"),
            yes(),
            yes(on_behalf_of="tom"),
        ),
        outcome="ok",
        where=lambda p: [refusal.code for refusal in p.refusals] == ["CLAIMED"],
    ),
    "c4_one_of_two_answers_in_suspension_lifts_no_time_limit": Case(
        flow=asks("task approved=2", timeout="PT1H"),
        stimuli=(Suspend(), Advance(7200), yes(by="a"), Resume()),
        outcome="other",
    ),
    "l1_a5_a_loop_asks_anew_and_the_old_task_stays_decided": Case(
        flow=draw({"begin": "start", "t": "task", "ok": "end ok"}, "begin -> t.approved -> ok", "t.rejected -> t"),
        stimuli=(no("t#1"), yes("t#1", by="tom"), yes("t#2")),
        outcome="ok",
        refused=[409],
    ),
    "x8_a_crash_keeps_answers_and_claims": Case(
        flow=asks("task approved=2", exclusive=True),
        stimuli=(yes(by="a"), ClaimTask(step="t#1", who="b"), Crash(), yes(by="c"), yes(by="b")),
        outcome="ok",
        where=lambda p: len(p.refusals) == 1,
    ),
    "x8_a5_an_answer_that_was_lost_may_be_given_again": Case(
        flow=asks(), stimuli=(Crash("before_append"), yes(), yes()), outcome="ok", refused=[]
    ),
    "x8_a5_one_that_was_kept_is_the_same": Case(
        flow=asks(), stimuli=(Crash("after_append"), yes(), yes()), outcome="ok", refused=[]
    ),
    "z4_a_refused_answer_lets_what_was_due_before_it_fire": Case(
        flow=asks(timeout="PT1H"),
        stimuli=(Advance(3601, wake=False), Answer(step="t#1", choice="x", by="a")),
        outcome="other",
    ),
    "z2_an_answer_by_a_clock_that_went_back": Case(
        flow=asks(timeout="PT1H"), stimuli=(Advance(-7200), yes()), outcome="ok", fired=[]
    ),
}


@table(SIGNALS | TASKS)
def test_case(case: Case) -> None:
    judge(case, play(case))


@pytest.mark.parametrize("other", [{"payload": 2}, {"name": "gone"}, {"key": "q"}], ids=str)
def test_w5_the_same_id_and_anything_else_different(other: dict[str, Any]) -> None:
    case = Case(flow=waits(), stimuli=(signal(id="x", payload=1), signal(**{"id": "x", "payload": 1, **other})))
    assert [refusal.status for refusal in play(case).refusals] == [409]


@pytest.mark.parametrize("length", ["PT0S", "P0D", "-PT1H", "-P1M"])
def test_w1_a_length_of_nothing_or_less_is_over_in_the_same_batch(length: str) -> None:
    case = Case(flow=pause(duration=length), outcome="ok", fired=[])
    judge(case, play(case))


@pytest.mark.parametrize(("second", "state"), [(0, "completed"), (1, "running")])
def test_w1_until_now_is_over_and_until_the_next_second_is_not(second: int, state: str) -> None:
    case = Case(flow=pause(until={"feel": f'date and time("2026-01-05T09:00:0{second}Z")'}), state=state)
    judge(case, play(case))


@pytest.mark.parametrize("length", ["null", '"PT1H"', "5", "true"])
def test_w1_n3_what_is_no_length_of_time_stops_the_step(length: str) -> None:
    case = Case(flow=pause(duration={"feel": length}), incidents=[("expression", "w#1")])
    judge(case, play(case))


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("zone", "start", "length", "due"),
    [
        ("Europe/Berlin", utc(2026, 1, 29, 1, 30), "P2M", utc(2026, 3, 29, 1, 0)),
        ("Europe/Berlin", utc(2026, 9, 25, 0, 30), "P1M", utc(2026, 10, 25, 0, 30)),
        ("America/New_York", utc(2026, 2, 8, 7, 30), "P1M", utc(2026, 3, 8, 7, 0)),
        ("Europe/Berlin", utc(2026, 3, 1, 11, 0), "P1M", utc(2026, 4, 1, 10, 0)),
        ("Europe/Berlin", utc(2026, 1, 31, 9, 0), "P1M", utc(2026, 2, 28, 9, 0)),
        ("Asia/Kathmandu", utc(2026, 1, 31, 20, 0), "P1M", utc(2026, 2, 28, 20, 0)),
        ("UTC", utc(2028, 2, 29, 9, 0), "P1Y", utc(2029, 2, 28, 9, 0)),
        ("Europe/Berlin", utc(2026, 3, 28, 1, 30), "P1D", utc(2026, 3, 29, 1, 30)),
        ("Europe/Berlin", utc(2026, 3, 28, 11, 0), "PT24H", utc(2026, 3, 29, 11, 0)),
    ],
)
def test_w1_months_go_by_the_zone_and_days_are_exact(
    zone: str, start: dt.datetime, length: str, due: dt.datetime
) -> None:
    case = Case(flow=pause(zone, duration=length), start_at=start, timers={"w#1": {"wait": due}})
    judge(case, play(case))
