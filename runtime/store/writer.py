"""The one thread that writes: group commit over all appends that wait.

Law: an append is answered only when its transaction is durable, or with an error. Appends gather for one round of their
event loop and are handed over together, so that callers who woke together are written together; while one transaction
is on its way to the disk more of them gather, and the next one takes them all.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection

from runtime.store.problems import StoreUnavailable
from runtime.store.staging import Prepared

BATCH_APPENDS = 1000
"""with so many a transaction waits for no more, so that it ends; one round of the loop may bring more at once"""


@dataclass(slots=True, eq=False)
class Gathered:
    """Appends of one event loop that will share a transaction, and the future of each. It grows until it is taken."""

    loop: asyncio.AbstractEventLoop
    appends: list[Prepared] = field(default_factory=list)
    futures: list[asyncio.Future[None]] = field(default_factory=list)


@dataclass(slots=True)
class WaitingWork:
    """A piece of work of its own: one write transaction with SQLAlchemy Core."""

    work: Callable[[Connection], Any]
    future: Future[Any]
    touches_projections: bool


Order: TypeAlias = Gathered | WaitingWork

Outcome: TypeAlias = Exception | None
"""None = durable; else ``Fenced``, ``StoreUnavailable`` or what else was wrong with this append"""


class Committer(Protocol):
    """What a kind of database does with one batch, and with one piece of other work. Used by the writer's thread."""

    def append(self, appends: Sequence[Prepared]) -> list[Outcome]: ...
    def work(self, work: Callable[[Connection], Any], *, touches_projections: bool) -> Any: ...
    def disconnect(self) -> None: ...


class Writer:
    """Takes orders from any thread. ``place``: where the store lies, for messages."""

    def __init__(self, committer: Committer, place: str) -> None:
        self._place = place
        self._committer = committer
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        self._gathering: dict[asyncio.AbstractEventLoop, Gathered] = {}
        self._gate = threading.Lock()
        self._closed = False
        self._busy_since: float | None = None
        self._written_at = time.monotonic()
        self.trouble: StoreUnavailable | None = None
        """what the last write died of; None = it came through"""
        self._thread = threading.Thread(target=self._run, name=f"writer of {place}", daemon=True)
        self._thread.start()

    def append(self, prepared: Prepared) -> asyncio.Future[None]:
        """Raises ``StoreUnavailable`` if the store was closed; all else comes by the future."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._gate:
            self._check_open()
            gathered = self._gathering.get(loop)
            if gathered is None:
                gathered = self._gathering[loop] = Gathered(loop)
                loop.call_soon(self._orders.put, gathered)
            gathered.appends.append(prepared)
            gathered.futures.append(future)
        return future

    def work(self, work: Callable[[Connection], Any], *, touches_projections: bool) -> Future[Any]:
        """Do ``work`` in a write transaction of its own, between two batches."""
        future: Future[Any] = Future()
        with self._gate:
            self._check_open()
            self._orders.put(WaitingWork(work, future, touches_projections))
        return future

    def busy_for(self) -> float:
        """Seconds that the present transaction takes already; 0 between two."""
        since = self._busy_since
        return time.monotonic() - since if since is not None else 0.0

    def quiet_for(self) -> float:
        """Seconds since the last transaction that came through."""
        return time.monotonic() - self._written_at

    def close(self) -> None:
        """Finish what waits and let go of the database."""
        with self._gate:
            self._closed = True  # within the gate, so that nothing can stand behind the end of the queue, unanswered
            for gathered in self._gathering.values():
                self._orders.put(gathered)  # perhaps for a second time; it is taken once
            self._orders.put(None)
        self._thread.join()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable(f"the store {self._place} was closed", "closed")

    # The thread

    def _run(self) -> None:
        ended = False
        while not ended:
            orders, ended = self._take()
            together: list[Gathered] = []
            for order in orders:
                if isinstance(order, Gathered):
                    together.append(order)
                else:
                    self._append(together)
                    together = []
                    self._work(order)
            self._append(together)
        self._committer.disconnect()

    def _take(self) -> tuple[list[Order], bool]:
        """All that waits now, and whether the store is to be closed after it."""
        orders: list[Order] = []
        appends = 0
        order = self._orders.get()
        while order is not None:
            if isinstance(order, WaitingWork):
                orders.append(order)
            elif self._is_taken(order):
                orders.append(order)
                appends += len(order.appends)
            if appends >= BATCH_APPENDS:
                return orders, False
            try:
                order = self._orders.get_nowait()
            except Empty:
                return orders, False
        return orders, True

    def _is_taken(self, gathered: Gathered) -> bool:
        """From here on it doesn't grow. False if it was taken before."""
        with self._gate:
            if self._gathering.get(gathered.loop) is not gathered:
                return False
            del self._gathering[gathered.loop]
            return True

    def _append(self, together: list[Gathered]) -> None:
        if not together:
            return
        appends = together[0].appends if len(together) == 1 else [it for each in together for it in each.appends]
        self._busy_since = time.monotonic()
        try:
            outcomes = self._committer.append(appends)
        except Exception as problem:  # noqa: BLE001 a fault of ours may not end the only writer: who asked is told
            self._committer.disconnect()
            outcomes = [problem] * len(appends)
        self._busy_since = None
        self._note(next((one for one in outcomes if isinstance(one, StoreUnavailable)), None))
        at = 0
        for each in together:
            self._answer(each, outcomes[at : at + len(each.futures)])
            at += len(each.futures)

    def _work(self, order: WaitingWork) -> None:
        if not order.future.set_running_or_notify_cancel():
            return
        self._busy_since = time.monotonic()
        try:
            result = self._committer.work(order.work, touches_projections=order.touches_projections)
        except Exception as problem:  # noqa: BLE001 told to who asked; the writer goes on
            self._note(problem if isinstance(problem, StoreUnavailable) else None)
            order.future.set_exception(problem)
        else:
            self._note(None)
            order.future.set_result(result)
        finally:
            self._busy_since = None

    def _note(self, trouble: StoreUnavailable | None) -> None:
        self.trouble = trouble
        if trouble is None:
            self._written_at = time.monotonic()

    @staticmethod
    def _answer(gathered: Gathered, outcomes: list[Outcome]) -> None:
        """One wake-up for all of them, not one for each append."""
        try:
            gathered.loop.call_soon_threadsafe(_give, gathered.futures, outcomes)
        except RuntimeError:
            return  # that loop is closed: nobody waits any more; what was written stays written


def _give(futures: list[asyncio.Future[None]], outcomes: list[Outcome]) -> None:
    for future, problem in zip(futures, outcomes, strict=True):
        if future.done():
            continue  # its caller was cancelled
        if problem is None:
            future.set_result(None)
        else:
            future.set_exception(problem)
