"""What operators do to runs: resolve incidents, cancel, suspend, resume, claim for a worker (R8, C2 to C4, X7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from nodes.contract import Assign, Behaviour, Child, Children, Effect, EffectKind, HumanTask, Pure, Value
from nodes.contract.json_schema import schema_mistakes
from runtime.engine.decide.cancel import cancel_run, cancel_step, stopped_when_done
from runtime.engine.decide.effects import take_over
from runtime.engine.decide.leave import leave
from runtime.engine.decide.reaction import Reaction
from runtime.engine.decide.settle import settle
from runtime.engine.decide.timers import fire_timers
from runtime.engine.events import (
    Actor,
    IncidentResolved,
    RunClaimed,
    RunResumed,
    RunSuspended,
    TimersShifted,
)
from runtime.engine.joins import join_behaviour, join_output
from runtime.engine.state import DEFAULT_BUDGETS, Step
from runtime.engine.stimuli import Cancel, Claim, Refusal, Resolve, Resume, Suspend
from runtime.engine.tasks import SHOWN

HOWS: dict[str, tuple[str, ...]] = {
    "failed": ("retry", "edit", "by_hand", "other_port", "cancel"),
    "outcome_unknown": ("retry", "edit", "by_hand", "other_port", "cancel"),
    "expression": ("retry", "edit", "by_hand", "other_port", "cancel"),
    "dead_end": ("retry", "edit", "by_hand", "other_port", "cancel"),
    "join_starved": ("by_hand", "other_port", "discard", "cancel"),
    "budget": ("retry", "by_hand", "other_port", "cancel"),
    "poison": ("retry", "edit", "by_hand", "other_port", "cancel"),
    "unreadable": ("retry", "by_hand", "other_port", "cancel"),
    "child_cancelled": ("retry", "by_hand", "other_port", "cancel"),
}
"""What may be done about each kind of incident (R8)."""
MOST_RAISED = 1_000_000
"""how far one resolution may raise a budget"""


def resolve(r: Reaction, it: Resolve) -> Refusal | dict[str, Value]:
    """A person resolves an incident; the first resolution in the journal wins."""
    step_id = r.state.incidents.get(it.incident)
    if step_id is None:
        how = r.state.closed_incidents.get(it.incident)
        if how is not None:
            return Refusal(409, "INCIDENT_CLOSED", f"{it.incident} was settled before ({how}).")
        return Refusal(404, "INCIDENT_UNKNOWN", f"There is no incident {it.incident}.")
    step = r.state.live[step_id]
    refused = _refused(r, step, it)
    if refused is not None:
        return refused
    done = step.id if stopped_when_done(r, step) else ""
    port, output = None, None
    if it.how in ("by_hand", "other_port"):
        port, output = _port(r, step, it), _handed_out(r, step, it)  # of what the open incident knows
    r.emit(
        IncidentResolved(
            incident=it.incident,
            how=it.how,
            input=it.input,
            output=it.output,
            port=it.port,
            not_done=it.not_done,
            raise_by=it.raise_by,
            reason=it.reason,
        ),
        it.actor,
    )
    if it.how == "cancel":
        cancel_run(r, Cancel(reason=it.reason, cause=it.incident, actor=it.actor), done=done)
    elif it.how == "discard":
        cancel_step(r, step, "discarded")
    elif it.how in ("by_hand", "other_port"):
        # What a person gives for a `set` is written as the `set` would have written it (N6).
        written = it.output if isinstance(r.plan.nodes[step.node].behaviour, Assign) else None
        leave(r, step, port, output, written=written, by_hand=True, actor=it.actor)
    return {"resolved": it.how}


def _edit_refused(title: str, behaviour: Behaviour | None, given: Value) -> Refusal | None:
    """Why this can't be the new input of a step that begins again; None if it can."""
    if not _has_input(behaviour):
        return Refusal(422, "EDIT", f'"{title}" has no input that could be edited.')
    if given is None:
        return Refusal(422, "EDIT", "Say what the new input is.")
    if isinstance(behaviour, HumanTask) and not isinstance(given, dict):
        return Refusal(422, "EDIT", SHOWN)
    if isinstance(behaviour, Pure) and not _has_its_names(behaviour, given):
        names = ", ".join(behaviour.inputs)
        return Refusal(422, "EDIT", f'The input of "{title}" is a context with these names: {names}.')
    return None


