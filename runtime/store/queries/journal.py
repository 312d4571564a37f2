"""Reads of the journal: events for the driver, raw rows for the audit, heads of streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, func, select, tuple_, type_coerce
from sqlalchemy.types import NullType

from runtime.engine.codec import decode_event
from runtime.engine.events import Actor, Envelope
from runtime.store.instants import from_micros
from runtime.store.problems import StoreProblem
from runtime.store.schema import journal

ENVIRONMENT = "environment"
"""the stream of what concerns the whole store"""
_VERIFY = "`baton audit verify` says what was done to the journal"

_actors = msgspec.json.Decoder(Actor)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A row as it stands in the table. ``at`` in microseconds since 1970 UTC, ``actor`` and ``data`` undecoded."""

    id: int
    stream: str
    seq: int
    at: int
    actor: str
    type: str
    version: int
    data: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class StreamHead:
    """The last row of a stream."""

    stream: str
    seq: int
    hash: bytes


def read_stream(connection: Connection, stream: str, after: int, limit: int | None) -> list[Envelope]:
    """Raises ``runtime.engine.codec.Unreadable``."""
    c = journal.c
    query = select(c.seq, c.at, c.actor, c.type, c.version, c.data).where(c.stream == stream, c.seq > after)
    # Fetched whole before decoding: a cursor that an error leaves half-read would keep the log from being folded.
    found = connection.execute(query.order_by(c.seq).limit(limit)).all()
    return [
        Envelope(stream, seq, from_micros(at), _actors.decode(actor), decode_event(kind, version, data))
        for seq, at, actor, kind, version, data in found
    ]


def read_rows(connection: Connection, stream: str | None, after: int, limit: int) -> list[JournalRow]:
    """Raw rows: of one stream those beyond number ``after``, of the whole journal those beyond row id ``after``."""
    query = select(journal).limit(limit)
    if stream is None:
        query = query.where(journal.c.id > after).order_by(journal.c.id)
    else:
        query = query.where(journal.c.stream == stream, journal.c.seq > after).order_by(journal.c.seq)
    return [JournalRow(*row) for row in connection.execute(query)]


def stream_head(connection: Connection, stream: str) -> int:
    """Number of the last row; 0 = there is no such stream."""
    return connection.scalar(select(func.max(journal.c.seq)).where(journal.c.stream == stream)) or 0


def stream_heads(connection: Connection, after: str, limit: int) -> list[StreamHead]:
    """Heads of the streams whose names come after ``after``, by name. Raises ``StoreProblem`` where one is no head."""
    last = (
        select(journal.c.stream, func.max(journal.c.seq).label("seq"))
        .where(journal.c.stream > after)
        .group_by(journal.c.stream)
        .order_by(journal.c.stream)
        .limit(limit)
        .subquery()
    )
    query = select(journal.c.stream, journal.c.seq, type_coerce(journal.c.hash, NullType())).join_from(
        last, journal, (journal.c.stream == last.c.stream) & (journal.c.seq == last.c.seq)
    )
    heads = [StreamHead(*row) for row in connection.execute(query.order_by(journal.c.stream))]
    for head in heads:
        if not (type(head.stream) is str and type(head.seq) is int and type(head.hash) is bytes):
            raise StoreProblem(f"the last row of {head.stream!r} is not as it was written; {_VERIFY}")
    return heads


def all_heads(connection: Connection, page: int = 1000) -> Iterator[StreamHead]:
    after = ""
    while heads := stream_heads(connection, after, page):
        yield from heads
        after = heads[-1].stream


def last_row(connection: Connection) -> int:
    """Id of the newest row; no row with a smaller id can appear any more. 0 = there is none.

    Where several processes write, ids are given out before they are committed: the lock waits for those under way.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE journal IN SHARE MODE")
    return connection.scalar(select(func.max(journal.c.id))) or 0


def grown_heads(connection: Connection, after: int, upto: int) -> list[StreamHead]:
    """The last rows that streams have among those with ids beyond ``after`` and up to ``upto``, by name."""
    last = (
        select(journal.c.stream, func.max(journal.c.seq).label("seq"))
        .where(journal.c.id > after, journal.c.id <= upto)
        .group_by(journal.c.stream)
        .subquery()
    )
    query = select(journal.c.stream, journal.c.seq, journal.c.hash).join_from(
        last, journal, (journal.c.stream == last.c.stream) & (journal.c.seq == last.c.seq)
    )
    return [StreamHead(*row) for row in connection.execute(query.order_by(journal.c.stream))]


def newest_of(connection: Connection, stream: str, type_name: str) -> JournalRow | None:
    """The newest row of a type in a stream."""
    c = journal.c
    query = select(journal).where(c.stream == stream, c.type == type_name).order_by(c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else JournalRow(*row)


def rows_at(connection: Connection, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], object]:
    """(stream, seq) -> hash, of those that are there; where it is no bytes, somebody has changed it."""
    c = journal.c
    query = select(c.stream, c.seq, type_coerce(c.hash, NullType())).where(tuple_(c.stream, c.seq).in_(places))
    return {(stream, seq): found for stream, seq, found in connection.execute(query)}


def is_run(stream: str) -> bool:
    """All other streams are the environment's, or have a slash in their names."""
    return stream != ENVIRONMENT and "/" not in stream


def is_inbox(stream: str) -> bool:
    """A stream that signals come into."""
    return stream.startswith("inbox/")
