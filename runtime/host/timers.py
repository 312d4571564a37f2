"""Wakes runs when their timers are due. The store is the only truth of what is due: nothing here remembers a firing.

Law: one wait for the earliest timer of all runs, no polling; whoever appends an earlier one says so (``note``). Many
timers that are due at once are fired in batches, a few at a time. A run that can't be woken is left alone for a while
and never keeps the others waiting; the timers of one that is set aside stand still.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Collection

from runtime.host.activity import Activity
from runtime.host.clock import Clock
from runtime.host.patience import Patience
from runtime.store import Store

BATCH = 200
AT_ONCE = 16
SNOOZE = dt.timedelta(seconds=5)
EVER = dt.datetime.max.replace(tzinfo=dt.UTC)

_log = logging.getLogger(__name__)


class Timers:
    """``wake(run)`` fires what is due in a run and tells whether nothing due is left. ``aside``: runs that nothing can
    be fired in, as of the moment when it is looked at."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        activity: Activity,
        patience: Patience,
        wake: Callable[[str], Awaitable[bool]],
        aside: Collection[str],
    ) -> None:
        self._store = store
        self._clock = clock
        self._activity = activity
        self._patience = patience
        self._wake = wake
        self._aside = aside
        self._changed = asyncio.Event()
        self._armed: dt.datetime | None = None
        self._snoozed: dict[str, dt.datetime] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self.resting = False
        """whether all that is due has been fired"""
        self.next: dt.datetime | None = None
        """the earliest timer of all runs that are not set aside, as of the last look"""

    def note(self, due: dt.datetime | None) -> None:
        """A run has a timer due then."""
        if due is not None and (self._armed is None or due < self._armed):
            self.resting = False
            self._changed.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self._patience.insist(self._round)
            except Exception:  # noqa: BLE001  the loop outlives whatever it meets; without it nothing would ever be due
                _log.exception("Timers failed; they are looked at again.")
                await asyncio.sleep(1.0)

    async def _round(self) -> None:
        self._changed.clear()
        self._armed = None
        now = self._clock.now()
        if await self.fire():
            return
        self.next = await self._earliest()
        self._armed = min(
            [*self._snoozed.values(), *([self.next] if self.next and self.next > now else [])], default=None
        )
        if self._armed is None and self.next is not None:
            return  # it became due between the two looks
        if not self._changed.is_set():
            self.resting = True
            self._activity.notify()
        await self._clock.wait_until(self._armed, self._changed)
        self.resting = False

    async def _earliest(self) -> dt.datetime | None:
        if not self._aside:
            return await self._store.next_due()
        ahead = await self._store.due_runs(EVER, 1 + len(self._aside))
        return next((due for run, due in ahead if run not in self._aside), None)

    async def fire(self) -> bool:
        """Fires what is due now, one batch of it; whether there was any."""
        now = self._clock.now()
        self._snoozed = {run: until for run, until in self._snoozed.items() if until > now}
        due = await self._store.due_runs(now, BATCH + len(self._snoozed) + len(self._aside))
        runs = [run for run, _ in due if run not in self._snoozed and run not in self._aside]
        if runs:
            self.resting = False
            tasks = [self._activity.background(self._fire(run), run=run, name=f"timers of {run}") for run in runs]
            await asyncio.wait(tasks)
        return bool(runs)

    async def _fire(self, run: str) -> None:
        async with self._slots:
            try:
                settled = await self._wake(run)
            except Exception:  # noqa: BLE001  whatever it is, it is this run's alone
                _log.exception("The timers of %s could not be fired.", run)
                settled = False
            if not settled and run not in self._aside:
                self._snoozed[run] = self._clock.now() + SNOOZE
