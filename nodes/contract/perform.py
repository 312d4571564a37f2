"""What a node type's ``perform.py`` sees of the host: one coroutine, its context, and three ways to end.

``async def perform(input: Mapping[str, Value], context: NodeContext) -> Reply`` does ONE attempt. It returns a Reply
or raises ``AttemptFailure``. It never retries (the engine does, and journals it) and reads no clock of its own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from nodes.contract.values import Document, Value


@dataclass(frozen=True, slots=True)
class Reply:
    """The other side's answer, as a value; the engine applies the node's reply rules to it.

    ``notes`` are remarks for the trace (such as an ignored Retry-After), never secrets. ``retry_after`` (seconds) and
    ``status`` go into the failure if the reply rules make one of this reply; else they mean nothing.
    """

    value: Value
    notes: tuple[str, ...] = field(default=())
    retry_after: float | None = None
    status: int | None = None


class AttemptFailure(Exception):
    """One attempt failed.

    ``code``: short and stable (``connection_refused``, ``http_503``); ``message``: one sentence for a person.
    ``unclear``: the effect may or may not have happened (X3); False only if it certainly did not.
    ``retryable``: worth another attempt (R3). ``retry_after``: seconds asked for by the other side, None if not.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retryable: bool,
        unclear: bool,
        status: int | None = None,
        retry_after: float | None = None,
        detail: Value = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.unclear = unclear
        self.status = status
        self.retry_after = retry_after
        self.detail = detail


BUSY = (408, 425, 429)
"""statuses of HTTP that ask for another time"""


def worth_another_try(status: float | Decimal) -> bool:
    """Whether what was refused with this status of HTTP may be done the next time (R3)."""
    return status in BUSY or status >= 500


class NodeContext(Protocol):
    """What the host lends to one attempt."""

    run: str
    step: str
    attempt: int
    idempotency_key: str
    """the same for every attempt of this step (X1)"""
    deadline: float
    """seconds that this attempt may take; the host ends it then"""

    @property
    def connection(self) -> Any:
        """The opened connection that the node names (what its ConnectionKind's ``open`` returned)."""

    async def save_document(self, name: str, media_type: str, content: bytes) -> Document:
        """Stores bytes once and returns their description."""

    async def read_document(self, document: Document) -> bytes:
        """The bytes of a stored document."""

    def now(self) -> dt.datetime:
        """The host's clock, UTC."""
