"""``Halves``: what every engine has, a half that writes and a half that reads; ``store.Engine`` without its kind.

Called by ``sqlite.engine`` and ``postgres.engine``, which add what is special: locks, heartbeats, and how they close.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from runtime.store.problems import StoreProblem, StoreUnavailable
from runtime.store.staging import Prepared
from runtime.store.watching import Watch
from runtime.store.writer import Writer

T = TypeVar("T")


class ReadingHalf(Protocol):
    """Connections that read, each in a thread of its own."""

    async def read(self, query: Callable[[Connection], T]) -> T: ...
    def close(self) -> None: ...


class Halves:
    """``writer`` None: the store was opened for reading only."""

    def __init__(self, place: str, watch: Watch, readers: ReadingHalf, writer: Writer | None) -> None:
        self.place = place
        self.watch = watch
        self._readers = readers
        self._writer = writer

    def append(self, prepared: Prepared) -> asyncio.Future[None]:
        return self._writing().append(prepared)

    async def write(self, work: Callable[[Connection], T], *, touches_projections: bool = False) -> T:
        future = self._writing().work(work, touches_projections=touches_projections)
        return await asyncio.wrap_future(future)

    async def read(self, query: Callable[[Connection], T]) -> T:
        return await self._readers.read(query)

    def trouble(self) -> StoreUnavailable | None:
        return self._writer.trouble if self._writer else None

    def busy_for(self) -> float:
        return self._writer.busy_for() if self._writer else 0.0

    def quiet_for(self) -> float:
        return self._writer.quiet_for() if self._writer else 0.0

    def _writing(self) -> Writer:
        if self._writer is None:
            raise StoreProblem(f"{self.place} was opened for reading only")
        return self._writer
