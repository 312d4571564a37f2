"""SEMANTICS sections C, N, Z, I and V: cancel, suspend, names, time, identity, versions."""

from __future__ import annotations

from runtime.engine.simulate import Advance, Broke, Crash, Replied
from runtime.engine.stimuli import Answer, Cancel, Resolve, Resume, SendSignal, Start, Suspend
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate


def _busy():  # type: ignore[no-untyped-def]
    return draw(
        {"begin": "start", "t": "task", "w": "wait PT1H", "a": "once", "r": "read", "fin": "end ok"},
        "begin -> t.approved -> fin",
        "t.rejected -> fin",
        "begin -> w -> fin",
        "begin -> a -> fin",
        "begin -> r -> fin",
    )


def test_c1_c2_cancel_ends_what_it_can_and_waits_five_seconds_for_the_rest() -> None:
    played = simulate(_busy(), [Start(flow="flow"), Broke("r#1"), Cancel()])
    assert told(played)[-4:] == ["RunCancelRequested", "StepCancelled r#1", "StepCancelled t#1", "StepCancelled w#1"]
    assert played.state().state == "cancelling"
    played.play(Cancel())
    assert played.replies[-1].repeated
    played.play(Advance(5))
    assert told(played)[-3:] == ["AttemptAbandoned a#1 1 cancelled", "StepCancelled a#1 possibly done", "RunCancelled"]
    played.play(Cancel())
    assert [r.status for r in played.refusals] == [409]


def test_c1_a_success_within_the_grace_completes_the_step_and_its_token_goes_nowhere() -> None:
    flow = draw({"begin": "start", "a": "once", "fin": "end ok"}, "begin -> a -> fin")
    played = simulate(flow, [Start(flow="flow"), Cancel(), Advance(2), Replied("a#1", {})])
    assert told(played)[-3:] == ["RunCancelRequested", "StepCompleted a#1 done", "RunCancelled"]


def test_c1_an_open_incident_is_closed_by_cancel() -> None:
    flow = draw({"begin": "start", "a": "read", "fin": "end ok"}, "begin -> a -> fin")
    played = simulate(flow, [Start(flow="flow"), Broke("a#1", retryable=False), Cancel()])
    assert told(played)[-3:] == ["IncidentClosed", "StepCancelled a#1", "RunCancelled"]
    assert played.incidents() == []


def test_c3_suspend_gates_commands_and_timers_never_facts() -> None:
    played = simulate(_busy(), [Start(flow="flow"), Suspend()])
    played.play(Answer(step="t#1", choice="approved", by="petra"), Replied("a#1", {}), Broke("r#1"), Advance(7200))
    state = played.state()
    assert state.state == "suspended"
    assert [state.steps[s].state for s in ("t#1", "a#1", "r#1", "w#1")] == [
        "completed",
        "completed",
        "retrying",
        "waiting",
    ]
    assert not any(line.startswith("StepStarted fin") for line in told(played))
    assert played.rows().run.next_due is None
    assert played.replies[-1].commands == ()
    played.play(Suspend())
    assert played.replies[-1].repeated


def test_c4_what_came_meanwhile_goes_before_the_overdue_timers() -> None:
    flow = draw(
        {"begin": "start", "t": ("task", {"config": {"timeout": "PT1H"}}), "ok": "end ok", "no": "end no"},
        "begin -> t.approved -> ok",
        "t.rejected -> no",
        "t.timeout -> no",
    )
    played = simulate(
        flow,
        [Start(flow="flow"), Suspend(), Advance(7200), Answer(step="t#1", choice="approved", by="petra"), Resume()],
    )
    assert played.state().outcome == "ok"
    late = simulate(flow, [Start(flow="flow"), Suspend(), Advance(7200), Resume()])
    assert late.state().outcome == "no"
    shifted = simulate(flow, [Start(flow="flow"), Suspend(), Advance(7200), Resume(shift=True)])
    assert shifted.state().state == "running"
    assert shifted.play(Advance(3600)).state().outcome == "no"


def test_c3_a_signal_finds_the_wait_of_a_suspended_run_and_a_resolution_waits() -> None:
    flow = draw(
        {"begin": "start", "w": "signal paid", "a": "read", "fin": "end ok"}, "begin -> w -> fin", "begin -> a -> fin"
    )
    played = simulate(
        flow, [Start(flow="flow"), Broke("a#1", retryable=False), Suspend(), SendSignal(name="paid", key="k")]
    )
    assert played.state().steps["w#1"].state == "completed"
    played.play(Resolve(incident=played.incidents()[0].incident, how="retry"))
    assert len(played.effects) == 1
    played.play(Resume())
    assert [e.attempt for e in played.effects] == [1, 2]
    assert played.play(Replied("a#1", {})).state().outcome == "ok"


def test_c3_x7_an_attempt_lost_in_suspension_starts_anew_on_resume() -> None:
    flow = draw({"begin": "start", "a": "read", "fin": "end ok"}, "begin -> a -> fin")
    played = simulate(flow, [Start(flow="flow"), Suspend(), Crash()])
    assert told(played)[-1] == "RunClaimed lost"
    played.play(Resume())
    assert told(played)[-1] == "AttemptStarted a#1 2 takeover"


def test_n1_a_node_that_is_no_ancestor_is_null_even_if_it_has_finished() -> None:
    flow = draw(
        {
            "begin": "start",
            "fast": "set x=1",
            "slow": "read",
            "see": "when p: fast = null",
            "yes": "end ok",
            "no": "end no",
        },
        "begin -> fast -> no",
        "begin -> slow -> see.p -> yes",
        "see -> no",
    )
    assert simulate(flow, [Start(flow="flow"), Replied("slow#1")]).state().steps["see#1"].port == "p"


