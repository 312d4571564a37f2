"""What has happened: the closed set of journal events (past tense) and their envelope. SEMANTICS, table "Events".

Frozen, plain, never subclassed, never edited once written; an old shape is upcast on read (``codec.py``).
Fields named in ``VALUES`` hold values of the one value model (``nodes.contract.values``); all others hold plain text,
numbers, booleans and instants (UTC). Timers, tasks and tokens are folded from these, never events of their own.
Times and ids come inside; no event is made by reading a clock.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

from msgspec import Struct

from nodes.contract import Value

SCHEMA_VERSION = 1
"""Version of the event shapes below; raise it with an upcast step in ``codec.py`` when one changes."""


class Actor(Struct, frozen=True, omit_defaults=True):
    """Who caused an event: ``kind`` is user, client, worker or system."""

    kind: str
    id: str
    seat: str | None = None


SYSTEM = Actor("system", "engine")


class Source(Struct, frozen=True):
    """Where a token came from: the step that made it and the port it left by."""

    step: str
    port: str


class Parent(Struct, frozen=True):
    """The run and step that called this run."""

    run: str
    step: str
    index: int | None = None


class RunStarted(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """First event of each run. ``release`` is the content hash that the run is pinned to for its whole life."""

    flow: str
    release: str
    environment: str
    trigger: str
    """node id"""
    input: Value = None
    case: Value = None
    start_key: str | None = None
    requester: str | None = None
    requesters: tuple[str, ...] = ()
    """requesters of the ancestor runs (A3)"""
    parent: Parent | None = None
    depth: int = 1
    place: int = 1
    """which run of its tree it is, counted when it started (L2)"""
    budgets: dict[str, int] = {}
    """activations, events, depth, children, tree: as in force for this run; a tree of the usual size is left out"""
    project: str = ""
    """project id, for people"""


class RunClaimed(Struct, frozen=True, omit_defaults=True):
    """A worker took the run over. ``reason``: ``lost`` (the last worker died: counts for X7) or ``released``."""

    worker: str
    epoch: int
    reason: str


class RunSuspended(Struct, frozen=True, omit_defaults=True):
    reason: str = ""
    cause: str = ""


class RunResumed(Struct, frozen=True, omit_defaults=True):
    reason: str = ""
    cause: str = ""
    shift: bool = False


class RunCancelRequested(Struct, frozen=True, omit_defaults=True):
    reason: str = ""
    undo: bool = True
    cause: str = ""


class RunCancelled(Struct, frozen=True):
    pass


class RunCompleted(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """``reached``: all outcomes reached, in the flow's declared order (E3)."""

    outcome: str | None = None
    resolved: bool = False
    output: Value = None
    reached: tuple[str, ...] = ()


