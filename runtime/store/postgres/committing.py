"""One transaction after another on the one connection of this process that writes.

Law: nothing is ever half there. One batch is one transaction. Other processes write beside us, so what we remember of a
stream may be old: UNIQUE(stream, seq) has the last word, and what it refuses is staged again from heads read afresh,
until each append either stands or is fenced by what really stands there. Used by the writer's thread alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runtime.engine.events import RunClaimed
from runtime.engine.requests import Fenced, SignalKey, StartKey
from runtime.engine.rows import RunRows
from runtime.store.chain import START
from runtime.store.heads import Head, Heads
from runtime.store.postgres.address import Address
from runtime.store.postgres.bulk import copy_journal, write_rows
from runtime.store.postgres.connecting import Raw, core, transaction, writer_connection
from runtime.store.postgres.faults import explained, first_line
from runtime.store.problems import StoreProblem, StoreUnavailable
from runtime.store.projecting import Drop, Put, changes_of, in_order
from runtime.store.schema import holds, signal_keys, start_keys
from runtime.store.staging import Batch, Prepared
from runtime.store.writer import Outcome

REMEMBERED_STREAMS = 20_000
STAGED_AGAIN = 3
"""how often a batch is staged again because others were first, before each append is tried alone"""
LOOKED_FOR = 10.0
"""seconds that a COMMIT whose answer was lost may still be under way at the server"""

_BEGIN = b"BEGIN; SELECT pg_current_xact_id()::text"
_HEADS = b"""
    SELECT wanted.stream, head.seq, head.hash FROM unnest(%s::text[]) AS wanted (stream)
    CROSS JOIN LATERAL (
        SELECT seq, hash FROM journal WHERE journal.stream = wanted.stream ORDER BY seq DESC LIMIT 1
    ) AS head
