"""Locks by name that exist only while somebody holds or awaits them. One call at a time per run and per inbox.

Lock order, so that nobody waits in a circle: start key or signal id, then inbox, then run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Named:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class NamedLocks:
    """``async with locks.hold(name)``; first come, first served."""

    def __init__(self) -> None:
        self._named: dict[object, _Named] = {}

    @asynccontextmanager
    async def hold(self, name: object) -> AsyncIterator[None]:
        """Waits until nobody else holds ``name``."""
        named = self._named.setdefault(name, _Named())
        named.users += 1
        try:
            async with named.lock:
                yield
        finally:
            named.users -= 1
            if named.users == 0:
                del self._named[name]

    def in_use(self, name: object) -> bool:
        """Whether somebody holds or awaits it."""
        return name in self._named
