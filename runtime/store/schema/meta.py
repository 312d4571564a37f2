"""What the store knows about itself: the version of its schema, how far a rebuild has come."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from runtime.store.schema.columns import metadata

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
