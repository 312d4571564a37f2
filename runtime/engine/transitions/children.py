"""Child runs, as their parent's journal knows them: started, ended once each (sections B and F)."""

from __future__ import annotations

from typing import Any

from nodes.contract import Children, Value
from runtime.engine.events import ChildEnded, ChildStarted, Envelope
from runtime.engine.plan import Plan
from runtime.engine.scope import later
from runtime.engine.state import TERMINAL_RUNS, Calls, JournalMismatch, OpenChild, State, Step
from runtime.engine.transitions.proofs import live_step, run_in
from runtime.engine.transitions.runs import ask_to_cancel


def _calls(state: State, step: Step) -> Calls:
    if step.calls is None:
        raise JournalMismatch(f"{step.id} of {state.run} calls no other flow")
    return step.calls


def child_started(plan: Plan, state: State, entry: Envelope, event: ChildStarted) -> None:
    run_in(state, "running", "compensating")
    step = live_step(state, event.step, "waiting", "stopped")
    calls = _calls(state, step)
    index = event.index or 0
    if event.child in calls.open or event.child in calls.ended:
        raise JournalMismatch(f"{event.child} was started before by {state.run}")
    if isinstance(plan.nodes[step.node].behaviour, Children):
        if index != calls.begun + 1 or step.state != "waiting":
            raise JournalMismatch(f"item {index} is not the next one of {event.step} in {state.run}")
    elif calls.open or index:
        raise JournalMismatch(f"{event.step} of {state.run} has a child already")
    calls.begun = index
    calls.open[event.child] = OpenChild(event.child, index, entry.seq)
    if step.state == "stopped":
        # Another child after an incident, with a fresh time limit (B4, R6).
        step.state = "waiting"
        if calls.allowed is not None:
            step.timers["timeout"] = later(state.latest(entry.at), calls.allowed)
    state.pending.pop(step.id, None)


def child_ended(plan: Plan, state: State, entry: Envelope, event: ChildEnded) -> None:
    step = live_step(state, event.step, "waiting", "cancelling")
    calls = _calls(state, step)
    child = calls.open.get(event.child)
    if child is None:
        raise JournalMismatch(f"{event.child} is no live child of {event.step} in {state.run}")
    if event.state not in TERMINAL_RUNS:
        raise JournalMismatch(f"{event.child} is {event.state}, which is no end")
    del calls.open[event.child]
    calls.ended[event.child] = child.index
    calls.results[child.index] = result_of(event)
    calls.last = event
    behaviour = plan.nodes[step.node].behaviour
    if isinstance(behaviour, Children) and step.state == "waiting" and not calls.leaving and _stops(behaviour, event):
        # No further item starts, the running ones are cancelled without undo (F5).
        calls.leaving = "stopped"
        step.timers.pop("timeout", None)
        ask_to_cancel(calls, entry.seq)


def _stops(behaviour: Children, event: ChildEnded) -> bool:
    ended = event.outcome if event.state == "completed" else "cancelled"
    return ended is not None and ended in behaviour.stop_on


def result_of(event: ChildEnded) -> Value:
    """What the parent hands out of an ended child (F4)."""
    if event.state == "cancelled":
        return {"outcome": None, "cancelled": True}
    return {"outcome": event.outcome, "resolved": event.resolved, "output": event.output}


TRANSITIONS: dict[type[Any], Any] = {ChildStarted: child_started, ChildEnded: child_ended}