def _refused(r: Reaction, step: Step, it: Resolve) -> Refusal | None:
    incident, node = step.incident, r.plan.nodes[step.node]
    assert incident is not None
    if it.raise_by is not None and incident.kind == "budget" and _budget(step) not in DEFAULT_BUDGETS:
        return Refusal(422, "RAISE_BY", "This limit is fixed; it can't be raised.")
    if it.raise_by is not None and not 1 <= it.raise_by <= MOST_RAISED:
        return Refusal(422, "RAISE_BY", f"A budget is raised by 1 to {MOST_RAISED:,}.")
    allowed = HOWS.get(incident.kind, ())
    if it.how not in allowed:
        return Refusal(
            422,
            "HOW",
            f'An incident of the kind {incident.kind} can\'t be settled by "{it.how}". Possible: {", ".join(allowed)}.'
            + _meant(incident.kind, it.how),
        )
    behaviour = node.behaviour
    if it.how in ("retry", "edit"):
        wrong = _edit_refused(node.title, behaviour, it.input) if it.how == "edit" else None
        if wrong is not None:
            return wrong
        if isinstance(behaviour, Child | Children) and step.begun and incident.kind != "child_cancelled":
            return Refusal(
                422,
                "DECIDED",
                f'What "{node.title}" called is over and does not begin again. Choose another port, or go on by hand.',
            )
        if incident.kind == "dead_end" and not _may_be_done_again(behaviour):
            return Refusal(
                422,
                "DECIDED",
                f'"{node.title}" is decided and does not open again. Choose another port, or go on by hand.',
            )
        doubtful = incident.kind == "outcome_unknown" or (it.how == "edit" and step.unclear)
        if doubtful and not it.not_done:
            return Refusal(
                422,
                "NOT_DONE",
                f'"{node.title}" may have taken effect. Look in the other system. If it did not: '
                f"--how {it.how} --not-done "
                '(in JSON "not_done": true). If it did: --how by_hand --output with its result.',
            )
    if it.how in ("by_hand", "other_port"):
        return _refused_port(r, step, it)
    return None


def _budget(step: Step) -> Value:
    """The name of the budget that an incident is about."""
    error = step.incident.error if step.incident is not None else None
    return error.get("code") if isinstance(error, dict) else None


def _meant(kind: str, how: str) -> str:
    """What to send instead, for the words that belong to taking back (U3) and are near at hand elsewhere."""
    if kind != "outcome_unknown":
        return ""
    return {
        "happened": " It happened: --how by_hand --output with its result.",
        "not_done": ' It did not happen: --how retry --not-done (in JSON "not_done": true).',
    }.get(how, "")


def _no_output(title: str, it: Resolve, mistake: str) -> str:
    if it.output is None:
        return f'Say what "{title}" gave: --output with its result. {mistake}'
    return f'That is not what "{title}" gives: {mistake}'


def _has_input(behaviour: Behaviour | None) -> bool:
    """Whether its mappings make an input that stands in StepStarted, and that a person can put another in place of."""
    if isinstance(behaviour, Pure):
        return bool(behaviour.inputs)
    return isinstance(behaviour, Effect | HumanTask | Child)


def _has_its_names(behaviour: Pure, given: Value) -> bool:
    return isinstance(given, dict) and set(given) == set(behaviour.inputs)


def _may_be_done_again(behaviour: Behaviour | None) -> bool:
    """Whether a step that is done, and only found no way on, may do its work again: if that changes nothing outside."""
    return isinstance(behaviour, Pure) or (isinstance(behaviour, Effect) and behaviour.effect is EffectKind.READ)


def _refused_port(r: Reaction, step: Step, it: Resolve) -> Refusal | None:
    node = r.plan.nodes[step.node]
    port = _port(r, step, it)
    if port is None and not node.out and not node.ports:
        return None
    if port is None:
        return Refusal(
            422,
            "PORT",
            f'Say by which port "{node.title}" is left. {_connected(node.out)}',
        )
    if not node.out.get(port):
        return Refusal(422, "PORT", f'"{node.title}" has no connected port "{port}". {_connected(node.out)}')
    if node.ports and port not in node.ports:
        return Refusal(422, "PORT", f'"{node.title}" has no port "{port}". It has: {", ".join(node.ports)}.')
    behaviour = node.behaviour
    schema: Mapping[str, Any] | None = None
    if isinstance(behaviour, Effect) and port == "done":
        schema = behaviour.output_schema
    elif isinstance(behaviour, Assign) and it.output is not None:
        names = list(behaviour.assignments)
        fields = dict.fromkeys(names, True)
        schema = {"type": "object", "properties": fields, "required": names, "additionalProperties": False}
    if schema:
        mistakes = schema_mistakes(schema, _handed_out(r, step, it))
        if mistakes:
            where = f"{mistakes[0].path}: " if mistakes[0].path else ""
            return Refusal(422, "OUTPUT", _no_output(node.title, it, f"{where}{mistakes[0].message}"))
    return None


