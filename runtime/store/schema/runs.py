"""Projection: one line a run, for lists, wake-ups and recovery. Columns = fields of ``RunRow``."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from runtime.store.schema.columns import Instant, Names, metadata

runs = Table(
    "runs",
    metadata,
    Column("run", Text, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("release", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    Column("resolved", Boolean, nullable=False),
    Column("case_key", Text),
    Column("requester", Text),
    Column("parent", Text),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("next_due", Instant),
    Column("open_incidents", Integer, nullable=False),
    Column("open_tasks", Integer, nullable=False),
    Column("needs_worker", Boolean, nullable=False),
    Column("at_nodes", Names, nullable=False),
    # Each index is paid for at every start; the partial ones only while they hold true.
    Index("runs_by_start", "started_at", "run"),
    Index("runs_by_state", "state", "started_at", "run"),
    Index("runs_by_flow", "flow", "started_at", "run"),
    Index(
        "runs_by_case",
        "case_key",
        "started_at",
        "run",
        sqlite_where=text("case_key IS NOT NULL"),
        postgresql_where=text("case_key IS NOT NULL"),
    ),
    Index(
        "runs_due",
        "next_due",
        "run",
        sqlite_where=text("next_due IS NOT NULL"),
        postgresql_where=text("next_due IS NOT NULL"),
    ),
    Index("runs_needing_worker", "run", sqlite_where=text("needs_worker = 1"), postgresql_where=text("needs_worker")),
    postgresql_with={"fillfactor": 50},  # room for the next version of each line, see step 3 of ``migrations``
)
