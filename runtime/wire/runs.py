"""Runs: start one, look at it, list them, stop, pause and go on. Routes ``/runs``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from runtime.wire.message import Moment, Name, OwnId, Request, Tagged, View


class StartRequest(Request):
    """Body of ``POST /runs``. The release must be in the store already (``PUT /releases/{hash}``)."""

    release: Name
    """content hash of the release that the run is pinned to"""
    flow: Name
    input: Tagged = None
    case: Tagged = None
    """snapshot of the customer matter; ``{"key": ...}`` makes the run findable by its case"""
    trigger: Name | None = None
    """node id; not needed where the flow has one trigger"""
    key: OwnId | None = None
    """idempotency key: the same key and body give the same run again, another body is a conflict"""
    by: Name | None = None
    """person who starts it; the requester, unless the trigger names another"""
    environment: Name | None = None
    """must be the one that the runtime works for; None = that one"""


class StartedView(View):
    """Answer to a start: 201, or 200 where it was a repetition."""

    run: str
    repeated: bool = False


class RunView(View):
    """One run as it stands now."""

    run: str
    project: str
    flow: str
    title: str = ""
    """the flow's title"""
    release: str
    environment: str
    state: str
    """running, suspended, cancelling, compensating, completed or cancelled"""
    busy: bool = False
    """something is being done or will be within moments: it is not waiting for a person, a signal or a distant time"""
    outcome: str | None = None
    resolved: bool = False
    output: Tagged = None
    case_key: str | None = None
    requester: str | None = None
    parent: str | None = None
    """run that called this one"""
    started_at: Moment
    ended_at: Moment | None = None
    next_due: Moment | None = None
    """earliest timer that is armed"""
    open_tasks: int = 0
    open_incidents: int = 0
    at_nodes: tuple[str, ...] = ()
    last_seq: int = 0
    """highest sequence number of its journal, 0 where it was not asked for"""

    @property
    def ended(self) -> bool:
        """True once nothing can happen to it any more."""
        return self.state in {"completed", "cancelled"}


class RunList(View):
    """One page of runs, youngest first; ``next`` is the ``after`` of the next page, None at the end."""

    runs: tuple[RunView, ...]
    next: str | None = None


class CancelRequest(Request):
    """Body of ``POST /runs/{run}/cancel``."""

    by: Name
    reason: Annotated[str, Field(max_length=2000)] = ""
    undo: bool = True
    """take completed effects back where the flow says how"""


class SuspendRequest(Request):
    """Body of ``POST /runs/{run}/suspend``: nothing new is begun, facts still come in."""

    by: Name
    reason: Annotated[str, Field(max_length=2000)] = ""


class ResumeRequest(Request):
    """Body of ``POST /runs/{run}/resume``."""

    by: Name
    reason: Annotated[str, Field(max_length=2000)] = ""
    shift: bool = False
    """move every deadline by the time that the run was suspended"""
