"""A store on one SQLite file: opening and creating it, and the writer, readers and lock that belong together."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from runtime.store.halves import Halves
from runtime.store.migrations import NEWEST, migrate, schema_version
from runtime.store.problems import StoreProblem
from runtime.store.sqlite.committing import Committer
from runtime.store.sqlite.connecting import (
    BUSY_SECONDS,
    OLDEST_SQLITE,
    core,
    reader_connection,
    write_transaction,
    writer_connection,
)
from runtime.store.sqlite.faults import explained
from runtime.store.sqlite.foreign_log import refuse_foreign_log
from runtime.store.sqlite.lock import Lock
from runtime.store.sqlite.readers import Readers
from runtime.store.watching import Watch
from runtime.store.writer import Writer


class SqliteEngine(Halves):
    """``store.Engine`` on a file. Made by ``open_writing`` or ``open_reading``."""

    shared = False

    def __init__(self, path: Path, *, lock: Lock | None, busy_seconds: float) -> None:
        watch = Watch()
        writer: Writer | None = None
        if lock:
            committer = Committer(path, advanced=watch.advanced, busy_seconds=busy_seconds)
            writer = Writer(committer, str(path))
        super().__init__(str(path), watch, Readers(path, busy_seconds=busy_seconds), writer)
        self._lock = lock
        self._closed = False

    def announce_server(self, url: str | None, token: str | None) -> None:
        if self._lock is None:
            raise StoreProblem(f"{self.place} was opened for reading only, no server can be named in its lock")
        self._lock.announce_server(url, token)

    def may_judge(self) -> bool:
        return True  # its lock is ours: whoever wrote before is gone

    def close(self) -> None:
        """Readers go first: the last connection to leave folds the log into the file, and that must be the writer's."""
        if self._closed:
            return
        self._closed = True
        self._readers.close()
        if self._writer:
            self._writer.close()
        if self._lock:
            self._lock.release()


def open_writing(path: Path, *, worker: str, busy_seconds: float = BUSY_SECONDS) -> SqliteEngine:
    """Create the file and its folder where they are missing, take the lock, bring the schema up to date.

    Raises ``StoreHeld``, ``StoreUnavailable``, ``StoreProblem``.
    """
    _check_library()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreProblem(f"can't make the folder {path.parent} for the store: {problem.strerror}") from problem
    _refuse_second_name(path)
    lock = Lock(path, worker=worker)
    try:
        _create(path)
        refuse_foreign_log(path, busy_seconds)
        _bring_up_to_date(path, busy_seconds)
        return SqliteEngine(path, lock=lock, busy_seconds=busy_seconds)
    except BaseException:
        lock.release()
        raise


def open_reading(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> SqliteEngine:
    """Only to look, also beside a process that writes. Raises ``StoreUnavailable``, ``StoreProblem``."""
    _check_library()
    if not path.exists():
        raise StoreProblem(f"there is no store at {path}")
    _refuse_second_name(path)
    try:
        raw = reader_connection(path, busy_seconds)
        try:
            version = schema_version(core(raw), str(path), NEWEST)
        finally:
            raw.close()
    except (sqlite3.Error, DBAPIError) as error:
        raise _explained(error, path) from error
    if version < NEWEST:
        raise StoreProblem(
            f"the store {path} is of an older Baton (schema {version} of {NEWEST}); start Baton on it once"
        )
    return SqliteEngine(path, lock=None, busy_seconds=busy_seconds)


def _check_library() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise StoreProblem(
            f"this Python comes with SQLite {sqlite3.sqlite_version}; Baton needs {needed} or newer: use a newer Python"
        )


def _refuse_second_name(path: Path) -> None:
    """A symbolic link is followed, but hard links are two names for SQLite, each with a log and a lock of its own: what
    stands in the log of one is missed, and the file destroyed, by whoever opens the other."""
    try:
        names = path.stat().st_nlink
    except OSError:
        return  # there is none yet, or whoever opens it says why it can't be read
    if names > 1:
        raise StoreProblem(
            f"the store {path} has {names} names in its file system (hard links); opened by more than one it would be "
            "destroyed. Stop Baton, then remove the others, or put a copy in their place"
        )


def _create(path: Path) -> None:
    """An empty file that only its owner can read; SQLite gives its log files the same rights."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as problem:
        raise StoreProblem(f"can't open the store {path}: {problem.strerror}") from problem


def _bring_up_to_date(path: Path, busy_seconds: float) -> None:
    try:
        raw = writer_connection(path, busy_seconds)
        try:
            migrate(core(raw), str(path), lambda: write_transaction(raw))
        finally:
            raw.close()
    except (sqlite3.Error, DBAPIError) as error:
        raise _explained(error, path) from error


def _explained(error: Exception, path: Path) -> Exception:
    cause = getattr(error, "orig", None) or error
    return explained(cause, path) if isinstance(cause, sqlite3.Error) else error
