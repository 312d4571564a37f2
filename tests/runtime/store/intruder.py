"""Another program at the tables of a store, past all that Baton keeps: for tests of what is noticed afterwards."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import ModuleType
from typing import Any

import psycopg

from runtime.store.opening import is_shared, store_file
from runtime.store.postgres import committing as postgres_committing
from runtime.store.sqlite import committing as sqlite_committing

REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)


@contextmanager
def intruder(url: str) -> Iterator[Any]:
    """Takes SQL that both kinds of database understand, bytes as ``x'00'``; committed at the end."""
    if is_shared(url):
        with psycopg.connect(url) as connection:
            yield _Spoken(connection)
        return
    with closing(sqlite3.connect(store_file(url))) as file, file:
        yield file


class _Spoken:
    """A Postgres connection that is spoken to in SQLite's words."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str) -> psycopg.Cursor[Any]:
        return self._connection.execute(re.sub(r"x'([0-9A-Fa-f]*)'", r"'\\x\1'::bytea", statement).encode())

    def rollback(self) -> None:
        self._connection.rollback()


@contextmanager
def disarmed(url: str) -> Iterator[Any]:
    """The same, with the guards of the journal away meanwhile, as somebody who owns the database can."""
    with intruder(url) as other:
        if is_shared(url):
            other.execute("ALTER TABLE journal DISABLE TRIGGER journal_append_only")
            yield other
            other.execute("ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only")
            return
        guards = other.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'")
        guards = guards.fetchall()
        for name, _ in guards:
            other.execute(f"DROP TRIGGER {name}")
        yield other
        for _, made_by in guards:
            other.execute(made_by)


def committing_of(url: str) -> ModuleType:
    return postgres_committing if is_shared(url) else sqlite_committing
