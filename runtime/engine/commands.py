"""What the engine asks the host to do (imperative). Open commands are a function of state: ``outstanding(state)``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from nodes.contract import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformAttempt:
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
    """Start a run of another flow of the same release; ``id`` is the child's run id (B2)."""

    id: str
    run: str
    step: str
    flow: str
    input: Value
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelChild:
    """Ask a child run to cancel (B4)."""

    id: str
    run: str
    step: str
    child: str
    undo: bool


Command: TypeAlias = PerformAttempt | AbortAttempt | StartChild | CancelChild