"""
_ROW_HASH = b"SELECT hash FROM journal WHERE stream = %s AND seq = %s"
_STATUS = b"SELECT pg_xact_status(%s::xid8)"
_START_OWNER = b"SELECT run FROM start_keys WHERE environment = %s AND flow = %s AND key = %s"
_SIGNAL_OWNER = b"SELECT stream FROM signal_keys WHERE signal = %s"
_LOCK_JOURNAL = "LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE"
_START_KEYS = Put(start_keys.name, tuple(column.name for column in start_keys.columns), ())
_SIGNAL_KEYS = Put(signal_keys.name, tuple(column.name for column in signal_keys.columns), ())
_CLAIMED = RunClaimed.__name__
_TAKE = Put(holds.name, ("run", "worker"), ("run",))
_KEEP = b"INSERT INTO holds (run, worker) SELECT run, %s FROM unnest(%s::text[]) AS new (run) ON CONFLICT DO NOTHING"
_TAKE_AS_IT_IS = (
    b"INSERT INTO holds (run, worker) SELECT run, %s FROM runs WHERE run = ANY(%s::text[]) AND needs_worker "
    b"ORDER BY run ON CONFLICT (run) DO UPDATE SET worker = EXCLUDED.worker"
)
_FREE = Drop(holds.name, ("run",))

_ROWS_AT_FAULT = (
    psycopg.IntegrityError,
    psycopg.DataError,
    psycopg.ProgrammingError,
    psycopg.NotSupportedError,
    errors.ProgramLimitExceeded,  # a key that no index takes
    ValueError,
    TypeError,
    OverflowError,
)
"""errors that come of what was to be written, not of the server"""
_OTHERS_WERE_FIRST = (errors.UniqueViolation, errors.DeadlockDetected, errors.SerializationFailure)
_NOT_OURS = (errors.InsufficientPrivilege, errors.UndefinedTable)
"""programming errors by psycopg's tree, but the server's state is at fault"""


class Committer:
    """``advanced`` is called after each commit with the new head of each stream that grew."""

    def __init__(self, address: Address, worker: str, *, advanced: Callable[[dict[str, int]], None]) -> None:
        self._address = address
        self._worker = worker
        self._place = address.place
        self._advanced = advanced
        self._heads = Heads(REMEMBERED_STREAMS)
        self._raw: Raw | None = None
        self._core: Connection | None = None

    def append(self, appends: Sequence[Prepared]) -> list[Outcome]:
        """One transaction for all of them, and what became of each. Never raises but for a fault of our own."""
        try:
            return self._staged_afresh(appends)
        except StoreUnavailable as problem:
            return [copy(problem) for _ in appends]  # one each: whoever raises it adds his own trace to it
        except _ROWS_AT_FAULT as error:
            # Something in one append that no table takes: find out whose it is, one transaction each.
            if len(appends) > 1:
                return [outcome for append in appends for outcome in self.append([append])]
            return [_refusal(error)]

    def work(self, work: Callable[[Connection], Any], *, touches_projections: bool) -> Any:
        """Do ``work`` in one transaction. Raises ``StoreUnavailable``, and whatever ``work`` raises."""
        # A rebuild reads a run's journal and writes its rows: in between, nobody may append to it.
        first = (_LOCK_JOURNAL,) if touches_projections else ()
        try:
            return self._worked(work, first)
        except DBAPIError as error:
            if not isinstance(error.orig, errors.UniqueViolation):
                raise self._explained_work(error) from error
        except psycopg.Error as error:
            raise self._explained_work(error) from error
        finally:
            if touches_projections:
                self._heads.clear()
        try:
            return self._worked(work, first)  # another process made the same row just now: this time it is seen
        except (psycopg.Error, DBAPIError) as error:
            raise self._explained_work(error) from error

    def disconnect(self) -> None:
        """Closes the connection, which undoes what was not committed; the next call opens another."""
        raw, self._raw, self._core = self._raw, None, None
        self._heads.clear()
        if raw is not None:
            raw.close()

    # -- one batch ----------------------------------------------------------------------------------------------------

    def _staged_afresh(self, appends: Sequence[Prepared]) -> list[Outcome]:
        for _ in range(STAGED_AGAIN):
            was_open = self._raw is not None
            try:
                return self._append(appends)
            except _OTHERS_WERE_FIRST:
                self._undo()
            except _Unreached as problem:
                # An old connection may have died unnoticed while nobody wrote; nothing of this batch can be there.
                if not was_open:
                    raise problem.told from problem.__cause__
            except _ROWS_AT_FAULT:
                self._undo()
                raise
        return self._one_by_one(appends)

    def _one_by_one(self, appends: Sequence[Prepared]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for append in appends:
            try:
                outcomes += self._append([append])
            except _OTHERS_WERE_FIRST as error:
                self._undo()
                outcomes.append(Fenced(f"the store refused it: {first_line(error)}"))
            except _Unreached as problem:
                outcomes.append(problem.told)
            except _ROWS_AT_FAULT as error:
                self._undo()
                outcomes.append(_refusal(error))
        return outcomes

    def _append(self, appends: Sequence[Prepared]) -> list[Outcome]:
        transaction_id: str | None = None
        raw = self._connected()
        try:
            transaction_id = self._begin(raw)
            batch, outcomes = self._stage(appends)
            if not batch.journal:
                raw.execute(b"ROLLBACK")
                return outcomes
            self._write(raw, batch)
        except _NOT_OURS as error:
            self.disconnect()
            raise _Unreached(explained(error, self._place)) from error
        except (*_OTHERS_WERE_FIRST, *_ROWS_AT_FAULT):
            raise
        except psycopg.Error as error:
            self.disconnect()
            raise _Unreached(explained(error, self._place)) from error
        try:
            raw.execute(b"COMMIT")
        except psycopg.Error as error:
            self.disconnect()
            self._look_whether_committed(batch, transaction_id, error)
        else:
            self._remember(batch)
        self._advanced({stream: head.seq for stream, head in batch.heads.items()})
        return outcomes

    @staticmethod
    def _begin(raw: Raw) -> str:
        """The server's number of the transaction, by which it can be asked later what became of it."""
        cursor = raw.execute(_BEGIN)
        cursor.nextset()
        row = cursor.fetchone()
        assert row is not None
        return str(row[0])

    def _stage(self, appends: Sequence[Prepared]) -> tuple[Batch, list[Outcome]]:
        self._read_heads({segment.stream for append in appends for segment in append.segments})
        batch = Batch(self._known, self._start_owner, self._signal_owner)
        outcomes: list[Outcome] = []
        for append in appends:
            try:
                batch.add(append)
            except Fenced:
                # By what we remember, which may be old: another process may have brought the stream further.
                streams = {segment.stream for segment in append.segments}
                self._forget(streams)
                self._read_heads(streams)
                try:
                    batch.add(append)
                except Fenced as fenced:
                    outcomes.append(fenced)
                    continue
            outcomes.append(None)
        return batch, outcomes

    def _write(self, raw: Raw, batch: Batch) -> None:
        copy_journal(raw, batch.journal)
        keys = batch.start_keys.values()
        write_rows(raw, _START_KEYS, [(k.environment, k.flow, k.key, k.body_hash, k.run, at) for k, at in keys])
        signals = batch.signal_keys.values()
        write_rows(raw, _SIGNAL_KEYS, [(k.signal, k.stream, k.body_hash, at) for k, at in signals])
        self._write_holds(raw, batch)
        pairs = ((self._rows_of(run, batch), rows) for run, rows in batch.runs.items())
        for statement, parameters in in_order(changes_of(pairs, fresh=lambda row: row.run in batch.begun)):
            write_rows(raw, statement, parameters)

    def _write_holds(self, raw: Raw, batch: Batch) -> None:
        """A run belongs to who made it need a worker, until it needs none; who claims it takes it from the one before.

        What others append to it meanwhile (an answer, a signal) leaves it where it is.
        """
        claimed = {row[0] for row in batch.journal if row[4] == _CLAIMED}
        taken, kept, freed = [], [], []
        for run, rows in batch.runs.items():
            before = self._rows_of(run, batch)
            if run in claimed and rows.run.needs_worker:
                taken.append((run, self._worker))
            elif before is not None and before.run.needs_worker == rows.run.needs_worker:
                continue
            elif rows.run.needs_worker:
                kept.append(run)
            else:
                freed.append((run,))
        write_rows(raw, _TAKE, taken)
        if unchanged := sorted(claimed - batch.runs.keys()):  # a claim alone changes no row of a list
            raw.execute(_TAKE_AS_IT_IS, (self._worker, unchanged), prepare=True)
        if kept:
            raw.execute(_KEEP, (self._worker, kept), prepare=True)
        write_rows(raw, _FREE, freed)

    def _look_whether_committed(self, batch: Batch, transaction_id: str, error: psycopg.Error) -> None:
        """COMMIT failed: its outcome is read from the store by key (F17). Returns if the rows are there.

        The server may still be at it when we look, so it is asked about the transaction until it is over.
        """
        stream, seq, *_, own = batch.journal[-1]  # all of the transaction is there, or nothing
        until, there = time.monotonic() + LOOKED_FOR, False
        while True:
            try:
                raw = self._connected()
                status = _first(raw.execute(_STATUS, (transaction_id,)))
                if status != "in progress":
                    there = _first(raw.execute(_ROW_HASH, (stream, seq))) == own
                    break
            except (psycopg.Error, StoreProblem) as problem:
                self.disconnect()
                if time.monotonic() > until:
                    raise explained(error, self._place, outcome_unknown=True) from problem
            if time.monotonic() > until:
                raise explained(error, self._place, outcome_unknown=True) from error
            time.sleep(0.05)
        if not there:
            raise explained(error, self._place) from error

    # -- other work ---------------------------------------------------------------------------------------------------

    def _worked(self, work: Callable[[Connection], Any], first: tuple[str, ...]) -> Any:
        raw = self._connected()
        if not self._answers(raw):
            self.disconnect()
            raw = self._connected()
        assert self._core is not None
        with transaction(raw, *first):
            return work(self._core)

    @staticmethod
    def _answers(raw: Raw) -> bool:
        try:
            raw.execute(b"SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _explained_work(self, error: Exception) -> Exception:
        self.disconnect()
        cause = error.orig if isinstance(error, DBAPIError) else error  # SQLAlchemy wraps what the driver raised
        if not isinstance(cause, psycopg.Error):
            return error
        # Only a connection that is lost leaves open what became of it; an error that the server told undid it all.
        return explained(cause, self._place, outcome_unknown=cause.sqlstate is None)

    # -- what is remembered of the streams ----------------------------------------------------------------------------

    def _read_heads(self, streams: set[str]) -> None:
        """One look at the store for all of them that are not remembered."""
        unknown = [stream for stream in streams if self._heads.get(stream) is None]
        if not unknown:
            return
        assert self._raw is not None
        for stream, seq, found in self._raw.execute(_HEADS, (unknown,), prepare=True):
            self._heads.put(stream, Head(seq, found))

    def _known(self, stream: str) -> Head:
        return self._heads.get(stream) or Head(0, START)

    def _start_owner(self, key: StartKey) -> str | None:
        assert self._raw is not None
        cursor = self._raw.execute(_START_OWNER, (key.environment, key.flow, key.key), prepare=True)
        owner: str | None = _first(cursor)
        return owner

    def _signal_owner(self, key: SignalKey) -> str | None:
        assert self._raw is not None
        owner: str | None = _first(self._raw.execute(_SIGNAL_OWNER, (key.signal,), prepare=True))
        return owner

    def _rows_of(self, run: str, batch: Batch) -> RunRows | None:
        """Only for runs that grow in this batch: of others our memory may be old, and no fence would show it."""
        head = self._heads.get(run) if run in batch.heads else None
        return head.rows if head else None

    def _remember(self, batch: Batch) -> None:
        for run, rows in batch.runs.items():
            if head := batch.heads.get(run):
                head.rows = rows
            else:
                self._heads.forget(run)
        for stream, head in batch.heads.items():
            if head.rows is not None and head.rows.run.ended_at is not None:
                self._heads.forget(stream)  # it has ended: hardly anything comes any more
            else:
                self._heads.put(stream, head)

    def _forget(self, streams: set[str]) -> None:
        for stream in streams:
            self._heads.forget(stream)

    def _undo(self) -> None:
        """After a refusal by the server: our memory may be what is wrong, so all of it is read afresh."""
        self._heads.clear()
        try:
            if self._raw is not None:
                self._raw.execute(b"ROLLBACK")
        except psycopg.Error:
            self.disconnect()

    def _connected(self) -> Raw:
        """The open connection, opened again after a fault. Raises ``StoreUnavailable``."""
        if self._raw is not None and self._raw.closed:
            self.disconnect()
        if self._raw is None:
            try:
                self._raw = writer_connection(self._address)
                self._core = core(self._raw)
            except psycopg.Error as error:
                self.disconnect()
                raise explained(error, self._place) from error
        return self._raw


class _Unreached(Exception):
    """The server was not reached, or not any more, before COMMIT was sent: nothing of this call is there."""

    def __init__(self, told: StoreUnavailable) -> None:
        super().__init__(str(told))
        self.told = told


def _first(cursor: psycopg.Cursor[tuple[Any, ...]]) -> Any:
    row = cursor.fetchone()
    return None if row is None else row[0]


def _refusal(error: Exception) -> Exception:
    if isinstance(error, (errors.UniqueViolation, errors.IntegrityConstraintViolation)):
        return Fenced(f"the store refused it: {first_line(error)}")
    problem = StoreProblem(f"this can't be written to the store: {error}")
    problem.__cause__ = error
    return problem
