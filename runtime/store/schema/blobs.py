"""Bytes of documents, once each, by SHA-256: attachments and large replies. The journal only names them."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text

from runtime.store.schema.columns import metadata

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
