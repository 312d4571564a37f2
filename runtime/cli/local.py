"""``LocalDoor``: a ``Door`` to a runtime in this very process, for when no server holds the store.

The host wants an event loop of its own; it runs in a thread, and each call waits there for ``server.desk.Desk``, the
same implementation that a server's routes use. Leaving drains: attempts in flight get their time and are journaled.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

from runtime.cli.printing import say
from runtime.client import Followed
from runtime.server.desk import Desk
from runtime.wire import Problem

_ENDED = object()
_LOOK = 1.0
"""Seconds between two looks whether the runtime still lives."""
_LAST_WAIT = 5.0
"""Seconds for code that was left behind to let go; then the process ends without it."""


class LocalDoor:
    """Every method of ``Door``, passed on to the desk. ``follow`` is a stream, ``until_idle`` is extra."""

    def __init__(self, desk: Desk, loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
        self._desk = desk
        self._loop = loop
        self._thread = thread

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
        try:
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError:  # the loop is closed already
            work.close()
            raise _ended() from None
        try:
            while not concurrent.futures.wait([future], timeout=_LOOK).done:
                if not self._thread.is_alive() and not future.done():
                    raise _ended()
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise
        except concurrent.futures.CancelledError:
            raise _ended() from None


def _ended() -> Problem:
    """What is left to say where code of a node stopped the loop that it ran in, or closed what that stands on."""
    return Problem(
        503,
        "RUNTIME_ENDED",
        "The runtime in this process ended by a mistake, most likely of a node's own code.",
        todo="Runs are safe; they go on with: baton resume",
    )


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

    closed = threading.Event()
    faults: list[BaseException] = []

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
        finally:
            closed.set()

    def work() -> None:
        try:
            asyncio.run(keep())
        except BaseException as fault:  # noqa: BLE001  told in a sentence below, whatever a node did to the loop
            faults.append(fault)

    thread = threading.Thread(target=work, name="runtime", daemon=True)
    thread.start()
    try:
        desk, loop, leave = ready.result()
        try:
            yield LocalDoor(desk, loop, thread)
        finally:
            with contextlib.suppress(RuntimeError):  # closed already
                loop.call_soon_threadsafe(leave.set)
    finally:
        _join(thread, closed)
        if faults:
            say(str(_ended()))


def _join(thread: threading.Thread, closed: threading.Event) -> None:
    """Waits until the runtime has drained, through one Ctrl-C; tasks that never let go are not waited for."""
    patience, interrupted = _LAST_WAIT, False
    while thread.is_alive() and patience > 0:
        try:
            thread.join(0.1)
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
        if closed.is_set():
            patience -= 0.1
    if interrupted:
        raise KeyboardInterrupt
