"""Events of the tasks of people, and of incidents, which people decide."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from nodes.contract import Value
from runtime.engine.events.origins import Source


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
