"""Attempts of effects: started again, failed, abandoned, reported late (section R, X6)."""

from __future__ import annotations

from typing import Any

from runtime.engine.events import AttemptAbandoned, AttemptFailed, AttemptReportedLate, AttemptStarted, Envelope
from runtime.engine.plan import Plan
from runtime.engine.retry import next_attempt_at
from runtime.engine.scope import after
from runtime.engine.state import JournalMismatch, State
from runtime.engine.transitions.proofs import changes_something, known_step, live_step


def attempt_started(plan: Plan, state: State, entry: Envelope, event: AttemptStarted) -> None:
    step = live_step(state, event.step, "running", "retrying", "stopped")
    if event.attempt != step.attempt + 1:
        raise JournalMismatch(f"attempt {event.attempt} of {event.step} can't follow attempt {step.attempt}")
    step.state, step.attempt, step.in_flight, step.lost = "running", event.attempt, True, False
    step.command_seq = entry.seq
    step.timers.pop("retry", None)
    state.pending.pop(step.id, None)
    limit = plan.nodes[step.node].timeout
    if event.reason == "resolved" and limit is not None:
        # A resolution gives a fresh timeout (R6).
        step.timers["timeout"] = event.timeout or after(plan, state.latest(entry.at), limit)


def attempt_failed(plan: Plan, state: State, entry: Envelope, event: AttemptFailed) -> None:
    step = live_step(state, event.step, "running")
    if not step.in_flight or event.attempt != step.attempt:
        raise JournalMismatch(f"attempt {event.attempt} of {event.step} is not in flight")
    policy = plan.nodes[step.node].policy
    if policy is None:
        raise JournalMismatch(f"{event.step} is no effect")
    due = next_attempt_at(policy, step, event, state.latest(entry.at))
    step.in_flight = step.lost = False
    step.error = event.error
    step.unclear = step.unclear or event.unclear
    if event.retryable:
        step.failures += 1
    if due is not None:
        step.state = "retrying"
        step.timers["retry"] = due


def attempt_abandoned(plan: Plan, state: State, entry: Envelope, event: AttemptAbandoned) -> None:
    step = live_step(state, event.step, "running", "cancelling")
    if not step.in_flight or event.attempt != step.attempt:
        raise JournalMismatch(f"attempt {event.attempt} of {event.step} is not in flight")
    step.in_flight = step.lost = False
    step.unclear = step.unclear or changes_something(plan, step)


def attempt_reported_late(plan: Plan, state: State, entry: Envelope, event: AttemptReportedLate) -> None:
    step = known_step(state, event.step)
    if event.attempt > step.attempt:
        raise JournalMismatch(f"{event.step} never began attempt {event.attempt}")
    if isinstance(event.result, dict) and event.result.get("ok") is True:
        step.possibly_done = True
        step.unclear = step.unclear or changes_something(plan, step)  # so that neither an edit nor a cancel forgets it


TRANSITIONS: dict[type[Any], Any] = {
    AttemptStarted: attempt_started,
    AttemptFailed: attempt_failed,
    AttemptAbandoned: attempt_abandoned,
    AttemptReportedLate: attempt_reported_late,
}
