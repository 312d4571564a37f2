"""Reads of the journal: events for the driver, raw rows for the audit, heads of streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, func, select

from runtime.engine.codec import decode_event
from runtime.engine.events import Actor, Envelope
from runtime.store.instants import from_micros
from runtime.store.schema import journal

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
    """Heads of the streams whose names come after ``after``, by name."""
    last = (
        select(journal.c.stream, func.max(journal.c.seq).label("seq"))
        .where(journal.c.stream > after)
        .group_by(journal.c.stream)
        .order_by(journal.c.stream)
        .limit(limit)
        .subquery()
    )
    query = select(journal.c.stream, journal.c.seq, journal.c.hash).join_from(
        last, journal, (journal.c.stream == last.c.stream) & (journal.c.seq == last.c.seq)
    )
    return [StreamHead(*row) for row in connection.execute(query.order_by(journal.c.stream))]


def all_heads(connection: Connection, page: int = 1000) -> Iterator[StreamHead]:
    after = ""
    while heads := stream_heads(connection, after, page):
        yield from heads
        after = heads[-1].stream


def is_run(stream: str) -> bool:
    """All other streams are the environment's, or have a slash in their names."""
    return stream != "environment" and "/" not in stream
