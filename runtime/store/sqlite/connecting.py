"""How a connection to the file is opened and set up: one that writes, and readers that can't."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from runtime.store.problems import StoreProblem

OLDEST_SQLITE = (3, 33, 0)
"""UPDATE ... FROM. Below 3.51.3 the log can break when two connections write or checkpoint at one instant: ours never
do, since the one writer makes all checkpoints and readers are opened read-only."""

BUSY_SECONDS = 30.0
"""how long a write waits for another program's lock before it is refused"""

_WRITER_SETTINGS = (
    "PRAGMA synchronous = FULL",  # a commit is on the disk when it returns
    "PRAGMA fullfsync = ON",  # macOS: an ordinary fsync there doesn't reach the disk
    "PRAGMA wal_autocheckpoint = 10000",  # pages; measured +60 % against the default of 1000
    "PRAGMA journal_size_limit = 67108864",  # bytes that the log keeps after it was reset
    "PRAGMA cache_size = -65536",  # KiB
    "PRAGMA temp_store = MEMORY",
)

_READER_CACHE = "PRAGMA cache_size = -16384"
"""KiB. With SQLite's own 2,000 a run is read again at 0.75 of the speed once 100,000 runs are stored: the inner pages
of the indexes no longer stay"""


def writer_connection(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """The connection that writes. Never creates the file. Transactions are ours alone: BEGIN IMMEDIATE and COMMIT."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StoreProblem(f"{path} lies where SQLite can't keep a write-ahead log; put it on a local disk")
        for setting in _WRITER_SETTINGS:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


def reader_connection(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection that can only read; it sees each commit that returned before its read began."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=ro",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute(_READER_CACHE)
    except BaseException:
        connection.close()
        raise
    return connection


def core(connection: sqlite3.Connection) -> Connection:
    """SQLAlchemy Core upon a connection that is open already. Whoever opened it closes it, transactions are ours."""
    # StaticPool: other pools close the connection as soon as SQLAlchemy's part of it is no longer referred to.
    engine = create_engine(
        "sqlite://",
        creator=lambda: connection,
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
    )
    return engine.connect()


@contextmanager
def write_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE, so that it waits for a lock at its start and never fails for one in its middle (F13)."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
