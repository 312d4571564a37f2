"""The threads that read a Postgres."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runtime.store.postgres.address import Address
from runtime.store.postgres.connecting import Raw, core, reader_connection
from runtime.store.postgres.faults import explained
from runtime.store.reading_threads import ReadingThreads

T = TypeVar("T")


class Readers(ReadingThreads[Raw]):
    def __init__(self, address: Address, *, threads: int = 3) -> None:
        super().__init__(address.place, name=address.place, threads=threads)
        self._address = address

    def _connect(self) -> tuple[Raw, Connection]:
        raw = reader_connection(self._address)
        return raw, core(raw)

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
        raise explained(told, self._place) from told

    def _read_once(self, query: Callable[[Connection], T]) -> T:
        raw, connection = self._connected()
        raw.execute(b"BEGIN")
        try:
            return query(connection)
        finally:
            if not raw.closed:
                raw.execute(b"ROLLBACK")

    def _disconnect(self) -> bool:
        """Whether the connection was lost already."""
        raw = self._given_away()
        if raw is None:
            return True
        broken = raw.closed
        raw.close()
        return broken
