"""What is going on: every task of the host runs under its eye, so that draining, idling and waiting can be exact.

Law: no task is lost. Whatever fails in the background is logged and never takes the host down; the end of each piece of
work wakes those who wait for a run to be done or for the host to be idle.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from runtime.engine.families import ancestors_of

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Activity:
    """Counts work in progress, in all and by run."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._by_run: Counter[str] = Counter()
        self._waiting: list[asyncio.Future[None]] = []
        self.cut_short = False
        """whether the host goes away and what was left of the work is cancelled"""

    def spawn(self, work: Coroutine[Any, Any, T], *, run: str = "", name: str = "") -> asyncio.Task[T]:
        """Runs ``work`` as a task of the host, counted as work on ``run``. Its failure is for whoever awaits it."""
        return self._begin(work, run, name, lambda ended: self._end(ended, run))

    def background(
        self,
        work: Coroutine[Any, Any, Any],
        *,
        run: str = "",
        name: str = "",
        then: Callable[[], object] | None = None,
    ) -> asyncio.Task[Any]:
        """As ``spawn``, for work that nobody awaits: a failure is logged. ``then`` is called at its end, whatever it is
        and also if it never began."""

        def ended(task: asyncio.Task[Any]) -> None:
            _log_failure(task)
            if then is not None:
                then()
            self._end(task, run)

        return self._begin(work, run, name, ended)

    def _begin(
        self, work: Coroutine[Any, Any, T], run: str, name: str, ended: Callable[[asyncio.Task[T]], None]
    ) -> asyncio.Task[T]:
        # One callback a task: each is a turn of the event loop, and a step of a flow has a few tasks.
        task = asyncio.get_running_loop().create_task(work, name=name or f"work on {run}")
        self._tasks.add(task)
        self._by_run[run] += 1
        task.add_done_callback(ended)
        return task

    def disown(self, task: asyncio.Task[Any], run: str) -> None:
        """This task does not end though it should: it counts no longer, as if it had."""
        self._uncount(task, run)
        self.notify()

    def busy(self, runs: set[str] | None = None) -> bool:
        """Whether anything is in progress: at all, or for one of these runs or of those that they have called."""
        if runs is None:
            return bool(self._tasks)
        return any(run in runs or not runs.isdisjoint(ancestors_of(run)) for run in self._by_run)

    def notify(self) -> None:
        """Wakes all who wait for a change."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)

    async def wait_for(self, reached: Callable[[], bool]) -> None:
        """Returns as soon as ``reached()``, which is asked again after each change."""
        while not reached():
            await self.change()

    async def change(self) -> None:
        """Returns after the next change."""
        change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(change)
        try:
            await change
        finally:
            if change in self._waiting:
                self._waiting.remove(change)

    async def finish(self, within: float) -> None:
        """Waits for all work, also that which it leads to, at most so many seconds; then cancels what is left."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while self._tasks and (left := until - loop.time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left, return_when=asyncio.FIRST_COMPLETED)
        cut = set(self._tasks)
        self.cut_short = bool(cut)
        for task in cut:
            task.cancel()
        if cut:
            await asyncio.wait(cut, timeout=5.0)

    def _end(self, task: asyncio.Task[Any], run: str) -> None:
        self._uncount(task, run)
        if not task.cancelled():
            task.exception()  # taken here, so that asyncio does not report it a second time as never retrieved
        self.notify()

    def _uncount(self, task: asyncio.Task[Any], run: str) -> None:
        if task in self._tasks:
            self._tasks.remove(task)
            self._by_run[run] -= 1
            if not self._by_run[run]:
                del self._by_run[run]


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        _log.error("%s failed: %s", task.get_name(), problem, exc_info=problem)
