"""The projection rows of one run: a pure function of its state (law 5), so any of them can be dropped and rebuilt.

They are made and compared with every append of a run, so they are ``Struct``: a frozen dataclass of 18 fields takes
ten times as long to make.
"""

from __future__ import annotations

import datetime as dt

from msgspec import Struct


class RunRow(Struct, frozen=True, kw_only=True):
    """One line of the list of runs."""

    run: str
    flow: str
    project: str
    release: str
    environment: str
    state: str
    """running, suspended, cancelling, compensating, completed or cancelled"""
    outcome: str | None
    resolved: bool
    case_key: str | None
    requester: str | None
    parent: str | None
    started_at: dt.datetime
    ended_at: dt.datetime | None
    next_due: dt.datetime | None
    """earliest unfired, ungated timer; None = nothing to wake for"""
    open_incidents: int
    open_tasks: int
    needs_worker: bool
    """an attempt is in flight: after a crash somebody must claim this run"""
    at_nodes: tuple[str, ...]
    """ids of the nodes where live steps stand, for lists"""


class TaskRow(Struct, frozen=True, kw_only=True):
    """One open task. ``task`` = ``run:step`` (A1)."""

    task: str
    run: str
    step: str
    node: str
    flow: str
    title: str
    role: str
    created_at: dt.datetime
    due: dt.datetime | None
    overdue: bool
    revision: str
    claimed_by: str | None
    answers: int


class IncidentRow(Struct, frozen=True, kw_only=True):
    """One open incident. ``incident`` = ``run:seq`` (I1)."""

    incident: str
    run: str
    step: str
    node: str
    flow: str
    kind: str
    message: str
    raised_at: dt.datetime


class WaitRow(Struct, frozen=True, kw_only=True):
    """One open wait for a signal; the oldest (at, run, step) is served first (W2)."""

    run: str
    step: str
    flow: str
    name: str
    key: str
    opened_at: dt.datetime


class RunRows(Struct, frozen=True, kw_only=True):
    """All projection rows of one run."""

    run: RunRow
    tasks: tuple[TaskRow, ...] = ()
    incidents: tuple[IncidentRow, ...] = ()
    waits: tuple[WaitRow, ...] = ()
