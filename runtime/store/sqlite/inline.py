"""A SQLite store without threads: each commit and each read happens where and when it is called.

For a host that is played: the very file, schema, committer and queries of a real store, at the instant that the player
chose. Nobody else may have the file, it takes no lock; it goes with its simulation, so nobody waits for the disk.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from runtime.store.sqlite.committing import Committer
from runtime.store.sqlite.connecting import BUSY_SECONDS, reader_connection
from runtime.store.sqlite.engine import open_writing
from runtime.store.staging import Prepared
from runtime.store.watching import Watch
from runtime.store.writer import Outcome

T = TypeVar("T")


class InlineFile:
    """The open file. ``watch`` is told of what was committed."""

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self.watch = Watch()
        self._committer = Committer(
            path, advanced=self.watch.advanced, busy_seconds=BUSY_SECONDS, settings=("PRAGMA synchronous = OFF",)
        )
        self._raw = reader_connection(path)
        self._reading = _core(self._raw)

    def commit(self, appends: Sequence[Prepared]) -> list[Outcome]:
        """One transaction for all of them, and what became of each."""
        return self._committer.append(appends)

    def work(self, work: Callable[[Connection], Any], *, touches_projections: bool) -> Any:
        """A piece of other work in a transaction of its own."""
        return self._committer.work(work, touches_projections=touches_projections)

    def read(self, query: Callable[[Connection], T]) -> T:
        """One moment of the store."""
        self._raw.execute("BEGIN")
        try:
            return query(self._reading)
        finally:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")

    def close(self) -> None:
        """The reader goes first: the last connection to leave folds the log into the file."""
        self._reading.close()
        self._raw.close()
        self._committer.disconnect()


_next: list[sqlite3.Connection] = []
_gate = threading.Lock()


def _core(raw: sqlite3.Connection) -> Connection:
    """As ``connecting.core``, but one engine for all: what it has compiled serves the next simulation, too."""
    with _gate:
        _next.append(raw)
        return _engine().connect()


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return create_engine(
        "sqlite://", creator=_next.pop, poolclass=NullPool, isolation_level="AUTOCOMMIT", pool_reset_on_return=None
    )


def create(path: Path) -> None:
    """A new store at ``path``, the copy of one that was made by all steps of the schema."""
    path.write_bytes(_fresh())


@lru_cache(maxsize=1)
def _fresh() -> bytes:
    with TemporaryDirectory(prefix="baton-") as folder:
        path = Path(folder) / "fresh.db"
        open_writing(path, worker="fresh").close()
        return path.read_bytes()
