"""Locks by name that exist only while somebody holds or awaits them. One call at a time per run and per inbox.

Lock order, so that nobody waits in a circle: start key or signal id, then inbox, then run.
"""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType


class NamedLocks:
    """``async with locks.hold(name)``; first come, first served. For one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[object, deque[asyncio.Future[None]]] = {}
        """name that is held -> who waits for it"""

    def hold(self, name: object) -> Hold:
        """Waits until nobody else holds ``name``."""
        return Hold(self._waiting, name)

    def in_use(self, name: object) -> bool:
        """Whether somebody holds or awaits it."""
        return name in self._waiting


class Hold:
    """Written out, since every call on a run passes here: asyncio's lock in a generator took four times as long."""

    __slots__ = ("_all", "_name")

    def __init__(self, waiting: dict[object, deque[asyncio.Future[None]]], name: object) -> None:
        self._all = waiting
        self._name = name

    async def __aenter__(self) -> None:
        before = self._all.get(self._name)
        if before is None:
            self._all[self._name] = deque()
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        before.append(mine)
        try:
            await mine
        except BaseException:
            if mine.done() and not mine.cancelled():
                self._pass_on()  # it was given to us just now
            elif mine in before:  # else whoever left before has passed over it already
                before.remove(mine)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        waiting = self._all[self._name]
        while waiting:
            following = waiting.popleft()
            if not following.done():
                following.set_result(None)
                return
        del self._all[self._name]
