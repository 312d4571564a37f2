"""Events as one short sentence each: for logs, progress lines and remarks in a trace. Values are never quoted here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from nodes.contract import Value
from runtime.engine import events as ev
from runtime.engine.events import Actor, Envelope
from runtime.trace.drawing import NO_DRAWING, Drawing
from runtime.trace.spans import Remark

PURPOSES = {
    "wait": "the wait is over",
    "retry": "time for the next attempt",
    "timeout": "its time was over",
    "remind": "a reminder was due",
    "due": "it is overdue",
    "sla": "its SLA was reached",
}
"""timer purpose -> words"""

INCIDENT_KINDS = {
    "failed": "failed for good",
    "outcome_unknown": "may or may not have happened",
    "expression": "could not be computed",
    "dead_end": "leads nowhere",
    "join_starved": "waits for a branch that cannot come any more",
    "budget": "reached a limit",
    "poison": "brought down its worker again and again",
    "child_cancelled": "lost the flow that it called",
    "undo_failed": "could not be taken back",
    "unreadable": "cannot be read by this version",
}
"""kind of incident -> words that follow the step's title"""

HOWS = {
    "retry": "tried again",
    "edit": "corrected the input and tried again",
    "by_hand": "gave the result by hand",
    "other_port": "sent it on by another way",
    "cancel": "cancelled the run",
    "discard": "let what had come end there",
    "happened": "confirmed that it had happened",
    "not_done": "confirmed that it had not happened",
    "closed": "it was withdrawn with its step",
}
"""how an incident ended -> words that follow the person's name"""

_WORDS_NOT_NAMES = {"nobody", "somebody", "someone", "anybody", "anyone", "everybody", "everyone", "none", "who", "it"}
_WORDS_NOT_NAMES |= {"they", "he", "she", "we", "you", "i", "operator", "engine", "system", "baton", "worker", "client"}
"""Ids that would read as words of the sentence."""


def person_words(user: str) -> str:
    """A person's id within a sentence: as it is, in quotes where it would read as a word or as several."""
    plain = user and user.lower() not in _WORDS_NOT_NAMES and not any(c.isspace() for c in user)
    return user if plain else f'"{user}"'


def actor_words(actor: Actor) -> str:
    """Who did it, as the subject of a sentence: a person by id; a request that names nobody is an operator's."""
    if actor.kind == "user":
        return person_words(actor.id)
    return {"client": "An operator", "worker": f"Worker {actor.id}"}.get(actor.kind, "Baton")


def event_words(envelope: Envelope, drawing: Drawing = NO_DRAWING) -> str:
    """What happened, as one sentence without a full stop. An event without a phrase of its own gives its type."""
    event = envelope.event
    deed = _DEEDS.get(type(event))
    if deed is not None:
        return f"{actor_words(envelope.actor)} {deed(event)}"
    phrase = _PHRASES.get(type(event))
    title = _title(getattr(event, "step", ""), drawing)
    return phrase(event, title, drawing) if phrase else type(event).__name__


def remark_words(envelope: Envelope, drawing: Drawing = NO_DRAWING) -> Remark:
    """The event as a remark of a trace."""
    return Remark(
        seq=envelope.seq,
        at=envelope.at,
        what=type(envelope.event).__name__,
        words=event_words(envelope, drawing),
        by=envelope.actor.id if envelope.actor.kind == "user" else "",
    )


def error_message(error: Value) -> str:
    """The sentence in an error value ``{code, message, status, ...}``; its code where it has none."""
    if isinstance(error, dict):
        message = error.get("message") or error.get("code")
        if message:
            return str(message)
    return "" if error is None else str(error)


def says_unclear(message: str) -> bool:
    """Whether the message itself says that the outcome is unknown (X5), so that nothing need be put before it."""
    return message.startswith("Nobody can tell whether ")


def clock(at: dt.datetime, local: bool) -> str:
    """An instant as people read it in a sentence: ``2026-11-20 14:02:07 UTC``; ``local``: in this machine's zone, and
    without naming it, as every other time that stands before its user.
    """
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}" if local else f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"


def _title(step: str, drawing: Drawing) -> str:
    node, _, k = step.rpartition("#")
    title = drawing.node(node).title if node else step
    return f"{title} (pass {k})" if k not in {"", "1"} else title


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _port_title(step: str, port: str, drawing: Drawing) -> str:
    return drawing.node(step.rpartition("#")[0]).ports.get(port, port)


def _started(event: ev.RunStarted, title: str, drawing: Drawing) -> str:
    who = f" for {event.requester}" if event.requester else ""
    return f"The run started at {drawing.node(event.trigger).title}{who}"


def _claimed(event: ev.RunClaimed, title: str, drawing: Drawing) -> str:
    lost = " from one that was lost" if event.reason == "lost" else ""
    return f"Worker {event.worker} took the run over{lost}"


