"""One transaction after another on the one connection that writes: batches of appends, and pieces of other work.

Law: nothing is ever half there. One batch is one transaction; an append that is fenced is set apart before, and where a
batch fails because of what stands in one of its appends, each is tried alone. After an error of the disk the connection
is opened afresh, so the next call works as soon as the fault is over. Used by the writer's thread alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runtime.engine.requests import Fenced, SignalKey, StartKey
from runtime.engine.rows import RunRows
from runtime.store.chain import START
from runtime.store.heads import Head, Heads
from runtime.store.problems import StoreProblem, StoreUnavailable
from runtime.store.projecting import Put, changes_of, in_order
from runtime.store.schema import signal_keys, start_keys
from runtime.store.sqlite.bulk import JOURNAL, write_rows
from runtime.store.sqlite.connecting import core, write_transaction, writer_connection
from runtime.store.sqlite.faults import explained, gone
from runtime.store.staging import Batch, Prepared
from runtime.store.writer import Outcome

REMEMBERED_STREAMS = 20_000
STILL_LOCKED = 2.0
"""seconds that a transaction waits for a lock for which the one before has waited in vain: else all who come meanwhile
would wait one behind the other for the whole time, and longer than anybody listens"""

_HEAD = "SELECT seq, hash FROM journal WHERE stream = ? ORDER BY seq DESC LIMIT 1"
_ROW_HASH = "SELECT hash FROM journal WHERE stream = ? AND seq = ?"
_START_OWNER = "SELECT run FROM start_keys WHERE environment = ? AND flow = ? AND key = ?"
_SIGNAL_OWNER = "SELECT stream FROM signal_keys WHERE signal = ?"
_START_KEYS = Put(start_keys.name, tuple(column.name for column in start_keys.columns), ())
_SIGNAL_KEYS = Put(signal_keys.name, tuple(column.name for column in signal_keys.columns), ())

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


class Committer:
    """``advanced`` is called after each commit with the new head of each stream that grew."""

    def __init__(
        self,
        path: Path,
        *,
        advanced: Callable[[dict[str, int]], None],
        busy_seconds: float,
        settings: Sequence[str] = (),
    ) -> None:
        """``settings``: what its connection is told beyond the usual."""
        self._path = path
        self._settings = settings
        self._identity = _identity(path)
        self._advanced = advanced
        self._busy_seconds = busy_seconds
        self._locked_out = False
        """whether the last transaction died of a lock"""
        self._heads = Heads(REMEMBERED_STREAMS)
        self._raw: sqlite3.Connection | None = None
        self._core: Connection | None = None

    def append(self, appends: Sequence[Prepared]) -> list[Outcome]:
        """One transaction for all of them, and what became of each. Never raises but for a fault of our own."""
        try:
            return self._append(appends)
        except StoreUnavailable as problem:
            return [copy(problem) for _ in appends]  # one each: whoever raises it adds his own trace to it
        except _ROWS_AT_FAULT as error:
            # Something in one append that no table takes, or rows that our memory of the heads did not foresee: find
            # out whose it is, one transaction each.
            self.disconnect()
            if len(appends) > 1:
                return [outcome for append in appends for outcome in self.append([append])]
            return [_refusal(error)]

    def work(self, work: Callable[[Connection], Any], *, touches_projections: bool) -> Any:
        """Do ``work`` in one transaction. Raises ``StoreUnavailable``, and whatever ``work`` raises."""
        raw = self._connected()
        assert self._core is not None
        try:
            with write_transaction(raw):
                result = work(self._core)
        except (sqlite3.Error, DBAPIError) as error:
            self.disconnect()
            cause = error.orig if isinstance(error, DBAPIError) else error  # SQLAlchemy wraps what the driver raised
            if not isinstance(cause, sqlite3.Error):
                raise
            raise self._explained(cause, outcome_unknown=True) from error
        self._came_through(raw)
        if touches_projections:
            self._heads.clear()
        return result

    def disconnect(self) -> None:
        """Closes the connection, which undoes what was not committed; the next call opens another."""
        raw, self._raw, self._core = self._raw, None, None
        self._heads.clear()
        if raw is not None:
            raw.close()

    def _append(self, appends: Sequence[Prepared]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        batch = Batch(self._known, self._start_owner, self._signal_owner)
        committing = False
        raw = self._connected()
        try:
            raw.execute("BEGIN IMMEDIATE")
            for append in appends:
                try:
                    batch.add(append)
                except Fenced as fenced:
                    self._forget(append)
                    outcomes.append(fenced)
                else:
                    outcomes.append(None)
            self._write(raw, batch)
            committing = True
            raw.execute("COMMIT")
        except _ROWS_AT_FAULT:
            raise
        except sqlite3.Error as error:
            self.disconnect()
            if not committing:
                raise self._explained(error) from error
            self._look_whether_committed(batch, error)
        else:
            self._came_through(raw)
            self._remember(batch)
        self._advanced({stream: head.seq for stream, head in batch.heads.items()})
        return outcomes

    def _write(self, raw: sqlite3.Connection, batch: Batch) -> None:
        write_rows(raw, JOURNAL, batch.journal)
        if batch.start_keys:
            keys = batch.start_keys.values()
            write_rows(raw, _START_KEYS, [(k.environment, k.flow, k.key, k.body_hash, k.run, at) for k, at in keys])
        if batch.signal_keys:
            signals = batch.signal_keys.values()
            write_rows(raw, _SIGNAL_KEYS, [(k.signal, k.stream, k.body_hash, at) for k, at in signals])
        pairs = ((self._rows_of(run), rows) for run, rows in batch.runs.items())
        for statement, parameters in in_order(changes_of(pairs, fresh=lambda row: row.run in batch.begun)):
            write_rows(raw, statement, parameters)

    def _look_whether_committed(self, batch: Batch, error: sqlite3.Error) -> None:
        """COMMIT failed: its outcome is read from the store by key (F17). Returns if the rows are there."""
        if not batch.journal:
            return
        stream, seq, *_, own = batch.journal[-1]  # all of the transaction is there, or nothing
        try:
            row = self._connected().execute(_ROW_HASH, (stream, seq)).fetchone()
        except (sqlite3.Error, StoreProblem) as problem:
            raise explained(error, self._path, outcome_unknown=True) from problem
        if row is None or row[0] != own:
            raise explained(error, self._path) from error

    def _explained(self, error: sqlite3.Error, *, outcome_unknown: bool = False) -> StoreUnavailable:
        problem = explained(error, self._path, outcome_unknown=outcome_unknown)
        self._locked_out = problem.trouble == "locked"
        return problem

    def _came_through(self, raw: sqlite3.Connection) -> None:
        if self._locked_out:
            self._locked_out = False
            raw.execute(f"PRAGMA busy_timeout = {round(self._busy_seconds * 1000)}")

    # What is remembered of the streams

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

    def _rows_of(self, run: str) -> RunRows | None:
        head = self._heads.get(run)
        return head.rows if head else None

    def _remember(self, batch: Batch) -> None:
        for run, rows in batch.runs.items():
            head = batch.heads.get(run)
            if head is None:
                batch.heads[run] = head = self._known(run)
            head.rows = rows
        for stream, head in batch.heads.items():
            if head.rows is not None and head.rows.run.ended_at is not None:
                self._heads.forget(stream)  # it has ended: hardly anything comes any more
            else:
                self._heads.put(stream, head)

    def _forget(self, append: Prepared) -> None:
        """Whoever was fenced, our own memory may be what is wrong: read these heads afresh next time."""
        for segment in append.segments:
            self._heads.forget(segment.stream)

    def _query(self, text: str, parameters: tuple[Any, ...]) -> Any:
        assert self._raw is not None
        return self._raw.execute(text, parameters).fetchone()

    def _connected(self) -> sqlite3.Connection:
        """The open connection, opened again after a fault. Raises ``StoreUnavailable``."""
        if _identity(self._path) != self._identity:
            self.disconnect()
            raise gone(self._path)
        if self._raw is None:
            try:
                waits = min(STILL_LOCKED, self._busy_seconds) if self._locked_out else self._busy_seconds
                self._raw = writer_connection(self._path, waits)
                for setting in self._settings:
                    self._raw.execute(setting)
                self._core = core(self._raw)
            except sqlite3.Error as error:
                self.disconnect()
                raise self._explained(error) from error
        return self._raw


def _refusal(error: Exception) -> Exception:
    if isinstance(error, sqlite3.IntegrityError) and error.sqlite_errorname in _FENCES:
        return Fenced(f"the store refused it: {error}")
    problem = StoreProblem(f"this can't be written to the store: {error}")
    problem.__cause__ = error
    return problem


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
