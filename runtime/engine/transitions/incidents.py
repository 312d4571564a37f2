"""Incidents: a step stops for a person, and goes on by that person's word (R6 to R9)."""

from __future__ import annotations

from typing import Any

from runtime.engine.events import Envelope, IncidentClosed, IncidentRaised, IncidentResolved
from runtime.engine.plan import Plan
from runtime.engine.state import DEFAULT_BUDGETS, Incident, JournalMismatch, State, Step
from runtime.engine.transitions.proofs import changes_something, live_step, run_in
from runtime.engine.transitions.steps import activate


def incident_raised(plan: Plan, state: State, entry: Envelope, event: IncidentRaised) -> None:
    step = state.live.get(event.step)
    if step is None:
        # Raised before its start: the activation is reserved, its token waits in it.
        run_in(state, "running", "compensating", "suspended")
        step = activate(plan, state, entry, event.step, event.sources, "stopped")
        step.begun = False
    elif step.incident is not None:
        raise JournalMismatch(f"{event.step} of {state.run} has an open incident")
    if event.kind == "outcome_unknown" or (event.kind == "expression" and step.in_flight):
        # Nobody can tell whether it happened; or the other side answered, and only the drawing's rules for its answer
        # are wrong: it may well have happened.
        step.unclear = step.unclear or changes_something(plan, step)
    step.state, step.in_flight, step.lost = "stopped", False, False
    # An open incident stops the step's timers; SLA goes on (R6).
    step.timers = {purpose: due for purpose, due in step.timers.items() if purpose == "sla"}
    step.incident = Incident(f"{state.run}:{entry.seq}", event.kind, event.error, entry.at)
    state.incidents[step.incident.id] = step.id
    state.pending.pop(step.id, None)
    if event.kind == "poison":
        state.idle_claims = 0
    if event.kind == "dead_end" and isinstance(event.error, dict):
        step.held = {"port": event.error.get("port"), "output": event.error.get("output")}


def _with_incident(state: State, incident: str) -> Step:
    step_id = state.incidents.get(incident)
    if step_id is None:
        raise JournalMismatch(f"{incident} is not an open incident of {state.run}")
    return live_step(state, step_id, "stopped")


def incident_resolved(plan: Plan, state: State, entry: Envelope, event: IncidentResolved) -> None:
    step = _with_incident(state, event.incident)
    raised = step.incident
    del state.incidents[event.incident]
    state.closed_incidents[event.incident] = event.how
    step.incident = None
    if raised is not None and raised.kind == "budget" and event.raise_by and raised.error["code"] in DEFAULT_BUDGETS:
        name = raised.error["code"]
        state.budgets = {**state.budgets, name: state.limit(name) + event.raise_by}
    if event.how in ("retry", "edit"):
        # A fresh policy (R6); the attempts' numbers go on (R9).
        step.failures = 0
        state.pending[step.id] = event.how
        if event.not_done or event.how == "edit":
            step.unclear = False
        if step.calls is not None:
            step.key_seq = entry.seq  # another try is another child (B4)
        if event.how == "edit":
            step.input = event.input
            step.key_seq = entry.seq
        step.claims = 0
        state.idle_claims = 0


def incident_closed(plan: Plan, state: State, entry: Envelope, event: IncidentClosed) -> None:
    step = _with_incident(state, event.incident)
    del state.incidents[event.incident]
    state.closed_incidents[event.incident] = event.reason
    step.incident = None


TRANSITIONS: dict[type[Any], Any] = {
    IncidentRaised: incident_raised,
    IncidentResolved: incident_resolved,
    IncidentClosed: incident_closed,
}
