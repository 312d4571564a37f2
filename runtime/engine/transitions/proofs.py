"""What transitions prove before they change anything."""

from __future__ import annotations

from nodes.contract import Effect, EffectKind
from runtime.engine.plan import Plan
from runtime.engine.state import JournalMismatch, State, Step


def live_step(state: State, step_id: str, *states: str) -> Step:
    """The live step with this id, in one of ``states`` (any live one if none is named)."""
    step = state.live.get(step_id)
    if step is None:
        raise JournalMismatch(f"{step_id} of {state.run} is not live")
    if states and step.state not in states:
        raise JournalMismatch(f"{step_id} of {state.run} is {step.state}, not {' or '.join(states)}")
    return step


def known_step(state: State, step_id: str) -> Step:
    """The step with this id, live or not."""
    step = state.steps.get(step_id)
    if step is None:
        raise JournalMismatch(f"{state.run} has no step {step_id}")
    return step


def run_in(state: State, *states: str) -> None:
    """The run is in one of these states."""
    if state.state not in states:
        raise JournalMismatch(f"{state.run} is {state.state}, not {' or '.join(states)}")


def changes_something(plan: Plan, step: Step) -> bool:
    """Whether an attempt of this step that nobody heard of again may have changed something outside."""
    behaviour = plan.nodes[step.node].behaviour
    return isinstance(behaviour, Effect) and behaviour.effect is not EffectKind.READ


def settle(state: State, step: Step, end: str) -> None:
    """A step reached an end state: nothing of it stays armed."""
    step.state = end
    step.in_flight = False
    step.lost = False
    step.timers.clear()
    step.cancel_due = None
    state.pending.pop(step.id, None)
    if step.incident is not None:
        state.incidents.pop(step.incident.id, None)
        step.incident = None
    state.calling.pop(step.id, None)
    del state.live[step.id]