def _connected(ports: Iterable[str]) -> str:
    known = ", ".join(sorted(ports))
    return f"Connected: {known}." if known else "None is connected, so the run can only be cancelled."


def _port(r: Reaction, step: Step, it: Resolve) -> str | None:
    """The port named, else ``done`` or ``joined`` where the node has it, else its only one."""
    node = r.plan.nodes[step.node]
    if it.port is not None:
        return it.port
    if it.how == "other_port":
        return None
    for usual in ("done", "joined"):
        if usual in node.ports:
            return usual
    return node.ports[0] if len(node.ports) == 1 else None


def _handed_out(r: Reaction, step: Step, it: Resolve) -> Value:
    """What the step gives when a person sends it on: their word, else what it has itself."""
    node = r.plan.nodes[step.node]
    if isinstance(node.behaviour, Effect) and _port(r, step, it) == "error":
        # A step that left by `error` has only `.error` (N2): what its incident knows, which came last.
        known = step.incident.error if step.incident is not None else step.error
        told = {name: known.get(name) for name in ("code", "message", "status")} if isinstance(known, dict) else {}
        if it.output is not None:
            told = it.output if isinstance(it.output, dict) else {"message": it.output}
            told = told["error"] if set(told) == {"error"} and isinstance(told["error"], dict) else told
        return {"error": {"code": None, "message": None, "status": None, **told} | _attempts(step)}
    if it.output is not None:
        return it.output
    if join_behaviour(r.plan, node.id) is not None:
        return join_output(r.plan, step)
    return step.held.get("output") if isinstance(step.held, dict) else None


def _attempts(step: Step) -> dict[str, Value]:
    return {"attempts": Decimal(step.attempt), "unclear": step.unclear}


def cancel(r: Reaction, it: Cancel) -> Refusal | dict[str, Value]:
    """Cancel the run (C2)."""
    if r.state.state == "cancelling":
        return {"repeated": True}
    if r.state.state not in ("running", "suspended"):
        return Refusal(409, "RUN_ENDED", f"{r.state.run} is {r.state.state}; it can't be cancelled.")
    if r.state.state == "suspended" and r.state.remembered != "running":
        return Refusal(409, "RUN_ENDED", f"{r.state.run} takes back what it did; it can't be cancelled.")
    cancel_run(r, it)
    return {"repeated": False}


def suspend(r: Reaction, it: Suspend) -> Refusal | dict[str, Value]:
    """Hold back commands and timers, never facts (C3)."""
    holder = r.state.holder(it.cause)
    if holder in r.state.holding or holder in r.state.suspensions:
        # Each suspension of its parent holds a run once: who lets a child go on by itself is not overruled by a
        # repetition.
        return {"repeated": True}
    if r.state.state not in ("running", "compensating", "suspended"):
        return Refusal(409, "RUN_ENDED", f"{r.state.run} is {r.state.state}; it can't be suspended.")
    r.emit(RunSuspended(it.reason, it.cause), it.actor)
    return {"repeated": False}


def resume(r: Reaction, it: Resume) -> Refusal | dict[str, Value]:
    """Let a suspended run go on: what came meanwhile first, then the overdue timers (C4)."""
    state = r.state
    if state.state != "suspended":
        if state.state in ("running", "compensating"):
            return {"repeated": True}
        return Refusal(409, "RUN_ENDED", f"{state.run} is {state.state}; it can't be resumed.")
    holder = state.holder(it.cause)
    if holder and state.holding != {holder}:
        return {"repeated": True}  # it is suspended for something else, too, which still holds
    since = state.suspended_at
    r.emit(RunResumed(it.reason, it.cause, it.shift), it.actor)
    if it.shift and since is not None:
        r.emit(TimersShifted((r.now - since).total_seconds()))
    for step in list(state.live.values()):
        if step.lost and step.in_flight:
            take_over(r, step)
    settle(r)
    fire_timers(r, inclusive=True)
    return {"repeated": False}


def claim(r: Reaction, it: Claim) -> Refusal | dict[str, Value]:
    """A worker takes the run over; that is appended before anything else (X7)."""
    state = r.state
    if state.terminal:
        return Refusal(409, "RUN_ENDED", f"{state.run} is {state.state}.")
    r.emit(RunClaimed(it.worker, max(it.epoch, state.epoch + 1), it.reason), Actor("worker", it.worker))
    if state.gated:
        return {"claimed": True}
    # What was due before goes first (Z4): an attempt whose step is out of time is not begun again.
    fire_timers(r, inclusive=False)
    for step in list(state.live.values()):
        if step.lost and step.in_flight:
            take_over(r, step)
    return {"claimed": True}
