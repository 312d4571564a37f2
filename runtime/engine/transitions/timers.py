"""Timers that fired, and what the SLA says about it. SLA never moves a token, anywhere (A7)."""

from __future__ import annotations

from typing import Any

from runtime.engine.events import Envelope, SlaBreached, TimerFired
from runtime.engine.plan import Plan
from runtime.engine.state import JournalMismatch, State
from runtime.engine.transitions.proofs import live_step
from runtime.engine.transitions.runs import ask_to_cancel


def timer_fired(plan: Plan, state: State, entry: Envelope, event: TimerFired) -> None:
    if not event.step:
        if event.purpose != "sla" or state.sla_due != event.due:
            raise JournalMismatch(f"no timer {event.purpose} of {state.run} is due at {event.due}")
        state.sla_due = None
        return
    step = live_step(state, event.step)
    if step.timers.get(event.purpose) != event.due:
        raise JournalMismatch(f"no timer {event.purpose} of {event.step} is due at {event.due}")
    del step.timers[event.purpose]
    if event.purpose == "timeout" and step.calls is not None:
        # The children are cancelled without undo; the step leaves by `timeout` once they are over (B4, F6).
        step.calls.leaving = "timeout"
        ask_to_cancel(step.calls, entry.seq)
    if event.purpose == "due" and step.task is not None:
        step.task.overdue, step.task.was_due = True, event.due


def sla_breached(plan: Plan, state: State, entry: Envelope, event: SlaBreached) -> None:
    if event.step:
        live_step(state, event.step)


TRANSITIONS: dict[type[Any], Any] = {TimerFired: timer_fired, SlaBreached: sla_breached}
