"""Cancel (section C1): tokens and steps that end before their work is done; and the cancel of a whole run (C2)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Effect, EffectKind
from runtime.engine.decide.reaction import Reaction
from runtime.engine.events import (
    AttemptAbandoned,
    AttemptStarted,
    IncidentClosed,
    RunCancelRequested,
    StepCancelled,
    StepStarted,
)
from runtime.engine.state import Step, Token
from runtime.engine.stimuli import Cancel


def cancel_tokens(r: Reaction, tokens: Iterable[Token], cause: str) -> None:
    """Ready tokens end where they stand."""
    for token in list(tokens):
        r.emit(StepCancelled(edge=token.edge, source=token.source, cause=cause))


def cancel_steps(r: Reaction, steps: Iterable[Step], cause: str, *, done: str = "") -> None:
    """Steps end at once, but those with an attempt in flight or a live child, which fold has set to ``cancelling``.
    ``done``: a step that is known to have done its work.

    An attempt that began in this very reaction is not in flight: nothing is performed before its start is durable, so
    nobody has to be waited for, and it did nothing.
    """
    for step in list(steps):
        if step.live and (step.state != "cancelling" or _never_performed(r, step)):
            cancel_step(r, step, cause, done=step.id == done)


def _never_performed(r: Reaction, step: Step) -> bool:
    begun = (entry.event for entry in r.entries if isinstance(entry.event, StepStarted | AttemptStarted))
    return step.in_flight and any(event.step == step.id for event in begun)


def cancel_step(r: Reaction, step: Step, cause: str, *, done: bool = False) -> None:
    """One step ends at once; its task is withdrawn, its incident closed."""
    doubtful = step.unclear or done
    if step.incident is not None:
        doubtful = doubtful or step.incident.kind == "outcome_unknown" or stopped_when_done(r, step)
        r.emit(IncidentClosed(step.incident.id, cause))
    r.emit(StepCancelled(step=step.id, cause=cause, possibly_done=doubtful))


def stopped_when_done(r: Reaction, step: Step) -> bool:
    """Whether the step had done its work and only found no way on: what it did is not undone by its end (U3)."""
    held = step.held if isinstance(step.held, dict) else {}
    if held.get("port") == "error":
        return False
    behaviour = r.plan.nodes[step.node].behaviour
    if isinstance(behaviour, Effect):
        return bool(held) and behaviour.effect is not EffectKind.READ
    return step.calls is not None and any(
        isinstance(result, dict) and "cancelled" not in result for result in step.calls.results.values()
    )


def give_up_cancelling(r: Reaction, step: Step, reason: str) -> None:
    """An attempt in flight did not report in time (C1), or its worker is gone."""
    behaviour = r.plan.nodes[step.node].behaviour
    r.emit(AttemptAbandoned(step.id, step.attempt, reason))
    changed = not (isinstance(behaviour, Effect) and behaviour.effect is EffectKind.READ)
    r.emit(StepCancelled(step=step.id, cause=reason, possibly_done=changed))


def cancel_run(r: Reaction, stimulus: Cancel, *, done: str = "") -> None:
    """``RunCancelRequested`` and all that ends with it; the attempts in flight get their moment. ``done``: see
    ``cancel_steps``."""
    r.emit(RunCancelRequested(stimulus.reason, stimulus.undo, stimulus.cause), stimulus.actor)
    cancel_tokens(r, r.state.ready, "run cancelled")
    cancel_steps(r, r.state.live.values(), "run cancelled", done=done)
