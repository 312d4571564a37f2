"""Tells those who wait, in this process, that a stream has grown: for event streams of the server and for tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable


class Watch:
    """``advanced`` is called by the writer's thread, ``next`` in any event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, set[tuple[asyncio.AbstractEventLoop, asyncio.Future[int]]]] = {}
        self.on_wait: Callable[[], None] = lambda: None
        """called in the event loop of whoever begins to wait; a store that other processes write to looks for growth"""

    def next(self, stream: str) -> asyncio.Future[int]:
        """Done with the new head as soon as the stream grows. Whoever no longer waits calls ``leave``."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        with self._lock:
            self._waiting.setdefault(stream, set()).add((loop, future))
        self.on_wait()
        return future

    def waited_for(self) -> list[str]:
        """The streams that somebody waits for now."""
        with self._lock:
            return list(self._waiting)

    def leave(self, stream: str, future: asyncio.Future[int]) -> None:
        with self._lock:
            waiting = self._waiting.get(stream, set())
            waiting.discard((future.get_loop(), future))
            if not waiting:
                self._waiting.pop(stream, None)

    def advanced(self, heads: dict[str, int]) -> None:
        if not self._waiting:  # read without the lock: who enters just now looks at the store after entering
            return
        with self._lock:
            woken = [(seq, self._waiting.pop(stream)) for stream, seq in heads.items() if stream in self._waiting]
        for seq, waiting in woken:
            for loop, future in waiting:
                try:
                    loop.call_soon_threadsafe(_wake, future, seq)
                except RuntimeError:
                    continue  # that loop is closed, nobody waits there


def _wake(future: asyncio.Future[int], seq: int) -> None:
    if not future.done():
        future.set_result(seq)
