"""A few threads that read, each with a connection of its own. What they read with, each kind of store adds.

A read runs in whichever thread is free; ``own.pair`` is that thread's connection, made at its first read.
"""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from runtime.store.problems import StoreUnavailable

T = TypeVar("T")


class Closes(Protocol):
    """A driver's connection."""

    def close(self) -> None:
        """Let go."""


R = TypeVar("R", bound=Closes)


class ReadingThreads(ABC, Generic[R]):
    """``place``: the store in words. A failed read gives its thread's connection away, so the next has a new one."""

    def __init__(self, place: str, *, name: str, threads: int) -> None:
        self._place = place
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"reader of {name}")
        self._own = threading.local()
        self._open: set[R] = set()
        self._closed = False

    async def read(self, query: Callable[[Connection], T]) -> T:
        """What ``query`` gives; it sees one moment of the store. Raises ``StoreUnavailable``."""
        if self._closed:
            raise self._was_closed()
        try:
            future = asyncio.get_running_loop().run_in_executor(self._threads, self._read, query)
        except RuntimeError:  # it was closed just now
            raise self._was_closed() from None
        return await future

    def close(self) -> None:
        """Waits for the reads under way."""
        self._closed = True
        self._threads.shutdown(wait=True)
        for raw in self._open:
            raw.close()
        self._open.clear()

    @abstractmethod
    def _connect(self) -> tuple[R, Connection]:
        """A new connection that can't write, and SQLAlchemy's over it."""

    @abstractmethod
    def _read(self, query: Callable[[Connection], T]) -> T:
        """In one of the threads; faults of the driver in words."""

    def _connected(self) -> tuple[R, Connection]:
        pair: tuple[R, Connection] | None = getattr(self._own, "pair", None)
        if pair is None:
            pair = self._own.pair = self._connect()
            self._open.add(pair[0])
        return pair

    def _given_away(self) -> R | None:
        """This thread's connection, no longer its own; not closed yet."""
        pair: tuple[R, Connection] | None = getattr(self._own, "pair", None)
        self._own.pair = None
        if pair is None:
            return None
        self._open.discard(pair[0])
        return pair[0]

    def _was_closed(self) -> StoreUnavailable:
        return StoreUnavailable(f"the store {self._place} was closed", "closed")
