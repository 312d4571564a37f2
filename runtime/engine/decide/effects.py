"""What comes back from effects: replies, failures, late reports, and attempts whose worker died (sections R and X)."""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from typing import Any, TypedDict

from msgspec.structs import replace

from nodes.contract import Effect, EffectKind, Value
from nodes.contract.json_schema import schema_mistakes
from nodes.feel import to_text
from runtime.engine.decide.cancel import give_up_cancelling
from runtime.engine.decide.leave import leave
from runtime.engine.decide.reaction import Reaction
from runtime.engine.events import (
    AttemptAbandoned,
    AttemptFailed,
    AttemptReportedLate,
    AttemptStarted,
    IncidentRaised,
    StepCancelled,
    StepCompleted,
)
from runtime.engine.limits import NotAdmitted, admitted, cleaned, limit_broken
from runtime.engine.scope import ExpressionProblem, live_scope
from runtime.engine.state import POISON_CLAIMS, Step
from runtime.engine.stimuli import AttemptBroke, AttemptReplied, Refusal, how_steps_are_called

HEAD = 2_000
"""characters of a reply that an incident keeps when the reply itself can't be taken (X6)"""


def attempt_replied(r: Reaction, it: AttemptReplied) -> Refusal | dict[str, Value]:
    """The other side answered: apply the node's reply rules."""
    step = _reporting(r, it)
    if not isinstance(step, Step):
        return step
    node = r.plan.nodes[step.node]
    behaviour = _effect(r, step)
    try:
        it = replace(it, value=admitted(it.value, measured=False), notes=tuple(cleaned(note) for note in it.notes))
    except NotAdmitted as problem:
        it = replace(it, value=_head(it.value), notes=tuple(cleaned(note) for note in it.notes))
        if step.state == "cancelling":
            r.emit(StepCompleted(step=step.id, port="done", notes=it.notes))
        else:
            _refuse_output(r, step, behaviour, f"The answer is refused: {problem}.", it)
        return {"accepted": True}
    if step.state == "cancelling":
        _reply_while_cancelling(r, step, behaviour, it)
        return {"accepted": True}
    rules = behaviour.reply
    scope = live_scope(r.plan, r.state, step, {"reply": it.value})
    scope.now = r.now
    try:
        if rules.success is not None and node.formula(rules.success).value(scope) is not True:
            retryable = rules.retry_when is not None and node.formula(rules.retry_when).value(scope) is True
            status = _as_status(it.status) if it.status is not None else _status(it.value)
            said = "" if status is None else f" (status {to_text(status)})"
            message = f'The answer to "{node.title}" is not a success{said}.'
            error: dict[str, Value] = {"code": "not_successful", "message": message, "status": status}
            fail(r, step, error, retryable=retryable, **_wishes(it, it.notes))
            return {"accepted": True}
        output = it.value if rules.output is None else node.formula(rules.output).value(scope)
    except ExpressionProblem as problem:
        _raise_unusable(r, step, behaviour, problem.as_error(), it)
        return {"accepted": True}
    refused = _refused_output(behaviour, output)
    if refused is not None:
        _refuse_output(r, step, behaviour, refused, it)
    else:
        leave(r, step, "done", output, notes=it.notes)
    return {"accepted": True}


def attempt_broke(r: Reaction, it: AttemptBroke) -> Refusal | dict[str, Value]:
    """The attempt failed: retry, leave by ``error``, or stop for a person."""
    step = _reporting(r, it)
    if not isinstance(step, Step):
        return step
    behaviour = _effect(r, step)
    unclear = bool(it.unclear) and behaviour.effect is not EffectKind.READ
    if step.state == "cancelling":
        _no_success_while_cancelling(r, step, possibly_done=unclear or step.unclear)
        return {"accepted": True}
    error: dict[str, Value] = {
        "code": cleaned(it.code),
        "message": cleaned(it.message),
        "status": _as_status(it.status),
    }
    if it.detail is not None:
        try:
            error["detail"] = admitted(it.detail)
        except NotAdmitted:
            error["detail"] = _head(it.detail)
    wishes = _wishes(it, tuple(cleaned(note) for note in it.notes))
    # What may have happened and is safe to repeat is repeated (X4), whatever the worker thinks of trying again.
    retryable = bool(it.retryable) or (unclear and behaviour.effect is EffectKind.KEYED)
    fail(r, step, error, retryable=retryable, unclear=unclear, **wishes)
    return {"accepted": True}


class _Wishes(TypedDict):
    retry_after: float | None
    draw: float
    notes: tuple[str, ...]


