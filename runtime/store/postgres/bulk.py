"""Many rows with few calls: COPY for the journal, one statement over arrays for everything else.

A statement takes one array for each column, so its text is the same for any number of rows and the server plans it
once for a connection. The arrays carry their types: a bare VALUES list would take a column of nulls for text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, assert_never

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from runtime.store.chain import JournalValues
from runtime.store.postgres.connecting import Raw
from runtime.store.projecting import Drop, Put, Set, Statement
from runtime.store.schema import metadata

JOURNAL_COLUMNS = ("stream", "seq", "at", "actor", "type", "version", "data", "hash")
_JOURNAL_TYPES = ("text", "int8", "int8", "text", "text", "int4", "bytea", "bytea")
_COPY = (
    b'COPY journal ("stream", "seq", "at", "actor", "type", "version", "data", "hash") FROM STDIN WITH (FORMAT BINARY)'
)
_dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def copy_journal(raw: Raw, rows: Sequence[JournalValues]) -> None:
    """Inside the transaction that is open. A row that is there raises ``UniqueViolation`` for all of them."""
    with raw.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(_JOURNAL_TYPES)
        for row in rows:
            copy.write_row(row)


def write_rows(raw: Raw, statement: Statement, rows: Sequence[tuple[Any, ...]]) -> None:
    """Do ``statement`` for all ``rows``, inside the transaction that is open. No key may come twice."""
    if rows:
        raw.execute(_sql(statement), [as_array(column) for column in zip(*rows, strict=True)], prepare=True)


def as_array(values: Sequence[Any]) -> str:
    """The values of one column as the text of an array. By hand, since psycopg asks anew for each item what it is."""
    return "{" + ",".join(map(_item, values)) + "}"


def _item(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return '"\\\\x' + value.hex() + '"'
    raise TypeError(f"a {type(value).__name__} can't be written to the store")


@lru_cache(maxsize=512)
def _sql(statement: Statement) -> bytes:
    """The names in it come from our own schema, the values all go as parameters."""
    match statement:
        case Put(table, columns, key):
            text = f"INSERT INTO {table} ({_listed(columns)}) SELECT * FROM {_arrays(table, columns)}"  # noqa: S608 see above
            if key:
                others = [name for name in columns if name not in key]
                text += f" ON CONFLICT ({_listed(key)}) DO UPDATE SET "
                text += ", ".join(f'"{name}" = excluded."{name}"' for name in others)
        case Set(table, key, columns):
            names = (*key, *columns)
            sets = ", ".join(f'"{name}" = new."{name}"' for name in columns)
            text = (
                f"UPDATE {table} SET {sets} FROM {_arrays(table, names)} AS new ({_listed(names)}) "  # noqa: S608 see above
                f"WHERE {_matches(table, 'new', key)}"
            )
        case Drop(table, key):
            text = (
                f"DELETE FROM {table} USING {_arrays(table, key)} AS old ({_listed(key)}) "  # noqa: S608 see above
                f"WHERE {_matches(table, 'old', key)}"
            )
        case _:
            assert_never(statement)
    return text.encode()


def _arrays(table: str, columns: Sequence[str]) -> str:
    found: Table = metadata.tables[table]
    types = (found.c[name].type.compile(dialect=_dialect) for name in columns)
    return "unnest(" + ", ".join(f"%s::{kind}[]" for kind in types) + ")"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _matches(table: str, other: str, key: Sequence[str]) -> str:
    return " AND ".join(f'{table}."{name}" = {other}."{name}"' for name in key)
