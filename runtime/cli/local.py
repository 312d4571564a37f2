"""``LocalDoor``: a ``Door`` to a runtime in this very process, for when no server holds the store.

The host wants an event loop of its own; it runs in a thread, and each call waits there for ``server.desk.Desk``, the
same implementation that a server's routes use. Leaving drains: attempts in flight get their time and are journaled.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

from runtime.client import Followed
from runtime.server.desk import Desk

_ENDED = object()


class LocalDoor:
    """Every method of ``Door``, passed on to the desk. ``follow`` is a stream, ``until_idle`` is extra."""

    def __init__(self, desk: Desk, loop: asyncio.AbstractEventLoop) -> None:
        self._desk = desk
        self._loop = loop

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._desk, name)
        return lambda *args, **kwargs: self._wait(method(*args, **kwargs))

    def follow(self, run: str, *, after: int = 0) -> Iterator[Followed]:
        """See ``Door``."""
        stream: AsyncIterator[Followed] = self._desk.follow(run, after=after)
        try:
            while True:
                item = self._wait(_next(stream))
                if item is _ENDED:
                    return
                yield item
        finally:
            self._wait(_close(stream))

    def until_idle(self) -> None:
        """Returns when every run of the store has ended or waits for a person, a signal or a later time."""
        self._wait(self._desk.host.until_idle())

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise


async def _close(stream: Any) -> None:
    """Closes a stream; one whose next item was just given up (Ctrl-C) needs a moment to notice."""
    for _ in range(200):
        try:
            await stream.aclose()
        except RuntimeError:
            await asyncio.sleep(0.01)
        else:
            return


async def _next(stream: AsyncIterator[Followed]) -> Any:
    return await anext(stream, _ENDED)


@contextmanager
def local_door(opened: Callable[[], AbstractAsyncContextManager[Desk]]) -> Iterator[LocalDoor]:
    """A door to what ``opened`` opens, in a loop of its own; what it raises on opening is raised here."""
    ready: concurrent.futures.Future[tuple[Desk, asyncio.AbstractEventLoop, asyncio.Event]] = (
        concurrent.futures.Future()
    )

    async def keep() -> None:
        leave = asyncio.Event()
        try:
            async with opened() as desk:
                ready.set_result((desk, asyncio.get_running_loop(), leave))
                await leave.wait()
        except BaseException as fault:
            if ready.done():
                raise
            ready.set_exception(fault)

    thread = threading.Thread(target=lambda: asyncio.run(keep()), name="runtime")
    thread.start()
    try:
        desk, loop, leave = ready.result()
        try:
            yield LocalDoor(desk, loop)
        finally:
            loop.call_soon_threadsafe(leave.set)
    finally:
        thread.join()
