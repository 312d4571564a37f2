"""What the engine says or keeps beside the way of a run: small print that no story turns on, and people rely on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from nodes import registry
from runtime.engine.compiling import compile_plan
from runtime.engine.events import Actor, CompensationStarted, Envelope, RunStarted
from runtime.engine.fold import continue_fold, fold
from runtime.engine.inbox import Match
from runtime.engine.limits import text_broken
from runtime.engine.projection import project
from runtime.engine.simulate import Advance, Broke, Crash, Replied, Start
from runtime.engine.state import JournalMismatch, split_step
from runtime.engine.stimuli import Answer, HandOverTask, Refusal, SendSignal
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.strangers import Types, pure, routed
from tests.runtime.engine.ways import simulate

AT = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
ASKED = draw({"begin": "start", "ask": "task", "fin": "end ok"}, "begin -> ask.approved -> fin", "ask.rejected -> fin")


def test_an_answer_is_told_what_it_led_to() -> None:
    answer = Answer(step="ask#1", choice="approved", by="petra", answer_id="mine")
    played = simulate(ASKED, [Start(flow="flow"), answer])
    assert played.replies[-1].reply == {"answer_id": "mine", "repeated": False, "decided": True, "port": "approved"}


def test_x7_what_a_timer_began_on_the_way_to_a_claim_is_not_taken_over() -> None:
    """Attempt 2 of `a` is due when the worker dies over `b`: it begins once, and it is `b` alone that was lost."""
    flow = draw(
        {"begin": "start", "a": "keyed", "b": "read", "fin": "end ok"}, "begin -> a -> fin", "begin -> b -> fin"
    )
    played = simulate(flow, [Start(flow="flow"), Broke("a#1"), Advance(60, wake=False), Crash()])
    assert [line for line in told(played) if line.startswith("AttemptStarted")] == [
        "AttemptStarted a#1 2 retry",
        "AttemptStarted b#1 2 takeover",
    ]
    assert [(each.step, each.attempt) for each in played.effects[-2:]] == [("a#1", 2), ("b#1", 2)]
    played.play(Replied("a#1", {}), Replied("b#1", {}))
    assert played.state().outcome == "ok"


def test_numbers_that_stand_in_a_config_reach_the_step_as_they_are() -> None:
    flow = draw({"begin": "start", "x": "strange", "fin": "end ok"}, "begin -> x -> fin")
    seen: list[Any] = []
    types = Types(pure(lambda given, _evaluate: seen.append(given) or routed(given), {"n": 5, "d": Decimal("1.50")}))
    played = simulate(flow, [Start(flow="flow")], types=types)
    assert played.state().steps["x#1"].output == {"n": Decimal(5), "d": Decimal("1.50")}
    assert str(seen[0]["d"]) == "1.50"


def test_the_row_of_a_run_names_its_project() -> None:
    plan = compile_plan(ASKED, registry.built_ins(), release="r", project="disputes")
    started = RunStarted(flow="flow", release="r", environment="local", trigger="begin", project="disputes")
    state = fold(plan, [Envelope("run-1", 1, AT, Actor("system", "host"), started)], "run-1")
    assert project(plan, state).run.project == "disputes"


def test_law_2_what_is_taken_back_begins_when_nothing_goes_forward_any_more() -> None:
    played = simulate(ASKED, [Start(flow="flow")])
    state, seq = played.state(), len(played.journal())
    entry = Envelope(played.run, seq + 1, AT, Actor("system", "host"), CompensationStarted(steps=()))
    with pytest.raises(JournalMismatch, match="while a step is live"):
        continue_fold(played.plan(), state, [entry])


@pytest.mark.parametrize("step", ["", "7", "ask", "ask#", "ask#x", "ask#-1", "ask#²", "ask#٣"])
def test_what_is_no_step_is_no_step(step: str) -> None:
    with pytest.raises(JournalMismatch, match="is not a step id"):
        split_step(step)


@pytest.mark.parametrize(("text", "fine"), [("plain", True), ("größer, 大きい, 😀", True), ("half \ud800", False)])
def test_n8_texts_in_any_script_come_in_and_halves_of_letters_do_not(text: str, fine: bool) -> None:
    assert (text_broken(text) is None) is fine


@pytest.mark.parametrize("seed", [True, 1.5, "7"])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises(TypeError, match="a seed is a whole number"):
        simulate(ASKED, [], seed=seed)


def test_a3_a5_what_has_no_form_takes_a_comment_and_nothing_beside_it() -> None:
    form = {"comment": "as agreed", "amount": 5}
    played = simulate(ASKED, [Start(flow="flow"), Answer(step="ask#1", choice="approved", by="petra", form=form)])
    assert [(each.status, each.code) for each in played.refusals] == [(422, "FORM")]
    played.play(Answer(step="ask#1", choice="approved", by="petra", form={"comment": "as agreed"}))
    assert played.state().outcome == "ok"


def test_a8_a_task_that_is_handed_over_is_handed_over_now() -> None:
    played = simulate(ASKED, [Start(flow="flow"), HandOverTask(step="ask#1", who="op", to="lead")])
    assert not played.replies[-1].repeated
    assert played.tasks()[0].role == "lead"


def test_r7_nothing_is_unclear_about_a_read() -> None:
    nodes = {"begin": "start", "r": ("read", {"timeout": "PT1M"}), "fin": "end ok", "bad": "end no"}
    flow = draw(nodes, "begin -> r -> fin", "r.error -> bad")
    for happens in (Broke("r#1", retryable=False, unclear=True), Advance(60)):
        played = simulate(flow, [Start(flow="flow"), happens])
        assert played.state().steps["r#1"].output["error"]["unclear"] is False


def test_a_case_whose_key_could_name_nothing_starts_no_run() -> None:
    played = simulate(ASKED, [Start(flow="flow", case={"key": "a\0b"})])
    assert [(each.status, each.code) for each in played.refusals] == [(422, "CASE")]
    assert played.runs() == []


@pytest.mark.in_memory("two workers that have seen the same signal waiting are played by hand")
def test_w2_a_signal_that_was_consumed_meanwhile_is_not_delivered_again() -> None:
    flow = draw({"begin": "start", "w": "signal paid", "fin": "end ok"}, "begin -> w -> fin")
    played = simulate(flow, [Start(flow="flow"), SendSignal(name="paid", key="k", id="s1"), Start(flow="flow")])
    [inbox] = [name for name in played.streams() if name.startswith("inbox/")]
    late = Match(inbox, "s1", None, run="r2", step="w#1", flow="flow")
    with pytest.raises(StopIteration) as end:
        next(played._serve(played._driver.deliver_match(late, played.now)))
    refused = end.value.value
    assert isinstance(refused, Refusal)
    assert (refused.status, refused.code) == (409, "SIGNAL_CONSUMED")
    assert played.state("r2").state == "running"