def test_n3_null_where_a_boolean_is_due_is_an_incident_naming_field_and_expression() -> None:
    flow = draw(
        {"begin": "start", "big": "when large: input.amount > 5", "fin": "end ok"},
        "begin -> big.large -> fin",
        "big -> fin",
    )
    played = simulate(flow, [Start(flow="flow", input={})])
    (incident,) = played.incidents()
    assert incident.kind == "expression"
    error = played.journal()[-1].error
    assert (error["field"], error["expression"]) == ("conditions[1].when", "input.amount > 5")
    played.play(Resolve(incident=incident.incident, how="other_port", port="default"))
    assert played.state().outcome == "ok"


def test_n4_later_conditions_are_not_evaluated_and_the_values_used_are_journaled() -> None:
    flow = draw(
        {"begin": "start", "c": "when a: input.n > 1; b: 1/0 > input.missing", "fin": "end ok"},
        "begin -> c.a -> fin",
        "c.b -> fin",
        "c -> fin",
    )
    played = simulate(flow, [Start(flow="flow", input={"n": 3})])
    why = played.journal()[4].why
    assert (why["index"], why["port"], why["values"]) == (1, "a", {"input.n": 3})


def test_n6_assignments_of_one_set_all_read_the_state_before_it() -> None:
    flow = draw(
        {
            "begin": "start",
            "one": "set a=1",
            "two": ("set a=2", {"config": {"assignments": {"a": {"feel": "2"}, "b": {"feel": "vars.a"}}}}),
            "fin": "end ok",
        },
        "begin -> one -> two -> fin",
    )
    assert simulate(flow, [Start(flow="flow")]).state().vars == {"a": 2, "b": 1}


def test_z2_a_clock_that_goes_back_fires_nothing_twice() -> None:
    flow = draw({"begin": "start", "w": "wait PT1H", "x": "wait PT1H", "fin": "end ok"}, "begin -> w -> x -> fin")
    played = simulate(flow, [Start(flow="flow"), Advance(3600), Advance(-3000), Advance(600)])
    assert [line for line in told(played) if "TimerFired" in line] == ["TimerFired w#1 wait"]
    assert played.state().steps["x#1"].timers["wait"].hour == 11


def test_z4_equal_goes_to_the_person_and_a_late_scheduler_changes_nothing() -> None:
    flow = draw(
        {"begin": "start", "t": ("task", {"config": {"timeout": "PT1H"}}), "ok": "end ok", "no": "end no"},
        "begin -> t.approved -> ok",
        "t.rejected -> no",
        "t.timeout -> no",
    )
    answer = Answer(step="t#1", choice="approved", by="petra")
    equal = simulate(flow, [Start(flow="flow"), Advance(3600, wake=False), answer])
    assert equal.state().outcome == "ok"
    after = simulate(flow, [Start(flow="flow"), Advance(3600.001, wake=False), answer])
    assert after.state().outcome == "no"
    assert [(r.status, r.code) for r in after.refusals] == [(409, "TASK_CLOSED")]


def test_z5_timers_due_together_fire_by_the_start_of_their_steps() -> None:
    flow = draw(
        {"begin": "start", "b": "wait PT1H", "a": "wait PT1H", "f": "end ok", "g": "end no"},
        "begin -> b -> f",
        "begin -> a -> g",
    )
    played = simulate(flow, [Start(flow="flow"), Advance(3600)])
    assert [line for line in told(played, after=5) if not line.startswith("StepS")] == [
        "TimerFired a#1 wait",
        "StepCompleted a#1 done",
        "StepCompleted g#1 -> no",
        "TimerFired b#1 wait",
        "StepCompleted b#1 done",
        "StepCompleted f#1 -> ok",
        "RunCompleted ok",
    ]


def test_i2_the_same_start_key_is_the_same_run_and_another_body_is_refused() -> None:
    flow = draw({"begin": "start", "fin": "end ok"}, "begin -> fin")
    played = simulate(flow, [Start(flow="flow", key="k", input={"a": 1}), Start(flow="flow", key="k", input={"a": 1})])
    assert [reply.run for reply in played.replies] == ["r1", "r1"]
    assert played.replies[1].repeated
    played.play(Start(flow="flow", key="k", input={"a": 2}))
    assert [(r.status, r.code) for r in played.refusals] == [(409, "KEY_REUSED")]


def test_i2_an_input_that_does_not_fit_the_schema_starts_nothing() -> None:
    flow = draw(
        {"begin": "start", "fin": "end ok"},
        "begin -> fin",
        input_schema={"type": "object", "properties": {"amount": {"type": "number"}}, "required": ["amount"]},
    )
    played = simulate(flow, [Start(flow="flow", input={"amount": "many"})])
    assert [(r.status, r.code) for r in played.refusals] == [(422, "INPUT")]
    assert "amount" in played.refusals[0].message


def test_v2_an_unknown_node_type_stops_there_for_a_person_and_can_be_gone_round() -> None:
    flow = draw({"begin": "start", "x": "unknown", "fin": "end ok"}, "begin -> x -> fin")
    played = simulate(flow, [Start(flow="flow")])
    (incident,) = played.incidents()
    assert incident.kind == "unreadable"
    played.play(Resolve(incident=incident.incident, how="other_port", port="done"))
    assert played.state().outcome == "ok"


def test_c2_c3_what_is_over_can_be_neither_cancelled_nor_suspended_nor_resumed() -> None:
    flow = draw({"begin": "start", "ok": "end ok"}, "begin -> ok")
    played = simulate(flow, [Start(flow="flow"), Cancel(), Suspend(), Resume()])
    assert [(refused.status, refused.code) for refused in played.refusals] == [(409, "RUN_ENDED")] * 3
