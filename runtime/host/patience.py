"""Waiting for a store that is not there: a full disk, a lock, a database that restarts. Pauses and resumes alone.

One probe at a time asks whether the store is back, however many wait for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from runtime.store import Store, StoreUnavailable

T = TypeVar("T")

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
"""seconds between two probes"""

_log = logging.getLogger(__name__)


class Patience:
    """``insist(call)`` repeats a call until the store takes it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._probing: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> bool:
        """Whether the store is known to be away."""
        return self._probing is not None and not self._probing.done()

    async def insist(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of ``call``, which is repeated whenever the store was not there."""
        while True:
            try:
                return await call()
            except StoreUnavailable as problem:
                await self.wait(problem)

    async def wait(self, problem: StoreUnavailable) -> None:
        """A call met this: returns when the store is back."""
        if not self.waiting:
            _log.warning("Pausing: %s", problem)
            self._probing = asyncio.create_task(self._probe(), name="probing the store")
        await asyncio.shield(self._probing)  # type: ignore[arg-type]  # set just above, or by the first to wait

    async def look(self, *, quiet: float, within: float) -> None:
        """Try a store to which nothing was written for ``quiet`` seconds; what came of it says ``Store.health``.

        Waits ``within`` seconds for it at most: a store that does not answer is left being asked.
        """
        if self._looking is None or self._looking.done():
            if self._store.quiet_for() < quiet:
                return
            self._looking = asyncio.create_task(self._look(), name="looking at the store")
        await asyncio.wait({self._looking}, timeout=within)

    async def _look(self) -> None:
        try:
            await self._store.probe()
        except StoreUnavailable:
            return  # the store remembers it as its trouble
        except Exception:  # noqa: BLE001  nobody awaits this
            _log.exception("The store could not be probed.")

    async def _probe(self) -> None:
        pause = FIRST_PAUSE
        while True:
            await asyncio.sleep(pause)
            try:
                await self._store.probe()
            except StoreUnavailable:
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception:  # noqa: BLE001  those who wait must not be let down by whatever the probe meets
                _log.exception("The store could not be probed.")
                pause = LONGEST_PAUSE
            else:
                _log.warning("The store is back; going on.")
                return

    def stop(self) -> None:
        """At shutdown: those who wait are cancelled with the tasks that they run in."""
        for task in (self._probing, self._looking):
            if task is not None:
                task.cancel()
