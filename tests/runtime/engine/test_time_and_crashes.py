"""SEMANTICS R5, X2 to X7, C1 to C4, N1 to N6 and Z1 to Z5 in the corners where two of them meet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from runtime.engine.simulate import START_AT, Advance, Broke, Crash, Replied, Simulation
from runtime.engine.stimuli import Answer, AttemptBroke, AttemptReplied, Cancel, Claim, Resolve, Resume, Start, Suspend
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.strangers import Types, pure, routed
from tests.runtime.engine.ways import simulate

GOOD = {"status": 200, "body": 1}


def _act(kind: str, *more: Any, error: bool = True, **fields: Any) -> Simulation:
    edges = ["begin -> act -> ok"] + (["act.error -> no"] if error else [])
    flow = draw({"begin": "start", "act": (kind, fields), "ok": "end ok", "no": "end no"}, *edges)
    return simulate(flow, [Start(flow="flow"), *more])


# -- attempts


@pytest.mark.parametrize(("pause", "retried"), [(59.0, True), (60.0, False), (61.0, False)])
def test_r5_a_pause_that_would_end_at_or_after_the_timeout_is_not_begun(pause: float, retried: bool) -> None:
    played = _act("read", Broke("act#1", retry_after=pause), timeout="PT1M")
    assert (played.state().state == "running") is retried
    if not retried:
        assert played.state().steps["act#1"].output["error"]["code"] == "http_503", "it fails with the last error"


def test_r5_a_scheduler_that_is_late_for_retry_and_timeout_begins_no_attempt_only_to_give_it_up() -> None:
    played = _act("keyed", Broke("act#1", retry_after=10), Advance(3600, wake=False), Advance(0), timeout="PT1M")
    assert told(played, after=5) == [
        "TimerFired act#1 retry",
        "TimerFired act#1 timeout",
        "StepCompleted act#1 error",
        "StepStarted no#1",
        "StepCompleted no#1 -> no",
        "RunCompleted no",
    ]
    error = played.state().steps["act#1"].output["error"]
    assert (error["code"], error["unclear"], error["attempts"]) == ("http_503", False, 1)


def test_x2_r5_a_step_whose_time_is_over_is_not_attempted_again_by_the_next_worker() -> None:
    played = _act("keyed", Advance(61, wake=False), Crash(), timeout="PT1M")
    assert told(played, after=4)[:4] == [
        "RunClaimed lost",
        "TimerFired act#1 timeout",
        "AttemptAbandoned act#1 1 timeout",
        "StepCompleted act#1 error",
    ]
    assert len(played.effects) == 1


@pytest.mark.parametrize(("kind", "possibly"), [("read", False), ("keyed", True), ("once", True)])
def test_x6_c1_a_late_success_of_an_abandoned_or_cancelled_attempt_marks_it_possibly_done(
    kind: str, possibly: bool
) -> None:
    played = _act(kind, Cancel(), Advance(5))
    assert played.journal()[-2].possibly_done is possibly
    assert played.state().state == "cancelled"
    played.play(AttemptReplied(step="act#1", attempt=1, value=GOOD))
    assert told(played)[-1] == "AttemptReportedLate act#1 1"
    assert played.state().steps["act#1"].possibly_done
    assert played.state().state == "cancelled"


def test_x6_a_late_failure_marks_nothing_and_an_attempt_that_never_was_is_not_found() -> None:
    played = _act("keyed", Advance(61), timeout="PT1M")
    played.play(AttemptBroke(step="act#1", attempt=1, code="x", message="late"))
    assert told(played)[-1] == "AttemptReportedLate act#1 1"
    assert not played.state().steps["act#1"].possibly_done
    played.play(
        AttemptReplied(step="act#1", attempt=2),
        AttemptReplied(step="ghost#1", attempt=1),
        AttemptReplied(step="act#1", attempt=0),
    )
    assert [(r.status, r.code) for r in played.refusals] == [(404, "ATTEMPT_UNKNOWN")] * 3


def test_c1_a_reply_that_is_no_success_within_the_grace_is_no_completion() -> None:
    fields: dict[str, Any] = {"config": {"success": {"feel": "reply.status < 300"}}}
    assert told(_act("once", Cancel(), Replied("act#1", {"status": 404, "body": 1}), **fields))[-2:] == [
        "StepCancelled act#1",
        "RunCancelled",
    ]
    assert told(_act("once", Cancel(), Replied("act#1", GOOD), **fields))[-2:] == [
        "StepCompleted act#1 done",
        "RunCancelled",
    ]


@pytest.mark.parametrize(
    ("unclear", "line"), [(True, "StepCancelled act#1 possibly done"), (False, "StepCancelled act#1")]
)
def test_c1_a_failure_within_the_grace_ends_the_step(unclear: bool, line: str) -> None:
    assert told(_act("keyed", Cancel(), Broke("act#1", unclear=unclear)))[-2:] == [line, "RunCancelled"]


def test_x7_c3_attempts_lost_once_count_once_however_often_the_process_restarts_in_suspension() -> None:
    played = _act("read", Suspend(), *[Crash()] * 5)
    assert told(played, after=4) == ["RunSuspended", "RunClaimed lost"]
    played.play(*[Claim(worker="w")] * 3)
    played.play(Resume())
    assert told(played)[-1] == "AttemptStarted act#1 2 takeover"
    assert played.incidents() == []


def test_x7_l3_a_run_that_rests_at_an_open_budget_is_nobodys_fault() -> None:
    flow = draw({"begin": "start", "a": "note", "b": "note"}, "begin -> a -> b -> a", budgets={"activations": 5})
    played = simulate(flow, [Start(flow="flow"), *[Crash()] * 5])
    assert [i.kind for i in played.incidents()] == ["budget"]
    assert "RunClaimed lost" not in told(played)


def test_x7_from_the_second_claim_that_found_no_progress_a_run_is_performed_alone() -> None:
    flow = draw({"begin": "start", "a": "read", "b": "read", "ok": "end ok"}, "begin -> a -> b -> ok")
    played = simulate(flow, [Start(flow="flow")])

    def alone() -> bool:
        return played.state().suspect

    seen = [alone()]
    for stimulus in (Crash(), Crash(), Replied("a#1", GOOD)):
        played.play(stimulus)
        seen.append(alone())
    assert seen == [False, False, True, False]


def test_x7_progress_between_claims_resets_the_count() -> None:
    flow = draw({"begin": "start", "a": "read", "b": "read", "c": "read", "ok": "end ok"}, "begin -> a -> b -> c -> ok")
    played = simulate(
        flow,
        [
            Start(flow="flow"),
            Crash(),
            Crash(),
            Replied("a#1", GOOD),
            Crash(),
            Crash(),
            Replied("b#1", GOOD),
            Crash(),
            Crash(),
        ],
    )
    assert played.incidents() == []
    assert played.state().idle_claims == 2
    assert [i.step for i in played.play(Crash()).incidents()] == ["c#1"]


def test_x7_a_pure_step_that_kills_each_worker_is_poison_as_the_first_ready_token_and_its_neighbour_is_not() -> None:
    flow = draw(
        {"begin": "start", "w": "task", "deadly": "strange", "zest": "note", "ok": "end ok"},
        "begin -> w",
        "w.approved -> deadly -> ok",
        "w.approved -> zest -> ok",
    )
    answer = Answer(step="w#1", choice="approved", by="petra")
    played = simulate(flow, [Start(flow="flow")], types=Types(pure(lambda i, e: routed())))
    for _ in range(3):  # the worker claims, somebody answers, the process dies before anything of it is durable
        played.play(Claim(worker="w", reason="lost"), Crash("before_append"), answer)
    played.play(answer)
    assert [(i.kind, i.step) for i in played.incidents()] == [("poison", "deadly#1")]
    assert played.state().steps["zest#1"].state == "completed"
    played.play(Resolve(incident=played.incidents()[0].incident, how="retry"))
    assert played.state().state == "completed"


@pytest.mark.parametrize("point", ["before_append", "after_append"])
@pytest.mark.parametrize("kind", ["read", "keyed", "once"])
def test_x2_x3_a_crash_at_the_reply_asks_again_only_what_may_be_asked_again(kind: str, point: str) -> None:
    played = _act(kind, Crash(point), Replied("act#1", GOOD))
    if point == "after_append":
        assert played.state().outcome == "ok"
    elif kind == "once":
        assert [i.kind for i in played.incidents()] == ["outcome_unknown"]
    else:
        assert [e.key for e in played.effects] == ["r1:4:0"] * 2


def test_x1_each_pass_of_a_loop_is_another_step_with_another_key() -> None:
    flow = draw(
        {"begin": "start", "a": "keyed", "more": "when yes: vars.n = null", "s": "set n=1", "ok": "end ok"},
        "begin -> a -> more.yes -> s -> a",
        "more -> ok",
    )
    played = simulate(flow, [Start(flow="flow"), Replied("a#1", GOOD)])
    assert len({e.key for e in played.effects}) == 2


# -- cancel and suspend


def test_c1_steps_in_each_state_end_as_the_table_says() -> None:
    flow = draw(
        {
            "begin": "start",
            "run": "once",
            "retry": "read",
            "task": "task",
            "wait": "wait PT1H",
            "sig": "signal paid",
            "stop": "read",
            "n": "note",
            "slow": "task",
            "j": "join",
            "res": "when p: input.x > 1",
            "ok": "end ok",
        },
        *(f"begin -> {name} -> ok" for name in ("run", "retry", "wait", "sig", "stop", "res")),
        "begin -> task.approved -> ok",
        "task.rejected -> ok",
        "begin -> n -> j",
        "begin -> slow.approved -> j",
        "slow.rejected -> ok",
        "j -> ok",
        "res.p -> ok",
    )
    played = simulate(flow, [Start(flow="flow", input={}), Broke("retry#1"), Broke("stop#1", retryable=False)])
    states = {step.node: step.state for step in played.state().live.values()}
    assert states == {
        "run": "running",
        "retry": "retrying",
        "task": "waiting",
        "wait": "waiting",
        "sig": "waiting",
        "stop": "stopped",
        "slow": "waiting",
        "j": "collecting",
        "res": "stopped",
    }
    before = len(told(played))
    played.play(Cancel())
    assert sorted(told(played, after=before)) == sorted(
        [
            "RunCancelRequested",
            *["IncidentClosed"] * 2,
            *(f"StepCancelled {n}#1" for n in ("retry", "task", "wait", "sig", "stop", "slow", "j", "res")),
        ]
    )
    assert [step.id for step in played.state().live.values()] == ["run#1"]
    assert [type(c).__name__ for c in played.replies[-1].commands] == ["AbortAttempt"]


def test_c2_a_suspended_run_can_be_cancelled_and_that_lifts_the_suspension() -> None:
    played = _act("once", Suspend(), Cancel())
    assert (played.state().state, [type(c).__name__ for c in played.replies[-1].commands]) == (
        "cancelling",
        ["AbortAttempt"],
    )
    played.play(Suspend(), Resume(), Advance(5))
    assert [r.code for r in played.refusals] == ["RUN_ENDED", "RUN_ENDED"]
    assert played.state().state == "cancelled"


def test_c2_ready_tokens_of_a_suspended_run_are_cancelled_where_they_stand() -> None:
    played = _act("read", Suspend(), Replied("act#1", GOOD), Cancel())
    assert told(played)[-3:] == ["RunCancelRequested", "StepCancelled act.done -> ok", "RunCancelled"]


def test_c4_shift_moves_every_due_the_sla_of_the_run_included() -> None:
    flow = draw({"begin": "start", "w": ("wait PT1H", {"sla": "PT2H"}), "ok": "end ok"}, "begin -> w -> ok", sla="PT3H")
    played = simulate(flow, [Start(flow="flow"), Advance(60)])
    before = played.state()
    played.play(Suspend(), Advance(86_400), Resume(shift=True))
    after = played.state()
    moved = [after.steps["w#1"].timers[p] - before.steps["w#1"].timers[p] for p in ("wait", "sla")]
    assert before.sla_due is not None
    assert after.sla_due is not None
    assert [span.total_seconds() for span in (*moved, after.sla_due - before.sla_due)] == [86_400.0] * 3


def test_c4_z5_overdue_timers_fire_on_resume_by_due_and_start() -> None:
    flow = draw(
        {"begin": "start", "b": "wait PT1H", "a": "wait PT2H", "c": "wait PT1H", "ok": "end"},
        "begin -> b -> ok",
        "begin -> a -> ok",
        "begin -> c -> ok",
    )
    played = simulate(flow, [Start(flow="flow"), Suspend(), Advance(86_400), Resume()])
    assert [line for line in told(played) if "Timer" in line] == [
        "TimerFired b#1 wait",
        "TimerFired c#1 wait",
        "TimerFired a#1 wait",
    ]


def test_z5_a_timer_whose_step_another_timer_ended_is_gone() -> None:
    flow = draw(
        {
            "begin": "start",
            "w": "wait PT1H",
            "t": ("task", {"config": {"timeout": "PT1H"}}),
            "stop": "end no terminate",
            "ok": "end ok",
        },
        "begin -> w -> stop",
        "begin -> t.timeout -> ok",
        "t.approved -> ok",
        "t.rejected -> ok",
    )
    played = simulate(flow, [Start(flow="flow"), Advance(3600)])
    assert [line for line in told(played) if "Timer" in line] == ["TimerFired t#1 timeout", "TimerFired w#1 wait"]
    assert played.state().outcome == "no"


def test_z2_dues_are_reckoned_from_run_time_when_the_clock_has_gone_back() -> None:
    played = _act("read", Advance(3600), Suspend(), Resume(), Advance(-3600), Broke("act#1", retry_after=5))
    state = played.state()
    assert state.run_time == START_AT + timedelta(hours=1)
    assert (state.steps["act#1"].timers["retry"] - state.run_time).total_seconds() == 5
    assert told(played.play(Advance(3605)))[-1] == "AttemptStarted act#1 2 retry"


def test_z4_what_a_timer_commanded_before_a_refused_stimulus_is_asked_for() -> None:
    flow = draw(
        {"begin": "start", "t": ("task", {"config": {"timeout": "PT1H"}}), "act": "once", "ok": "end ok"},
        "begin -> t.approved -> ok",
        "t.rejected -> ok",
        "t.timeout -> act -> ok",
    )
    played = simulate(
        flow, [Start(flow="flow"), Advance(3601, wake=False), Answer(step="t#1", choice="approved", by="petra")]
    )
    assert [r.code for r in played.refusals] == ["TASK_CLOSED"]
    assert [e.step for e in played.effects] == ["act#1"]


# -- names


def test_n1_in_a_loop_the_nodes_own_id_is_its_previous_pass_at_start_and_after_the_reply() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": (
                "keyed",
                {
                    "config": {
                        "path": '/{if a = null then "first" else string(a.n)}',
                        "output": {"feel": "{n: if a = null then 1 else a.n + 1}"},
                    }
                },
            ),
            "more": "when yes: a.n < 3",
            "ok": "end ok",
        },
        "begin -> a -> more.yes -> a",
        "more -> ok",
    )
    played = simulate(flow, [Start(flow="flow"), *(Replied(f"a#{k}", GOOD) for k in (1, 2, 3))])
    assert [e.input["path"] for e in played.effects] == ["/first", "/1", "/2"]
    assert played.state().steps["a#3"].output == {"n": 3}


def test_n2_a_step_that_left_by_error_has_only_error() -> None:
    flow = draw(
        {
            "begin": "start",
            "a": "read",
            "see": 'when p: a.error.code = "gone" and a.body = null',
            "ok": "end ok",
            "no": "end no",
        },
        "begin -> a -> no",
        "a.error -> see.p -> ok",
        "see -> no",
    )
    assert simulate(flow, [Start(flow="flow"), Broke("a#1", code="gone", retryable=False)]).state().outcome == "ok"


@pytest.mark.parametrize(
    ("node", "field"),
    [
        (("wait PT1H", {"config": {"duration": {"feel": "input.x"}}}), "duration"),
        (("task", {"config": {"due": {"feel": "input.x"}}}), "due"),
        (("signal paid", {"config": {"timeout": {"feel": "input.x"}}}), "timeout"),
        (("join", {"config": {"timeout": {"feel": "input.x"}}}), "timeout"),
        (("read", {"config": {"path": "/{input.x}"}}), "path"),
        ("when p: input.x", "conditions[1].when"),
        ("signal paid input.x", "key"),
    ],
)
@pytest.mark.parametrize("value", [{}, {"x": None}])
def test_n3_each_kind_of_field_refuses_null_by_its_name(node: Any, field: str, value: Any) -> None:
    kind = (node if isinstance(node, str) else node[0]).split()[0]
    port = {"when": ".p", "task": ".approved"}.get(kind, "")
    flow = draw({"begin": "start", "x": node, "ok": "end ok"}, f"begin -> x{port} -> ok")
    played = simulate(flow, [Start(flow="flow", input=value)])
    assert [i.kind for i in played.incidents()] == ["expression"]
    assert field in played.journal()[-1].error["field"]


def test_n3_a_function_or_another_thing_that_is_no_value_never_gets_into_vars() -> None:
    for source in ("abs", "function(x) x"):
        flow = draw({"begin": "start", "s": f"set f={source}", "ok": "end ok"}, "begin -> s -> ok")
        assert [i.kind for i in simulate(flow, [Start(flow="flow")]).incidents()] == ["expression"]


def test_n6_parallel_sets_write_in_journal_order_and_replace_whole_values() -> None:
    flow = draw(
        {"begin": "start", "b": "set v={b: 2}", "a": "set v={a: 1}", "ok": "end ok"},
        "begin -> b -> ok",
        "begin -> a -> ok",
    )
    assert simulate(flow, [Start(flow="flow")]).state().vars == {"v": {"b": 2}}


def test_n7_now_is_the_run_time_of_the_step_whatever_the_clock_did() -> None:
    flow = draw({"begin": "start", "a": "read", "s": "set at=now()", "ok": "end ok"}, "begin -> a -> s -> ok")
    played = simulate(
        flow, [Start(flow="flow"), Advance(60), Suspend(), Resume(), Advance(-3600), Replied("a#1", GOOD)]
    )
    assert played.state().vars["at"] == played.state().run_time


def test_e4_e5_a_terminating_end_without_an_outcome_leaves_the_choice_to_those_reached() -> None:
    flow = draw(
        {"begin": "start", "a": "note", "ok": "end ok", "t": "task", "b": "read", "stop": "end terminate"},
        "begin -> a -> ok",
        "begin -> t.approved -> ok",
        "t.rejected -> ok",
        "begin -> b -> stop",
    )
    played = simulate(flow, [Start(flow="flow"), Replied("b#1", GOOD)])
    assert told(played)[-2:] == ["StepCancelled t#1", "RunCompleted ok"]


def test_i1_i3_ids_are_made_of_run_seq_and_node_alone() -> None:
    first, second = (_act("read", Broke("act#1", retryable=False), error=False) for _ in range(2))
    assert first.journal() == second.journal()
    assert first.incidents()[0].incident == f"r1:{len(first.journal())}"
    assert (first.effects[0].id, first.effects[0].key, first.effects[0].step) == ("r1:4:0", "r1:4:0", "act#1")
    assert first.state() == second.state()


def test_v1_a_run_stays_on_its_release_whatever_the_flow_is_today() -> None:
    played = _act("read")
    assert played.journal()[0].release == "simulated" == played.rows().run.release


# -- what the tables leave over


def test_e1_the_flows_list_says_whether_an_outcome_settles_the_matter_and_an_end_without_one_ends_its_branch() -> None:
    flow = draw(
        {"begin": "start", "a": "end no", "b": "end", "c": "end ghost"}, "begin -> a", "begin -> b", "begin -> c"
    )
    done = simulate(flow, [Start(flow="flow")]).journal()[-1]
    assert (done.outcome, done.resolved, done.reached) == ("no", False, ("no", "ghost"))


def test_x5_by_hand_means_that_it_happened_and_this_is_the_result() -> None:
    played = _act("once", Crash())
    incident = played.incidents()[0].incident
    played.play(Resolve(incident=incident, how="by_hand", output=GOOD))
    assert told(played)[-5:] == [
        "IncidentResolved by_hand",
        "StepCompleted act#1 done by hand",
        "StepStarted ok#1",
        "StepCompleted ok#1 -> ok",
        "RunCompleted ok",
    ]
    assert (len(played.effects), played.state().steps["act#1"].output) == (1, GOOD)


def test_z1_z3_equal_instants_mean_nothing_and_no_event_knows_another_time_than_its_stimulus() -> None:
    flow = draw(
        {"begin": "start", "a": "read", "b": "read", "x": "end ok", "y": "end no"}, "begin -> a -> x", "begin -> b -> y"
    )
    for first, second in (("a", "b"), ("b", "a")):
        played = simulate(flow, [Start(flow="flow"), Replied(f"{first}#1", GOOD), Replied(f"{second}#1", GOOD)])
        ends = [line for line in told(played) if line.startswith("StepCompleted") and "#1 done" in line]
        assert ends == [f"StepCompleted {first}#1 done", f"StepCompleted {second}#1 done"]
        assert {entry.at for entry in played.entries()} == {START_AT}
