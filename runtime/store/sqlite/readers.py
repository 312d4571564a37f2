"""A few threads that read, each with a connection that can't write. Each read sees one moment of the store."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runtime.store.problems import StoreUnavailable
from runtime.store.sqlite.connecting import BUSY_SECONDS, core, reader_connection
from runtime.store.sqlite.faults import explained

T = TypeVar("T")


class Readers:
    def __init__(self, path: Path, *, threads: int = 3, busy_seconds: float = BUSY_SECONDS) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"reader of {path.name}")
        self._own = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._closed = False

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Raises ``StoreUnavailable``."""
        if self._closed:
            raise self._was_closed()
        try:
            future = asyncio.get_running_loop().run_in_executor(self._threads, self._read, query)
        except RuntimeError:  # it was closed just now
            raise self._was_closed() from None
        return await future

    def _was_closed(self) -> StoreUnavailable:
        return StoreUnavailable(f"the store {self._path} was closed", "closed")

    def close(self) -> None:
        """Waits for the reads under way."""
        self._closed = True
        self._threads.shutdown(wait=True)
        for connection in self._open:
            connection.close()
        self._open.clear()

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

    def _connected(self) -> tuple[sqlite3.Connection, Connection]:
        pair: tuple[sqlite3.Connection, Connection] | None = getattr(self._own, "pair", None)
        if pair is None:
            raw = reader_connection(self._path, self._busy_seconds)
            self._open.append(raw)
            pair = self._own.pair = (raw, core(raw))
        return pair

    def _disconnect(self) -> None:
        pair: tuple[sqlite3.Connection, Connection] | None = getattr(self._own, "pair", None)
        self._own.pair = None
        if pair is not None:
            self._open.remove(pair[0])
            pair[0].close()
