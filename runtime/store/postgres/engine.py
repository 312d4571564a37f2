"""A store in a Postgres database: opening it, and the writer and readers that belong together."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

from runtime.store.halves import Halves
from runtime.store.migrations import NEWEST, migrate, schema_version
from runtime.store.postgres.address import Address
from runtime.store.postgres.beating import Beating
from runtime.store.postgres.committing import Committer
from runtime.store.postgres.connecting import core, migrating, reader_connection, writer_connection
from runtime.store.postgres.faults import explained
from runtime.store.postgres.looking import Looking
from runtime.store.postgres.readers import Readers
from runtime.store.problems import StoreProblem
from runtime.store.watching import Watch
from runtime.store.writer import Writer


class PostgresEngine(Halves):
    """``store.Engine`` on a database. Made by ``open_writing`` or ``open_reading``."""

    shared = True

    def __init__(self, address: Address, *, worker: str | None) -> None:
        """``worker`` None = only to look."""
        watch, readers = Watch(), Readers(address)
        self._beating: Beating | None = None
        writer: Writer | None = None
        if worker is not None:
            self._beating = Beating(address, worker)
            writer = Writer(Committer(address, worker, advanced=watch.advanced), address.place)
        super().__init__(address.place, watch, readers, writer)
        self._looking = Looking(watch, readers)
        self._closed = False

    def announce_server(self, url: str | None, token: str | None) -> None:
        """Nothing to announce: many processes serve one database, and a verb that asks one is told its address."""
        self._writing()

    def may_judge(self) -> bool:
        return self._beating is not None and self._beating.may_judge()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._looking.stop()
        self._readers.close()
        if self._writer:
            self._writer.close()
        if self._beating:
            self._beating.stop()


def open_writing(url: str, *, worker: str) -> PostgresEngine:
    """Bring the schema up to date in a database that exists. Raises ``StoreUnavailable``, ``StoreProblem``."""
    address = Address(url)
    try:
        raw = writer_connection(address)
        try:
            migrate(core(raw), address.place, lambda: migrating(raw))
        finally:
            raw.close()
        return PostgresEngine(address, worker=worker)
    except (psycopg.Error, DBAPIError) as error:
        raise _explained(error, address.place) from error


def is_store(url: str) -> bool:
    """Whether the database holds a store, of whatever version. Raises ``StoreUnavailable``, ``StoreProblem``."""
    return _version(Address(url)) > 0


def open_reading(url: str) -> PostgresEngine:
    """Only to look. Raises ``StoreUnavailable``, ``StoreProblem``."""
    address = Address(url)
    version = _version(address)
    if version == 0:
        raise StoreProblem(f"there is no store in {address.place} yet; start Baton on it once")
    if version < NEWEST:
        raise StoreProblem(
            f"the store {address.place} is of an older Baton (schema {version} of {NEWEST}); start Baton on it once"
        )
    return PostgresEngine(address, worker=None)


def _version(address: Address) -> int:
    try:
        raw = reader_connection(address)
        try:
            return schema_version(core(raw), address.place, NEWEST)
        finally:
            raw.close()
    except (psycopg.Error, DBAPIError) as error:
        raise _explained(error, address.place) from error


def _explained(error: Exception, place: str) -> Exception:
    cause = getattr(error, "orig", None) or error
    return explained(cause, place) if isinstance(cause, psycopg.Error) else error
