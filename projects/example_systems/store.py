"""The SQLite file of the example systems: opened, seeded when new, read and written through this one class.

Called by the server (open, close), the systems (read) and effects.py (write). Law: one connection, used on the
server's event loop only, so statements never interleave; every write is one `BEGIN IMMEDIATE` transaction, so a second
process on the same file waits its turn instead of tearing one.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from projects.example_systems.seed import plant

SCHEMA_VERSION: Final = 1
# "Baton example systems": marks the file as ours, so that we neither seed nor reset the database of somebody else.
APPLICATION_ID: Final = 0x42455853

Value = str | int | bytes | None


class StoreError(Exception):
    """The file can't serve as a store; the message says why and what to do."""


class Store:
    """The systems' tables and the ledger. `path` None keeps them in memory, for the life of the process."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the file, or make and seed it. Raises StoreError for a folder, a foreign or a newer file."""
        try:
            self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=10)
            self._connection.row_factory = sqlite3.Row
            self._prepare()
        except sqlite3.Error as error:
            raise StoreError(f"Cannot use {path} as the store of the example systems: {error}.") from error

    def _prepare(self) -> None:
        version = self._number("PRAGMA user_version")
        tables = self._number("SELECT count(*) FROM sqlite_schema")
        if tables and self._number("PRAGMA application_id") != APPLICATION_ID:
            raise StoreError("The file is the database of another program; name a new file with --store.")
        if tables and version != SCHEMA_VERSION:
            raise StoreError(f"The file has schema {version}, this program knows {SCHEMA_VERSION}; name a new file.")
        # NORMAL: a commit survives kill -9 of this process. It may lose the last ones in a power cut, which no test
        # of Baton simulates on this side of the wire; FULL would cost thousands of commits a second.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if not tables:
            self._build()

    def _number(self, sql: str) -> int:
        return int(self._connection.execute(sql).fetchone()[0])

    def _build(self) -> None:
        schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
        with self.write() as transaction:
            for statement in _statements(schema):
                transaction.execute(statement)
            plant(transaction)
            transaction.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            transaction.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def reset(self) -> None:
        """Back to the seeded stories: all effects, answers and ledger rows are gone, in one transaction."""
        self._connection.execute("PRAGMA foreign_keys = OFF")  # tables go in any order; has no effect inside BEGIN
        try:
            with self.write() as transaction:
                names = transaction.execute(
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                ).fetchall()
                for (name,) in names:
                    transaction.execute(f'DROP TABLE "{name}"')
                schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
                for statement in _statements(schema):
                    transaction.execute(statement)
                plant(transaction)
        finally:
            self._connection.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end of the block, rolled back whole when the block raises."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: Value) -> list[sqlite3.Row]:
        """All rows of a query; also inside `write()`, where it sees what the transaction has written."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Value) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def close(self) -> None:
        """Close the file; its write-ahead log is folded into it."""
        self._connection.close()


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit the transaction that it runs in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
