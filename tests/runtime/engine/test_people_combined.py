"""SEMANTICS sections A and W where they meet delegation, revision, time, several flows and several runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from runtime.engine.events import Actor, SignalDelivered
from runtime.engine.simulate import START_AT, Advance, Crash, Simulation, To
from runtime.engine.stimuli import (
    Answer,
    ClaimTask,
    DelegateTask,
    HandOverTask,
    ReviseTask,
    SendSignal,
    Start,
    Suspend,
)
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate

FINANCE = frozenset({"finance"})
NOBODY: frozenset[str] = frozenset()
OP = Actor("user", "op")


def _asked(config: dict[str, Any] | None = None, words: str = "task", **start: Any) -> Simulation:
    timed = ["ask.timeout -> no"] if config and "timeout" in config else []
    flow = draw(
        {"begin": "start", "ask": (words, {"config": config or {}}), "ok": "end ok", "no": "end no"},
        "begin -> ask.approved -> ok",
        "ask.rejected -> no",
        *timed,
    )
    return simulate(flow, [Start(flow="flow", input={"amount": 7}, **start)])


def yes(by: str, **more: Any) -> Answer:
    return Answer(step="ask#1", choice="approved", by=by, **more)


def no(by: str, **more: Any) -> Answer:
    return Answer(step="ask#1", choice="rejected", by=by, **more)


def to(who: str, whom: str, **more: Any) -> DelegateTask:
    return DelegateTask(step="ask#1", who=who, to=whom, **more)


def codes(played: Simulation) -> list[tuple[int, str]]:
    return [(r.status, r.code) for r in played.refusals]


def test_a2_several_choices_each_with_its_own_need() -> None:
    played = _asked(words="task approved=3 rejected=2").play(yes("a"), no("b"), yes("c"))
    assert played.state().state == "running"
    played.play(no("d"))
    assert played.state().outcome == "no"
    assert [a["by"] for a in played.state().steps["ask#1"].output["answers"]] == ["a", "b", "c", "d"]


def test_a3_a_delegation_cannot_be_passed_on_so_the_requester_stays_barred() -> None:
    played = _asked({"not_requester": True}, requester="ana")
    played.play(
        to("ana", "tom", roles=FINANCE),
        to("tom", "eve", roles=NOBODY),
        yes("eve", on_behalf_of="tom"),
        yes("tom", on_behalf_of="ana"),
    )
    assert codes(played) == [(403, "DELEGATED_ON"), (403, "NOT_DELEGATED"), (403, "SOD")]
    unknown = _asked({"not_requester": True}, requester="ana").play(to("ana", "tom"), to("tom", "eve"))
    assert codes(unknown) == [(403, "DELEGATED_ON")]


def test_a3_a_member_who_stands_in_for_another_may_still_delegate_the_own_right() -> None:
    played = _asked().play(
        to("petra", "tom", roles=FINANCE), to("tom", "eve", roles=FINANCE), yes("eve", on_behalf_of="tom")
    )
    assert played.state().outcome == "ok"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (yes("petra"), yes("tom", on_behalf_of="petra")),
        (yes("tom", on_behalf_of="petra"), yes("petra")),
        (yes("tom", on_behalf_of="petra"), yes("tom")),
        (yes("tom"), yes("tom", on_behalf_of="petra")),
    ],
)
def test_a3_nobody_counts_twice_whichever_way_round(first: Answer, second: Answer) -> None:
    played = _asked(words="task approved=2").play(to("petra", "tom"), first, second)
    assert [status for status, _ in codes(played)] == [409]
    assert played.state().state == "running"


def test_a3_the_requester_by_proxy_is_barred_too() -> None:
    played = _asked({"not_requester": True}, requester="tom").play(to("petra", "tom"), yes("tom", on_behalf_of="petra"))
    assert codes(played) == [(403, "SOD")]


def test_a3_a8_a_hand_over_to_another_role_ends_delegations_and_claims() -> None:
    played = _asked({"exclusive": True}).play(
        to("petra", "tom", roles=FINANCE), ClaimTask(step="ask#1", who="petra", roles=FINANCE)
    )
    played.play(
        HandOverTask(step="ask#1", who="petra", to="head"),
        yes("tom", on_behalf_of="petra"),
        yes("petra", roles=FINANCE),
    )
    assert codes(played) == [(403, "NOT_DELEGATED"), (403, "ROLE")]
    assert played.play(yes("hans", roles=frozenset({"head"}))).state().outcome == "ok"


def test_a3_a8_delegations_and_claims_end_at_their_instant() -> None:
    until = START_AT + timedelta(hours=1)
    played = _asked({"exclusive": True}).play(
        to("petra", "tom", until=until), ClaimTask(step="ask#1", who="tom", until=until), yes("eve")
    )
    assert codes(played) == [(409, "CLAIMED")]
    played.play(Advance(3601), yes("tom", on_behalf_of="petra"), yes("eve"))
    assert codes(played)[1:] == [(403, "NOT_DELEGATED")]
    assert played.state().outcome == "ok"


def test_a3_an_instant_without_a_zone_is_refused() -> None:
    played = _asked().play(ClaimTask(step="ask#1", who="tom", until=START_AT.replace(tzinfo=None)))
    assert codes(played) == [(422, "INSTANT")]


def test_a4_the_actor_of_the_start_is_the_requester_unless_a_system_starts_it() -> None:
    assert _asked({"not_requester": True}, actor=Actor("user", "ana")).play(yes("ana")).refusals[0].code == "SOD"
    assert _asked({"not_requester": True}, actor=Actor("system", "cron")).play(yes("cron")).state().outcome == "ok"


def test_a6_a_revision_asks_everybody_anew_and_old_answers_stay_in_the_journal() -> None:
    played = _asked(words="task approved=2").play(yes("petra"))
    played.play(ReviseTask(step="ask#1", input={"title": "Pay 8?"}, actor=OP), yes("petra"), yes("tom"))
    assert told(played, after=4) == [
        "TaskAnswered ask#1 approved by petra",
        "TaskRevised ask#1",
        "TaskAnswered ask#1 approved by petra",
        "TaskAnswered ask#1 approved by tom",
        "StepCompleted ask#1 approved",
        "StepStarted ok#1",
        "StepCompleted ok#1 -> ok",
        "RunCompleted ok",
    ]
    assert [a["by"] for a in played.state().steps["ask#1"].output["answers"]] == ["petra", "tom"]
    assert codes(played.play(ReviseTask(step="ask#1", input={}, actor=OP))) == [(409, "TASK_CLOSED")]


def test_a7_z4_a_delegate_an_answer_and_the_timeout_at_one_instant() -> None:
    config = {"timeout": "PT1H", "due": "PT1H", "escalate_to": "head"}
    played = _asked(config).play(Advance(3600, wake=False), yes("petra", roles=FINANCE))
    assert told(played, after=4)[:2] == ["TaskAnswered ask#1 approved by petra", "StepCompleted ask#1 approved"]
    late = _asked(config).play(Advance(3601, wake=False), yes("petra", roles=FINANCE))
    assert told(late, after=4)[:4] == [
        "TimerFired ask#1 due",
        "TaskHandedOver ask#1 to head",
        "TimerFired ask#1 timeout",
        "StepCompleted ask#1 timeout",
    ]
    assert codes(late) == [(409, "TASK_CLOSED")]
    assert "timed out" in late.refusals[0].message


def test_a7_the_sla_never_moves_a_token() -> None:
    flow = draw(
        {"begin": "start", "t": ("task", {"sla": "PT1H"}), "ok": "end ok"},
        "begin -> t.approved -> ok",
        "t.rejected -> ok",
        sla="PT2H",
    )
    played = simulate(flow, [Start(flow="flow"), Advance(3 * 3600)])
    assert told(played, after=4) == ["TimerFired t#1 sla", "SlaBreached t#1", "TimerFired sla", "SlaBreached"]
    assert [t.step for t in played.tasks()] == ["t#1"]


def test_a1_later_writes_change_nothing_that_is_shown() -> None:
    flow = draw(
        {
            "begin": "start",
            "s": "set x=1",
            "t": ("task", {"config": {"title": "Is it {vars.x}?"}}),
            "w": "wait PT1M",
            "s2": "set x=2",
            "ok": "end ok",
        },
        "begin -> s -> t.approved -> ok",
        "t.rejected -> ok",
        "s -> w -> s2 -> ok",
    )
    played = simulate(flow, [Start(flow="flow"), Advance(60), Crash()])
    assert (played.tasks()[0].title, played.state().vars) == ("Is it 1?", {"x": 2})


# -- signals


def _waits(key: str = "k") -> Any:
    return draw({"begin": "start", "w": f'signal paid "{key}"', "fin": "end ok"}, "begin -> w -> fin")


def test_w2_two_flows_may_need_the_same_fact_and_two_runs_of_one_flow_must_not() -> None:
    one, other = _waits(), _waits().model_copy(update={"id": "other"})
    played = simulate(
        {"flow": one, "other": other},
        [Start(flow="flow"), Start(flow="flow"), Start(flow="other"), Start(flow="other")],
    )
    played.play(SendSignal(name="paid", key="k", id="x"))
    assert [played.state(f"r{n}").state for n in (1, 2, 3, 4)] == ["completed", "running", "completed", "running"]
    played.play(SendSignal(name="paid", key="k", id="x"), Crash(), Crash())
    assert played.state("r2").state == "running"
    played.play(SendSignal(name="paid", key="other"), SendSignal(name="other", key="k"))
    assert played.state("r2").state == "running"
    played.play(SendSignal(name="paid", key="k"))
    assert [played.state(f"r{n}").state for n in (2, 4)] == ["completed", "completed"]


def test_w2_w7_the_oldest_wait_goes_first_and_waits_of_one_run_take_one_signal_each() -> None:
    flow = draw(
        {"begin": "start", "w": 'signal paid "k"', "p": "wait PT1M", "v": 'signal paid "k"', "fin": "end ok"},
        "begin -> w -> fin",
        "begin -> p -> v -> fin",
    )
    played = simulate(flow, [Start(flow="flow"), Advance(60), SendSignal(name="paid", key="k")])
    assert list(played.state().live) == ["v#1"]


def test_w3_a_kept_signal_is_taken_by_whichever_wait_opens_first_and_never_again_by_its_flow() -> None:
    played = simulate(
        _waits(), [SendSignal(name="paid", key="k", payload=1), SendSignal(name="paid", key="k", payload=2)]
    )
    played.play(*[Start(flow="flow")] * 3)
    assert [played.state(f"r{n}").steps["w#1"].output for n in (1, 2)] == [
        {"signal": "s1", "payload": 1},
        {"signal": "s2", "payload": 2},
    ]
    assert played.state("r3").state == "running"


def test_w3_at_the_very_instant_of_expiry_a_wait_still_gets_it_and_not_after() -> None:
    for late, state in ((0, "completed"), (0.000001, "running")):
        played = simulate(
            _waits(), [SendSignal(name="paid", key="k", keep_for=60), Advance(60 + late), Start(flow="flow")]
        )
        assert played.state().state == state


@pytest.mark.parametrize("keep_for", [0, -1, 30 * 86_400 + 1, float("nan"), float("inf")])
def test_w2_a_signal_is_kept_for_at_most_thirty_days(keep_for: float) -> None:
    assert codes(simulate(_waits(), [SendSignal(name="paid", key="k", keep_for=keep_for)])) == [(422, "KEEP_FOR")]
    assert codes(simulate(_waits(), [SendSignal(name="paid", key="k", keep_for=30 * 86_400)])) == []


def test_w4_no_name_and_key_are_another_name_and_key_by_chance() -> None:
    from runtime.engine.inbox import inbox_stream

    assert inbox_stream("a\0b", "c") == inbox_stream("a", "b\0c"), "they would share a stream, so NUL comes in nowhere"
    flow = draw(
        {"begin": "start", "w": ("signal a", {"config": {"key": {"feel": "input"}}}), "fin": "end ok"},
        "begin -> w -> fin",
    )
    played = simulate(flow, [Start(flow="flow", input="b\0c")])
    assert [incident.kind for incident in played.incidents()] == ["expression"]
    signals = [SendSignal(name="a\0b", key="c"), SendSignal(name="a", key="b\0c")]
    assert codes(simulate(flow, signals)) == [(422, "ID"), (422, "ID")]


def test_w5_an_id_that_the_host_had_made_for_another_signal_delivers_nothing_twice() -> None:
    played = simulate(_waits(), [Start(flow="flow"), Start(flow="flow"), SendSignal(name="paid", key="k")])
    played.play(SendSignal(name="paid", key="k", id="s1"), SendSignal(name="paid", key="k", id="s1", payload=2))
    assert (played.state("r1").state, played.state("r2").state) == ("completed", "running")
    assert codes(played) == [(409, "SIGNAL_REUSED")]


@pytest.mark.parametrize("change", [{"name": "other"}, {"key": "other"}, {"payload": 1}])
def test_w5_the_same_id_with_anything_else_different_is_refused(change: dict[str, Any]) -> None:
    first = {"name": "paid", "key": "k", "payload": None, "id": "x"}
    assert codes(simulate(_waits(), [SendSignal(**first), SendSignal(**{**first, **change})])) == [
        (409, "SIGNAL_REUSED")
    ]


def test_w5_signals_without_an_id_are_signals_of_their_own() -> None:
    played = simulate(
        _waits(),
        [Start(flow="flow"), Start(flow="flow"), SendSignal(name="paid", key="k"), SendSignal(name="paid", key="k")],
    )
    assert [played.state(run).state for run in ("r1", "r2")] == ["completed", "completed"]


def test_w6_the_inbox_keeps_what_one_wait_refused_for_another_that_can_take_it() -> None:
    strict = draw(
        {"begin": "start", "w": ("signal paid", {"config": {"payload_schema": {"type": "object"}}}), "fin": "end ok"},
        "begin -> w -> fin",
    )
    loose = _waits().model_copy(update={"id": "loose"})
    played = simulate(
        {"flow": strict, "loose": loose},
        [Start(flow="flow"), Start(flow="loose"), SendSignal(name="paid", key="k", payload="text")],
    )
    assert codes(played) == [(422, "PAYLOAD")]
    assert (played.state("r1").state, played.state("r2").state) == ("running", "completed")


def test_z4_w3_a_timeout_of_a_wait_and_a_signal_at_one_instant() -> None:
    flow = draw(
        {"begin": "start", "w": ("signal paid", {"config": {"timeout": "PT1H"}}), "ok": "end ok", "no": "end no"},
        "begin -> w -> ok",
        "w.timeout -> no",
    )
    for late, outcome in ((0, "ok"), (0.001, "no")):
        played = simulate(
            flow, [Start(flow="flow"), Advance(3600 + late, wake=False), SendSignal(name="paid", key="k")]
        )
        assert played.state().outcome == outcome


def test_c3_w2_a_suspended_run_is_served_before_a_younger_one() -> None:
    played = simulate(
        _waits(), [Start(flow="flow"), Suspend(), Advance(1), Start(flow="flow"), SendSignal(name="paid", key="k")]
    )
    assert (played.state("r1").steps["w#1"].state, played.state("r2").state) == ("completed", "running")
    assert played.play(To("r1", Suspend())).replies[-1].repeated


def test_w3_after_a_crash_a_signal_that_is_kept_is_found_behind_one_that_is_not() -> None:
    signals = (SendSignal(name="paid", key="k"), SendSignal(name="paid", key="k", keep_for=60))
    played = simulate(_waits(), [*signals, Advance(3600), Crash("after_append", 1), Start(flow="flow")])
    played.run = "r1"
    assert [e.signal for e in played.journal() if isinstance(e, SignalDelivered)] == ["s1"]
