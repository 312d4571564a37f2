"""Sentences of SEMANTICS read as an outsider reads them, word by word: R, X and C, N8."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runtime.engine.driver import Done
from runtime.engine.events import AttemptFailed, AttemptStarted, IncidentRaised, StepStarted, TaskClaimed
from runtime.engine.simulate import (
    START_AT,
    Advance,
    Answer,
    Broke,
    Cancel,
    Crash,
    Replied,
    Resolve,
    Resume,
    Simulation,
    Start,
    Suspend,
    To,
)
from runtime.engine.stimuli import AttemptBroke, AttemptReplied, ClaimTask
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate

OK = {"status": 200, "body": {}}
ENDS = ("end ok", {"config": {"output": {"n": {"feel": "vars.n"}}}})
TOO_MANY = "for i in 1..input.many return i"
MANY = Start(flow="", input={"many": 10_000_000})
SETS = ("set n=1", {"config": {"assignments": {"n": {"feel": TOO_MANY}, "m": 2}}})


def act(kind: str, *stimuli: Any, error: bool = True, **fields: Any) -> Simulation:
    edges = ["begin -> k -> ok", *(["k.error -> no"] if error else [])]
    flow = draw({"begin": "start", "k": (kind, fields), "ok": "end ok", "no": "end no"}, *edges)
    return simulate(flow, [Start(flow=""), *stimuli])


def events(played: Simulation, kind: type[Any]) -> list[Any]:
    return [event for event in played.journal() if isinstance(event, kind)]


def resolved(played: Simulation, how: str, **more: Any) -> Simulation:
    played.play(Resolve(incident=played.incidents()[-1].incident, how=how, **more))
    return played


def test_x4_an_unclear_attempt_of_a_keyed_effect_is_retried_whatever_its_worker_thinks_of_trying_again() -> None:
    broken = Broke("k#1", unclear=True, retryable=False)
    played = act("keyed", broken, Advance(1), broken, Advance(2), broken, Advance(4), broken)
    assert {effect.key for effect in played.effects} == {"r1:4:0"}
    assert [effect.attempt for effect in played.effects] == [1, 2, 3, 4]
    assert played.state().steps["k#1"].output["error"]["unclear"] is True
    assert played.state().outcome == "no", "used up: error with unclear"


@pytest.mark.parametrize("kind", ["read", "once"])
def test_x4_r3_a_refusal_of_any_other_kind_ends_the_retries(kind: str) -> None:
    assert len(act(kind, Broke("k#1", unclear=True, retryable=False)).effects) == 1


def test_x2_an_attempt_that_was_lost_in_suspension_is_taken_over_on_resume() -> None:
    played = act("keyed", Suspend(), Crash(), Resume())
    assert [event.reason for event in events(played, AttemptStarted)] == ["takeover"]


@pytest.mark.parametrize(
    ("report", "end"),
    [
        (Broke("k#1"), "StepCancelled k#1"),
        (Broke("k#1", code="withdrawn", unclear=True), "StepCancelled k#1 possibly done"),
        (Replied("k#1", {"status": 404}), "StepCancelled k#1"),
    ],
)
def test_c1_whatever_is_no_success_within_the_grace_is_abandoned(report: Any, end: str) -> None:
    config = {"config": {"success": {"feel": "reply.status < 300"}}}
    played = act("keyed", Cancel(), report, **config)
    assert told(played, after=4) == ["RunCancelRequested", "AttemptAbandoned k#1 1 cancelled", end, "RunCancelled"]


@pytest.mark.parametrize(
    "reply",
    [{"status": 200, "body": "x" * 2_100_000}, {"status": 200, "body": 1.5}],
    ids=["too large for FEEL", "no value"],
)
def test_x6_the_head_of_a_reply_that_cannot_be_taken_is_attached_whatever_it_is(reply: Any) -> None:
    [raised] = events(act("once", Replied("k#1", reply)), IncidentRaised)
    assert (raised.kind, "200" in raised.error["head"], "body" in raised.error["head"]) == (
        "outcome_unknown",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("stop", "code"),
    [
        (Broke("k#1", code="cut", unclear=True, status=502), "cut"),
        (Crash(), "worker_lost"),
        (Replied("k#1", {"status": 200, "body": 1.5}), "bad_reply"),
    ],
)
def test_r7_r8_whoever_sends_an_unknown_outcome_to_error_hands_on_what_is_known(stop: Any, code: str) -> None:
    played = resolved(act("once", stop), "other_port", port="error")
    error = played.state().steps["k#1"].output["error"]
    assert set(error) == {"code", "message", "status", "attempts", "unclear"}
    assert (error["code"], error["attempts"], error["unclear"]) == (code, 1, True)
    assert error["message"]


@pytest.mark.parametrize("asked", [Decimal(90), 90, 90.0])
def test_r4_a_wish_is_a_number_however_it_is_written(asked: Any) -> None:
    played = act("keyed", Broke("k#1", retry_after=asked, draw=Decimal("0.5")))  # type: ignore[arg-type]
    [failed] = events(played, AttemptFailed)
    assert (failed.retry_after, failed.draw, failed.notes) == (90, 0.5, ())
    assert (played.state().steps["k#1"].timers["retry"] - played.now).total_seconds() == 90


@pytest.mark.parametrize("asked", [True, Decimal("sNaN"), Decimal("Infinity"), float("inf"), "soon", -1])
def test_r4_a_wish_that_is_none_breaks_no_journal(asked: Any) -> None:
    judged = {"config": {"success": {"feel": "reply.status < 300"}}}
    for report in (
        Broke("k#1", retry_after=asked, draw=0.5),
        AttemptReplied(step="k#1", attempt=1, value={"status": 503}, retry_after=asked),
    ):
        [failed] = events(act("keyed", report, Crash(), **judged), AttemptFailed)
        assert failed.retry_after is None
        assert failed.notes


def test_r4_the_longest_wish_is_an_hour_however_long_it_is() -> None:
    played = act("keyed", Broke("k#1", retry_after=10**400), Crash())
    assert (played.state().steps["k#1"].timers["retry"] - played.now).total_seconds() == 3600


@pytest.mark.parametrize("status", [4.5, True, "x", 10**400, Decimal("NaN")])
def test_r7_a_status_that_is_none_breaks_no_journal(status: Any) -> None:
    [failed] = events(act("keyed", Broke("k#1", status=status), Crash()), AttemptFailed)
    assert failed.error["status"] is None


def test_n8_who_hands_a_step_much_is_warned_before_it_is_too_much() -> None:
    played = act("keyed", Replied("k#1", {"status": 200, "body": "x" * 300_000}))
    [_, done] = [reply for reply in played.replies if isinstance(reply, Done)]
    [warning] = done.warnings
    assert "k#1" in warning
    assert "256 KB" in warning
    assert played.state().outcome == "ok"


def test_n8_a_large_input_warns_too_and_a_small_one_does_not() -> None:
    flow = draw({"begin": "start", "n": "note {input.words}", "ok": "end ok"}, "begin -> n -> ok")
    for letters, warned in ((300_000, True), (1_000, False)):
        played = simulate(flow, [Start(flow="", input={"words": "x" * letters})])
        [done] = [reply for reply in played.replies if isinstance(reply, Done)]
        assert bool([words for words in done.warnings if "n#1" in words]) is warned


@pytest.mark.parametrize(
    ("status", "attempts", "outcome"),
    [(200, 1, "ok"), (204, 1, "ok"), (302, 1, "no"), (404, 1, "no"), (408, 2, None), (429, 2, None), (503, 2, None)],
)
def test_r3_the_status_of_a_reply_says_whether_it_is_a_success_and_worth_another_try(
    status: int, attempts: int, outcome: str | None
) -> None:
    played = act("keyed", Replied("k#1", {"status": status, "body": {}}), Advance(2))
    assert (len(played.effects), played.state().outcome) == (attempts, outcome)
    if outcome == "no":
        assert played.state().steps["k#1"].output["error"]["status"] == status


@pytest.mark.parametrize("reply", [None, {"name": "Ana"}, "fine", ["a"], {"status": None}, {"status": "ok"}])
def test_r3_a_reply_that_says_no_status_is_a_success(reply: Any) -> None:
    assert act("keyed", Replied("k#1", reply)).state().outcome == "ok"


def test_z1_instants_are_utc_in_whatever_zone_the_clock_is_told() -> None:
    berlin = dt.datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    flow = draw(
        {"begin": "start", "w": "wait PT1H", "t": "task", "ok": "end ok"}, "begin -> w -> t", "t.approved -> ok"
    )
    played = simulate(flow, [Start(flow=""), Advance(1800), Advance(1800)], start_at=berlin)
    until = played.now.astimezone(ZoneInfo("Asia/Tokyo")) + dt.timedelta(hours=1)
    played.play(ClaimTask(step="t#1", who="petra", until=until))
    assert {entry.at.tzinfo for entry in played.entries()} == {dt.UTC}
    assert [entry.at.hour * 60 + entry.at.minute for entry in played.entries()][3:6] == [30, 90, 90]
    [claimed] = events(played, TaskClaimed)
    assert (claimed.until.tzinfo, claimed.until.hour) == (dt.UTC, 2)


def test_z1_an_instant_that_no_calendar_has_in_utc_is_refused() -> None:
    flow = draw({"begin": "start", "t": "task", "ok": "end ok"}, "begin -> t", "t.approved -> ok")
    last = dt.datetime.max.replace(tzinfo=dt.timezone(-dt.timedelta(hours=1)))
    played = simulate(flow, [Start(flow=""), ClaimTask(step="t#1", who="petra", until=last)])
    assert [(refusal.status, refusal.code) for refusal in played.refusals] == [(422, "INSTANT")]


@pytest.mark.parametrize("point", ["before_append", "after_append"])
def test_x8_a_process_that_dies_at_a_timer_stops_neither_the_clock_nor_the_timers_behind_it(point: str) -> None:
    nodes = {"begin": "start", "a": "wait PT1H", "b": "wait PT2H", "ok": "end ok"}
    flow = draw(nodes, "begin -> a -> ok", "begin -> b -> ok")
    played = simulate(flow, [Start(flow=""), Crash(point), Advance(7200)])
    assert [(line, entry.at - START_AT) for line, entry in zip(told(played), played.entries(), strict=True)][5:] == [
        (line, dt.timedelta(hours=hours))
        for line, hours in [
            ("TimerFired a#1 wait", 1),
            ("StepCompleted a#1 done", 1),
            ("StepStarted ok#1", 1),
            ("StepCompleted ok#1 -> ok", 1),
            ("TimerFired b#1 wait", 2),
            ("StepCompleted b#1 done", 2),
            ("StepStarted ok#2", 2),
            ("StepCompleted ok#2 -> ok", 2),
            ("RunCompleted ok", 2),
        ]
    ]
    assert played.now - START_AT == dt.timedelta(hours=2)


@pytest.mark.parametrize(("kind", "doubt"), [("read", ""), ("keyed", " possibly done"), ("once", " possibly done")])
def test_c1_r8_cancel_as_the_resolution_leaves_the_same_doubt_as_cancel_of_the_run(kind: str, doubt: str) -> None:
    flow = draw({"begin": "start", "k": kind}, "begin -> k")
    answered = [Start(flow=""), Replied("k#1", OK)]
    played = resolved(simulate(flow, answered), "cancel")
    assert f"StepCancelled k#1{doubt}" in told(played)
    assert f"StepCancelled k#1{doubt}" in told(simulate(flow, [*answered, Cancel()]))


def test_r8_n5_the_input_of_a_step_without_effect_can_be_edited_too() -> None:
    flow = draw({"begin": "start", "n": f"note {{{TOO_MANY}}}", "ok": "end ok"}, "begin -> n -> ok")
    played = resolved(simulate(flow, [MANY]), "edit", input={"text": "seven"})
    assert played.refusals == []
    assert [event.input for event in events(played, StepStarted) if event.step == "n#1"] == [{"text": "seven"}]
    assert played.state().steps["n#1"].output["note"] == "seven"


@pytest.mark.parametrize("given", [7, {}, {"words": "seven"}, {"text": "seven", "more": 1}])
def test_r8_an_edited_input_of_a_step_without_effect_has_its_names(given: Any) -> None:
    flow = draw({"begin": "start", "n": f"note {{{TOO_MANY}}}", "ok": "end ok"}, "begin -> n -> ok")
    [refusal] = resolved(simulate(flow, [MANY]), "edit", input=given).refusals
    assert (refusal.status, refusal.code) == (422, "EDIT")
    assert "text" in refusal.message


def test_r8_a_step_that_maps_nothing_has_no_input_to_edit() -> None:
    flow = draw({"begin": "start", "w": "when a: null", "ok": "end ok"}, "begin -> w -> ok", "w.a -> ok")
    assert [refusal.code for refusal in resolved(simulate(flow, [Start(flow="")]), "edit", input={}).refusals] == [
        "EDIT"
    ]


def test_r8_n6_what_a_person_gives_for_a_set_is_written_as_the_set_would() -> None:
    flow = draw({"begin": "start", "s": SETS, "ok": ENDS}, "begin -> s -> ok")
    played = resolved(simulate(flow, [MANY]), "by_hand", output={"n": 5, "m": 3})
    assert played.state().vars == {"n": 5, "m": 3}
    assert played.state().output == {"n": 5}


@pytest.mark.parametrize("output", [{"n": 5}, {"n": 5, "m": 3, "z": 1}, 7])
def test_r8_n6_what_is_not_what_the_set_would_write_is_refused(output: Any) -> None:
    flow = draw({"begin": "start", "s": SETS, "ok": ENDS}, "begin -> s -> ok")
    played = resolved(simulate(flow, [MANY]), "by_hand", output=output)
    assert [(refusal.status, refusal.code) for refusal in played.refusals] == [(422, "OUTPUT")]


def test_r8_n6_a_person_may_pass_a_set_without_writing_anything() -> None:
    flow = draw({"begin": "start", "s": SETS, "ok": ENDS}, "begin -> s -> ok")
    played = resolved(simulate(flow, [MANY]), "by_hand")
    assert (played.state().vars, played.state().outcome) == ({}, "ok")


@pytest.mark.parametrize("cause", ["", "night"])
def test_c3_an_operator_suspends_as_often_as_they_like_whatever_they_call_the_cause(cause: str) -> None:
    played = act("keyed", Suspend(cause=cause), Suspend(cause=cause), Resume(cause=cause), Suspend(cause=cause))
    assert told(played, after=4) == ["RunSuspended", "RunResumed", "RunSuspended"]
    assert played.state().state == "suspended"


def test_c3_twice_is_once_and_any_operator_lets_go_of_what_another_holds() -> None:
    played = act("keyed", Suspend(cause="night"), Suspend(cause="audit"), Suspend(), Resume(cause="audit"))
    assert told(played, after=4) == ["RunSuspended", "RunResumed"]
    assert played.refusals == []


@pytest.mark.parametrize("crash", [(), (Crash(),)])
def test_i3_n6_a_value_means_the_same_after_a_crash(crash: Any) -> None:
    nodes = {"begin": "start", "s": "set n=(> 5)", "t": "task", "u": "set n=vars.n = (> 5)", "ok": ENDS}
    flow = draw(nodes, "begin -> s -> t", "t.approved -> u -> ok")
    played = simulate(flow, [Start(flow=""), *crash, Answer(step="t#1", choice="approved", by="petra")])
    assert played.state().output == {"n": True}


@pytest.mark.parametrize(
    ("kind", "follows"),
    [
        ("read", "TimerFired k#1 retry"),
        ("keyed", "TimerFired k#1 retry"),
        ("once", "IncidentRaised k#1 outcome_unknown"),
    ],
)
def test_x3_an_attempt_whose_time_is_over_is_unclear_without_saying_so(kind: str, follows: str) -> None:
    played = act(kind, Broke("k#1", code="attempt_timeout"), Advance(1))
    assert told(played, after=4)[:2] == ["AttemptFailed k#1 1", follows]
    assert events(played, AttemptFailed)[0].unclear is (kind != "read")


def test_c1_an_attempt_that_was_withdrawn_is_unclear_without_saying_so() -> None:
    for report in (
        Broke("k#1", code="withdrawn"),
        AttemptBroke(step="k#1", attempt=1, code="withdrawn", message="Gone."),
    ):
        assert told(act("once", Cancel(), report))[-2:] == ["StepCancelled k#1 possibly done", "RunCancelled"]


@pytest.mark.parametrize(
    ("report", "retried"),
    [
        (Broke("k#1"), True),
        (Broke("k#1", code="network"), True),
        (Broke("k#1", status=503), True),
        (Broke("k#1", status=429), True),
        (Broke("k#1", status=404), False),
        (Broke("k#1", code="http_409"), False),
        (Broke("k#1", code="http_425"), True),
        (Broke("k#1", status=404, retryable=True), True),
        (Broke("k#1", status=503, retryable=False), False),
    ],
)
def test_r3_a_failure_says_by_its_status_whether_it_is_worth_another_try(report: Broke, retried: bool) -> None:
    played = act("read", report)
    assert (played.state().steps["k#1"].state == "retrying") is retried


def test_r8_what_a_task_shows_is_an_object_also_when_it_is_edited() -> None:
    shows = ("task", {"config": {"show": {"n": {"feel": TOO_MANY}}}})
    flow = draw({"begin": "start", "t": shows, "ok": "end ok"}, "begin -> t.approved -> ok")
    played = resolved(simulate(flow, [MANY]), "edit", input="seven")
    assert [(refusal.status, refusal.code) for refusal in played.refusals] == [(422, "EDIT")]
    assert "is an object" in played.refusals[0].message
    assert resolved(played, "edit", input={"title": "Seven"}).state().steps["t#1"].state == "waiting"


def test_c3_an_operator_lets_go_on_what_a_parent_holds_too_whatever_they_call_the_cause() -> None:
    child = draw({"begin": "start", "t": "task", "ok": "end ok"}, "begin -> t.approved -> ok", id="child")
    parent = draw({"begin": "start", "c": "calls child", "ok": "end ok"}, "begin -> c -> ok", id="parent")
    for cause in ("", "audit"):
        played = simulate({"parent": parent, "child": child}, [Start(flow="parent")])
        [called] = [run for run in played.runs() if run != "r1"]
        played.play(Suspend(), To(called, Suspend(cause=cause)), To(called, Resume(cause=cause)))
        assert (played.state().state, played.state(called).state) == ("suspended", "running")
