"""Packed project versions by content hash: what runs are pinned to for their whole life."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text

from runtime.store.schema.columns import metadata

releases = Table(
    "releases",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("project", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("package", LargeBinary, nullable=False),
)
