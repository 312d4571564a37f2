"""Events of a run as a whole, and of the runs that it calls."""

from __future__ import annotations

from msgspec import Struct

from nodes.contract import Value
from runtime.engine.events.origins import Parent


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


class CompensationStarted(Struct, frozen=True):
    steps: tuple[str, ...]


class CompensationFinished(Struct, frozen=True):
    pass
