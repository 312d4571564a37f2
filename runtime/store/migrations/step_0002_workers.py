"""Step 2: who writes to a shared store, and which runs he goes on with. Frozen."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, Table, Text

_tables = MetaData()
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")

Table(
    "workers",
    _tables,
    Column("worker", _TEXT, primary_key=True),
    Column("host", _TEXT, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("beat_at", BigInteger, nullable=False),
)
Table(
    "holds",
    _tables,
    Column("run", _TEXT, primary_key=True),
    Column("worker", _TEXT, nullable=False),
    Index("holds_by_worker", "worker"),
)


def upgrade(connection: Connection) -> None:
    _tables.create_all(connection, checkfirst=False)
