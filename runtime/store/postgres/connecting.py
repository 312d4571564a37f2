"""How a connection to the server is opened and set up: one that writes, and readers that can't.

Settings are made by the connection itself and not left to the server's defaults: what Baton promises of an append must
not depend on what somebody wrote into ``postgresql.conf``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from runtime.store.postgres.address import Address
from runtime.store.problems import StoreProblem

OLDEST_SERVER = 130000
"""PostgreSQL 13: pg_xact_status and pg_current_xact_id in their present form"""

CONNECT_SECONDS = 5

Raw: TypeAlias = psycopg.Connection[tuple[Any, ...]]

_MIGRATION_LOCK = 0x6261746F6E  # "baton": the number of the advisory lock that one migration holds

_ALIVE: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # ms: a cut cable must not hold the writer for the system's quarter of an hour
    "application_name": "baton",
}
_WRITER_SETTINGS = (
    "SET synchronous_commit = on",  # a commit is on the disk when it returns, whatever the server's default is
    "SET default_transaction_isolation = 'read committed'",
    "SET lock_timeout = '30s'",
    # A process that was stopped in the middle of a batch must not hold up the others for as long as it sleeps.
    "SET idle_in_transaction_session_timeout = '10s'",
    # Each change finds its rows by key. Statements are planned once for a connection, and on a young store the server
    # would plan to read the whole table, which is cheap as long as it is small: at 20,000 runs ten times the price.
    "SET enable_seqscan = off",
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
)
_READER_SETTINGS = (
    "SET default_transaction_read_only = on",
    "SET default_transaction_isolation = 'repeatable read'",  # each read sees one moment of the store
    "SET idle_in_transaction_session_timeout = '10min'",
)


def writer_connection(address: Address) -> Raw:
    """Raises ``psycopg.Error``, ``StoreProblem``. Transactions are ours alone: BEGIN and COMMIT."""
    return _connected(address, _WRITER_SETTINGS)


def reader_connection(address: Address) -> Raw:
    """A connection that can only read; it sees each commit that returned before its read began."""
    return _connected(address, _READER_SETTINGS)


def _connected(address: Address, settings: tuple[str, ...]) -> Raw:
    raw = psycopg.connect(**(_ALIVE | address.parameters), autocommit=True)
    try:
        _check(raw, address.place)
        for setting in settings:
            raw.execute(setting.encode())
    except BaseException:
        raw.close()
        raise
    return raw


def _check(raw: Raw, place: str) -> None:
    if raw.info.server_version < OLDEST_SERVER:
        found = raw.info.server_version // 10000
        raise StoreProblem(f"{place} is a PostgreSQL {found}; Baton needs 13 or newer")
    if (encoding := raw.info.parameter_status("server_encoding")) != "UTF8":
        raise StoreProblem(f"the database of {place} keeps text as {encoding}; Baton needs one made with ENCODING UTF8")


def core(raw: Raw) -> Connection:
    """SQLAlchemy Core upon a connection that is open already. Whoever opened it closes it, transactions are ours."""
    # StaticPool: other pools close the connection as soon as SQLAlchemy's part of it is no longer referred to.
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: raw,
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        use_native_hstore=False,
    )
    return engine.connect()


@contextmanager
def transaction(raw: Raw, *first: str) -> Iterator[None]:
    """BEGIN, the statements ``first``, then what is done within; COMMIT, or ROLLBACK when something is raised."""
    raw.execute("BEGIN")
    try:
        for statement in first:
            raw.execute(statement.encode())
        yield
        raw.execute("COMMIT")
    except BaseException:
        if not raw.closed and raw.info.transaction_status != TransactionStatus.IDLE:
            raw.execute("ROLLBACK")
        raise


def migrating(raw: Raw) -> Any:
    """A write transaction that no other migration runs beside."""
    return transaction(raw, f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
