"""Are the tables of what nobody may change still those that Baton made? Looked at before what stands in them."""

from __future__ import annotations

from sqlalchemy import Connection, Table, inspect

from runtime.store.diagnosing import Finding, Kind
from runtime.store.schema import blobs, journal, releases

_KEPT = {
    journal.name: "all that ever happened",
    releases.name: "what runs are pinned to",
    blobs.name: "documents",
}
"""table -> what stands in it, for people"""


def is_readable(connection: Connection, table: Table) -> bool:
    """Whether there is something by its name, with its columns."""
    return not _lacking(connection, table)


def guarded(connection: Connection) -> list[Finding]:
    """What is wrong with the tables themselves."""
    return [finding for name in _KEPT for finding in _lacking(connection, journal.metadata.tables[name])]


def _lacking(connection: Connection, table: Table) -> list[Finding]:
    inspector = inspect(connection)
    if not inspector.has_table(table.name):
        return [_finding(table.name, "lost", f"there is no table {table.name}: {_KEPT[table.name]} is gone with it")]
    there = {column["name"] for column in inspector.get_columns(table.name)}
    gone = [column.name for column in table.columns if column.name not in there]
    if not gone:
        return []
    words = f"{table.name} has no column {', '.join(gone)} any more, so nothing in it can be read"
    return [_finding(table.name, "lost", words)]


def _finding(table: str, kind: Kind, words: str) -> Finding:
    return Finding(f"table/{table}", 0, kind, words)
