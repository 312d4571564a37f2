"""Projection: the open waits for signals, found by name and key. Columns = fields of ``WaitRow``."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from runtime.store.schema.columns import Instant, metadata

waits = Table(
    "waits",
    metadata,
    Column("run", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Index("waits_by_key", "name", "key", "opened_at", "run", "step"),
)
