"""The one truth: every event that happened, append-only. Triggers refuse UPDATE, DELETE and what replaces a row."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, Table, Text, UniqueConstraint

from runtime.store.schema.columns import ROW_NUMBER, metadata

journal = Table(
    "journal",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),  # counts from 1 in its stream, without gaps
    Column("at", BigInteger, nullable=False),  # microseconds since 1970 UTC, from the host's clock
    Column("actor", Text, nullable=False),  # {"kind", "id", "seat"?} as compact JSON
    Column("type", Text, nullable=False),  # the event's name
    Column("version", Integer, nullable=False),  # of the event's shape
    Column("data", LargeBinary, nullable=False),  # the event as JSON, see runtime.engine.codec
    Column("hash", LargeBinary, nullable=False),  # see runtime.store.chain
    UniqueConstraint("stream", "seq", name="journal_stream_seq"),
    CheckConstraint("length(stream) BETWEEN 1 AND 512", name="journal_stream_length"),
    CheckConstraint("seq >= 1", name="journal_seq_from_1"),
)
