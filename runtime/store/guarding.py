"""Are the tables of what nobody may change still those that Baton made? Looked at before what stands in them.

A journal without its triggers may hold the right rows. But whoever took them away could do what they keep from being
done, so an audit that says nothing of it would say too much.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Inspector, Table, inspect

from runtime.store.diagnosing import Finding, Kind
from runtime.store.schema import blobs, journal, releases
from runtime.store.schema.guards import (
    GUARDS_AGAINST,
    POSTGRES_FUNCTION,
    POSTGRES_KIND,
    POSTGRES_TRIGGER,
    SQLITE_TRIGGERS,
)

_KEPT = {
    journal.name: "all that ever happened",
    releases.name: "what runs are pinned to",
    blobs.name: "documents",
}
"""table -> what stands in it, for people"""
_KEY = ("stream", "seq")

_SQLITE_FOUND = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = 'journal'"
_POSTGRES_FOUND = """
    SELECT tgname, tgenabled = 'A' AND tgqual IS NULL AND tgtype = %s, prosrc
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgrelid = to_regclass('journal') AND NOT tgisinternal
"""
_POSTGRES_RULES = "SELECT rulename FROM pg_rewrite WHERE ev_class = to_regclass('journal') ORDER BY rulename"
_POSTGRES_TABLE = "SELECT relrowsecurity, relpersistence <> 'p' FROM pg_class WHERE oid = to_regclass('journal')"


def is_readable(connection: Connection, table: Table) -> bool:
    """Whether there is something by its name, with its columns."""
    return _lacking(inspect(connection), table) is None


def guarded(connection: Connection) -> list[Finding]:
    """What is wrong with the tables themselves."""
    inspector = inspect(connection)
    lacking = (_lacking(inspector, journal.metadata.tables[name]) for name in _KEPT)
    found = [finding for finding in lacking if finding]
    if inspector.has_table(journal.name):
        found += (_finding(journal.name, "unguarded", words) for words in _unguarded(connection, inspector))
    return found


def _lacking(inspector: Inspector, table: Table) -> Finding | None:
    if not inspector.has_table(table.name):
        return _finding(table.name, "lost", f"there is no table {table.name}: {_KEPT[table.name]} is gone with it")
    there = {column["name"] for column in inspector.get_columns(table.name)}
    gone = [column.name for column in table.columns if column.name not in there]
    if not gone:
        return None
    words = f"{table.name} has no column {', '.join(gone)} any more, so nothing in it can be read"
    return _finding(table.name, "lost", words)


def _finding(table: str, kind: Kind, words: str) -> Finding:
    return Finding(f"table/{table}", 0, kind, words)


def _unguarded(connection: Connection, inspector: Inspector) -> Iterator[str]:
    """What the journal has lost, or was given, in words."""
    if journal.name not in inspector.get_table_names():
        yield "journal is a view of something else, not the table that Baton made: it can show and hide any row"
        return
    keys = {tuple(each["column_names"]) for each in inspector.get_unique_constraints(journal.name)}
    if _KEY not in keys | {
        tuple(each["column_names"]) for each in inspector.get_indexes(journal.name) if each["unique"]
    }:
        yield f"journal has no unique key over {', '.join(_KEY)}: a row can stand in it twice"
    if inspector.get_pk_constraint(journal.name)["constrained_columns"] != ["id"]:
        yield "journal has no primary key over id: a row can stand in it twice"
    yield from (_on_server if connection.dialect.name == "postgresql" else _in_file)(connection)


def _in_file(connection: Connection) -> Iterator[str]:
    found = {row.name: row.sql for row in connection.exec_driver_sql(_SQLITE_FOUND)}
    as_made = {name for name, made_by in SQLITE_TRIGGERS.items() if _same(found.get(name), made_by)}
    yield from _of_triggers(set(found), as_made, set(SQLITE_TRIGGERS))


def _on_server(connection: Connection) -> Iterator[str]:
    found = {name: (on, body) for name, on, body in connection.exec_driver_sql(_POSTGRES_FOUND, (POSTGRES_KIND,))}
    on, body = found.get(POSTGRES_TRIGGER, (False, ""))
    as_made = {POSTGRES_TRIGGER} if on and _same(body, POSTGRES_FUNCTION) else set[str]()
    yield from _of_triggers(set(found), as_made, {POSTGRES_TRIGGER})
    for (rule,) in connection.exec_driver_sql(_POSTGRES_RULES):
        yield f"the rule {rule} is none that Baton made: it can turn what is written or read into something else"
    hides, unlogged = connection.exec_driver_sql(_POSTGRES_TABLE).one()
    if hides:
        yield "row level security hides rows of journal from whoever it likes"
    if unlogged:
        yield "journal is UNLOGGED: a crash of the server empties it"


def _of_triggers(there: set[str], as_made: set[str], wanted: set[str]) -> Iterator[str]:
    for name in sorted(wanted - there):
        yield f"the trigger {name}, which keeps rows from being {GUARDS_AGAINST[name]}, is gone"
    for name in sorted((wanted & there) - as_made):
        yield f"the trigger {name} is not as Baton made it: rows can be {GUARDS_AGAINST[name]}"
    for name in sorted(there - wanted):
        yield f"the trigger {name} is none that Baton made: it can do anything with what is written"


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.split() == other.split()
