"""What the host says to those who call it: small frozen records, for server and CLI to show as they like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nodes.contract import Choice, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A run that is durable. ``repeated``: its start key was known, this is the run of the first start (I2)."""

    run: str
    state: str
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A stimulus that is durable, and the run's state after it. ``reply``: what the engine says, such as
    ``{"decided": true, "port": "approve"}`` to an answer. ``repeated``: it had been given before, nothing is new."""

    run: str
    state: str
    reply: Value = None
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """One answer to a task. ``counts``: it was given to what the task shows now (A6)."""

    by: str
    on_behalf_of: str | None
    choice: str
    form: Value
    at: dt.datetime
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A task with all that a person needs to decide. ``shown``: label -> value, frozen when the task was made."""

    task: str
    run: str
    step: str
    flow: str
    node: str
    title: str
    role: str
    open: bool
    state: str
    """of its step: waiting, completed (decided or timed out), cancelled"""
    port: str | None
    """by which it was left, once it is closed"""
    instructions: str
    why: str
    shown: Mapping[str, Value]
    form: Mapping[str, Any] | None
    """JSON Schema; None = no form"""
    choices: tuple[Choice, ...]
    revision: str
    created_at: dt.datetime
    due: dt.datetime | None
    overdue: bool
    claimed_by: str | None
    exclusive: bool
    not_requester: bool
    requester: str | None
    answers: tuple[GivenAnswer, ...] = ()
    delegations: Mapping[str, str] = field(default_factory=dict)
    """who answers -> for whom"""
