"""Has the store write down where its streams stand: every few minutes while something happens, and at the end.

So that a run that somebody deletes, or cuts short, is missed by ``baton audit verify`` although nothing else points to
it. Law: a record that can't be made is made the next time; nothing ever waits for one.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging

from runtime.host.clock import Clock
from runtime.store import Store, StoreProblem

EVERY = dt.timedelta(minutes=5)
AT_THE_END = 2.0
"""seconds that the last record may take: nobody who ends a command should wait for it"""

_log = logging.getLogger(__name__)


class Records:
    """``run`` for ever, ``finish`` once nothing more is written."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def run(self) -> None:
        """For ever."""
        never = asyncio.Event()
        while True:
            await self._clock.wait_until(self._clock.now() + EVERY, never)
            await self._record()

    async def finish(self) -> None:
        """The last record of this process."""
        try:
            await asyncio.wait_for(self._record(), AT_THE_END)
        except TimeoutError:
            _log.warning("Where the streams stand was not written down at the end; the next process does it.")

    async def _record(self) -> None:
        try:
            await self._store.record_heads(self._clock.now())
        except StoreProblem as problem:
            _log.warning("Where the streams stand could not be written down: %s", problem)
        except Exception:  # noqa: BLE001  whatever it is, runs go on
            _log.exception("Where the streams stand could not be written down.")
