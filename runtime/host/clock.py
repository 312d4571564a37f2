"""The only place in Baton that reads a clock. The engine gets instants inside stimuli; everything else asks this port.

``SystemClock`` is the machine's; ``VirtualClock`` stands still until a test or a simulation moves it. Law: a wait looks
at the wall clock again at least every 30 seconds, so that a laptop that slept and a clock that was set are noticed.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from typing import Protocol

LOOK_AGAIN = 30.0
"""seconds"""
JUMP = 60.0
"""seconds between wall clock and running time that are reported as a jump"""

_log = logging.getLogger(__name__)


def running() -> float:
    """Seconds since some moment, by a watch that nobody sets; where the system can, it goes on while the machine
    sleeps. For what lasts so long and may end neither sooner nor later because the wall clock was set."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class Clock(Protocol):
    """What the host needs of time."""

    def now(self) -> dt.datetime:
        """The instant, UTC."""

    async def wait_until(self, instant: dt.datetime | None, changed: asyncio.Event) -> None:
        """Returns when it is ``instant`` (None: never) or as soon as ``changed`` is set."""


class SystemClock:
    """The machine's clock."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> dt.datetime:
        """The instant, UTC."""
        return dt.datetime.now(dt.UTC)

    async def wait_until(self, instant: dt.datetime | None, changed: asyncio.Event) -> None:
        """See ``Clock``."""
        while not changed.is_set():
            self._notice_jump()
            left = LOOK_AGAIN if instant is None else (instant - self.now()).total_seconds()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(changed.wait(), min(left, LOOK_AGAIN))
            except TimeoutError:
                continue

    def _notice_jump(self) -> None:
        offset = time.time() - time.monotonic()
        if abs(offset - self._offset) > JUMP:
            _log.warning(
                "The clock of this machine jumped by %+.0f s (it was set, or the machine slept). "
                "Timers that are due by it fire now; nothing fires twice.",
                offset - self._offset,
            )
        self._offset = offset


class VirtualClock:
    """Stands still at ``start`` until it is moved. For tests and for playing a simulation on a real store."""

    def __init__(self, start: dt.datetime) -> None:
        self._now = start
        self._moved: set[asyncio.Event] = set()

    def now(self) -> dt.datetime:
        """The instant, UTC."""
        return self._now

    def move_to(self, instant: dt.datetime) -> None:
        """Makes it ``instant``, which may lie in the past: clocks are set back, too."""
        self._now = instant
        for event in self._moved:
            event.set()

    def advance(self, by: dt.timedelta) -> None:
        """Makes it later."""
        self.move_to(self._now + by)

    async def wait_until(self, instant: dt.datetime | None, changed: asyncio.Event) -> None:
        """See ``Clock``."""
        while not changed.is_set() and (instant is None or self._now < instant):
            moved = asyncio.Event()
            self._moved.add(moved)
            waits = [asyncio.ensure_future(moved.wait()), asyncio.ensure_future(changed.wait())]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._moved.discard(moved)
                for wait in waits:
                    wait.cancel()
