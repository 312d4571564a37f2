"""What the engine asks the host to do (imperative). Open commands are a function of state: ``outstanding(state)``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from nodes.contract import Value


class PerformAttempt(Struct, frozen=True, kw_only=True):
    """Do one attempt of an effect, report ``AttemptReplied`` or ``AttemptBroke``. ``key``: its idempotency key (X1)."""

    id: str
    """``run:seq:index`` (I1)"""
    run: str
    step: str
    attempt: int
    node: str
    type: str
    version: int
    effect: str
    """read, keyed or once"""
    connection: str | None
    input: Value
    key: str
    timeout: float
    """seconds for this attempt; over it the host reports ``attempt_timeout``, unclear and retryable"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbortAttempt:
    """Withdraw an attempt in flight; its result, if one comes within 5 s, is still welcome (C1)."""

    id: str
    run: str
    step: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartChild:
    """See to it that this run of another flow of the same release exists, and tell of its end; ``id`` is its run id.

    Outstanding as long as the child has not ended for its parent: a repeated start finds the child (B2).
    """

    id: str
    run: str
    step: str
    release: str
    flow: str
    input: Value
    index: int | None = None
    case: Value = None
    environment: str
    requester: str | None = None
    requesters: tuple[str, ...] = ()
    """of the child: its ancestors' (A3)"""
    depth: int
    budgets: Mapping[str, int] = field(default_factory=dict)
    """those that hold for the whole tree of runs: depth, tree"""

    @property
    def child(self) -> str:
        """The run that it is about."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelChild:
    """Ask a child run to cancel (B4)."""

    id: str
    run: str
    step: str
    child: str
    undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendChild:
    """Hold a child run back, because its parent is (C3). The one command that a suspended run gives."""

    id: str
    run: str
    step: str
    child: str
    cause: str
    """the suspension of the parent, ``run:seq``; what undoes it names it again"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeChild:
    """Let a child run go on that was held back for this cause, and for no other (C3)."""

    id: str
    run: str
    step: str
    child: str
    cause: str
    shift: bool


ChildCommand: TypeAlias = StartChild | CancelChild | SuspendChild | ResumeChild
Command: TypeAlias = PerformAttempt | AbortAttempt | ChildCommand
