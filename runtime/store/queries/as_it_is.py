"""Reads for the audit, of tables that somebody may have put anything into.

SQLite keeps any kind of value in any column, and as text any bytes. So nothing is converted here: what is no value of
ours comes out as the kind that it is, and text that is no UTF-8 with its bad bytes escaped (``surrogateescape``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, LargeBinary, Text, cast, literal, select, tuple_, type_coerce
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import NullType

from runtime.store.queries.journal import JournalRow
from runtime.store.schema import journal

T = TypeVar("T")

_NO_UTF_8 = "Could not decode to UTF-8"
"""how Python's driver begins what it says; the error bears no code"""


def as_it_is(query: Callable[[Connection], T]) -> Callable[[Connection], T]:
    """The query, asked again with bad bytes escaped where they are in its way."""

    @wraps(query)
    def asked(connection: Connection) -> T:
        try:
            return query(connection)
        except OperationalError as error:
            if not str(error.orig).startswith(_NO_UTF_8):
                raise
        raw: Any = connection.connection.driver_connection
        raw.text_factory = _escaped
        try:
            return query(connection)
        finally:
            raw.text_factory = str

    return asked


def _escaped(found: bytes) -> str:
    return found.decode("utf-8", "surrogateescape")


def untyped(column: Column[Any]) -> Any:
    """The column without what SQLAlchemy makes of its values."""
    return type_coerce(column, NullType()).label(column.name)


def bound(value: Any) -> Any:
    """What such a read gave out, as a parameter of the next."""
    if isinstance(value, str):
        content = value.encode("utf-8", "surrogateescape")
        return literal(value, Text()) if _is_utf_8(value) else cast(literal(content, LargeBinary()), Text)
    return literal(value, NullType())


def _is_utf_8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_COLUMNS = tuple(untyped(column) for column in journal.columns)


def rows_of(connection: Connection, stream: Any, after: Any, limit: int) -> list[JournalRow]:
    """Rows of one stream beyond number ``after`` (None = from the first), in order."""
    c = journal.c
    query = select(*_COLUMNS).where(c.stream == bound(stream)).order_by(c.seq).limit(limit)
    if after is not None:
        query = query.where(c.seq > bound(after))
    return [JournalRow(*row) for row in connection.execute(query)]


def rows_beyond(connection: Connection, stream: Any, after: Any, limit: int) -> list[JournalRow]:
    """Rows of all streams beyond number ``after`` of ``stream`` (None = beyond its last), by stream and number."""
    c = journal.c
    query = select(*_COLUMNS).order_by(c.stream, c.seq).limit(limit)
    if after is None:
        query = query.where(c.stream > bound(stream))
    else:
        query = query.where(tuple_(c.stream, c.seq) > tuple_(bound(stream), bound(after)))
    return [JournalRow(*row) for row in connection.execute(query)]
