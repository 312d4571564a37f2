"""Start keys that were used: a repeated start finds the first one's run (I2). Written with the start, never changed."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from runtime.store.schema.columns import Instant, metadata

start_keys = Table(
    "start_keys",
    metadata,
    Column("environment", Text, primary_key=True),
    Column("flow", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_hash", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