def _wishes(it: AttemptBroke | AttemptReplied, notes: tuple[str, ...]) -> _Wishes:
    """What a report says of the next attempt. It must never break the journal: a draw that is none counts as no jitter,
    a pause that is none as none, with a note (R4)."""
    after = _number(it.retry_after, below=math.inf)
    if after is None and it.retry_after is not None:
        notes = (*notes, "The pause that the other side asked for is no length of time; it is ignored.")
    return {"retry_after": after, "draw": _number(it.draw, below=1) or 0.0, "notes": notes}


def _number(given: object, *, below: float) -> float | None:
    """What was given as a number from 0 to below another, or None."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        return None
    try:
        number = float(given)
    except ValueError:  # a Decimal that is no number
        return None
    except OverflowError:
        number = sys.float_info.max if given > 0 else -1.0
    return number if 0 <= number < below else None


def _as_status(given: object) -> Decimal | None:
    """The status of a reply as the journal will give it back; None for what can't be one."""
    number = None if isinstance(given, float) else _number(given, below=1_000_000)
    return None if number is None or not number.is_integer() else Decimal(int(number))


def _reply_while_cancelling(r: Reaction, step: Step, behaviour: Effect, it: AttemptReplied) -> None:
    """A success took effect before it could be withdrawn: the step completes, its token goes nowhere (C1)."""
    rules, node = behaviour.reply, r.plan.nodes[step.node]
    scope = live_scope(r.plan, r.state, step, {"reply": it.value})
    scope.now = r.now
    try:
        if rules.success is not None and node.formula(rules.success).value(scope) is not True:
            _no_success_while_cancelling(r, step, possibly_done=step.unclear)
            return
        output = it.value if rules.output is None else node.formula(rules.output).value(scope)
    except ExpressionProblem:
        output = None
    if _refused_output(behaviour, output) is not None:
        output = None
    r.emit(StepCompleted(step=step.id, port="done", output=output, notes=it.notes))


def _no_success_while_cancelling(r: Reaction, step: Step, *, possibly_done: bool) -> None:
    """Whatever else was reported in its moment: the attempt is abandoned, and its step is cancelled (C1)."""
    r.emit(AttemptAbandoned(step.id, step.attempt, "cancelled"))
    r.emit(StepCancelled(step=step.id, cause="cancelled", possibly_done=possibly_done))


def fail(
    r: Reaction,
    step: Step,
    error: dict[str, Value],
    *,
    retryable: bool,
    unclear: bool = False,
    retry_after: float | None = None,
    draw: float = 0.0,
    notes: tuple[str, ...] = (),
) -> None:
    """Journal a failed attempt, and what follows unless fold found another attempt worth its while (R1)."""
    r.emit(
        AttemptFailed(
            step=step.id,
            attempt=step.attempt,
            error=error,
            unclear=unclear,
            retryable=retryable,
            retry_after=retry_after,
            draw=draw,
            notes=notes,
        )
    )
    if step.state != "retrying":
        give_up(r, step, error, unclear)


def give_up(r: Reaction, step: Step, error: dict[str, Value], unclear: bool) -> None:
    """No attempt is left: Incident ``outcome_unknown`` (X3), port ``error``, or Incident ``failed`` (R1)."""
    node, behaviour = r.plan.nodes[step.node], _effect(r, step)
    if behaviour.effect is EffectKind.ONCE and unclear:
        r.emit(IncidentRaised(step=step.id, kind="outcome_unknown", error=_unknown(node.title, error)))
        return
    told = {
        "code": error.get("code"),
        "message": error.get("message"),
        "status": error.get("status"),
        "attempts": Decimal(step.attempt),
        "unclear": (unclear or step.unclear) and behaviour.effect is not EffectKind.READ,
    }
    if node.out.get("error"):
        leave(r, step, "error", {"error": told})
    else:
        r.emit(IncidentRaised(step=step.id, kind="failed", error=told))


def timed_out(r: Reaction, step: Step, in_flight: bool) -> None:
    """The step's own time is over; an attempt in flight was abandoned, so its outcome is unclear (R5, X3 to X5)."""
    if not in_flight and isinstance(step.error, dict):
        give_up(r, step, step.error, unclear=False)
        return
    changes = _effect(r, step).effect is not EffectKind.READ
    title = r.plan.nodes[step.node].title
    error: dict[str, Value] = {"code": "timeout", "message": f'"{title}" took longer than it may.', "status": None}
    give_up(r, step, error, unclear=changes)


