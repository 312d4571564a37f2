"""Projection: the open tasks of people. Columns = fields of ``TaskRow``."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from runtime.store.schema.columns import Instant, metadata

tasks = Table(
    "tasks",
    metadata,
    Column("task", Text, primary_key=True),
    Column("run", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due", Instant),
    Column("overdue", Boolean, nullable=False),
    Column("revision", Text, nullable=False),
    Column("claimed_by", Text),
    Column("answers", Integer, nullable=False),
    Index("tasks_by_run", "run"),
    Index("tasks_by_age", "created_at", "task"),
    Index("tasks_by_role", "role", "created_at", "task"),
)
