"""Ids of signals that were accepted: the same signal again gets the same answer (W5)."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from runtime.store.schema.columns import Instant, metadata

signal_keys = Table(
    "signal_keys",
    metadata,
    Column("signal", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
