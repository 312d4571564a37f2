"""The gate in front of attempts. Usually many pass; a run that was found dying with its worker passes alone (X7).

So if the process dies again, the guilty run is the only one that was under way, and no other is blamed for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """``enter(run)`` and ``leave()`` around ordinary attempts, ``enter_alone(run)`` and ``leave_alone()`` around the
    work on a suspect. To leave never waits, so it can't be cut short. For one event loop."""

    def __init__(self) -> None:
        self._inside = 0
        self._alone: str | None = None
        """the run that wants the gate for itself"""
        self._emptied = False
        """whether all others have left for it"""
        self._queue = asyncio.Lock()
        self._waiting: list[asyncio.Future[None]] = []

    def is_alone(self, run: str) -> bool:
        """Whether this run has the gate for itself now."""
        return self._alone == run and self._emptied

    async def enter(self, run: str) -> None:
        """Waits while another run has the gate for itself."""
        while self._alone is not None and not self.is_alone(run):
            await self._change()
        self._inside += 1

    def leave(self) -> None:
        """After ``enter``."""
        self._inside -= 1
        self._notify()

    async def enter_alone(self, run: str) -> None:
        """Lets nobody else in and waits until those inside have left; one such run at a time."""
        await self._queue.acquire()
        self._alone = run
        try:
            while self._inside:
                await self._change()
            self._emptied = True
        except BaseException:
            self.leave_alone()
            raise

    def leave_alone(self) -> None:
        """After ``enter_alone``."""
        self._alone, self._emptied = None, False
        self._queue.release()
        self._notify()

    @asynccontextmanager
    async def alone(self, run: str) -> AsyncIterator[None]:
        """Both, around a block."""
        await self.enter_alone(run)
        try:
            yield
        finally:
            self.leave_alone()

    async def _change(self) -> None:
        change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(change)
        await change

    def _notify(self) -> None:
        """Whoever waits looks again."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for each in waiting:
                if not each.done():
                    each.set_result(None)
