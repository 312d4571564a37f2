"""``Waiting``: whoever waits until a run is over, or until nothing goes on without people, signals or time.

Called by ``Host``. Law: what comes between a look and the wait for what it did not find is not slept through.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection

from runtime.engine.families import ancestors_of
from runtime.engine.rows import RunRow
from runtime.host.activity import Activity
from runtime.host.clock import Clock
from runtime.host.judging import Judging
from runtime.host.recovery import Recovery
from runtime.host.runner import Runner
from runtime.host.timers import Timers
from runtime.store import Store

LOOK_AGAIN = 5.0
"""seconds after which whoever waits for the end of a run asks a shared store, where another worker may have taken it"""


class Waiting:
    """One for a host."""

    def __init__(
        self,
        runner: Runner,
        store: Store,
        clock: Clock,
        activity: Activity,
        timers: Timers,
        recovery: Recovery,
        judging: Judging,
    ) -> None:
        self._runner, self._store, self._clock = runner, store, clock
        self._activity, self._timers, self._recovery = activity, timers, recovery
        self._judging = judging

    async def until_done(self, run: str) -> RunRow:
        """As ``Host.until_done``."""
        if self._store.shared:
            return await self._until_done_anywhere(run)
        if (known := self._runner.endings.known(run)) is not None:
            return known
        ending = self._runner.endings.wait_for(run)  # before any look: what comes between is not slept through
        try:
            if not self._runner.is_live(run):
                row = await self._store.run_row(run)
                if row is None:
                    raise LookupError(f"there is no run {run}")
                if row.ended_at is not None:
                    return row
            return await ending
        finally:
            self._runner.endings.leave(run, ending)

    async def _until_done_anywhere(self, run: str) -> RunRow:
        """In a store that other processes write to: any of them may end it, but as a rule the one that performs it."""
        while True:
            if self._runner.is_ours(run) and (row := await self._ended_here(run)) is not None:
                return row
            head = await self._store.stream_head(run)  # before the row, as above
            row = await self._store.run_row(run)
            if row is None:
                raise LookupError(f"there is no run {run}")
            if row.ended_at is not None:
                return row
            if not self._runner.is_ours(run):
                await self._store.wait_for_change(run, head)

    async def _ended_here(self, run: str) -> RunRow | None:
        """Its line, if it ends in this process within some seconds; asks the store nothing meanwhile."""
        ending = self._runner.endings.wait_for(run)
        try:
            await asyncio.wait((ending,), timeout=LOOK_AGAIN)
            return ending.result() if ending.done() else None
        finally:
            self._runner.endings.leave(run, ending)

    async def until_idle(
        self,
        runs: Collection[str] | None,
        horizon: dt.timedelta,
        *,
        through_retries: bool,
    ) -> None:
        """As ``Host.until_idle``."""
        chosen = None if runs is None else set(runs)
        while True:
            await self._activity.wait_for(lambda: self._is_quiet(chosen, through_retries))
            until = self._clock.now() + horizon
            if chosen is None:
                due = [self._timers.next]
            else:
                rows = [await self._store.run_row(run) for run in chosen]
                due = [row.next_due for row in rows if row is not None and row.run not in self._runner.set_aside]
            if any(at is not None and at <= until for at in due):
                await self._activity.change()
            elif await self._judging.nothing_is_left(chosen, lambda: self._is_quiet(chosen, through_retries)):
                return

    def _is_quiet(self, runs: set[str] | None, through_retries: bool) -> bool:
        if not self._recovery.finished or not self._timers.resting or self._recovery.remaining:
            return False
        if self._timers.next is not None and self._timers.next <= self._clock.now():
            return False
        retrying = self._runner.retrying
        if runs is not None:
            retrying = {run for run in retrying if run in runs or not runs.isdisjoint(ancestors_of(run))}
        return not self._activity.busy(runs) and not (through_retries and retrying)
