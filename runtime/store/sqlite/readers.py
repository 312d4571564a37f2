"""The threads that read an SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runtime.store.reading_threads import ReadingThreads
from runtime.store.sqlite.connecting import BUSY_SECONDS, core, reader_connection
from runtime.store.sqlite.faults import explained

T = TypeVar("T")


class Readers(ReadingThreads[sqlite3.Connection]):
    def __init__(self, path: Path, *, threads: int = 3, busy_seconds: float = BUSY_SECONDS) -> None:
        super().__init__(str(path), name=path.name, threads=threads)
        self._path = path
        self._busy_seconds = busy_seconds

    def _connect(self) -> tuple[sqlite3.Connection, Connection]:
        raw = reader_connection(self._path, self._busy_seconds)
        return raw, core(raw)

    def _read(self, query: Callable[[Connection], T]) -> T:
        try:
            raw, connection = self._connected()
            raw.execute("BEGIN")
            try:
                return query(connection)
            finally:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._disconnect()
            raise explained(error, self._path) from error
        except DBAPIError as error:
            if not isinstance(error.orig, sqlite3.Error):
                raise
            self._disconnect()
            raise explained(error.orig, self._path) from error

    def _disconnect(self) -> None:
        raw = self._given_away()
        if raw is not None:
            raw.close()
