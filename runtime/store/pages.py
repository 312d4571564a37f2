"""Pages of long lists: a few rows and an opaque cursor for what follows. No list of the store is given without one."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Connection, Select, tuple_

from runtime.store.instants import from_micros, to_micros
from runtime.store.problems import BadCursor

MOST = 500
"""rows on one page, whatever is asked for"""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """``cursor`` asks for the next page; None = this is the last one."""

    rows: tuple[Row, ...]
    cursor: str | None = None


def read_page(
    connection: Connection,
    query: Select[Any],
    make: Callable[..., Row],
    *,
    by: tuple[Column[Any], Column[Any]],
    falling: bool = False,
    cursor: str | None,
    limit: int,
) -> Page[Row]:
    """One page of ``query`` in the order of the columns ``by`` (an instant and a unique id), each row made by ``make``
    from its columns by name. Raises ``BadCursor``."""
    limit = max(1, min(limit, MOST))
    if cursor is not None:
        place = tuple_(*_place(cursor), types=[column.type for column in by])
        query = query.where(tuple_(*by) < place if falling else tuple_(*by) > place)
    query = query.order_by(*(column.desc() if falling else column for column in by))
    found = connection.execute(query.limit(limit + 1)).mappings().all()  # one more tells whether there is a next page
    rows = tuple(make(**row) for row in found[:limit])
    return Page(rows, _cursor(found[limit - 1], by) if len(found) > limit else None)


def _cursor(row: Any, by: Sequence[Column[Any]]) -> str:
    at, name = (row[column.name] for column in by)
    return base64.urlsafe_b64encode(json.dumps([to_micros(at), name]).encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[dt.datetime, str]:
    try:
        match json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))):
            case [int(at), str(name)]:
                return from_micros(at), name
    except (ValueError, OverflowError, RecursionError):
        pass
    raise BadCursor("this cursor belongs to no page of this list; start again without one")
