"""The one thread that writes: group commit over all appends that wait, fencing, and recovery from a failing disk.

Law: an append is answered only when its transaction is durable (synchronous=FULL), or with an error when it is not in
the store. Nothing is ever half there: one batch is one transaction, and an append that is fenced is set apart before.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

from sqlalchemy import Connection

from runtime.engine.requests import Fenced, SignalKey, StartKey
from runtime.engine.rows import RunRow
from runtime.store.chain import START
from runtime.store.heads import Head, Heads
from runtime.store.problems import StoreProblem, StoreUnavailable
from runtime.store.projecting import Put, changes_of, in_order
from runtime.store.schema import signal_keys, start_keys
from runtime.store.sqlite.bulk import JOURNAL, write_rows
from runtime.store.sqlite.connecting import BUSY_SECONDS, core, write_transaction, writer_connection
from runtime.store.sqlite.faults import explained, gone
from runtime.store.staging import Batch, Prepared

BATCH_APPENDS = 1000
"""at most so many appends in one transaction, so that no one waits for an endless one"""
REMEMBERED_STREAMS = 20_000

_HEAD = "SELECT seq, hash FROM journal WHERE stream = ? ORDER BY seq DESC LIMIT 1"
_ROW_HASH = "SELECT hash FROM journal WHERE stream = ? AND seq = ?"
_START_OWNER = "SELECT run FROM start_keys WHERE environment = ? AND flow = ? AND key = ?"
_SIGNAL_OWNER = "SELECT stream FROM signal_keys WHERE signal = ?"
_START_KEYS = Put(start_keys.name, tuple(column.name for column in start_keys.columns), ())
_SIGNAL_KEYS = Put(signal_keys.name, tuple(column.name for column in signal_keys.columns), ())


@dataclass(slots=True)
class WaitingAppend:
    prepared: Prepared
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[None]


@dataclass(slots=True)
class WaitingWork:
    """A piece of work of its own: one write transaction with SQLAlchemy Core."""

    work: Callable[[Connection], Any]
    future: Future[Any]
    touches_projections: bool


Order: TypeAlias = WaitingAppend | WaitingWork | None
Outcome: TypeAlias = tuple[WaitingAppend, Exception | None]


class Writer:
    """``advanced`` is called in the writer's thread after each commit with the new head of each stream that grew."""

    def __init__(
        self, path: Path, *, advanced: Callable[[dict[str, int]], None], busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self._path = path
        self._identity = _identity(path)
        self._advanced = advanced
        self._busy_seconds = busy_seconds
        self._orders: SimpleQueue[Order] = SimpleQueue()
        self._heads = Heads(REMEMBERED_STREAMS)
        self._raw: sqlite3.Connection | None = None
        self._core: Connection | None = None
        self._busy_since: float | None = None
        self.trouble: StoreUnavailable | None = None
        """what the last write died of; None = it came through"""
        self._thread = threading.Thread(target=self._run, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    def append(self, prepared: Prepared) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._orders.put(WaitingAppend(prepared, loop, future))
        return future

    def work(self, work: Callable[[Connection], Any], *, touches_projections: bool) -> Future[Any]:
        """Do ``work`` in a write transaction of its own, between two batches."""
        future: Future[Any] = Future()
        self._orders.put(WaitingWork(work, future, touches_projections))
        return future

    def busy_for(self) -> float:
        """Seconds that the present transaction takes already; 0 between two."""
        since = self._busy_since
        return time.monotonic() - since if since is not None else 0.0

    def close(self) -> None:
        """Finish what waits, fold the log into the file, let go of it. What comes later is refused."""
        self._orders.put(None)
        self._thread.join()

    # The thread

    def _run(self) -> None:
        ended = False
        while not ended:
            orders, ended = self._take()
            appends: list[WaitingAppend] = []
            for order in orders:
                if isinstance(order, WaitingAppend):
                    appends.append(order)
                else:
                    self._settle(self._write(appends))
                    appends = []
                    self._do(order)
            self._settle(self._write(appends))
        self._disconnect(fold_log=True)
        self._refuse_the_rest()

    def _take(self) -> tuple[list[WaitingAppend | WaitingWork], bool]:
        """All that waits now (at least one), and whether the store is to be closed after it."""
        orders: list[WaitingAppend | WaitingWork] = []
        order = self._orders.get()
        while order is not None:
            orders.append(order)
            if len(orders) >= BATCH_APPENDS:
                return orders, False
            try:
                order = self._orders.get_nowait()
            except Empty:
                return orders, False
        return orders, True

    def _refuse_the_rest(self) -> None:
        closed = StoreUnavailable(f"the store {self._path} was closed", "closed")
        while True:
            try:
                order = self._orders.get_nowait()
            except Empty:
                return
            if isinstance(order, WaitingAppend):
                self._settle([(order, closed)])
            elif order is not None:
                order.future.set_exception(closed)

    def _write(self, appends: list[WaitingAppend]) -> list[Outcome]:
        """One transaction for all of them; each is answered."""
        if not appends:
            return []
        self._busy_since = time.monotonic()
        try:
            outcomes = self._write_batch(appends)
            self.trouble = None
        except StoreUnavailable as problem:
            self.trouble = problem
            outcomes = [(append, problem) for append in appends]
        except Exception as problem:  # noqa: BLE001 a fault of ours may not end the only writer: it is told to who asked
            self._disconnect()
            outcomes = [(append, problem) for append in appends]
        finally:
            self._busy_since = None
        return outcomes

    def _write_batch(self, appends: list[WaitingAppend]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        staged: list[WaitingAppend] = []
        committing = False
        batch = Batch(self._known, self._start_owner, self._signal_owner)
        raw = self._connected()
        try:
            raw.execute("BEGIN IMMEDIATE")
            for append in appends:
                try:
                    batch.add(append.prepared)
                except Fenced as fenced:
                    self._forget(append)
                    outcomes.append((append, fenced))
                else:
                    staged.append(append)
            self._write_rows(raw, batch)
            committing = True
            raw.execute("COMMIT")
        except _ROWS_AT_FAULT as error:
            # Something in one append that no table takes, or rows that our memory of the heads did not foresee: find
            # out whose it is, one transaction each.
            self._disconnect()
            if len(appends) > 1:
                return [outcome for append in appends for outcome in self._write([append])]
            raise _refusal(error) from error
        except sqlite3.Error as error:
            self._disconnect()
            if not committing:
                raise explained(error, self._path) from error
            self._look_whether_committed(staged, error)
        else:
            self._remember(batch)
        outcomes += [(append, None) for append in staged]
        self._advanced({stream: head.seq for stream, head in batch.heads.items()})
        return outcomes

    def _write_rows(self, raw: sqlite3.Connection, batch: Batch) -> None:
        write_rows(raw, JOURNAL, batch.journal)
        if batch.start_keys:
            keys = batch.start_keys.values()
            write_rows(raw, _START_KEYS, [(k.environment, k.flow, k.key, k.body_hash, k.run, at) for k, at in keys])
        if batch.signal_keys:
            signals = batch.signal_keys.values()
            write_rows(raw, _SIGNAL_KEYS, [(k.signal, k.stream, k.body_hash, at) for k, at in signals])
        started = {stream for stream, seq, *_ in batch.journal if seq == 1}
        pairs = ((self._rows_of(run), rows) for run, rows in batch.runs.items())
        for statement, parameters in in_order(changes_of(pairs, fresh=lambda row: row.run in started)):
            write_rows(raw, statement, parameters)

    def _look_whether_committed(self, staged: list[WaitingAppend], error: sqlite3.Error) -> None:
        """COMMIT failed: its outcome is read from the store by key (F17). Returns if the rows are there."""
        if not staged:
            return
        stream, seq, own = staged[-1].prepared.last or ("", 0, b"")  # all of the transaction is there, or nothing
        try:
            row = self._connected().execute(_ROW_HASH, (stream, seq)).fetchone()
        except (sqlite3.Error, StoreProblem) as problem:
            raise explained(error, self._path, outcome_unknown=True) from problem
        if row is None or row[0] != own:
            raise explained(error, self._path) from error

    def _do(self, order: WaitingWork) -> None:
        if not order.future.set_running_or_notify_cancel():
            return
        self._busy_since = time.monotonic()
        try:
            raw = self._connected()
            assert self._core is not None
            with write_transaction(raw):
                result = order.work(self._core)
            self.trouble = None
            if order.touches_projections:
                self._heads.clear()
        except StoreUnavailable as problem:
            self.trouble = problem
            order.future.set_exception(problem)
        except sqlite3.Error as error:
            self._disconnect()
            self.trouble = explained(error, self._path, outcome_unknown=True)
            order.future.set_exception(self.trouble)
        except Exception as problem:  # noqa: BLE001 told to who asked; the writer goes on
            cause = getattr(problem, "orig", None)  # SQLAlchemy wraps what the driver raised
            if isinstance(cause, sqlite3.Error):
                self._disconnect()
                self.trouble = explained(cause, self._path, outcome_unknown=True)
                problem = self.trouble
            order.future.set_exception(problem)
        else:
            order.future.set_result(result)
        finally:
            self._busy_since = None

    # What the writer remembers

    def _known(self, stream: str) -> Head:
        head = self._heads.get(stream)
        if head is None:
            row = self._query(_HEAD, (stream,))
            head = Head(row[0], row[1]) if row else Head(0, START)
        return head

    def _start_owner(self, key: StartKey) -> str | None:
        row = self._query(_START_OWNER, (key.environment, key.flow, key.key))
        return row[0] if row else None

    def _signal_owner(self, key: SignalKey) -> str | None:
        row = self._query(_SIGNAL_OWNER, (key.signal,))
        return row[0] if row else None

    def _rows_of(self, run: str) -> Any:
        head = self._heads.get(run)
        return head.rows if head else None

    def _remember(self, batch: Batch) -> None:
        for run, rows in batch.runs.items():
            head = batch.heads.get(run)
            if head is None:
                batch.heads[run] = head = self._known(run)
            head.rows = rows
        for stream, head in batch.heads.items():
            if _ended(head.rows.run if head.rows else None):
                self._heads.forget(stream)
            else:
                self._heads.put(stream, head)

    def _forget(self, append: WaitingAppend) -> None:
        """Whoever was fenced, our own memory may be what is wrong: read these heads afresh next time."""
        for segment in append.prepared.segments:
            self._heads.forget(segment.stream)

    def _query(self, text: str, parameters: tuple[Any, ...]) -> Any:
        assert self._raw is not None
        return self._raw.execute(text, parameters).fetchone()

    # The connection

    def _connected(self) -> sqlite3.Connection:
        """The open connection, opened again after a fault. Raises ``StoreUnavailable``."""
        if _identity(self._path) != self._identity:
            self._disconnect()
            raise gone(self._path)
        if self._raw is None:
            try:
                self._raw = writer_connection(self._path, self._busy_seconds)
                self._core = core(self._raw)
            except sqlite3.Error as error:
                self._disconnect()
                raise explained(error, self._path) from error
        return self._raw

    def _disconnect(self, *, fold_log: bool = False) -> None:
        raw, self._raw, self._core = self._raw, None, None
        self._heads.clear()
        if raw is None:
            return
        try:
            if fold_log:
                raw.execute("PRAGMA busy_timeout = 500")  # who still reads elsewhere doesn't hold up our leaving
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            pass  # the log stays and is read at the next start
        finally:
            raw.close()

    @staticmethod
    def _settle(outcomes: Iterable[Outcome]) -> None:
        """One wake-up for each event loop that waits, not one for each append."""
        loops: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
        for outcome in outcomes:
            loops.setdefault(outcome[0].loop, []).append(outcome)
        for loop, own in loops.items():
            try:
                loop.call_soon_threadsafe(_answer, own)
            except RuntimeError:
                continue  # that loop is closed: nobody waits any more; what was written stays written


def _answer(outcomes: list[Outcome]) -> None:
    for append, problem in outcomes:
        if append.future.done():
            continue  # its caller was cancelled
        if problem is None:
            append.future.set_result(None)
        else:
            append.future.set_exception(problem)


_ROWS_AT_FAULT = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    ValueError,
    TypeError,
    OverflowError,
)
"""errors that come of what was to be written, not of the disk"""

_FENCES = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_TRIGGER"}
"""a row is there already, or its run has ended: somebody else was first"""


def _refusal(error: Exception) -> Exception:
    if isinstance(error, sqlite3.IntegrityError) and error.sqlite_errorname in _FENCES:
        return Fenced(f"the store refused it: {error}")
    return StoreProblem(f"this can't be written to the store: {error}")


def _ended(run: RunRow | None) -> bool:
    return run is not None and run.ended_at is not None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
