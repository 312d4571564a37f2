"""Projection: the open incidents. Columns = fields of ``IncidentRow``."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from runtime.store.schema.columns import Instant, metadata

incidents = Table(
    "incidents",
    metadata,
    Column("incident", Text, primary_key=True),
    Column("run", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Index("incidents_by_run", "run"),
    Index("incidents_by_age", "raised_at", "incident"),
)
