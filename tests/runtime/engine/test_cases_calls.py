"""F and B at their edges: lists of nothing, null and one, loops that stop, time limits, suspension, a crash below."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runtime.engine.simulate import Advance, Broke, Cancel, Crash, Replied, Resume, SendSignal, Start, Suspend, To
from runtime.model.flow import Flow
from tests.runtime.engine.cases import OK, Case, judge, no, play, resolve, table, yes
from tests.runtime.engine.drawing import draw
from tests.runtime.engine.ways import simulate  # noqa: F401  # so that each case is played both ways

GIVEN = {"config": {"output": {"item": {"feel": "input.item"}, "index": {"feel": "input.index"}}}}
ASKS = draw(
    {"begin": "start", "t": "task", "ok": ("end ok", GIVEN), "no": "end no"},
    "begin -> t.approved -> ok",
    "t.rejected -> no",
    id="child",
)
TELLS = draw({"begin": "start", "ok": ("end ok", GIVEN)}, "begin -> ok", id="child")
POSTS = draw({"begin": "start", "k": "keyed", "ok": "end ok"}, "begin -> k -> ok", id="child")
WAITS = draw({"begin": "start", "s": "signal go", "ok": "end ok"}, "begin -> s -> ok", id="child")
ENDS = draw({"begin": "start", "ok": "end ok"}, "begin -> ok", id="child")


def loop(child: Flow = ASKS, at_once: int = 1, **config: Any) -> dict[str, Flow]:
    out = {"config": {"output": {"outputs": {"feel": "f.outputs"}}}}
    nodes = {"begin": "start", "f": (f"each child {at_once}", {"config": config})}
    ends = {"ok": ("end ok", out), "other": ("end other", out), "no": ("end no", out)}
    ways = ["begin -> f -> ok", "f.stopped -> other", "f.timeout -> no"]
    kept = ways[:1] + ways[1:2] * ("stop_on" in config) + ways[2:] * ("timeout" in config)
    return {"parent": draw({**nodes, **ends}, *kept, id="parent"), "child": child}


def calls(child: Flow, *edges: str, timeout: str | None = None, **flow: Any) -> dict[str, Flow]:
    config = {"timeout": timeout} if timeout else {}
    nodes = {
        "begin": "start",
        "c": ("calls child ok no", {"config": config}),
        "ok": "end ok",
        "no": "end no",
        "other": "end other",
    }
    return {"parent": draw(nodes, "begin -> c.ok -> ok", *edges, id="parent", **flow), "child": child}


def of(*items: Any) -> Start:
    return Start(flow="parent", input={"items": list(items)})


def item(n: int, stimulus: Any) -> To:
    return To(f"r1:4:{n}", stimulus)


def child(stimulus: Any) -> To:
    return To("r1:4:0", stimulus)


def parent(stimulus: Any) -> To:
    return To("r1", stimulus)


def gave(what: Any, index: int) -> dict[str, Any]:
    return {"outcome": "ok", "resolved": True, "output": {"item": what, "index": index}}


CANCELLED = {"outcome": None, "cancelled": True}
REFUSED = {"outcome": "no", "resolved": False, "output": {}}

LOOPS = {
    "f1_f4_null_is_an_item_and_so_is_a_list": Case(
        flow=loop(TELLS),
        start=of(None, [1, 2]),
        outcome="ok",
        gives={"outputs": [gave(None, 1), gave([1, 2], 2)]},
    ),
    "f3_no_more_at_once_than_there_are": Case(flow=loop(at_once=5), start=of(1, 2), runs=["r1", "r1:4:1", "r1:4:2"]),
    "f2_nothing_to_do_is_done_whatever_else_was_said": Case(
        flow=loop(stop_on=["no"], timeout="PT1H"), start=of(), outcome="ok", gives={"outputs": []}, runs=["r1"]
    ),
    "f5_without_stop_on_it_is_done_whatever_the_outcomes": Case(
        flow=loop(at_once=2), start=of(1, 2), stimuli=(item(1, no()), item(2, no())), outcome="ok"
    ),
    "f5_the_only_item_stops_it_though_all_have_ended": Case(
        flow=loop(stop_on=["no"]), start=of(1), stimuli=(item(1, no()),), outcome="other", gives={"outputs": [REFUSED]}
    ),
    "f5_f4_what_ran_is_cancelled_and_what_never_began_is_null": Case(
        flow=loop(at_once=2, stop_on=["no"]),
        start=of(1, 2, 3, 4),
        stimuli=(item(2, no()),),
        outcome="other",
        gives={"outputs": [CANCELLED, REFUSED, None, None]},
    ),
    "f5_a_cancelled_item_stops_nothing_unless_told": Case(
        flow=loop(stop_on=["no"]),
        start=of(1, 2),
        stimuli=(item(1, Cancel()), item(2, yes())),
        outcome="ok",
        gives={"outputs": [CANCELLED, gave(2, 2)]},
    ),
    "f5_and_stops_it_if_told": Case(
        flow=loop(stop_on=["cancelled"]),
        start=of(1, 2),
        stimuli=(item(1, Cancel()),),
        outcome="other",
        gives={"outputs": [CANCELLED, None]},
        runs=["r1", "r1:4:1"],
    ),
    "f6_over_time_is_cancelled_and_never_begun_is_null": Case(
        flow=loop(timeout="PT1H"),
        start=of(1, 2),
        stimuli=(Advance(3600),),
        outcome="no",
        gives={"outputs": [CANCELLED, None]},
    ),
    "f6_z4_the_last_item_ends_exactly_at_the_instant": Case(
        flow=loop(timeout="PT1H"),
        start=of(1),
        stimuli=(Advance(3600, wake=False), item(1, yes())),
        outcome="ok",
    ),
    "f6_z4_the_last_item_ends_a_second_later": Case(
        flow=loop(timeout="PT1H"),
        start=of(1),
        stimuli=(Advance(3601, wake=False), item(1, yes())),
        outcome="no",
    ),
    "f6_b3_an_incident_in_one_item_keeps_the_loop_and_stops_no_other": Case(
        flow=loop(POSTS, at_once=2),
        start=of(1, 2),
        stimuli=(item(1, Broke("k#1", retryable=False)), item(2, Replied("k#1", OK))),
        state="running",
        incidents=[("failed", "k#1")],
    ),
    "c3_f3_an_end_in_suspension_begins_nothing": Case(
        flow=loop(), start=of(1, 2), stimuli=(parent(Suspend()), item(1, yes())), runs=["r1", "r1:4:1"]
    ),
    "c4_f3_the_next_begins_on_resume": Case(
        flow=loop(),
        start=of(1, 2),
        stimuli=(parent(Suspend()), item(1, yes()), parent(Resume())),
        runs=["r1", "r1:4:1", "r1:4:2"],
    ),
    "c2_b4_a_cancel_begins_nothing_more": Case(
        flow=loop(at_once=2),
        start=of(1, 2, 3),
        stimuli=(item(1, yes()), parent(Cancel())),
        state="cancelled",
        tasks=[],
        runs=["r1", "r1:4:1", "r1:4:2", "r1:4:3"],
    ),
    "e4_c1_a_terminating_end_waits_for_items_with_an_attempt_in_flight": Case(
        flow={
            "child": POSTS,
            "parent": draw(
                {"begin": "start", "t": "task", "f": "each child 2", "x": "end no terminate", "ok": "end ok"},
                "begin -> t.approved -> x",
                "t.rejected -> x",
                "begin -> f -> ok",
                id="parent",
            ),
        },
        start=of(1, 2),
        stimuli=(parent(yes()), Advance(4.9)),
        state="running",
        steps={"f#1": "cancelling"},
    ),
    "j7_j6_the_rest_of_a_round_may_be_a_loop": Case(
        flow={
            "child": ASKS,
            "parent": draw(
                {
                    "begin": "start",
                    "a": "note",
                    "f": "each child 2",
                    "j": "join timeout=PT1H rest=cancel",
                    "ok": "end ok",
                    "o": "end other",
                },
                "begin -> a -> j",
                "begin -> f -> j",
                "j -> ok",
                "j.timeout -> o",
                id="parent",
            ),
        },
        start=of(1, 2, 3),
        stimuli=(Advance(3600),),
        outcome="other",
        tasks=[],
    ),
}

FLOWS = {
    "b1_t6_an_outcome_that_leads_nowhere": Case(
        flow=calls(ASKS), stimuli=(child(no()),), incidents=[("dead_end", "c#1")]
    ),
    "b4_z4_it_ends_exactly_at_the_time_limit": Case(
        flow=calls(ASKS, "c.timeout -> other", timeout="PT1H"),
        stimuli=(Advance(3600, wake=False), child(yes())),
        outcome="ok",
    ),
    "b4_z4_it_ends_a_second_later": Case(
        flow=calls(ASKS, "c.timeout -> other", timeout="PT1H"),
        stimuli=(Advance(3601, wake=False), child(yes())),
        outcome="other",
    ),
    "b4_c1_a_time_limit_waits_for_an_attempt_in_flight": Case(
        flow=calls(POSTS, "c.timeout -> other", timeout="PT1H"),
        stimuli=(Advance(3600),),
        state="running",
        steps={"c#1": "waiting"},
    ),
    "b4_c1_whose_success_does_not_complete_what_was_cancelled": Case(
        flow=calls(POSTS, "c.timeout -> other", timeout="PT1H"),
        stimuli=(Advance(3600), child(Replied("k#1", OK))),
        outcome="other",
    ),
    "b4_r8_cancelled_by_itself_and_sent_on_by_another_port": Case(
        flow=calls(ASKS), stimuli=(child(Cancel()), resolve(how="other_port", port="ok")), outcome="ok"
    ),
    "b4_r8_a_retry_is_another_child": Case(
        flow=calls(ASKS),
        stimuli=(child(Cancel()), resolve(how="retry"), lambda played: To(played.runs()[-1], yes())),
        outcome="ok",
    ),
    "b3_l3_a_budget_of_the_child_is_not_the_parents": Case(
        flow=calls(draw({"begin": "start", "ok": "end ok"}, "begin -> ok", id="child", budgets={"activations": 1})),
        steps={"c#1": "waiting"},
        incidents=[("budget", "ok#1")],
    ),
    "b6_a_depth_of_one_calls_nothing": Case(
        flow=calls(ENDS, budgets={"depth": 1}), incidents=[("budget", "c#1")], runs=["r1"]
    ),
    "b6_a_depth_of_two_is_enough": Case(flow=calls(ENDS, budgets={"depth": 2}), outcome="ok"),
    "b6_l3_a_depth_that_is_raised": Case(
        flow=calls(ENDS, budgets={"depth": 1}), stimuli=(resolve(how="retry", raise_by=1),), outcome="ok"
    ),
    "c3_c4_what_was_answered_below_moves_on_resume": Case(
        flow=calls(ASKS), stimuli=(parent(Suspend()), child(yes()), parent(Resume())), outcome="ok"
    ),
    "c2_c3_a_suspended_tree_can_be_cancelled": Case(
        flow=calls(ASKS),
        stimuli=(parent(Suspend()), parent(Cancel())),
        state="cancelled",
        where=lambda played: played.state("r1:4:0").state == "cancelled",
    ),
    "x7_a_parent_is_not_blamed_for_its_child": Case(
        flow=calls(POSTS),
        stimuli=(Crash(), Crash(), Crash()),
        steps={"c#1": "waiting"},
        incidents=[("poison", "k#1")],
    ),
    "w2_a_signal_wakes_what_waits_below": Case(
        flow=calls(WAITS), stimuli=(SendSignal(name="go", key="k"),), outcome="ok"
    ),
    "w2_c3_and_below_a_suspended_parent_moves_it_on_resume": Case(
        flow=calls(WAITS),
        stimuli=(parent(Suspend()), SendSignal(name="go", key="k"), parent(Resume())),
        outcome="ok",
    ),
    "e4_the_parent_sees_only_that_the_child_completed": Case(
        flow=calls(
            draw(
                {"begin": "start", "a": "note", "t": "task", "x": "end no terminate"},
                "begin -> t.approved -> x",
                "t.rejected -> x",
                "begin -> a -> x",
                id="child",
            ),
            "c.no -> no",
        ),
        outcome="no",
        tasks=[],
    ),
    "j6_b4_the_rest_of_a_round_may_be_a_child": Case(
        flow={
            "child": ASKS,
            "parent": draw(
                {
                    "begin": "start",
                    "a": "read",
                    "c": "calls child ok",
                    "j": "join mode=any rest=cancel",
                    "ok": "end ok",
                },
                "begin -> a -> j",
                "begin -> c.ok -> j",
                "j -> ok",
                id="parent",
            ),
        },
        stimuli=(parent(Replied("a#1", OK)),),
        outcome="ok",
        tasks=[],
    ),
}


@table(LOOPS)
def test_loop(case: Case) -> None:
    whole = replace(case, run="r1")
    judge(whole, play(whole))


@table(FLOWS)
def test_call(case: Case) -> None:
    whole = replace(case, start=Start(flow="parent"), run="r1")
    judge(whole, play(whole))


@pytest.mark.parametrize("items", ["abc", 5, {"a": 1}, None, True], ids=repr)
def test_f2_what_is_no_list_stops_the_loop_before_any_child(items: Any) -> None:
    case = Case(
        flow=loop(TELLS),
        start=Start(flow="parent", input={"items": items}),
        incidents=[("expression", "f#1")],
        runs=["r1"],
    )
    judge(case, play(case))
