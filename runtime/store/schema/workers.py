"""Processes that write to a shared store, and which of them goes on with which run.

Not projections and no part of the truth: who may append is decided by UNIQUE(stream, seq) alone. These tables only say
when a worker must be taken for lost, and which runs he left. A store in a file has one writer and leaves them empty.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from runtime.store.schema.columns import metadata

workers = Table(
    "workers",
    metadata,
    Column("worker", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("beat_at", BigInteger, nullable=False),  # microseconds since 1970 UTC, by the clock of the database
)

holds = Table(
    "holds",
    metadata,
    Column("run", Text, primary_key=True),  # only while it needs a worker
    Column("worker", Text, nullable=False),
    Index("holds_by_worker", "worker"),
)