class StepStarted(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A step began; for an effect this implies attempt 1. ``due``: purpose -> instant of each timer armed with it.

    Purposes: wait, timeout, remind, due, sla. ``sources`` stands as ``from`` in the table of SEMANTICS.
    ``facts``: what else was fixed at the start (signal name and key, binding used), for trace and fold.
    """

    step: str
    sources: tuple[Source, ...] = ()
    input: Value = None
    due: dict[str, dt.datetime] = {}
    undoes: str | None = None
    facts: Value = None


class AttemptStarted(Struct, frozen=True, omit_defaults=True):
    """Attempt 2 or later. ``reason``: retry, takeover or resolved (``resumed`` in old journals: a takeover after a
    suspension)."""

    step: str
    attempt: int
    reason: str
    worker: str = ""
    timeout: dt.datetime | None = None
    """where a resolution gives a fresh time limit that is reckoned in a zone (R6, Z1); else it follows from ``at``"""


class AttemptFailed(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """``error``: {code, message, status}; ``draw`` in [0, 1) is the host's (R4); ``retry_after`` in seconds."""

    step: str
    attempt: int
    error: Value
    unclear: bool = False
    retryable: bool = False
    retry_after: float | None = None
    draw: float = 0.0
    notes: tuple[str, ...] = ()


class AttemptAbandoned(Struct, frozen=True, omit_defaults=True):
    """The engine no longer waits for this attempt. ``reason``: timeout, cancelled, lost."""

    step: str
    attempt: int
    reason: str


class AttemptReportedLate(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A result that came after its step had gone on; moves nothing (X6). ``result``: {ok, value or error}."""

    step: str
    attempt: int
    result: Value


class StepCompleted(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """``port`` is None for an end. ``vars``: what a set wrote. ``why``: index, words and values used, for people."""

    step: str
    port: str | None = None
    output: Value = None
    why: Value = None
    vars: Value = None
    outcome: str | None = None
    by_hand: bool = False
    notes: tuple[str, ...] = ()


class StepCancelled(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A step ended by cancel, or a ready token did (then ``step`` is empty and ``edge`` says where it stood)."""

    step: str = ""
    edge: tuple[str, str, str] | None = None
    source: str = ""
    cause: str = ""
    possibly_done: bool = False


class TaskClaimed(Struct, frozen=True, omit_defaults=True):
    step: str
    who: str
    until: dt.datetime | None = None


class TaskReleased(Struct, frozen=True, omit_defaults=True):
    step: str
    who: str


class TaskDelegated(Struct, frozen=True, omit_defaults=True):
    step: str
    who: str
    to: str
    until: dt.datetime | None = None


class TaskHandedOver(Struct, frozen=True, omit_defaults=True):
    """To another role or seat; by the system when a task is overdue (A7)."""

    step: str
    who: str
    to: str
    seat: str | None = None


class TaskAnswered(Struct, frozen=True, omit_defaults=True, kw_only=True):
    step: str
    revision: str
    answer_id: str
    choice: str
    form: Value = None
    by: str
    on_behalf_of: str | None = None
    """stands as ``for`` in the table of SEMANTICS"""
    seat: str | None = None


class TaskRevised(Struct, frozen=True, omit_defaults=True, kw_only=True):
    step: str
    revision: str
    input: Value


class TaskReminded(Struct, frozen=True, omit_defaults=True):
    step: str
    n: int
    next: dt.datetime | None = None
    """the next reminder, where it is reckoned in a zone (Z1); else it follows from ``at``"""


class SignalDelivered(Struct, frozen=True, omit_defaults=True, kw_only=True):
    step: str
    signal: str
    """id of the signal"""
    payload: Value = None


class TimerFired(Struct, frozen=True):
    """``purpose``: wait, retry, timeout, remind, due or sla; ``step`` is empty for the run's own SLA."""

    step: str
    purpose: str
    due: dt.datetime


class TimersShifted(Struct, frozen=True):
    """Every unfired due of the run moved by ``by`` seconds (C4)."""

    by: float


class ChildStarted(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A child run is wanted from here on; it may not exist yet (B2). ``index`` counts the items of a loop from 1."""

    step: str
    child: str
    index: int | None = None
    input: Value = None


class ChildEnded(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Its end reached the parent, once per child. ``state``: completed or cancelled."""

    step: str
    child: str
    state: str
    outcome: str | None = None
    resolved: bool = False
    output: Value = None


class IncidentRaised(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A step needs a person. ``kind``: failed, outcome_unknown, expression, dead_end, join_starved, budget, poison,
    child_cancelled, undo_failed, unreadable. Its id is ``run:seq`` of this event. ``error``: {code, message, ...}."""

    step: str
    kind: str
    error: Value = None
    sources: tuple[Source, ...] = ()


class IncidentResolved(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """``how``: retry, edit, by_hand, other_port, cancel, discard, happened or not_done."""

    incident: str
    how: str
    input: Value = None
    output: Value = None
    port: str | None = None
    not_done: bool = False
    raise_by: int | None = None
    reason: str = ""


class IncidentClosed(Struct, frozen=True, omit_defaults=True):
    """The incident ended without a resolution, because its step was cancelled."""

    incident: str
    reason: str


class TokenJoined(Struct, frozen=True):
    """A further token arrived at a filling that is collecting (its first is in StepStarted.sources)."""

    step: str
    edge: tuple[str, str, str]
    source: str
    """step that the token came from"""


class TokenAbsorbed(Struct, frozen=True):
    """A token arrived at a filling that has fired: its branch ends (J5). ``step`` is that filling."""

    step: str
    edge: tuple[str, str, str]
    source: str


class CompensationStarted(Struct, frozen=True):
    steps: tuple[str, ...]


class CompensationFinished(Struct, frozen=True):
    pass


class SlaBreached(Struct, frozen=True):
    """``step`` is empty for the run's own SLA."""

    step: str


# Streams that are no run.


class SignalReceived(Struct, frozen=True, omit_defaults=True, kw_only=True):
    signal: str
    name: str
    key: str
    payload: Value = None
    until: dt.datetime
    """last instant at which a wait still gets it (W3)"""


class SignalConsumed(Struct, frozen=True):
    signal: str
    flow: str
    run: str
    step: str


class SignalExpired(Struct, frozen=True):
    signal: str


class ReleaseActivated(Struct, frozen=True, omit_defaults=True, kw_only=True):
    release: str
    project: str
    version: str = ""
    flows: tuple[str, ...] = ()


class Refused(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A request of a known user that was refused; appended to ``refusals/<day>``."""

    what: str
    run: str = ""
    step: str = ""
    code: str
    message: str


class HeadAt(Struct, frozen=True):
    """Where a stream stood: number and hash (hex) of its last row."""

    stream: str
    seq: int
    hash: str


class HeadsRecorded(Struct, frozen=True):
    """Where the streams stood that had grown since the record before; appended to ``environment``. It shows later that
    a stream was cut short or is gone, which no chain of its own can show."""

    upto: int
    """number of the last row of the journal that it speaks of"""
    heads: tuple[HeadAt, ...]


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
