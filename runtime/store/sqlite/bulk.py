"""Many rows with few calls: multi-row statements for the hot path, as SQL text for the driver.

Each call into SQLite gives Python's lock away, and while the event loop is busy, getting it back may take 5 ms. So a
batch should need few calls; what that brings stands in the README of ``runtime/store``. Rows go out in groups of a few
fixed sizes, so that SQLite's prepared statements are found again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, assert_never

from runtime.store.projecting import Drop, Put, Set, Statement
from runtime.store.schema import journal

JOURNAL_COLUMNS = ("stream", "seq", "at", "actor", "type", "version", "data", "hash")
JOURNAL = Put(journal.name, JOURNAL_COLUMNS, ())
"""no key: a row that is there is never replaced, it is an error"""

_SIZES = (256, 64, 16, 4, 1)


def write_rows(connection: sqlite3.Connection, statement: Statement, rows: Sequence[tuple[Any, ...]]) -> None:
    """Do ``statement`` for all ``rows``, inside the transaction that is open."""
    if not rows:
        return
    width, blobs = len(rows[0]), [at for at, value in enumerate(rows[0]) if type(value) is bytes]
    at, left = 0, len(rows)
    for size in _SIZES:
        while left >= size:
            flat: list[Any] = []
            for row in rows[at : at + size]:
                flat += row
            for place in blobs:  # for each `bytes` the driver looks for an adapter, a third of the cost of binding
                flat[place::width] = map(bytearray, flat[place::width])
            connection.execute(_sql(statement, size), flat)
            at += size
            left -= size


@lru_cache(maxsize=512)
def _sql(statement: Statement, size: int) -> str:
    """The names in it come from our own schema, the values all go as parameters."""
    match statement:
        case Put(table, columns, key):
            text = f"INSERT INTO {table} ({_listed(columns)}) VALUES {_marks(len(columns), size)}"  # noqa: S608 see above
            if key:
                others = [name for name in columns if name not in key]
                text += f" ON CONFLICT ({_listed(key)}) DO UPDATE SET "
                text += ", ".join(f'"{name}" = excluded."{name}"' for name in others)
        case Set(table, key, columns):
            # The values stand as the outer loop, the table is searched by its key for each: see EXPLAIN in the tests.
            names = (*key, *columns)
            sets = ", ".join(f'"{name}" = new."{name}"' for name in columns)
            text = (
                f"WITH new ({_listed(names)}) AS (VALUES {_marks(len(names), size)}) "  # noqa: S608 see above
                f"UPDATE {table} SET {sets} FROM new WHERE {_matches(table, key)}"
            )
        case Drop(table, key):
            marks = _marks(len(key), size)
            text = f"DELETE FROM {table} WHERE ({_listed(key)}) IN (VALUES {marks})"  # noqa: S608 see above
        case _:
            assert_never(statement)
    return text


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _marks(columns: int, rows: int) -> str:
    one = "(" + ", ".join("?" * columns) + ")"
    return ", ".join([one] * rows)


def _matches(table: str, key: Sequence[str]) -> str:
    return " AND ".join(f'{table}."{name}" = new."{name}"' for name in key)
