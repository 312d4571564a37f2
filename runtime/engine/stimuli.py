"""What comes to a run from outside, as data. The host stamps each with an instant; ``simulate`` takes them from a test.

A stimulus either becomes events or is refused (``Refusal``); it never half-applies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from nodes.contract import Value
from runtime.engine.events import SYSTEM, Actor, Parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Begin a run. ``key``: a repeated start finds the first one (I2); ``requester`` overrides trigger and actor."""

    flow: str
    input: Value = None
    case: Value = None
    trigger: str | None = None
    """node id; None = the flow's only trigger"""
    key: str | None = None
    requester: str | None = None
    actor: Actor = SYSTEM
    environment: str = "local"
    parent: Parent | None = None
    requesters: tuple[str, ...] = ()
    depth: int = 1
    place: int = 1
    """which run of its tree it is; found out by the driver for children (L2)"""
    budgets: Mapping[str, int] = field(default_factory=dict)


class AttemptReplied(Struct, frozen=True, kw_only=True):
    """The other side answered this attempt; the engine applies the node's reply rules.

    ``status``, ``retry_after`` (seconds) and ``draw`` in [0, 1) count where those rules call the reply a failure (R4).
    """

    step: str
    attempt: int
    value: Value = None
    status: int | None = None
    retry_after: float | None = None
    draw: float = 0.0
    notes: tuple[str, ...] = ()


class AttemptBroke(Struct, frozen=True, kw_only=True):
    """The attempt failed. Fields as ``nodes.contract.AttemptFailure``; ``draw`` in [0, 1) is for the jitter (R4)."""

    step: str
    attempt: int
    code: str
    message: str
    retryable: bool = False
    unclear: bool = False
    status: int | None = None
    retry_after: float | None = None
    detail: Value = None
    draw: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A person answers a task. ``roles``: the person's roles, or None where no directory is kept (a local try-out)."""

    step: str
    choice: str
    by: str
    form: Value = None
    on_behalf_of: str | None = None
    roles: frozenset[str] | None = None
    seat: str | None = None
    revision: str | None = None
    """what the person saw; None = whatever is current"""
    answer_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTask:
    step: str
    who: str
    roles: frozenset[str] | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTask:
    step: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegateTask:
    step: str
    who: str
    to: str
    roles: frozenset[str] | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverTask:
    """To another role."""

    step: str
    who: str
    to: str
    seat: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseTask:
    """An operator changes what the task shows (A6)."""

    step: str
    input: Value
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverSignal:
    """A matched signal reaches an open wait; the driver makes it, see ``SendSignal``."""

    step: str
    signal: str
    payload: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildReported:
    """A child run is over (B2). ``state``: completed or cancelled. Made by the driver, see ``Done.tells``."""

    step: str
    child: str
    state: str
    outcome: str | None = None
    resolved: bool = False
    output: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSignal:
    """A signal arrives from outside (W2). ``keep_for`` in seconds, at most 30 days. ``id`` None = one of its own."""

    name: str
    key: str
    payload: Value = None
    id: str | None = None
    keep_for: float = 86_400.0
    actor: Actor = SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """A person resolves an incident (R8). ``how`` as in ``IncidentResolved``."""

    incident: str
    how: str
    input: Value = None
    output: Value = None
    port: str | None = None
    not_done: bool = False
    raise_by: int | None = None
    reason: str = ""
    actor: Actor = SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    reason: str = ""
    undo: bool = True
    cause: str = ""
    actor: Actor = SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    reason: str = ""
    cause: str = ""
    actor: Actor = SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    reason: str = ""
    cause: str = ""
    shift: bool = False
    actor: Actor = SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A worker takes over a run that another one left (X7). ``reason``: lost or released."""

    worker: str
    epoch: int = 1
    reason: str = "lost"


Stimulus: TypeAlias = (
    AttemptReplied
    | AttemptBroke
    | Answer
    | ClaimTask
    | ReleaseTask
    | DelegateTask
    | HandOverTask
    | ReviseTask
    | DeliverSignal
    | ChildReported
    | Resolve
    | Cancel
    | Suspend
    | Resume
    | Claim
)
"""What ``driver.deliver`` takes; ``Start`` and ``SendSignal`` have doors of their own."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A stimulus not accepted: nothing changed. ``status``: the HTTP status of its kind (403, 404, 409, 422)."""

    status: int
    code: str
    message: str
    detail: Value = None


def how_steps_are_called(step: str) -> str:
    """What ends a sentence about a step that was not found, for whoever named its node instead (I1)."""
    return "" if "#" in step else f" The first one of a node is called {step}#1."
