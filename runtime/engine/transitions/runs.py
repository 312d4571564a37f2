"""The run itself: start, claims, suspend and resume, cancel, completion."""

from __future__ import annotations

import datetime as dt
from typing import Any

from runtime.engine.events import (
    CompensationFinished,
    CompensationStarted,
    Envelope,
    RunCancelled,
    RunCancelRequested,
    RunClaimed,
    RunCompleted,
    RunResumed,
    RunStarted,
    RunSuspended,
    TimersShifted,
)
from runtime.engine.plan import Plan
from runtime.engine.scope import after, later
from runtime.engine.state import Calls, JournalMismatch, State, Step, Token
from runtime.engine.transitions.proofs import changes_something, run_in

CANCEL_GRACE = dt.timedelta(seconds=5)
"""how long an attempt in flight may still report after a cancel (C1)"""


def run_started(plan: Plan, state: State, entry: Envelope, event: RunStarted) -> None:
    if event.trigger not in plan.nodes:
        raise JournalMismatch(f"{event.trigger!r} is no node of {plan.flow.id}")
    state.state = "running"
    state.flow, state.release, state.environment = event.flow, event.release, event.environment
    state.project = event.project
    state.input, state.case = event.input, event.case
    state.requester, state.requesters = event.requester, event.requesters
    state.parent, state.depth, state.place = event.parent, event.depth, event.place
    usual = {name: most for name, most in plan.budgets.items() if name != "tree"}
    state.budgets = {**usual, **event.budgets}
    state.started_at = entry.at
    if plan.sla is not None:
        state.sla_due = after(plan, entry.at, plan.sla)
    state.ready.append(Token(("", "", event.trigger), "", {}))


def run_claimed(plan: Plan, state: State, entry: Envelope, event: RunClaimed) -> None:
    if event.epoch <= state.epoch:
        raise JournalMismatch(f"epoch {event.epoch} of {state.run} was claimed before")
    state.epoch, state.worker = event.epoch, event.worker
    if event.reason == "lost":
        state.idle_claims = state.idle_claims + 1 if state.completed == state.completed_at_claim else 1
        state.completed_at_claim = state.completed
    for step in state.live.values():
        if step.in_flight and not step.lost:
            step.lost = True
            step.claims += event.reason == "lost"
            step.unclear = step.unclear or changes_something(plan, step)


def run_suspended(plan: Plan, state: State, entry: Envelope, event: RunSuspended) -> None:
    run_in(state, "running", "compensating", "suspended")
    holder = state.holder(event.cause)
    state.holding.add(holder)
    if state.state != "suspended":  # for another cause it is held on, and what went down to its children stands
        state.remembered, state.state = state.state, "suspended"
        state.suspended_at = state.latest(entry.at)
        state.suspended_seq, state.shifted = entry.seq, False
    if holder:
        state.suspensions.add(holder)


def run_resumed(plan: Plan, state: State, entry: Envelope, event: RunResumed) -> None:
    run_in(state, "suspended")
    state.state, state.remembered = state.remembered, ""
    state.suspended_at = None
    state.holding.clear()
    state.shifted = event.shift


def timers_shifted(plan: Plan, state: State, entry: Envelope, event: TimersShifted) -> None:
    span = dt.timedelta(seconds=event.by)
    for step in state.live.values():
        step.timers = {purpose: later(due, span) for purpose, due in step.timers.items()}
        if step.cancel_due is not None:
            step.cancel_due = later(step.cancel_due, span)
    if state.sla_due is not None:
        state.sla_due = later(state.sla_due, span)


def cancel_requested(plan: Plan, state: State, entry: Envelope, event: RunCancelRequested) -> None:
    run_in(state, "running", "suspended")
    state.state, state.remembered, state.suspended_at = "cancelling", "", None
    state.holding.clear()
    state.undo_wanted = event.undo
    for step in state.live.values():
        begin_cancelling(step, entry.seq, state.latest(entry.at), undo=event.undo)


def begin_cancelling(step: Step, seq: int, at: dt.datetime, *, undo: bool = False) -> None:
    """An attempt in flight gets a moment to report (C1), a live child is asked to cancel (B4); other steps are ended by
    ``StepCancelled``."""
    if step.state == "running" and step.in_flight:
        step.state = "cancelling"
        step.timers.clear()
        step.cancel_due = at + CANCEL_GRACE
    elif step.state == "waiting" and step.calls is not None and step.calls.open:
        step.state = "cancelling"
        step.timers.clear()
        ask_to_cancel(step.calls, seq, undo=undo)


def ask_to_cancel(calls: Calls, seq: int, *, undo: bool = False) -> None:
    """From here on the live children are asked to cancel; who asked first decides whether they undo."""
    if not calls.asked_seq:
        calls.asked_seq, calls.undo = seq, undo


def run_cancelled(plan: Plan, state: State, entry: Envelope, event: RunCancelled) -> None:
    run_in(state, "cancelling", "compensating")
    _nothing_left(state)
    state.state, state.ended_at, state.sla_due = "cancelled", entry.at, None


def run_completed(plan: Plan, state: State, entry: Envelope, event: RunCompleted) -> None:
    run_in(state, "running", "compensating")
    _nothing_left(state)
    state.state, state.ended_at, state.sla_due = "completed", entry.at, None
    state.outcome, state.resolved, state.output = event.outcome, event.resolved, event.output


def _nothing_left(state: State) -> None:
    if state.live or state.ready:
        raise JournalMismatch(f"{state.run} can't end while a step is live or a token is ready")


def compensation_started(plan: Plan, state: State, entry: Envelope, event: CompensationStarted) -> None:
    run_in(state, "running", "cancelling")
    _nothing_left(state)
    state.state = "compensating"


def compensation_finished(plan: Plan, state: State, entry: Envelope, event: CompensationFinished) -> None:
    run_in(state, "compensating")


TRANSITIONS: dict[type[Any], Any] = {
    RunStarted: run_started,
    RunClaimed: run_claimed,
    RunSuspended: run_suspended,
    RunResumed: run_resumed,
    TimersShifted: timers_shifted,
    RunCancelRequested: cancel_requested,
    RunCancelled: run_cancelled,
    RunCompleted: run_completed,
    CompensationStarted: compensation_started,
    CompensationFinished: compensation_finished,
}