def take_over(r: Reaction, step: Step) -> None:
    """The worker that performed this attempt is gone (X2, X3, X7)."""
    node, behaviour = r.plan.nodes[step.node], _effect(r, step)
    if step.state == "cancelling":
        give_up_cancelling(r, step, "lost")
    elif step.claims >= POISON_CLAIMS:
        message = (
            f'"{node.title}" was in flight each of the {step.claims} times that its worker died. '
            "It is not tried again by itself."
        )
        r.emit(IncidentRaised(step=step.id, kind="poison", error={"code": "poison", "message": message}))
    elif behaviour.effect is EffectKind.ONCE:
        error = {"code": "worker_lost", "message": "The runtime stopped while this was under way.", "status": None}
        r.emit(IncidentRaised(step=step.id, kind="outcome_unknown", error=_unknown(node.title, error)))
    else:
        r.emit(AttemptStarted(step.id, step.attempt + 1, "takeover", r.worker))


def _no_attempt(r: Reaction, step: Step | None, it: AttemptReplied | AttemptBroke) -> str:
    if step is None:
        return f"There is no step {it.step} in {r.state.run}." + how_steps_are_called(it.step)
    if not isinstance(r.plan.nodes[step.node].behaviour, Effect):
        return f"{step.id} asks no other system, so none can reply to it."
    return f"{r.state.run} has no attempt {it.attempt} of {step.id}."


def _reporting(r: Reaction, it: AttemptReplied | AttemptBroke) -> Step | Refusal | dict[str, Value]:
    """The step whose attempt in flight this reports; else the report is late and moves nothing (X6)."""
    step = r.state.steps.get(it.step)
    if step is None or it.attempt < 1 or it.attempt > step.attempt:
        return Refusal(404, "ATTEMPT_UNKNOWN", _no_attempt(r, step, it))
    if step.live and step.in_flight and step.attempt == it.attempt and step.state in ("running", "cancelling"):
        return step
    result: dict[str, Value]
    if isinstance(it, AttemptReplied):
        try:
            result = {"ok": True, "value": admitted(it.value)}
        except NotAdmitted:
            result = {"ok": True, "value": _head(it.value)}
    else:
        result = {"ok": False, "code": cleaned(it.code), "message": cleaned(it.message), "unclear": it.unclear}
    r.emit(AttemptReportedLate(step=it.step, attempt=it.attempt, result=result))
    return {"accepted": True, "late": True}


def _effect(r: Reaction, step: Step) -> Effect:
    behaviour = r.plan.nodes[step.node].behaviour
    assert isinstance(behaviour, Effect), step.id
    return behaviour


def _unknown(title: str, error: dict[str, Value]) -> dict[str, Value]:
    why = str(error.get("message"))
    return {
        **error,
        "message": f'Nobody can tell whether "{title}" took effect: {why}{"" if why.endswith(".") else "."} '
        "Look in the other system, then say that it happened, or that it did not and may be tried again.",
    }


def _status(value: Value) -> Value:
    return value.get("status") if isinstance(value, dict) else None


def _refused_output(behaviour: Effect, output: Value) -> str | None:
    """Why an output can't be taken (X6), in words; None if it can."""
    broken = limit_broken(output)
    if broken is not None:
        return f"The answer is refused: {broken}."
    if behaviour.output_schema:
        mistakes = schema_mistakes(behaviour.output_schema, output)
        if mistakes:
            where = f"{mistakes[0].path}: " if mistakes[0].path else ""
            return f"The answer is not what it should be: {where}{mistakes[0].message}"
    return None


def _refuse_output(r: Reaction, step: Step, behaviour: Effect, why: str, it: AttemptReplied) -> None:
    error: dict[str, Value] = {
        "code": "bad_reply",
        "message": why,
        "status": _status(it.value),
        "head": _head(it.value),
    }
    if behaviour.effect is EffectKind.READ:
        fail(r, step, error, retryable=False, notes=it.notes)
    else:
        title = r.plan.nodes[step.node].title
        r.emit(IncidentRaised(step=step.id, kind="outcome_unknown", error=_unknown(title, error)))


def _raise_unusable(r: Reaction, step: Step, behaviour: Effect, error: dict[str, Value], it: AttemptReplied) -> None:
    """A reply rule can't be evaluated: a mistake of the drawing (R7); after a `once` effect nothing may repeat it."""
    kind = "outcome_unknown" if behaviour.effect is EffectKind.ONCE else "expression"
    r.emit(IncidentRaised(step=step.id, kind=kind, error={**error, "head": _head(it.value)}))


def _head(value: Any) -> str:
    try:
        return cleaned(to_text(value)[:HEAD])
    except Exception:  # noqa: BLE001  a node may hand out anything; this is for people only
        return _head_of_no_value(value)


def _head_of_no_value(value: Any) -> str:
    """Of what FEEL has no words for, or too many: as Python writes it, if it can be written at all."""
    try:
        return cleaned(str(value)[:HEAD])
    except Exception:  # noqa: BLE001  as above: whatever the node's own class does wrong
        return type(value).__name__
