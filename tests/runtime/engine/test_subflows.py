"""SEMANTICS section B: one flow calls another. And what belongs to it of A3, C3, L2 and X8."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.engine.commands import CancelChild, ResumeChild, StartChild, SuspendChild
from runtime.engine.driver import Done
from runtime.engine.events import (
    ChildEnded,
    ChildStarted,
    IncidentRaised,
    RunCancelRequested,
    RunResumed,
    RunStarted,
    RunSuspended,
)  # fmt: skip
from runtime.engine.outstanding import outstanding
from runtime.engine.simulate import Advance, Broke, Crash, Replied, Simulation, To
from runtime.engine.stimuli import Answer, Cancel, ChildReported, Resolve, Resume, Start, Suspend
from runtime.model.flow import Budgets, Flow
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate

LEAF = draw(
    {"begin": "start", "t": "task", "ok": "end ok", "no": "end no"}, "begin -> t.approved -> ok", "t.rejected -> no"
)
CALLS = ("begin -> call.ok -> fin", "call.no -> bad")


def family(child: Flow = LEAF, *edges: str, **config: Any) -> dict[str, Flow]:
    """A flow that calls ``leaf`` and ends ok or no as that does."""
    nodes = {"begin": "start", "call": ("calls leaf ok no", {"config": config}), "fin": "end ok", "bad": "end no"}
    parent = draw(nodes, *CALLS, *edges)
    return {"flow": parent, "leaf": child.model_copy(update={"id": "leaf"})}


def start(flows: dict[str, Flow], *stimuli: Any, **given: Any) -> Simulation:
    return simulate(flows, [Start(flow="flow", **{"input": {}, **given}), *stimuli])


def answer(run: str, choice: str = "approved", by: str = "ana") -> To:
    return To(run, Answer(step="t#1", choice=choice, by=by))


CHILD = "r1:4:0"


@pytest.mark.parametrize(("choice", "port", "outcome"), [("approved", "ok", "ok"), ("rejected", "no", "no")])
def test_b1_the_step_leaves_by_the_outcome_of_its_child(choice: str, port: str, outcome: str) -> None:
    played = start(family(), answer(CHILD, choice))
    assert f"StepCompleted call#1 {port}" in told(played)
    assert played.state().outcome == outcome
    assert played.state().steps["call#1"].output == {"outcome": outcome, "resolved": outcome == "ok", "output": {}}


def test_b1_an_end_without_outcome_leaves_by_done() -> None:
    leaf = draw({"begin": "start", "fin": "end"}, "begin -> fin")
    played = start(family(leaf, "call.done -> fin", without_outcome=True))
    assert "StepCompleted call#1 done" in told(played)


def test_b1_a_flow_that_is_not_in_the_release_stops_the_run_before_there_is_a_child() -> None:
    played = start({"flow": family()["flow"]})
    [incident] = played.incidents()
    assert (incident.kind, incident.step) == ("unreadable", "call#1")
    assert not any(isinstance(event, ChildStarted) for event in played.journal())


def test_b1_input_that_the_child_would_refuse_stops_the_step_before_there_is_a_child() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}
    leaf = LEAF.model_copy(update={"input_schema": schema})
    played = start(family(leaf))
    [incident] = played.incidents()
    assert incident.kind == "expression"
    assert "StepStarted call#1" not in told(played)
    assert played.runs() == ["r1"]
    played.play(Resolve(incident=incident.incident, how="edit", input={"n": 1}))
    assert played.state(CHILD.replace("4", "6")).input == {"n": 1}


def test_b2_the_child_bears_the_id_of_its_command_and_is_started_after_its_parent_is_durable() -> None:
    played = start(family(), Crash())
    started = next(event for event in played.journal() if isinstance(event, ChildStarted))
    assert started.child == CHILD
    assert played.rows(CHILD).run.parent == "r1"
    assert told(played).count("ChildStarted call#1") == 1


@pytest.mark.parametrize("point", ["before_append", "after_append"])
@pytest.mark.parametrize("nth", range(1, 5))
def test_b2_x8_a_crash_at_any_append_leaves_one_child_with_one_end(point: str, nth: int) -> None:
    leaf = draw({"begin": "start", "r": "read", "fin": "end ok"}, "begin -> r -> fin")
    played = simulate(family(leaf), [])
    played.play(Crash(point, nth), Start(flow="flow", input={}, key="k"))
    played.play(Start(flow="flow", input={}, key="k"))  # who was not answered asks again
    run = played.run
    child = next(event.child for event in played.journal() if isinstance(event, ChildStarted))
    for _ in range(2):  # a reply that died with the process is given again
        if not played.state(child).terminal:
            played.play(To(child, Replied("r#1", {"status": 200})))
    played.play(Crash())
    assert played.state().outcome == "ok"
    assert sorted(played.runs()) == [run, child]
    assert [type(event).__name__ for event in played.journal()].count("ChildEnded") == 1


def test_b2_an_end_is_heard_once_and_only_of_a_child() -> None:
    played = start(family(), answer(CHILD))
    before = len(played.journal())
    played.play(ChildReported(step="call#1", child=CHILD, state="cancelled"))
    assert played.replies[-1].repeated
    played.play(ChildReported(step="call#1", child="r9:1:0", state="completed"))
    played.play(ChildReported(step="begin#1", child=CHILD, state="completed"))
    assert [r.code for r in played.refusals] == ["CHILD_UNKNOWN", "CHILD_UNKNOWN"]
    assert len(played.journal()) == before


def test_b2_a_child_that_is_not_over_cannot_be_reported_as_such() -> None:
    played = start(family(), ChildReported(step="call#1", child=CHILD, state="running"))
    assert [r.code for r in played.refusals] == ["CHILD_LIVE"]


def test_b3_an_incident_in_the_child_is_none_of_the_parent() -> None:
    leaf = draw({"begin": "start", "r": "read", "fin": "end ok"}, "begin -> r -> fin")
    played = start(family(leaf), To(CHILD, Broke("r#1", retryable=False)))
    assert [incident.run for incident in played.incidents()] == [CHILD]
    assert played.state().steps["call#1"].state == "waiting"
    played.play(To(CHILD, Resolve(incident=played.incidents()[0].incident, how="by_hand", output={})))
    assert played.state().outcome == "ok"


@pytest.mark.parametrize("undo", [True, False])
def test_b4_cancel_of_the_parent_asks_the_child_with_the_same_wish_and_waits_for_it(undo: bool) -> None:
    leaf = draw({"begin": "start", "o": "once", "fin": "end ok"}, "begin -> o -> fin")
    played = start(family(leaf), Cancel(undo=undo))
    asked = [event for event in played.journal(CHILD) if isinstance(event, RunCancelRequested)]
    assert [event.undo for event in asked] == [undo]
    assert played.state().state == "cancelling"
    assert played.state().steps["call#1"].state == "cancelling"
    played.play(Advance(5))
    assert (played.state(CHILD).state, played.state().state) == ("cancelled", "cancelled")
    assert told(played)[-3:] == ["ChildEnded call#1", "StepCancelled call#1", "RunCancelled"]


@pytest.mark.in_memory("rows are taken away behind the player's back")
def test_b4_a_child_that_was_never_begun_is_none_after_a_cancel() -> None:
    played = start(family(), To("r1", Suspend()))
    # As a crash leaves it: wanted, suspended, and its run not yet durable.
    del played._memory.rows[CHILD], played._memory.streams[CHILD]
    played.play(Crash(), To("r1", Cancel()))
    assert played.state().state == "cancelled"
    assert CHILD not in played.runs()


def test_b4_timeout_cancels_the_child_without_undo_and_leaves_once_it_is_over() -> None:
    leaf = draw({"begin": "start", "o": "once", "fin": "end ok"}, "begin -> o -> fin")
    played = start(family(leaf, "call.timeout -> bad", timeout="PT1H"), Advance(3600))
    assert played.state().steps["call#1"].state == "waiting"
    [asked] = [event for event in played.journal(CHILD) if isinstance(event, RunCancelRequested)]
    assert asked.undo is False
    played.play(Advance(5))
    assert told(played)[-5:-3] == ["ChildEnded call#1", "StepCompleted call#1 timeout"]
    assert played.state().outcome == "no"


def test_b4_a_child_cancelled_by_itself_leaves_by_cancelled() -> None:
    played = start(family(LEAF, "call.cancelled -> bad"), To(CHILD, Cancel()))
    assert "StepCompleted call#1 cancelled" in told(played)
    assert played.state().steps["call#1"].output == {"outcome": None, "cancelled": True}


def test_b4_where_cancelled_leads_nowhere_a_person_decides_and_a_retry_is_another_child() -> None:
    played = start(family(LEAF, "call.timeout -> bad", timeout="PT1H"), Advance(1800), To(CHILD, Cancel()))
    [incident] = played.incidents()
    assert (incident.kind, incident.run) == ("child_cancelled", "r1")
    played.play(Advance(7200))
    assert played.state().steps["call#1"].timers == {}, "an open incident stops the time limit (R6)"
    resolved = played.state().seq + 1
    played.play(Resolve(incident=incident.incident, how="retry"))
    again = f"r1:{resolved}:0"
    assert played.state(again).state == "running"
    due = played.state().steps["call#1"].timers["timeout"]
    assert (due - played.now).total_seconds() == 3600, "a retry has a fresh time limit"
    played.play(answer(again))
    assert played.state().outcome == "ok"


@pytest.mark.parametrize(("how", "port"), [("by_hand", "ok"), ("other_port", "no")])
def test_b4_a_cancelled_child_is_gone_on_from_by_hand_or_by_another_port(how: str, port: str) -> None:
    played = start(family(), To(CHILD, Cancel()))
    played.play(Resolve(incident=played.incidents()[0].incident, how=how, port=port))
    assert played.state().outcome == port


def test_b4_what_is_over_does_not_begin_again_at_a_dead_end() -> None:
    flows = {
        **family(),
        "flow": draw({"begin": "start", "call": "calls leaf ok no", "bad": "end no"}, "begin -> call.no -> bad"),
    }
    played = start(flows, answer(CHILD))
    [incident] = played.incidents()
    assert incident.kind == "dead_end"
    played.play(Resolve(incident=incident.incident, how="retry"))
    assert [r.code for r in played.refusals] == ["DECIDED"]


def test_b5_the_first_in_the_parents_journal_wins() -> None:
    # The child completes, and before its parent hears of it the parent is cancelled.
    played = start(family(), Crash("after_append", 1))
    played.play(answer(CHILD))  # the process dies right after the child's end: the next one tells
    assert played.state().outcome == "ok"

    late = start(family(), Crash("before_append", 2))
    late.play(Cancel())  # the parent's cancel is durable, the child was not asked yet
    assert late.state(CHILD).state == "cancelled"
    assert late.state().state == "cancelled"


def test_b5_a_completed_child_stays_completed_and_its_step_too_but_its_token_goes_nowhere() -> None:
    leaf = draw({"begin": "start", "o": "once", "fin": "end ok"}, "begin -> o -> fin")
    played = start(family(leaf), Suspend())
    played.play(To(CHILD, Resume()), To(CHILD, Replied("o#1", {"status": 200})))
    state = played.state()
    assert (state.state, state.steps["call#1"].state) == ("suspended", "completed"), "a child's end is a fact (C3)"
    played.play(Cancel())
    assert played.state(CHILD).state == "completed"
    assert played.state().state == "cancelled"


@pytest.mark.in_memory("nobody brings anything down for a while")
def test_b5_a_child_that_completes_while_its_parent_cancels_is_a_completed_step_that_leads_nowhere() -> None:
    raw = start(family())
    raw._serve_the_rest = lambda: ()  # type: ignore[method-assign]  nobody brings the cancel down
    raw.play(Cancel(), ChildReported(step="call#1", child=CHILD, state="completed", outcome="ok", resolved=True))
    assert isinstance(raw.replies[-1], Done)
    assert told(raw)[-3:] == ["ChildEnded call#1", "StepCompleted call#1 ok", "RunCancelled"]


def test_b6_too_deep_is_a_budget_of_the_calling_step_and_no_child() -> None:
    flows = family()
    flows["flow"] = flows["flow"].model_copy(update={"budgets": Budgets(depth=1)})
    played = start(flows)
    [incident] = played.incidents()
    assert (incident.kind, incident.step) == ("budget", "call#1")
    assert played.runs() == ["r1"]
    played.play(Resolve(incident=incident.incident, how="retry", raise_by=1))
    [child] = set(played.runs()) - {"r1"}
    assert played.state(child).depth == 2


def _endless() -> dict[str, Flow]:
    """A flow that calls itself."""
    drawn = draw({"begin": "start", "call": "calls flow ok", "fin": "end ok"}, "begin -> call.ok -> fin")
    return {"flow": drawn}


def test_l2_b6_a_flow_that_calls_itself_stops_at_the_depth() -> None:
    played = start(_endless())
    assert len(played.runs()) == 16
    [incident] = played.incidents()
    assert incident.kind == "budget"
    assert max(played.state(run).depth for run in played.runs()) == 16


def test_l2_a_tree_has_so_many_runs_and_a_person_may_raise_that() -> None:
    played = start(_endless(), budgets={"tree": 4})
    assert len(played.runs()) == 5, "the fifth exists and does nothing"
    [incident] = played.incidents()
    assert (incident.kind, incident.step) == ("budget", "begin#1")
    played.play(To(incident.run, Resolve(incident=incident.incident, how="retry", raise_by=2)))
    assert len(played.runs()) == 7


def test_l2_so_many_children_at_once() -> None:
    flows = family()
    flows["flow"] = draw(
        {"begin": "start", "a": "calls leaf ok no", "b": "calls leaf ok no", "fin": "end ok"},
        "begin -> a.ok -> fin", "begin -> b.ok -> fin", "a.no -> fin", "b.no -> fin",
        budgets={"children": 1},
    )  # fmt: skip
    played = start(flows)
    [incident] = played.incidents()
    assert (incident.kind, incident.step) == ("budget", "b#1")
    played.play(answer("r1:4:0"), Resolve(incident=incident.incident, how="retry"))
    assert len(played.tasks()) == 1


def test_b6_case_requester_and_environment_are_inherited_vars_are_not() -> None:
    nodes = {"begin": "start", "s": "set n=1", "call": "calls leaf ok no", "fin": "end ok", "bad": "end no"}
    flows = {**family(), "flow": draw(nodes, "begin -> s -> call.ok -> fin", "call.no -> bad")}
    played = start(flows, case={"key": "C-1"}, requester="rita", environment="test")
    [child] = set(played.runs()) - {"r1"}
    state = played.state(child)
    assert (state.case, state.requester, state.environment, state.vars) == ({"key": "C-1"}, "rita", "test", {})


def test_a3_who_requested_any_run_above_is_barred_below() -> None:
    leaf = draw(
        {"begin": "start", "t": ("task", {"config": {"not_requester": True}}), "ok": "end ok", "no": "end no"},
        "begin -> t.approved -> ok", "t.rejected -> no",
    )  # fmt: skip
    middle = draw(
        {"begin": "start", "call": "calls leaf ok no", "fin": "end ok"}, "begin -> call.ok -> fin", "call.no -> fin"
    )
    top = draw({"begin": "start", "call": "calls middle ok", "fin": "end ok"}, "begin -> call.ok -> fin")
    flows = {
        "flow": top,
        "middle": middle.model_copy(update={"id": "middle"}),
        "leaf": leaf.model_copy(update={"id": "leaf"}),
    }
    played = start(flows, requester="rita")
    deepest = max(played.runs(), key=len)
    first = next(e for e in played.journal(deepest) if isinstance(e, RunStarted))
    assert (first.depth, first.requesters) == (3, ("rita",))
    played.play(answer(deepest, by="rita"))
    assert [r.code for r in played.refusals] == ["SOD"]
    played.play(answer(deepest, by="ana"))
    assert played.state().outcome == "ok"


def test_c3_suspend_goes_down_resume_undoes_what_it_did_and_a_crash_between_changes_nothing() -> None:
    for crash in ([], [Crash()]):
        played = start(family(), Suspend(), *crash)
        assert (played.state().state, played.state(CHILD).state) == ("suspended", "suspended")
        played.play(Resume(), *crash)
        assert (played.state().state, played.state(CHILD).state) == ("running", "running")


def test_c3_a_child_that_somebody_else_suspended_stays_so() -> None:
    played = start(family(), To(CHILD, Suspend()), To("r1", Suspend()), To("r1", Resume()), Crash())
    assert (played.state().state, played.state(CHILD).state) == ("running", "suspended")


def test_c3_who_lets_a_child_go_on_by_itself_is_not_overruled_by_a_repetition() -> None:
    played = start(family(), Suspend(), To(CHILD, Resume()), Crash())
    assert (played.state().state, played.state(CHILD).state) == ("suspended", "running")


def test_c3_a_child_that_its_operator_lets_go_on_goes_on_whatever_else_held_it_and_after_a_crash_too() -> None:
    for crash in ([], [Crash()]):
        played = start(family(), To(CHILD, Suspend()), To("r1", Suspend()), *crash, To(CHILD, Resume()), *crash)
        assert (played.state().state, played.state(CHILD).state) == ("suspended", "running")
        kinds = [type(event) for event in played.journal(CHILD) if isinstance(event, RunSuspended | RunResumed)]
        assert kinds == [RunSuspended, RunSuspended, RunResumed], "held for two causes, let go once"


def test_c3_an_operator_holds_a_child_that_its_parent_holds_already() -> None:
    for crash in ([], [Crash()]):
        twice = (To(CHILD, Suspend()), To(CHILD, Suspend()))
        played = start(family(), To("r1", Suspend()), *twice, *crash, Resume(), *crash)
        assert (played.state().state, played.state(CHILD).state) == ("running", "suspended")
        assert len([event for event in played.journal(CHILD) if isinstance(event, RunSuspended)]) == 2
        played.play(To(CHILD, Resume()), answer(CHILD))
        assert played.state().outcome == "ok"


def test_c4_c3_time_that_a_run_was_held_for_two_causes_is_shifted_once_and_whole() -> None:
    leaf = draw({"begin": "start", "w": "wait PT1H", "fin": "end ok"}, "begin -> w -> fin")
    played = start(family(leaf), To(CHILD, Suspend()), Advance(600), Suspend(), Advance(7200))
    played.play(To(CHILD, Resume(shift=True)), Advance(3599))
    assert played.state(CHILD).state == "running"
    played.play(Advance(1))
    assert played.state(CHILD).state == "completed"


def test_c4_resume_with_shift_moves_the_timers_of_the_children_too() -> None:
    leaf = draw({"begin": "start", "w": "wait PT1H", "fin": "end ok"}, "begin -> w -> fin")
    played = start(family(leaf), Suspend(), Advance(7200), Resume(shift=True))
    assert played.state(CHILD).state == "running"
    played.play(Advance(3600))
    assert played.state().outcome == "ok"


@pytest.mark.in_memory("nobody brings anything down for a while")
def test_commands_for_children_are_a_function_of_the_state() -> None:
    played = start(family())

    def asked() -> list[type]:
        held = played.held()
        assert held is not None
        return [type(command) for command in outstanding(played.plan(), held)]

    assert asked() == [StartChild]
    played.play(Suspend())
    assert asked() == [SuspendChild]
    played.play(Resume())
    assert asked() == [StartChild, ResumeChild]
    played._serve_the_rest = lambda: ()  # type: ignore[method-assign]  nobody brings the cancel down
    played.play(Cancel())
    assert asked() == [CancelChild]


def test_e4_a_terminating_end_cancels_children_without_undo_and_its_outcome_waits_for_them() -> None:
    nodes = {"begin": "start", "call": "calls leaf ok no", "r": "read", "stop": "end other terminate", "fin": "end ok"}
    flows = {**family(), "flow": draw(nodes, "begin -> call.ok -> fin", "call.no -> fin", "begin -> r -> stop")}
    played = start(flows, Replied("r#1", {"status": 200}))
    [child] = set(played.runs()) - {"r1"}
    assert [e.undo for e in played.journal(child) if isinstance(e, RunCancelRequested)] == [False]
    assert (played.state().state, played.state().outcome) == ("completed", "other")


def test_j9_a_child_keeps_a_join_alive() -> None:
    nodes = {"begin": "start", "call": "calls leaf ok no", "n": "note", "j": "join", "fin": "end ok"}
    flows = {**family(), "flow": draw(nodes, "begin -> call.ok -> j", "call.no -> fin", "begin -> n -> j", "j -> fin")}
    played = start(flows)
    assert not any(isinstance(event, IncidentRaised) for event in played.journal())
    [child] = set(played.runs()) - {"r1"}
    played.play(answer(child))
    assert played.state().outcome == "ok"


def test_b2_an_end_that_came_in_suspension_moves_nothing_until_resume() -> None:
    played = start(family(), Suspend(), To(CHILD, Resume()), answer(CHILD))
    assert any(isinstance(event, ChildEnded) for event in played.journal())
    assert not any(line.startswith("StepStarted fin") for line in told(played))
    played.play(Resume())
    assert played.state().outcome == "ok"


def test_c3_each_suspension_of_the_parent_goes_down_anew() -> None:
    played = start(family(), Suspend(), Resume(), Suspend())
    assert played.state(CHILD).state == "suspended"
    played.play(Crash(), Resume(), Crash())
    assert played.state(CHILD).state == "running"


def test_b4_who_asks_a_child_first_to_cancel_decides_whether_it_takes_back_what_it_did() -> None:
    leaf = draw({"begin": "start", "o": "once", "fin": "end ok"}, "begin -> o -> fin")
    played = start(family(leaf, "call.timeout -> bad", timeout="PT1H"), Advance(3600), Cancel(undo=True))
    held = played.held()
    assert held is not None
    [command] = outstanding(played.plan(), held)
    assert isinstance(command, CancelChild)
    assert command.undo is False


def test_b6_the_requester_is_inherited_and_never_read_from_what_the_child_is_given() -> None:
    begin = ("start", {"config": {"requester": {"feel": "input.who"}}})
    leaf = draw({"begin": begin, "fin": "end ok"}, "begin -> fin")
    played = start(family(leaf, inputs={"who": "mallory"}))
    assert played.state(CHILD).input == {"who": "mallory"}
    assert played.state(CHILD).requester is None
