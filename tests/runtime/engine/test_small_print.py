"""What the engine says or keeps beside the way of a run: small print that no story turns on, and people rely on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from nodes import registry
from runtime.engine.events import Actor, CompensationStarted, Envelope, RunStarted
from runtime.engine.fold import continue_fold, fold
from runtime.engine.limits import text_broken
from runtime.engine.plan import compile_plan
from runtime.engine.projection import project
from runtime.engine.simulate import Advance, Broke, Crash, Replied, Start
from runtime.engine.state import JournalMismatch, split_step
from runtime.engine.stimuli import Answer
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
