"""R, X, C, N, Z and I at their edges: the last attempt, the instant itself, three crashes, the same key, odd clocks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from runtime.engine.simulate import (
    Advance,
    AttemptReplied,
    Broke,
    Cancel,
    Crash,
    Replied,
    Resolve,
    Resume,
    Start,
    Suspend,
    Together,
)
from runtime.model.flow import Flow
from tests.runtime.engine.cases import OK, Case, at, judge, play, resolve, table, yes
from tests.runtime.engine.drawing import draw
from tests.runtime.engine.ways import simulate  # noqa: F401  # so that each case is played both ways


def effect(
    kind: str = "read", *, retry: dict[str, Any] | None = None, timeout: str | None = None, error: bool = True
) -> Flow:
    out = {"config": {"output": {"error": {"feel": "k.error"}, "k": {"feel": "k"}}}}
    node = (kind, {key: value for key, value in {"retry": retry, "timeout": timeout}.items() if value is not None})
    nodes = {"begin": "start", "k": node, "ok": "end ok", "no": ("end no", out)}
    return draw(nodes, "begin -> k -> ok", *(["k.error -> no"] if error else []))


def gives(nodes: dict[str, Any], *edges: str, **out: str) -> Flow:
    end = ("end ok", {"config": {"output": {name: {"feel": source} for name, source in out.items()}}})
    return draw({"begin": "start", **nodes, "ok": end}, *edges)


def broke(**more: Any) -> Broke:
    return Broke("k#1", **more)


GOT = Replied("k#1", OK)
EVEN = {"jitter": 0}
DEFINITE = {"retryable": False}

RETRIES = {
    "r2_a_read_has_four_attempts_after_1_2_and_4_seconds": Case(
        flow=effect(),
        stimuli=(broke(), Advance(1), broke(), Advance(2), broke(), Advance(4), broke()),
        outcome="no",
        keys=["r1:4:0"] * 4,
    ),
    "r4_the_second_pause_is_longer": Case(
        flow=effect(), stimuli=(broke(), Advance(1), broke(), Advance(1.5)), steps={"k#1": "retrying"}
    ),
    "r2_one_attempt_in_all": Case(flow=effect(retry={"attempts": 1}), stimuli=(broke(),), outcome="no"),
    "r4_no_pause_at_all": Case(
        flow=effect(retry={"first_delay": 0, "attempts": 3}),
        stimuli=(broke(), Advance(0), broke(), Advance(0), broke()),
        outcome="no",
    ),
    "r4_the_jitter_of_the_draw": Case(
        flow=effect(retry={"first_delay": 10}), stimuli=(broke(draw=0.5),), timers={"k#1": {"retry": at(9, 0, 11)}}
    ),
    "r4_the_longest_pause_is_before_the_jitter": Case(
        flow=effect(retry={"first_delay": 100, "max_delay": 10, "jitter": 1}),
        stimuli=(broke(draw=0.5),),
        timers={"k#1": {"retry": at(9, 0, 15)}},
    ),
    "r4_retry_after_is_a_lower_bound": Case(
        flow=effect(), stimuli=(broke(retry_after=60),), timers={"k#1": {"retry": at(9, 1)}}
    ),
    "r4_and_no_upper_one": Case(
        flow=effect(retry={"first_delay": 10, **EVEN}),
        stimuli=(broke(retry_after=2),),
        timers={"k#1": {"retry": at(9, 0, 10)}},
    ),
    "r4_capped_at_one_hour": Case(
        flow=effect(), stimuli=(broke(retry_after=86_400),), timers={"k#1": {"retry": at(10)}}
    ),
    "r4_less_than_nothing_is_nothing": Case(
        flow=effect(retry=EVEN), stimuli=(broke(retry_after=-5),), timers={"k#1": {"retry": at(9, 0, 1)}}
    ),
    "r3_a_definite_refusal_at_the_second_attempt": Case(
        flow=effect(), stimuli=(broke(), Advance(1), broke(**DEFINITE)), outcome="no"
    ),
    "r5_a_pause_to_the_very_time_limit_is_not_begun": Case(
        flow=effect(timeout="PT1S", retry=EVEN), stimuli=(broke(),), outcome="no"
    ),
    "r5_a_shorter_one_is": Case(
        flow=effect(timeout="PT1.001S", retry=EVEN), stimuli=(broke(),), steps={"k#1": "retrying"}
    ),
    "r5_z4_a_reply_exactly_at_the_time_limit": Case(
        flow=effect("once", timeout="PT1H"), stimuli=(Advance(3600, wake=False), GOT), outcome="ok"
    ),
    "r5_x6_a_reply_after_it": Case(
        flow=effect("keyed", timeout="PT1H"),
        stimuli=(Advance(3601, wake=False), GOT),
        outcome="no",
        told=("AttemptReportedLate k#1 1",),
    ),
    "r6_a_retry_has_a_fresh_time_limit": Case(
        flow=effect(timeout="PT1H", retry={"attempts": 1}, error=False),
        stimuli=(broke(), Advance(7200), resolve(how="retry")),
        timers={"k#1": {"timeout": at(12)}},
        told=("AttemptStarted k#1 2 resolved",),
    ),
    "r8_the_first_resolution_wins": Case(
        flow=effect("once", error=False),
        stimuli=(
            broke(),
            lambda played: Together(
                tuple(
                    Resolve(incident=played.incidents()[0].incident, how=how, output=OK) for how in ("by_hand", "retry")
                )
            ),
        ),
        outcome="ok",
        refused=[409],
    ),
    "r8_a_port_that_leads_nowhere": Case(
        flow=effect("once", error=False),
        stimuli=(broke(), resolve(how="other_port", port="error")),
        state="running",
        refused=[422],
    ),
    "r8_a_word_that_is_none": Case(
        flow=effect("once", error=False), stimuli=(broke(), resolve(how="wish")), state="running", refused=[422]
    ),
    "r8_x1_an_edit_has_another_key": Case(
        flow=effect("keyed", error=False),
        stimuli=(broke(**DEFINITE), resolve(how="edit", input={"path": "/y"}), GOT),
        outcome="ok",
        keys=["r1:4:0", "r1:7:0"],
    ),
    "r6_a_step_sla_goes_on_in_an_incident": Case(
        flow=draw({"begin": "start", "k": ("once", {"sla": "PT1H"}), "ok": "end ok"}, "begin -> k -> ok"),
        stimuli=(broke(), Advance(3600)),
        incidents=[("failed", "k#1")],
        told=("SlaBreached k#1",),
    ),
}

CRASHES = {
    "x3_unknown_although_error_is_connected": Case(
        flow=effect("once"), stimuli=(Crash(),), incidents=[("outcome_unknown", "k#1")]
    ),
    "x3_a_reply_that_was_not_durable": Case(
        flow=effect("once"), stimuli=(Crash("before_append"), GOT), incidents=[("outcome_unknown", "k#1")]
    ),
    "x8_a_reply_that_was": Case(flow=effect("once"), stimuli=(Crash("after_append"), GOT), outcome="ok", incidents=[]),
    "x5_a_retry_without_the_word": Case(
        flow=effect("once"),
        stimuli=(Crash(), resolve(how="retry")),
        refused=[422],
        incidents=[("outcome_unknown", "k#1")],
    ),
    "x5_x1_a_retry_with_it_keeps_the_key": Case(
        flow=effect("once"),
        stimuli=(Crash(), resolve(how="retry", not_done=True), GOT),
        outcome="ok",
        keys=["r1:4:0"] * 2,
    ),
    "x4_unclear_to_the_end_and_one_key": Case(
        flow=effect("keyed", retry={"attempts": 2, **EVEN}),
        stimuli=(broke(unclear=True), Advance(1), broke(unclear=True)),
        outcome="no",
        keys=["r1:4:0"] * 2,
        where=lambda p: p.state().steps["k#1"].output["error"]["unclear"] is True,
    ),
    "x6_a_report_of_an_attempt_that_was_given_up": Case(
        flow=effect("keyed", retry=EVEN),
        stimuli=(broke(), Advance(1), AttemptReplied(step="k#1", attempt=1, value=OK)),
        state="running",
        told=("AttemptReportedLate k#1 1",),
    ),
    "x6_r8_c1_a_late_success_is_forgotten_neither_by_an_edit_nor_by_a_cancel": Case(
        flow=effect("keyed", retry=EVEN, error=False),
        stimuli=(
            broke(),
            Advance(1),
            AttemptReplied(step="k#1", attempt=1, value=OK),
            broke(**DEFINITE),
            resolve(how="edit", input={"path": "/y"}),
            Cancel(),
        ),
        refused=[422],
        told=("StepCancelled k#1 possibly done",),
    ),
    "x6_reports_of_what_never_was": Case(
        flow=effect(),
        stimuli=(
            AttemptReplied(step="k#1", attempt=7, value=OK),
            AttemptReplied(step="q#1", attempt=1, value=OK),
        ),
        state="running",
        refused=[404, 404],
    ),
    "x7_two_lost_workers_are_not_yet_too_many": Case(flow=effect(), stimuli=(Crash(), Crash(), GOT), outcome="ok"),
    "x7_r8_poison_that_is_tried_again_counts_anew": Case(
        flow=effect(), stimuli=(Crash(), Crash(), Crash(), resolve(how="retry"), Crash(), GOT), outcome="ok"
    ),
    "x8_r4_a_pause_survives_and_is_nobodys_claim": Case(
        flow=effect(retry=EVEN),
        stimuli=(broke(), Crash(), Advance(1)),
        told=("AttemptStarted k#1 2 retry",),
        never=("RunClaimed lost",),
    ),
}

OPERATORS = {
    "c2_twice_while_it_cancels": Case(
        flow=effect("keyed"), stimuli=(Cancel(), Cancel()), state="cancelling", refused=[]
    ),
    "c2_when_it_is_over": Case(flow=effect("keyed"), stimuli=(GOT, Cancel()), outcome="ok", refused=[409]),
    "c2_c3_what_cancels_is_not_suspended": Case(
        flow=effect("keyed"), stimuli=(Cancel(), Suspend()), state="cancelling", refused=[409]
    ),
    "c1_a_success_in_time_leads_nowhere": Case(
        flow=effect("keyed"),
        stimuli=(Cancel(), GOT),
        state="cancelled",
        steps={"k#1": "completed"},
        times={"ok": 0},
    ),
    "c1_z4_exactly_at_the_fifth_second_is_in_time": Case(
        flow=effect("keyed"), stimuli=(Cancel(), Advance(5, wake=False), GOT), steps={"k#1": "completed"}
    ),
    "c1_just_before_it_still_waits": Case(flow=effect("keyed"), stimuli=(Cancel(), Advance(4.9)), state="cancelling"),
    "c1_at_the_fifth_second_it_is_given_up": Case(
        flow=effect("keyed"),
        stimuli=(Cancel(), Advance(5)),
        state="cancelled",
        told=("AttemptAbandoned k#1 1 cancelled", "StepCancelled k#1 possibly done"),
    ),
    "c1_x6_a_success_after_it_is_late": Case(
        flow=effect("keyed"), stimuli=(Cancel(), Advance(6), GOT), told=("AttemptReportedLate k#1 1",)
    ),
    "c3_a_reply_is_a_fact_and_what_follows_is_not": Case(
        flow=effect(), stimuli=(Suspend(), GOT), state="suspended", steps={"k#1": "completed"}, times={"ok": 0}
    ),
    "c3_r4_a_failure_is_a_fact_and_the_next_attempt_is_not": Case(
        flow=effect(retry=EVEN),
        stimuli=(Suspend(), broke(), Advance(100)),
        steps={"k#1": "retrying"},
        keys=["r1:4:0"],
        fired=[],
    ),
    "c4_r4_it_is_made_on_resume": Case(
        flow=effect(retry=EVEN), stimuli=(Suspend(), broke(), Advance(100), Resume()), keys=["r1:4:0"] * 2
    ),
    "c3_r8_an_incident_is_a_fact_and_so_is_its_resolution": Case(
        flow=effect("once", error=False),
        stimuli=(Suspend(), broke(), resolve(how="by_hand", output=OK), Resume()),
        outcome="ok",
    ),
    "c3_x3_a_crash_in_suspension": Case(
        flow=effect("once"), stimuli=(Suspend(), Crash(), Resume()), incidents=[("outcome_unknown", "k#1")]
    ),
    "c4_r5_a_reply_in_suspension_beats_the_time_limit": Case(
        flow=effect("once", timeout="PT1H"), stimuli=(Suspend(), Advance(7200), GOT, Resume()), outcome="ok"
    ),
    "c4_r5_a_shift_saves_the_attempt": Case(
        flow=effect("once", timeout="PT1H"),
        stimuli=(Suspend(), Advance(7200), Resume(shift=True), GOT),
        outcome="ok",
    ),
    "c4_shifted_twice": Case(
        flow=draw({"begin": "start", "w": "wait PT2H", "ok": "end ok"}, "begin -> w -> ok"),
        stimuli=(Suspend(), Advance(3600), Resume(shift=True)) * 2,
        timers={"w#1": {"wait": at(13)}},
    ),
    "c4_z5_overdue_by_due_and_then_by_start": Case(
        flow=draw(
            {"begin": "start", "a": "wait PT2H", "b": "wait PT1H", "c": "wait PT1H", "ok": "end ok"},
            "begin -> a -> ok",
            "begin -> b -> ok",
            "begin -> c -> ok",
        ),
        stimuli=(Suspend(), Advance(10_800), Resume()),
        fired=["b#1 wait", "c#1 wait", "a#1 wait"],
    ),
    "z5_a_timer_whose_step_another_one_ended_is_gone": Case(
        flow=draw(
            {
                "begin": "start",
                "a": "wait PT1H",
                "t": ("task", {"config": {"timeout": "PT1H"}}),
                "x": "end no terminate",
                "ok": "end ok",
            },
            "begin -> a -> x",
            "begin -> t.approved -> ok",
            "t.rejected -> ok",
            "t.timeout -> ok",
        ),
        stimuli=(Advance(3600),),
        outcome="no",
        fired=["a#1 wait"],
    ),
    "z2_back_and_forth_fires_once": Case(
        flow=draw({"begin": "start", "w": "wait PT1H", "ok": "end ok"}, "begin -> w -> ok"),
        stimuli=(Advance(-7200), Advance(7200), Advance(3600), Advance(-3600), Advance(3600)),
        outcome="ok",
        fired=["w#1 wait"],
    ),
    "z2_what_begins_after_the_clock_went_back_counts_from_run_time": Case(
        flow=draw(
            {"begin": "start", "t": "task", "w": "wait PT1H", "ok": "end ok"},
            "begin -> t.approved -> w -> ok",
            "t.rejected -> ok",
        ),
        stimuli=(Advance(-7200), yes()),
        timers={"w#1": {"wait": at(10)}},
    ),
    "z4_l1_a_day_at_once_fires_each_pass_at_its_instant": Case(
        flow=draw(
            {
                "begin": "start",
                "w": "wait PT1H",
                "s": "set n=if vars.n = null then 1 else vars.n + 1",
                "c": "when more: vars.n < 3",
                "ok": "end ok",
            },
            "begin -> w -> s -> c.more -> w",
            "c -> ok",
        ),
        stimuli=(Advance(86_400),),
        outcome="ok",
        variables={"n": 3},
        where=lambda p: p.entries()[-1].at == at(12),
    ),
}

NAMES = {
    "n1_a_sibling_that_finished_is_null": Case(
        flow=gives({"a": "read", "b": "read"}, "begin -> a -> ok", "begin -> b -> ok", v="b.body"),
        stimuli=(Replied("b#1", OK), Replied("a#1", OK)),
        gives={"v": 1},
        where=lambda p: p.state().steps["ok#2"].output == {"v": None},
    ),
    "n2_error_and_nothing_else": Case(
        flow=effect(),
        stimuli=(broke(code="x", message="m", status=404, **DEFINITE),),
        gives={
            "error": {"code": "x", "message": "m", "status": 404, "attempts": 1, "unclear": False},
            "k": {"error": {"code": "x", "message": "m", "status": 404, "attempts": 1, "unclear": False}},
        },
    ),
    "n4_the_top_one_of_two_that_hold_and_a_broken_one_below_is_not_asked": Case(
        flow=draw(
            {"begin": "start", "w": "when b: true; a: true; c: null > 5", "ok": "end ok", "no": "end no"},
            "begin -> w.b -> no",
            "w.a -> ok",
            "w.c -> ok",
            "w -> ok",
        ),
        outcome="no",
        incidents=[],
    ),
    "n3_n4_a_number_is_no_truth": Case(
        flow=draw({"begin": "start", "w": "when a: 1", "ok": "end ok"}, "begin -> w.a -> ok", "w -> ok"),
        incidents=[("expression", "w#1")],
    ),
    "n6_two_values_change_places": Case(
        flow=gives(
            {
                "s": ("set x=1", {"config": {"assignments": {"x": 1, "y": 2}}}),
                "u": ("set x=1", {"config": {"assignments": {"x": {"feel": "vars.y"}, "y": {"feel": "vars.x"}}}}),
            },
            "begin -> s -> u -> ok",
        ),
        variables={"x": 2, "y": 1},
    ),
    "n6_replaced_and_not_merged": Case(
        flow=gives({"s": "set x={a: 1, b: 2}", "u": "set x={a: 3}"}, "begin -> s -> u -> ok"), variables={"x": {"a": 3}}
    ),
    "n6_c2_a_cancel_takes_nothing_back": Case(
        flow=draw({"begin": "start", "s": "set x=1", "t": "task"}, "begin -> s -> t"),
        stimuli=(Cancel(),),
        state="cancelled",
        variables={"x": 1},
    ),
    "n8_as_many_as_may_be_and_one_more": Case(
        flow=effect(),
        start=Start(flow="", input=[None] * 100_000),
        stimuli=(Start(flow="", input=[None] * 100_001),),
        runs=["r1"],
        refused=[422],
    ),
}


def keyed(**more: Any) -> Start:
    return Start(**{"flow": "", "key": "a", **more})


KEYS = {
    "i2_the_same_in_another_order": Case(
        flow=effect(), start=keyed(input={"x": 1, "y": 2}), stimuli=(keyed(input={"y": 2, "x": 1}),), runs=["r1"]
    ),
    "i2_another_input": Case(
        flow=effect(), start=keyed(input={"x": 1}), stimuli=(keyed(input={"x": 2}),), runs=["r1"], refused=[409]
    ),
    "i2_another_case": Case(
        flow=effect(), start=keyed(case={"x": 1}), stimuli=(keyed(case={"x": 2}),), runs=["r1"], refused=[409]
    ),
    "i2_another_environment_is_another_run": Case(
        flow=effect(), start=keyed(), stimuli=(keyed(environment="production"),), runs=["r1", "r2"], refused=[]
    ),
    "i2_after_its_end": Case(flow=effect(), start=keyed(), stimuli=(GOT, keyed()), runs=["r1"], refused=[]),
    "i2_c3_in_suspension": Case(flow=effect(), start=keyed(), stimuli=(Suspend(), keyed()), runs=["r1"], refused=[]),
    "i2_a_key_of_nothing": Case(flow=effect(), start=keyed(key=""), runs=[], refused=[422]),
    "i2_x2_a_start_that_was_lost_is_made_again": Case(
        flow=effect(),
        start=None,
        stimuli=(Crash("before_append"), keyed(), keyed(), keyed()),
        where=lambda p: len(p.runs()) == 1,
    ),
    "i2_x2_one_that_was_kept_is_found": Case(
        flow=effect(), start=None, stimuli=(Crash("after_append"), keyed(), keyed()), runs=["r1"], refused=[]
    ),
    "t1_i2_which_of_two_triggers_has_to_be_said": Case(
        flow=draw({"begin": "start", "b2": "start", "ok": "end ok"}, "begin -> ok", "b2 -> ok"), runs=[], refused=[422]
    ),
    "t1_a_trigger_that_is_none": Case(flow=effect(), start=Start(flow="", trigger="k"), runs=[], refused=[422]),
    "v1_a_flow_that_there_is_not": Case(flow=effect(), start=Start(flow="zzz"), runs=[], refused=[404]),
}


@table(RETRIES | CRASHES | OPERATORS | NAMES | KEYS)
def test_case(case: Case) -> None:
    judge(case, play(case))


@pytest.mark.parametrize(("levels", "refused"), [(64, []), (65, [422])])
def test_n8_sixty_four_levels_and_one_more(levels: int, refused: list[int]) -> None:
    value: Any = Decimal(1)
    for _ in range(levels):
        value = [value]
    case = Case(flow=effect(), start=Start(flow="", input=value), refused=refused)
    judge(case, play(case))


def test_n7_today_is_that_of_the_flows_zone() -> None:
    end = ("end ok", {"config": {"output": {"today": {"feel": "string(today())"}}}})
    flow = draw({"begin": "start", "ok": end}, "begin -> ok", zone="Europe/Berlin")
    late = dt.datetime(2026, 1, 5, 23, 30, tzinfo=dt.UTC)
    case = Case(flow=flow, start_at=late, gives={"today": "2026-01-06"})
    judge(case, play(case))
