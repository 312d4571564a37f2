"""SEMANTICS sections R and X: attempts, retry, the error port, incidents, crashes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from runtime.engine.simulate import START_AT, Advance, Broke, Crash, Replied
from runtime.engine.stimuli import AttemptReplied, Resolve, Start
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate


def _one(kind: str, *more, error: bool = False, **fields):  # type: ignore[no-untyped-def]
    edges = ["begin -> act -> ok"] + (["act.error -> no"] if error else [])
    flow = draw({"begin": "start", "act": (kind, fields), "ok": "end ok", "no": "end no"}, *edges)
    return simulate(flow, [Start(flow="flow"), *more])


def test_r1_r2_four_attempts_then_the_error_port() -> None:
    played = _one("keyed", *[Broke("act#1"), Advance(400)] * 3, Broke("act#1"), error=True)
    assert told(played, after=4) == [
        "AttemptFailed act#1 1",
        "TimerFired act#1 retry",
        "AttemptStarted act#1 2 retry",
        "AttemptFailed act#1 2",
        "TimerFired act#1 retry",
        "AttemptStarted act#1 3 retry",
        "AttemptFailed act#1 3",
        "TimerFired act#1 retry",
        "AttemptStarted act#1 4 retry",
        "AttemptFailed act#1 4",
        "StepCompleted act#1 error",
        "StepStarted no#1",
        "StepCompleted no#1 -> no",
        "RunCompleted no",
    ]
    assert played.state().steps["act#1"].output["error"] == {
        "code": "http_503",
        "message": "The other side is out of order.",
        "status": None,
        "attempts": 4,
        "unclear": False,
    }


def test_r1_unconnected_error_is_an_incident() -> None:
    played = _one("read", Broke("act#1", retryable=False))
    assert [i.kind for i in played.incidents()] == ["failed"]


def test_r2_once_is_never_retried_whatever_the_policy_says() -> None:
    played = _one("once", Broke("act#1"), error=True, retry={"attempts": 5})
    assert played.state().outcome == "no"


def test_r3_a_definite_refusal_ends_the_retries_and_a_lost_attempt_does_not_count() -> None:
    played = _one(
        "read",
        Broke("act#1"),
        Advance(5),
        Crash(),
        Broke("act#1"),
        Advance(5),
        Broke("act#1", retryable=False),
        error=True,
    )
    assert [line for line in told(played) if "Attempt" in line] == [
        "AttemptFailed act#1 1",
        "AttemptStarted act#1 2 retry",
        "AttemptStarted act#1 3 takeover",
        "AttemptFailed act#1 3",
        "AttemptStarted act#1 4 retry",
        "AttemptFailed act#1 4",
    ]
    assert played.state().outcome == "no"


@pytest.mark.parametrize(
    ("failures", "draw_", "asked", "expected"),
    [
        (1, 0.0, None, 1.0),
        (2, 0.0, None, 2.0),
        (3, 0.0, None, 4.0),
        (1, 0.5, None, 1.1),
        (1, 0.0, 90.0, 90.0),
        (1, 0.0, 9_999.0, 3600.0),
    ],
)
def test_r4_the_delay_grows_with_jitter_and_heeds_retry_after(
    failures: int, draw_: float, asked: float | None, expected: float
) -> None:
    played = _one("read")
    for n in range(1, failures):
        played.play(Broke("act#1"), Advance(1000))
        assert played.state().steps["act#1"].attempt == n + 1
    played.play(Broke("act#1", draw=draw_, retry_after=asked))
    due = played.state().steps["act#1"].timers["retry"]
    assert due - played.now == timedelta(seconds=expected)


def test_r5_the_steps_timeout_bounds_all_attempts_and_pauses() -> None:
    played = _one(
        "read", Broke("act#1", retry_after=30), Advance(31), Broke("act#1", retry_after=30), error=True, timeout="PT1M"
    )
    # The second pause would end after the minute, so it isn't begun.
    assert told(played)[-5:-3] == ["AttemptFailed act#1 2", "StepCompleted act#1 error"]


@pytest.mark.parametrize(("kind", "ends"), [("read", "no"), ("keyed", "no"), ("once", None)])
def test_r5_x3_x4_an_attempt_in_flight_at_the_timeout_is_unclear(kind: str, ends: str | None) -> None:
    played = _one(kind, Advance(61), error=True, timeout="PT1M")
    assert "AttemptAbandoned act#1 1 timeout" in told(played)
    assert played.state().outcome == ends
    if ends is None:
        assert [i.kind for i in played.incidents()] == ["outcome_unknown"]
    else:
        assert played.state().steps["act#1"].output["error"]["unclear"] is (kind == "keyed")


def test_r6_r8_r9_retry_gives_a_fresh_policy_and_keeps_the_key_and_the_numbers() -> None:
    played = _one("keyed", Broke("act#1", retryable=False))
    incident = played.incidents()[0].incident
    played.play(Resolve(incident=incident, how="retry"), Resolve(incident=incident, how="retry"))
    assert [r.status for r in played.refusals] == [409]
    assert [(e.attempt, e.key) for e in played.effects] == [(1, "r1:4:0"), (2, "r1:4:0")]
    played.play(Replied("act#1", {}))
    assert played.state().outcome == "ok"


def test_x1_edit_and_retry_makes_another_key_and_input() -> None:
    played = _one("keyed", Broke("act#1", retryable=False))
    played.play(Resolve(incident=played.incidents()[0].incident, how="edit", input={"path": "/y"}))
    last = played.effects[-1]
    assert (last.key, last.input) == ("r1:7:0", {"path": "/y"})


def test_r8_edit_after_an_unclear_attempt_needs_the_word_not_done() -> None:
    played = _one("keyed", Broke("act#1", unclear=True), Advance(5), Broke("act#1", retryable=False))
    incident = played.incidents()[0].incident
    played.play(Resolve(incident=incident, how="edit", input={}))
    assert [r.code for r in played.refusals] == ["NOT_DONE"]
    played.play(Resolve(incident=incident, how="edit", input={}, not_done=True))
    assert played.effects[-1].key != played.effects[0].key


def test_r8_by_hand_and_other_port() -> None:
    by_hand = _one("read", Broke("act#1", retryable=False))
    by_hand.play(
        Resolve(incident=by_hand.incidents()[0].incident, how="by_hand", output={"status": Decimal(200), "body": 1})
    )
    assert "StepCompleted act#1 done by hand" in told(by_hand)
    other = _one("once", Broke("act#1", unclear=True), error=True)
    other.play(Resolve(incident=other.incidents()[0].incident, how="other_port", port="nowhere"))
    assert [r.code for r in other.refusals] == ["PORT"]
    other.play(Resolve(incident=other.incidents()[0].incident, how="other_port", port="error"))
    assert other.state().outcome == "no"


def test_x2_a_crash_before_the_start_is_durable_means_it_never_happened() -> None:
    flow = draw({"begin": "start", "act": "once", "ok": "end ok"}, "begin -> act -> ok")
    played = simulate(flow, [Crash("before_append"), Start(flow="flow")])
    assert played.streams() == []


@pytest.mark.parametrize("kind", ["read", "keyed"])
def test_x2_takeover_is_a_new_attempt_with_the_same_key(kind: str) -> None:
    played = _one(kind, Crash(), Crash("after_append"), Replied("act#1", {}))
    assert played.state().outcome == "ok"
    assert len({effect.key for effect in played.effects}) == 1
    assert told(played, after=4)[:2] == ["RunClaimed lost", "AttemptStarted act#1 2 takeover"]


def test_x3_once_without_a_result_is_outcome_unknown_even_with_error_connected() -> None:
    played = _one("once", Crash(), error=True)
    assert told(played, after=4) == ["RunClaimed lost", "IncidentRaised act#1 outcome_unknown"]
    incident = played.incidents()[0].incident
    played.play(Resolve(incident=incident, how="retry"))
    assert [r.code for r in played.refusals] == ["NOT_DONE"]
    played.play(Resolve(incident=incident, how="retry", not_done=True))
    assert len(played.effects) == 2


def test_x4_keyed_and_unclear_to_the_end_leaves_by_error_as_unclear() -> None:
    played = _one("keyed", Broke("act#1", unclear=True), error=True, retry={"attempts": 1})
    assert played.state().steps["act#1"].output["error"]["unclear"] is True


def test_x6_a_late_result_is_journaled_and_moves_nothing() -> None:
    played = _one("read", Crash())
    played.play(AttemptReplied(step="act#1", attempt=1, value={"body": 1}))
    assert told(played)[-1] == "AttemptReportedLate act#1 1"
    assert played.state().steps["act#1"].in_flight
    played.play(Replied("act#1", {}))
    end = told(played)
    played.play(AttemptReplied(step="act#1", attempt=2, value={}))
    assert told(played) == [*end, "AttemptReportedLate act#1 2"]
    assert played.state().state == "completed"


def test_x7_three_lost_workers_make_a_step_poison() -> None:
    played = _one("read", Crash(), Crash(), Crash())
    assert [i.kind for i in played.incidents()] == ["poison"]
    assert played.effects[-1].attempt == 3
    assert [effect.attempt for effect in played.effects] == [1, 2, 3]


def test_x8_tasks_and_timers_survive_a_crash_untouched() -> None:
    flow = draw(
        {"begin": "start", "t": "task", "w": "wait PT1H", "fin": "end ok"},
        "begin -> t.approved -> fin",
        "t.rejected -> fin",
        "begin -> w -> fin",
    )
    played = simulate(flow, [Start(flow="flow"), Crash(), Advance(3600)])
    assert [task.step for task in played.tasks()] == ["t#1"]
    assert "RunClaimed lost" not in told(played), "nothing was in flight, so nobody had to claim it"
    assert played.state().steps["w#1"].state == "completed"


def test_n8_x6_an_answer_too_large_is_a_failure_of_a_read_and_unknown_otherwise() -> None:
    big = {"body": "x" * 2_100_000}
    assert _one("read", Replied("act#1", big), error=True).state().outcome == "no"
    kept = _one("keyed", Replied("act#1", big), error=True)
    assert [i.kind for i in kept.incidents()] == ["outcome_unknown"]


def test_start_at_is_the_clock_of_a_simulation() -> None:
    assert _one("read").state().started_at == START_AT


def test_r3_r4_a_reply_that_the_nodes_rules_call_a_failure_is_retried_with_its_own_wish_to_wait() -> None:
    rules = {"success": {"feel": "reply.ok"}, "retry_when": {"feel": "reply.again"}}
    played = _one("keyed", config=rules)
    reply = {"ok": False, "again": True}
    played.play(AttemptReplied(step="act#1", attempt=1, value=reply, status=200, retry_after=90.0, draw=0.5))
    step = played.state().steps["act#1"]
    assert (step.state, step.timers["retry"] - played.now) == ("retrying", timedelta(seconds=90))
    assert step.error["status"] == 200
