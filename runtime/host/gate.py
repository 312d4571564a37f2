"""The gate in front of attempts. Usually many pass; a run that was found dying with its worker passes alone (X7).

So if the process dies again, the guilty run is the only one that was under way, and no other is blamed for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """``passing(run)`` for ordinary attempts, ``alone(run)`` around the work on a suspect."""

    def __init__(self) -> None:
        self._inside = 0
        self._alone: str | None = None
        self._queue = asyncio.Lock()
        self._changed = asyncio.Condition()

    def is_alone(self, run: str) -> bool:
        """Whether this run has the gate for itself now."""
        return self._alone == run

    @asynccontextmanager
    async def passing(self, run: str) -> AsyncIterator[None]:
        """Waits while another run has the gate for itself."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._alone in {None, run})
            self._inside += 1
        try:
            yield
        finally:
            await asyncio.shield(self._leave())

    @asynccontextmanager
    async def alone(self, run: str) -> AsyncIterator[None]:
        """Lets nobody else in, waits until those inside have left; one such run at a time."""
        async with self._queue:
            async with self._changed:
                self._alone = run
            try:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._inside == 0)
                yield
            finally:
                await asyncio.shield(self._open())

    async def _leave(self) -> None:
        async with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    async def _open(self) -> None:
        async with self._changed:
            self._alone = None
            self._changed.notify_all()
