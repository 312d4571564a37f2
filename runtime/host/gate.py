"""The gate in front of attempts. Usually many pass; a run that was found dying with its worker passes alone (X7).

So if the process dies again, the guilty run is the only one that was under way, and no other is blamed for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """``passing(run)`` for ordinary attempts, ``alone(run)`` around the work on a suspect. For one event loop."""

    def __init__(self) -> None:
        self._inside = 0
        self._alone: str | None = None
        self._queue = asyncio.Lock()
        self._waiting: list[asyncio.Future[None]] = []

    def is_alone(self, run: str) -> bool:
        """Whether this run has the gate for itself now."""
        return self._alone == run

    @asynccontextmanager
    async def passing(self, run: str) -> AsyncIterator[None]:
        """Waits while another run has the gate for itself."""
        while self._alone is not None and self._alone != run:
            await self._change()
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._notify()

    @asynccontextmanager
    async def alone(self, run: str) -> AsyncIterator[None]:
        """Lets nobody else in, waits until those inside have left; one such run at a time."""
        async with self._queue:
            self._alone = run
            try:
                while self._inside:
                    await self._change()
                yield
            finally:
                self._alone = None
                self._notify()

    async def _change(self) -> None:
        change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(change)
        await change

    def _notify(self) -> None:
        """Whoever waits looks again. Never waits itself, so that leaving can't be cut short."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for each in waiting:
                if not each.done():
                    each.set_result(None)