def _cancel_requested(event: ev.RunCancelRequested) -> str:
    undo = "" if event.undo else ", without taking anything back"
    return f"cancelled the run{undo}{_because(event.reason)}"


def _completed(event: ev.RunCompleted, title: str, drawing: Drawing) -> str:
    outcome = drawing.outcomes.get(event.outcome, event.outcome) if event.outcome else "no outcome"
    return f"The run completed: {outcome}"


def _step_completed(event: ev.StepCompleted, title: str, drawing: Drawing) -> str:
    port = "" if event.port in {None, "done"} else f": {_port_title(event.step, event.port or '', drawing)}"
    return f"{title} done{port}{' (by hand)' if event.by_hand else ''}"


def _step_cancelled(event: ev.StepCancelled, title: str, drawing: Drawing) -> str:
    maybe = " (it may have happened)" if event.possibly_done else ""
    return f"{title or 'A token'} was cancelled{_because(event.cause)}{maybe}"


def _answered(event: ev.TaskAnswered, title: str, drawing: Drawing) -> str:
    behalf = f" for {event.on_behalf_of}" if event.on_behalf_of else ""
    return f"{title}: {event.by}{behalf} chose {_port_title(event.step, event.choice, drawing)}"


def _raised(event: ev.IncidentRaised, title: str, drawing: Drawing) -> str:
    message = error_message(event.error)
    if says_unclear(message):
        return f"{title}: {message.removesuffix('.')}"
    return f"{title} {INCIDENT_KINDS.get(event.kind, event.kind)}{_because(error_message(event.error))}"


_PHRASES: dict[type[Any], Callable[[Any, str, Drawing], str]] = {
    ev.RunStarted: _started,
    ev.RunClaimed: _claimed,
    ev.RunCancelled: lambda e, t, d: "The run was cancelled",
    ev.RunCompleted: _completed,
    ev.StepStarted: lambda e, t, d: f"{t} started",
    ev.AttemptStarted: lambda e, t, d: f"{t}: attempt {e.attempt} started ({e.reason})",
    ev.AttemptFailed: lambda e, t, d: f"{t}: attempt {e.attempt} failed{_because(error_message(e.error))}",
    ev.AttemptAbandoned: lambda e, t, d: f"{t}: attempt {e.attempt} was abandoned ({e.reason})",
    ev.AttemptReportedLate: lambda e, t, d: f"{t}: attempt {e.attempt} reported after the step had gone on",
    ev.StepCompleted: _step_completed,
    ev.StepCancelled: _step_cancelled,
    ev.TaskClaimed: lambda e, t, d: f"{t}: {e.who} took the task",
    ev.TaskReleased: lambda e, t, d: f"{t}: {e.who} gave the task back",
    ev.TaskDelegated: lambda e, t, d: f"{t}: {e.who} delegated the task to {e.to}",
    ev.TaskHandedOver: lambda e, t, d: f"{t}: handed over to {d.roles.get(e.to, e.to)} by {e.who}",
    ev.TaskAnswered: _answered,
    ev.TaskRevised: lambda e, t, d: f"{t}: what the task shows was changed; earlier answers no longer count",
    ev.TaskReminded: lambda e, t, d: f"{t}: reminder {e.n} was sent",
    ev.SignalDelivered: lambda e, t, d: f"{t}: signal {e.signal} arrived",
    ev.TimerFired: lambda e, t, d: f"{t or 'The run'}: {PURPOSES.get(e.purpose, e.purpose)}",
    ev.TimersShifted: lambda e, t, d: f"All deadlines moved by {e.by:g} seconds",
    ev.ChildStarted: lambda e, t, d: f"{t}: called run {e.child}",
    ev.ChildEnded: lambda e, t, d: f"{t}: run {e.child} ended ({e.outcome or e.state})",
    ev.IncidentRaised: _raised,
    ev.IncidentClosed: lambda e, t, d: f"An incident was closed{_because(e.reason)}",
    ev.TokenJoined: lambda e, t, d: f"{t}: {_title(e.source, d)} arrived",
    ev.TokenAbsorbed: lambda e, t, d: f"{t}: {_title(e.source, d)} arrived after it had gone on, and ends there",
    ev.CompensationStarted: lambda e, t, d: f"Taking back {len(e.steps)} steps",
    ev.CompensationFinished: lambda e, t, d: "Everything was taken back",
    ev.SlaBreached: lambda e, t, d: f"{t or 'The run'} is over its SLA",
}
"""event type -> its sentence; arguments: event, title of its step, drawing"""

_DEEDS: dict[type[Any], Callable[[Any], str]] = {
    ev.RunSuspended: lambda e: f"suspended the run{_because(e.reason)}",
    ev.RunResumed: lambda e: f"resumed the run{_because(e.reason)}",
    ev.RunCancelRequested: _cancel_requested,
    ev.IncidentResolved: lambda e: f"{HOWS.get(e.how, e.how)}{_because(e.reason)}",
}
"""event type -> what follows the name of the one who did it (the envelope's actor)"""
