"""SEMANTICS section F: one child for each item of a list."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from nodes.contract import Value
from runtime.engine.events import ChildEnded, ChildStarted, IncidentResolved, RunCancelRequested, StepStarted
from runtime.engine.simulate import Advance, Crash, Replied, Simulation, To
from runtime.engine.stimuli import Answer, Cancel, Resolve, Resume, Start, Suspend
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate

TASK = draw(
    {"begin": "start", "t": "task", "ok": "end ok", "no": "end no"}, "begin -> t.approved -> ok", "t.rejected -> no"
)
AT_ONCE = draw(
    {"begin": "start", "ok": ("end ok", {"config": {"output": {"it": {"feel": "input.item"}}}})}, "begin -> ok"
)


def loop(child: Flow = TASK, *edges: str, **config: Any) -> dict[str, Flow]:
    """A flow that calls ``leaf`` for each of ``input.items``."""
    nodes = {"begin": "start", "each": ("each leaf", {"config": config}), "fin": "end ok", "bad": "end no"}
    return {"flow": draw(nodes, "begin -> each -> fin", *edges), "leaf": child.model_copy(update={"id": "leaf"})}


def start(flows: dict[str, Flow], items: Value, *stimuli: Any, **given: Any) -> Simulation:
    return simulate(flows, [Start(flow="flow", input={"items": items}, **given), *stimuli])


def child(index: int) -> str:
    return f"r1:4:{index}"


def answer(index: int, choice: str = "approved") -> To:
    return To(child(index), Answer(step="t#1", choice=choice, by="ana"))


def outputs(played: Simulation) -> Value:
    return played.state().steps["each#1"].output["outputs"]


def running(played: Simulation) -> list[int]:
    """The items under way."""
    return [it.index for it in played.state().steps["each#1"].calls.open.values()]


def result(outcome: str, output: Value) -> Value:
    return {"outcome": outcome, "resolved": outcome == "ok", "output": output}


def test_f1_each_item_is_a_run_with_item_index_and_what_is_mapped() -> None:
    mapped = {"who": {"feel": "input.items[1]"}, "twice": {"feel": "item * index"}}
    played = start(loop(AT_ONCE, inputs=mapped), [Decimal(5), Decimal(7)])
    assert played.state(child(2)).input == {
        "item": Decimal(7),
        "index": Decimal(2),
        "who": Decimal(5),
        "twice": Decimal(14),
    }
    assert (played.state(child(1)).parent.run, played.state(child(1)).parent.index) == ("r1", 1)


def test_f2_n5_items_and_mappings_are_evaluated_once_and_journaled() -> None:
    nodes = {
        "begin": "start",
        "each": ("each leaf", {"config": {"inputs": {"n": {"feel": "vars.n"}}}}),
        "t": "task",
        "s": "set n=2",
        "fin": "end ok",
    }
    drawn = draw(nodes, "begin -> each -> fin", "begin -> t.approved -> s -> fin", "t.rejected -> fin")
    played = start({**loop(), "flow": drawn}, ["a", "b"], Crash())
    [begun] = [e for e in played.journal() if isinstance(e, StepStarted) and e.step == "each#1"]
    assert begun.input == {"items": ["a", "b"], "mapped": [{"n": None}, {"n": None}]}
    played.play(To("r1", Answer(step="t#1", choice="approved", by="ana")), answer(1))
    assert played.state().vars == {"n": Decimal(2)}
    assert played.state(child(2)).input["n"] is None, "a later item sees what the loop saw when it started"


@pytest.mark.parametrize("items", [None, "abc", Decimal(3), {"a": Decimal(1)}])
def test_f2_what_is_no_list_is_an_incident_and_not_a_list_of_one(items: Value) -> None:
    played = start(loop(), items)
    [incident] = played.incidents()
    assert (incident.kind, incident.step) == ("expression", "each#1")
    assert "ChildStarted each#1" not in told(played)


def test_f2_an_item_that_the_child_would_refuse_stops_the_loop_before_the_first_child() -> None:
    schema = {"type": "object", "properties": {"item": {"type": "number"}}}
    played = start(loop(AT_ONCE.model_copy(update={"input_schema": schema})), [Decimal(1), "b"])
    [incident] = played.incidents()
    assert incident.kind == "expression"
    assert "item 2" in incident.message
    assert played.runs() == ["r1"]


def test_f2_more_items_than_the_tree_may_have_is_a_budget_before_the_first_child() -> None:
    played = start(loop(AT_ONCE), ["a"] * 4, budgets={"tree": 4})
    [incident] = played.incidents()
    assert (incident.kind, played.runs()) == ("budget", ["r1"])
    played.play(Resolve(incident=incident.incident, how="retry", raise_by=1))
    assert played.state().outcome == "ok"
    assert len(played.runs()) == 5


def test_f2_more_than_a_step_can_hold_is_a_budget_that_cannot_be_raised() -> None:
    played = start(loop(AT_ONCE, inputs={"all": {"feel": "input.items"}}), ["x" * 20_000] * 30)
    [incident] = played.incidents()
    assert incident.kind == "budget"
    played.play(Resolve(incident=incident.incident, how="retry", raise_by=1))
    assert [r.code for r in played.refusals] == ["RAISE_BY"]
    played.play(Resolve(incident=incident.incident, how="by_hand", output={"outputs": []}))
    assert played.state().outcome == "ok"


def test_f2_an_empty_list_is_done_without_a_child() -> None:
    played = start(loop(stop_on=["no"]), [])
    assert (outputs(played), played.state().outcome) == ([], "ok")
    assert played.runs() == ["r1"]


def test_f3_by_default_one_at_a_time_in_index_order() -> None:
    played = start(loop(), ["a", "b", "c"])
    seen = []
    for index in (1, 2, 3):
        seen.append(running(played))
        played.play(answer(index))
    assert seen == [[1], [2], [3]]
    assert played.state().outcome == "ok"


def test_f3_the_lowest_unstarted_item_takes_the_slot_that_becomes_free() -> None:
    played = start(loop(at_once=2), ["a", "b", "c", "d"])
    assert running(played) == [1, 2]
    played.play(answer(2))
    assert running(played) == [1, 3]
    played.play(answer(3), Crash())
    assert running(played) == [1, 4]
    played.play(answer(1), answer(4))
    assert [e.index for e in played.journal() if isinstance(e, ChildStarted)] == [1, 2, 3, 4]
    assert played.state().outcome == "ok"


def test_f3_f6_an_item_with_an_incident_keeps_its_slot_and_the_others_go_on() -> None:
    leaf = draw({"begin": "start", "w": "when a: input.item = 1", "u": "unknown", "ok": "end ok"},
                "begin -> w.a -> u -> ok", "w -> ok")  # fmt: skip
    played = start(loop(leaf, at_once=2), [Decimal(1), Decimal(2), Decimal(3), Decimal(4)])
    assert running(played) == [1]
    assert [incident.run for incident in played.incidents()] == [child(1)]
    assert played.state().steps["each#1"].state == "waiting"
    played.play(To(child(1), Resolve(incident=played.incidents()[0].incident, how="by_hand", port="done")))
    assert played.state().outcome == "ok"


def test_f4_outputs_stand_in_the_order_of_the_items_whatever_the_order_of_ends() -> None:
    played = start(loop(at_once=3), ["a", "b", "c"], answer(3), answer(1, "rejected"), To(child(2), Cancel()))
    assert outputs(played) == [result("no", {}), {"outcome": None, "cancelled": True}, result("ok", {})]
    assert played.state().outcome == "ok", "done, whatever the outcomes (F5)"


def test_f5_the_first_that_ends_so_stops_the_loop_once_the_running_ones_have_settled() -> None:
    leaf = draw(
        {"begin": "start", "w": "when a: input.index = 2", "o": "once", "t": "task", "ok": "end ok", "no": "end no"},
        "begin -> w.a -> t.approved -> ok", "t.rejected -> no", "w -> o -> ok",
    )  # fmt: skip
    played = start(loop(leaf, "each.stopped -> bad", at_once=2, stop_on=["no"]), ["a", "b", "c"], answer(2, "rejected"))
    assert played.state().steps["each#1"].state == "waiting", "the first item has an attempt in flight"
    [asked] = [e for e in played.journal(child(1)) if isinstance(e, RunCancelRequested)]
    assert asked.undo is False
    played.play(Crash())
    played.play(Advance(5))
    assert "StepCompleted each#1 stopped" in told(played)
    assert outputs(played) == [{"outcome": None, "cancelled": True}, result("no", {}), None]
    assert child(3) not in played.runs()


def test_f5_cancelled_may_be_what_it_stops_on() -> None:
    played = start(loop(TASK, "each.stopped -> bad", stop_on=["cancelled"]), ["a", "b"], To(child(1), Cancel()))
    assert outputs(played) == [{"outcome": None, "cancelled": True}, None]
    assert played.state().outcome == "no"


@pytest.mark.in_memory("nobody hears of anything for a while")
def test_f5_a_child_that_ended_before_it_was_cancelled_keeps_its_result() -> None:
    played = start(loop(TASK, "each.stopped -> bad", at_once=3, stop_on=["no"]), ["a", "b", "c"])
    played._serve_the_rest = lambda: ()  # type: ignore[method-assign]  nobody hears of anything for a while
    played.play(answer(1), answer(2, "rejected"))
    del played._serve_the_rest  # type: ignore[method-assign]
    played.play(Crash())
    assert [e.child for e in played.journal() if isinstance(e, ChildEnded)] == [child(1), child(2), child(3)]
    assert outputs(played) == [result("ok", {}), result("no", {}), {"outcome": None, "cancelled": True}]


def test_f6_timeout_leaves_by_timeout_and_nothing_new_starts() -> None:
    played = start(loop(TASK, "each.timeout -> bad", timeout="PT1H"), ["a", "b"], Advance(1800), answer(1))
    played.play(Advance(1800))
    assert played.state().outcome == "no"
    assert outputs(played) == [result("ok", {}), {"outcome": None, "cancelled": True}]


def test_f7_an_item_sees_nothing_of_the_parent_but_its_input() -> None:
    nodes = {"begin": "start", "s": "set n=1", "each": "each leaf", "fin": "end ok"}
    leaf = draw(
        {"begin": "start", "s": "set n=if vars.n = null then 10 else vars.n + 1", "ok": "end ok"}, "begin -> s -> ok"
    )
    flows = {"flow": draw(nodes, "begin -> s -> each -> fin"), "leaf": leaf.model_copy(update={"id": "leaf"})}
    played = start(flows, ["a", "b"])
    runs = sorted(set(played.runs()) - {"r1"})
    assert [played.state(run).vars for run in runs] == [{"n": Decimal(10)}] * 2
    assert played.state("r1").vars == {"n": Decimal(1)}


def test_b4_cancel_of_a_loop_cancels_what_runs_and_starts_nothing_more() -> None:
    played = start(loop(at_once=2), ["a", "b", "c"], answer(1), Cancel())
    assert played.state().state == "cancelled"
    assert told(played)[-2:] == ["StepCancelled each#1 possibly done", "RunCancelled"]
    assert sorted(played.state(run).state for run in played.runs()) == ["cancelled"] * 3 + ["completed"]


def test_c3_no_item_starts_while_the_run_is_suspended() -> None:
    played = start(loop(at_once=2), ["a", "b", "c"], Suspend())
    played.play(To(child(1), Resume()), answer(1))
    assert running(played) == [2]
    played.play(Crash())
    assert running(played) == [2]
    played.play(To("r1", Resume()))
    assert running(played) == [2, 3]


def test_l2_a_loop_holds_no_more_places_than_it_has_items_and_slots() -> None:
    played = start(loop(at_once=1000), ["a", "b"], budgets={"children": 2})
    assert running(played) == [1, 2]
    refused = start(loop(at_once=1000), ["a", "b"], budgets={"children": 1})
    assert [incident.kind for incident in refused.incidents()] == ["budget"]
    assert not any(isinstance(event, IncidentResolved) for event in refused.journal())


@pytest.mark.in_memory("the stack is the same, a thousand child runs on a disk take half a minute")
def test_a_loop_over_a_thousand_items_needs_no_deep_stack() -> None:
    played = start(loop(AT_ONCE, at_once=50), [Decimal(n) for n in range(1_000)])
    assert [it["output"]["it"] for it in outputs(played)] == [Decimal(n) for n in range(1_000)]


def test_x6_results_that_are_too_much_for_one_step_stop_it_and_nothing_runs_again() -> None:
    twice = draw(
        {"begin": "start", "ok": ("end ok", {"config": {"output": {n: {"feel": "input.item"} for n in "ab"}}})},
        "begin -> ok",
    )
    played = start(loop(twice), ["x" * 400_000] * 3)
    [incident] = played.incidents()
    assert (incident.kind, incident.step) == ("outcome_unknown", "each#1")
    played.play(Resolve(incident=incident.incident, how="retry", not_done=True))
    assert [r.code for r in played.refusals] == ["DECIDED"]
    played.play(Resolve(incident=incident.incident, how="by_hand", output={"outputs": []}))
    assert played.state().outcome == "ok"
    assert len(played.runs()) == 4


SLOW = draw(
    {"begin": "start", "w": "when a: input.index = 2", "o": "once", "t": "task", "ok": "end ok", "no": "end no"},
    "begin -> w.a -> t.approved -> ok",
    "t.rejected -> no",
    "w -> o -> ok",
)
"""the second item waits for a person; the others take the five seconds that an attempt in flight gets"""


def test_f5_a_time_limit_that_passes_while_a_stopped_loop_settles_changes_nothing() -> None:
    flows = loop(SLOW, "each.stopped -> bad", "each.timeout -> fin", at_once=2, stop_on=["no"], timeout="PT3S")
    played = start(flows, ["a", "b"], answer(2, "rejected"), Advance(5))
    assert "StepCompleted each#1 stopped" in told(played)


def test_f6_what_a_loop_stops_on_is_not_asked_after_its_time_is_over() -> None:
    flows = loop(TASK, "each.stopped -> fin", "each.timeout -> bad", stop_on=["cancelled"], timeout="PT1H")
    played = start(flows, ["a", "b"], Advance(3600))
    assert "StepCompleted each#1 timeout" in told(played)


def test_l2_a_loop_gives_back_the_places_that_it_no_longer_needs() -> None:
    nodes = {"begin": "start", "each": "each leaf 1000", "w": "wait PT1H", "call": "calls leaf ok no", "fin": "end ok"}
    drawn = draw(nodes, "begin -> each -> fin", "begin -> w -> call.ok -> fin", "call.no -> fin")
    played = start({**loop(), "flow": drawn}, ["a", "b"], Advance(3600), budgets={"children": 3})
    assert played.incidents() == []
    tight = start({**loop(), "flow": drawn}, ["a", "b"], answer(1), Advance(3600), budgets={"children": 2})
    assert tight.incidents() == [], "one item is over, so its place is free"
    full = start({**loop(), "flow": drawn}, ["a", "b"], Advance(3600), budgets={"children": 2})
    assert [incident.step for incident in full.incidents()] == ["call#1"]


def test_f3_so_many_items_at_once_as_the_loop_says_and_no_host_holds_a_played_one_back() -> None:
    leaf = draw({"begin": "start", "r": "read", "ok": "end ok"}, "begin -> r -> ok")
    played = start(loop(leaf, at_once=80), [str(n) for n in range(90)])
    assert len(played.effects) == 80
    played.play(To(child(1), Replied("r#1", {"status": 200})))
    assert len(played.effects) == 81
