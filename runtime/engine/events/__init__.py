"""What has happened: the closed set of journal events (past tense) and their envelope. SEMANTICS, table "Events".

Frozen, plain, never subclassed, never edited once written; an old shape is upcast on read (``codec.py``).
Fields named in ``VALUES`` hold values of the one value model (``nodes.contract.values``); all others hold plain text,
numbers, booleans and instants (UTC). Timers, tasks and tokens are folded from these, never events of their own.
Times and ids come inside; no event is made by reading a clock. The shapes stand in the files beside this one.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

from msgspec import Struct

from runtime.engine.events.origins import SYSTEM, Actor, Parent, Source
from runtime.engine.events.people import (
    IncidentClosed,
    IncidentRaised,
    IncidentResolved,
    TaskAnswered,
    TaskClaimed,
    TaskDelegated,
    TaskHandedOver,
    TaskReleased,
    TaskReminded,
    TaskRevised,
)
from runtime.engine.events.runs import (
    ChildEnded,
    ChildStarted,
    CompensationFinished,
    CompensationStarted,
    RunCancelled,
    RunCancelRequested,
    RunClaimed,
    RunCompleted,
    RunResumed,
    RunStarted,
    RunSuspended,
)
from runtime.engine.events.steps import (
    AttemptAbandoned,
    AttemptFailed,
    AttemptReportedLate,
    AttemptStarted,
    SignalDelivered,
    SlaBreached,
    StepCancelled,
    StepCompleted,
    StepStarted,
    TimerFired,
    TimersShifted,
    TokenAbsorbed,
    TokenJoined,
)
from runtime.engine.events.streams import (
    HeadAt,
    HeadsRecorded,
    Refused,
    ReleaseActivated,
    SignalConsumed,
    SignalExpired,
    SignalReceived,
)

__all__ = [
    "EVENT_TYPES",
    "SCHEMA_VERSION",
    "SYSTEM",
    "VALUES",
    "Actor",
    "AttemptAbandoned",
    "AttemptFailed",
    "AttemptReportedLate",
    "AttemptStarted",
    "ChildEnded",
    "ChildStarted",
    "CompensationFinished",
    "CompensationStarted",
    "Envelope",
    "Event",
    "HeadAt",
    "HeadsRecorded",
    "IncidentClosed",
    "IncidentRaised",
    "IncidentResolved",
    "Parent",
    "Refused",
    "ReleaseActivated",
    "RunCancelRequested",
    "RunCancelled",
    "RunClaimed",
    "RunCompleted",
    "RunResumed",
    "RunStarted",
    "RunSuspended",
    "SignalConsumed",
    "SignalDelivered",
    "SignalExpired",
    "SignalReceived",
    "SlaBreached",
    "Source",
    "StepCancelled",
    "StepCompleted",
    "StepStarted",
    "TaskAnswered",
    "TaskClaimed",
    "TaskDelegated",
    "TaskHandedOver",
    "TaskReleased",
    "TaskReminded",
    "TaskRevised",
    "TimerFired",
    "TimersShifted",
    "TokenAbsorbed",
    "TokenJoined",
]

SCHEMA_VERSION = 1
"""Version of the event shapes below; raise it with an upcast step in ``codec.py`` when one changes."""

Event: TypeAlias = (
    RunStarted
    | RunClaimed
    | RunSuspended
    | RunResumed
    | RunCancelRequested
    | RunCancelled
    | RunCompleted
    | StepStarted
    | AttemptStarted
    | AttemptFailed
    | AttemptAbandoned
    | AttemptReportedLate
    | StepCompleted
    | StepCancelled
    | TaskClaimed
    | TaskReleased
    | TaskDelegated
    | TaskHandedOver
    | TaskAnswered
    | TaskRevised
    | TaskReminded
    | SignalDelivered
    | TimerFired
    | TimersShifted
    | ChildStarted
    | ChildEnded
    | IncidentRaised
    | IncidentResolved
    | IncidentClosed
    | TokenJoined
    | TokenAbsorbed
    | CompensationStarted
    | CompensationFinished
    | SlaBreached
    | SignalReceived
    | SignalConsumed
    | SignalExpired
    | ReleaseActivated
    | Refused
    | HeadsRecorded
)

EVENT_TYPES: dict[str, type[Any]] = {kind.__name__: kind for kind in Event.__args__}

VALUES: dict[type[Any], tuple[str, ...]] = {
    RunStarted: ("input", "case"),
    RunCompleted: ("output",),
    StepStarted: ("input", "facts"),
    AttemptFailed: ("error",),
    AttemptReportedLate: ("result",),
    StepCompleted: ("output", "why", "vars"),
    TaskAnswered: ("form",),
    TaskRevised: ("input",),
    SignalDelivered: ("payload",),
    ChildStarted: ("input",),
    ChildEnded: ("output",),
    IncidentRaised: ("error",),
    IncidentResolved: ("input", "output"),
    SignalReceived: ("payload",),
}
"""Fields that hold values of the value model; ``codec.py`` writes these tagged."""


class Envelope(Struct, frozen=True):
    """One journal row in memory. ``seq`` counts from 1 in its stream, without gaps; ``at`` is UTC, from the host."""

    stream: str
    seq: int
    at: dt.datetime
    actor: Actor
    event: Event
