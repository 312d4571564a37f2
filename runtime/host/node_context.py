"""What an attempt sees of the host: ``nodes.contract.NodeContext``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from nodes.contract import Document
from runtime.host.clock import Clock
from runtime.store import Store

MAX_DOCUMENT = 200_000_000
"""bytes"""


@dataclass(slots=True)
class HostContext:
    """One for each attempt. ``connection`` is what the node's connection kind opened, None if it names none."""

    run: str
    step: str
    attempt: int
    idempotency_key: str
    deadline: float
    connection: Any = None
    _store: Store = field(repr=False, kw_only=True)
    _clock: Clock = field(repr=False, kw_only=True)

    async def save_document(self, name: str, media_type: str, content: bytes) -> Document:
        """Stores bytes once; durable on return, so that an event may name them."""
        if len(content) > MAX_DOCUMENT:
            raise ValueError(f"the document {name} has {len(content)} bytes; at most {MAX_DOCUMENT} can be kept")
        return Document(name, media_type, len(content), await self._store.save_blob(bytes(content)))

    async def read_document(self, document: Document) -> bytes:
        """The bytes of a stored document. Raises ``LookupError`` if the store does not hold them as described."""
        content = await self._store.blob(document.sha256)
        if content is None or sha256(content).hexdigest() != document.sha256:
            raise LookupError(f"the store does not hold the document {document.name}")
        return content

    def now(self) -> dt.datetime:
        """The host's clock, UTC."""
        return self._clock.now()
