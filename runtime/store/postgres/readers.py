"""A few threads that read, each with a connection that can't write. Each read sees one moment of the store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runtime.store.postgres.address import Address
from runtime.store.postgres.connecting import Raw, core, reader_connection
from runtime.store.postgres.faults import explained
from runtime.store.problems import StoreUnavailable

T = TypeVar("T")


class Readers:
    def __init__(self, address: Address, *, threads: int = 3) -> None:
        self._address = address
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"reader of {address.place}")
        self._own = threading.local()
        self._open: set[Raw] = set()
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

    def close(self) -> None:
        """Waits for the reads under way."""
        self._closed = True
        self._threads.shutdown(wait=True)
        for raw in self._open:
            raw.close()
        self._open.clear()

    def _was_closed(self) -> StoreUnavailable:
        return StoreUnavailable(f"the store {self._address.place} was closed", "closed")

    def _read(self, query: Callable[[Connection], T]) -> T:
        was_open = getattr(self._own, "pair", None) is not None
        try:
            return self._read_once(query)
        except psycopg.Error as error:
            told: psycopg.Error = error
        except DBAPIError as error:
            if not isinstance(error.orig, psycopg.Error):
                raise
            told = error.orig
        broken = self._disconnect()
        if broken and was_open:  # it may have died unnoticed while nobody read; a read may be repeated
            return self._read(query)
        raise explained(told, self._address.place) from told

    def _read_once(self, query: Callable[[Connection], T]) -> T:
        raw, connection = self._connected()
        raw.execute(b"BEGIN")
        try:
            return query(connection)
        finally:
            if not raw.closed:
                raw.execute(b"ROLLBACK")

    def _connected(self) -> tuple[Raw, Connection]:
        pair: tuple[Raw, Connection] | None = getattr(self._own, "pair", None)
        if pair is None:
            raw = reader_connection(self._address)
            self._open.add(raw)
            pair = self._own.pair = (raw, core(raw))
        return pair

    def _disconnect(self) -> bool:
        """Whether the connection was lost already."""
        pair: tuple[Raw, Connection] | None = getattr(self._own, "pair", None)
        self._own.pair = None
        if pair is None:
            return True
        raw = pair[0]
        broken = raw.closed
        self._open.discard(raw)
        raw.close()
        return broken
