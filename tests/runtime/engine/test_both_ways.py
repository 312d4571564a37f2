"""Memory and host play one law: whatever comes in whatever combination, both show the same.

And whatever order chance gives to work that goes on at the same time, the laws hold: a host with a seed is played with
stimuli that come together, dies at random, and is looked at by every law of `test_laws.py`. A number that failed once
is a file in `seeds/`, and is played for ever; the message of a failure says which.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from runtime.engine import simulate
from runtime.engine.simulate import Advance, Crash, SendSignal, Simulation, Start, Together
from runtime.engine.stimuli import Answer
from tests.runtime.engine import test_laws
from tests.runtime.engine.combinations import Combination, Talkative
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.histories import Script, scripts
from tests.runtime.engine.sameness import differences

LAWS: dict[str, Callable[[Simulation], None]] = {
    name: inner
    for name, law in vars(test_laws).items()
    if (inner := getattr(getattr(law, "hypothesis", None), "inner_test", None)) is not None
    and list(inspect.signature(inner).parameters) == ["played"]
}
KEPT = sorted(int(file.stem) for file in (Path(__file__).parent / "seeds").glob("*.txt"))
HOW_MANY = 25


def both_ways(number: int, kind: type[Combination] = Combination) -> None:
    made = kind(number)
    with simulate(made.flows, made.stimuli, through="host") as host:
        found = differences(made.played, host)
    assert not found, f"{kind.__name__} {number}: " + "\n".join(found)


def in_any_order(number: int) -> None:
    made = Combination(number)
    with simulate(made.flows, made.stimuli, through="host", seed=number) as host:
        for run in host.runs():
            host.run = run
            for name, law in LAWS.items():
                try:
                    law(host)
                except AssertionError as broken:
                    raise AssertionError(
                        f"combination {number} with seed {number}: {name} at {run}: {broken}"
                    ) from broken


def test_what_failed_once() -> None:
    for number in KEPT:
        both_ways(number)
        in_any_order(number)


@pytest.mark.parametrize("number", range(HOW_MANY))
def test_i3_a_combination_is_the_same_both_ways(number: int) -> None:
    both_ways(number)


@pytest.mark.parametrize("number", range(HOW_MANY))
def test_i3_a_combination_of_many_signals_and_children_is_the_same_both_ways(number: int) -> None:
    both_ways(number, Talkative)


@pytest.mark.parametrize("crashes", [(), (Crash(),), (Crash("after_append", 2), Crash())])
def test_i3_w3_a_kept_signal_finds_its_wait_before_children_that_began_with_it_are_heard_of(crashes: Any) -> None:
    quick = draw({"begin": "start", "ok": "end ok"}, "begin -> ok", id="quick")
    flow = draw(
        {"begin": "start", "all": "each quick 3", "w": "signal paid", "ok": "end ok"},
        "begin -> all -> ok",
        "begin -> w -> ok",
    )
    script = [SendSignal(name="paid", key="k"), *crashes, Start(flow="flow", input={"items": [1, 2]})]
    flows = {"flow": flow, "quick": quick}
    memory = simulate(flows, script)
    with simulate(flows, script, through="host") as host:
        assert differences(memory, host) == []
    lines = told(memory)
    assert lines.index("SignalDelivered w#1") < lines.index("ChildEnded all#1")


def test_i3_w3_waits_that_a_signal_opens_are_matched_in_the_order_in_which_they_opened() -> None:
    flow = draw(
        {"begin": "start", "w": "signal paid", "a": "signal left", "b": "signal came", "ok": "end ok"},
        "begin -> w -> a -> ok",
        "w -> b -> ok",
    )
    kept = [SendSignal(name=name, key="k") for name in ("came", "left")]
    script = [Start(flow=""), *kept, SendSignal(name="paid", key="k")]
    memory = simulate(flow, script)
    with simulate(flow, script, through="host") as host:
        assert differences(memory, host) == []
    assert [line for line in told(memory) if "Delivered" in line] == [
        "SignalDelivered w#1",
        "SignalDelivered a#1",
        "SignalDelivered b#1",
    ]


def test_x7_a_signal_that_finds_a_run_before_it_is_claimed_anew_has_nothing_performed() -> None:
    flow = draw(
        {"begin": "start", "k": "keyed", "w": "signal paid", "n": "keyed", "ok": "end ok"},
        "begin -> k -> ok",
        "begin -> w -> n -> ok",
    )
    script = [Start(flow=""), Crash(), Crash("after_append", 1), SendSignal(name="paid", key="k")]
    memory = simulate(flow, script)
    with simulate(flow, script, through="host") as host:
        assert differences(memory, host) == []
    assert [(effect.step, effect.attempt) for effect in memory.effects] == [
        ("k#1", 1),
        ("k#1", 2),
        ("k#1", 3),
        ("n#1", 2),
    ]


def test_z4_w3_a_signal_that_comes_too_late_for_one_wait_finds_the_one_that_its_timeout_opened() -> None:
    timeout = ("signal paid", {"config": {"timeout": "PT1H"}})
    flow = draw(
        {"begin": "start", "w": timeout, "again": "signal paid", "ok": "end ok", "late": "end no"},
        "begin -> w -> ok",
        "w.timeout -> again -> late",
    )
    script = [Start(flow=""), Advance(7200, wake=False), SendSignal(name="paid", key="k")]
    memory = simulate(flow, script)
    with simulate(flow, script, through="host") as host:
        assert differences(memory, host) == []
    assert memory.state().outcome == "no"
    assert memory.state().steps["again#1"].state == "completed"


@pytest.mark.parametrize("number", range(HOW_MANY))
def test_the_laws_hold_whoever_comes_first(number: int) -> None:
    assert len(LAWS) >= 10
    in_any_order(number)


@settings(max_examples=25)
@given(scripts())
def test_i3_a_history_is_the_same_both_ways(script: Script) -> None:
    with simulate(script.flows, script.stimuli, through="host") as host:
        found = differences(script.played, host)
    assert not found, "\n".join(found)


def test_a_seed_plays_one_interleaving_again() -> None:
    flow = draw(
        {"begin": "start", "t": "task", "ok": "end ok", "no": "end no"}, "begin -> t.approved -> ok", "t.rejected -> no"
    )
    yes, no = (Answer(step="t#1", choice=choice, by="petra") for choice in ("approved", "rejected"))

    def outcome(seed: int) -> str | None:
        with simulate(flow, [Start(flow=""), Together((yes, no))], through="host", seed=seed) as host:
            return host.state().outcome

    outcomes = [outcome(seed) for seed in range(12)]
    assert outcomes == [outcome(seed) for seed in range(12)]
    assert set(outcomes) == {"ok", "no"}, "and another seed lets the other one win"


@pytest.mark.storm
@pytest.mark.timeout(0)
def test_combinations_for_as_long_as_the_storm_lasts(storm: Any) -> None:
    while storm.going():
        number = storm.random.getrandbits(40)
        both_ways(number)
        both_ways(number, Talkative)
        in_any_order(number)
        storm.count("random combinations, memory against host, and against the laws in random order")
