"""A journal that has lost what keeps it append-only is not called sound, even where no row was touched."""

from __future__ import annotations

import pytest

from runtime.store import Store, open_store
from runtime.store.opening import is_shared
from tests.postgres_server import Server
from tests.runtime.store.examples import appended, in_loop
from tests.runtime.store.intruder import intruder

PLAIN = (
    "id INTEGER PRIMARY KEY, stream TEXT, seq BIGINT, at BIGINT, "
    "actor TEXT, type TEXT, version INTEGER, data BLOB, hash BLOB"
)
NOT_AS_MADE = "journal_append_only is not as Baton made it"
ON_FILES = {
    "no update trigger": (
        ["DROP TRIGGER journal_no_update"],
        "journal_no_update, which keeps rows from being changed, is gone",
    ),
    "no delete trigger": (
        ["DROP TRIGGER journal_no_delete"],
        "journal_no_delete, which keeps rows from being deleted, is gone",
    ),
    "no insert trigger": (
        ["DROP TRIGGER journal_no_replace"],
        "journal_no_replace, which keeps rows from being replaced, is gone",
    ),
    "another trigger by its name": (
        [
            "DROP TRIGGER journal_no_delete",
            "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal WHEN OLD.seq < 0 BEGIN SELECT 1; END",
        ],
        "journal_no_delete is not as Baton made it",
    ),
    "a trigger more": (
        ["CREATE TRIGGER more AFTER INSERT ON journal BEGIN DELETE FROM runs; END"],
        "more is none that Baton made",
    ),
    "a view": (
        ["ALTER TABLE journal RENAME TO hidden", "CREATE VIEW journal AS SELECT * FROM hidden"],
        "journal is a view",
    ),
    "no keys": (
        [
            "DROP TRIGGER journal_no_update",
            "DROP TRIGGER journal_no_delete",
            "DROP TRIGGER journal_no_replace",
            "ALTER TABLE journal RENAME TO hidden",
            f"CREATE TABLE journal ({PLAIN})",
            "INSERT INTO journal SELECT * FROM hidden",
        ],
        "no unique key over stream, seq",
    ),
    "no primary key": (
        [
            "ALTER TABLE journal RENAME TO hidden",
            f"CREATE TABLE journal ({PLAIN.replace(' PRIMARY KEY', '')}, UNIQUE (stream, seq))",
            "INSERT INTO journal SELECT * FROM hidden",
        ],
        "no primary key over id",
    ),
}
ON_SERVERS = {
    "no trigger": (["DROP TRIGGER journal_append_only ON journal"], "changed or deleted, is gone"),
    "switched off": (
        ["ALTER TABLE journal DISABLE TRIGGER journal_append_only"],
        NOT_AS_MADE,
    ),
    "not for replicas": (
        ["ALTER TABLE journal ENABLE TRIGGER journal_append_only"],
        NOT_AS_MADE,
    ),
    "for less": (
        [
            "DROP TRIGGER journal_append_only ON journal",
            (
                "CREATE TRIGGER journal_append_only BEFORE UPDATE OR TRUNCATE ON journal "
                "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
            ),
            "ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only",
        ],
        NOT_AS_MADE,
    ),
    "a function that does nothing": (
        [
            (
                "CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql "
                "AS 'BEGIN RETURN NULL; END'"
            )
        ],
        NOT_AS_MADE,
    ),
    "a trigger more": (
        [
            "CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "CREATE TRIGGER more BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION more()",
        ],
        "more is none that Baton made",
    ),
    "a rule": (["CREATE RULE more AS ON INSERT TO journal DO INSTEAD NOTHING"], "rule more is none that Baton made"),
    "rows hidden": (
        ["ALTER TABLE journal ENABLE ROW LEVEL SECURITY", "CREATE POLICY few ON journal USING (seq < 2)"],
        "hides rows of journal",
    ),
    "not kept in a crash": (["ALTER TABLE journal SET UNLOGGED"], "UNLOGGED"),
    "a view": (
        ["ALTER TABLE journal RENAME TO hidden", "CREATE VIEW journal AS SELECT * FROM hidden"],
        "journal is a view",
    ),
    "no unique key": (
        ["ALTER TABLE journal DROP CONSTRAINT journal_stream_seq"],
        "no unique key over stream, seq",
    ),
    "no primary key": (["ALTER TABLE journal DROP CONSTRAINT journal_pkey"], "no primary key over id"),
}


async def filled(url: str) -> Store:
    store = open_store(url, worker="w")
    await store.append(appended("run-1", 1, 3))
    return store


async def is_told(url: str, statements: list[str], words: str) -> None:
    async with await filled(url) as store:
        assert await store.verify() == []
        with intruder(url) as other:
            for statement in statements:
                other.execute(statement)
        findings = await store.verify()
        assert {(one.stream, one.seq, one.kind) for one in findings} == {("table/journal", 0, "unguarded")}
        assert any(words in one.message for one in findings), findings


@pytest.mark.parametrize(("statements", "words"), ON_FILES.values(), ids=ON_FILES)
@in_loop
async def test_a_file_that_is_guarded_no_more_is_told(place: object, statements: list[str], words: str) -> None:
    await is_told(str(place), statements, words)


@pytest.mark.parametrize(("statements", "words"), ON_SERVERS.values(), ids=ON_SERVERS)
@in_loop
async def test_a_database_that_is_guarded_no_more_is_told(postgres: Server, statements: list[str], words: str) -> None:
    await is_told(postgres.database(), statements, words)


@in_loop
async def test_tables_are_asked_for_columns_before_they_are_read(url: str) -> None:
    async with await filled(url) as store:
        with intruder(url) as other:
            other.execute("ALTER TABLE journal RENAME COLUMN hash TO hush")
            other.execute("ALTER TABLE blobs RENAME TO drops")
        found = [(one.stream, one.kind) for one in await store.verify()]
        lost = [("table/journal", "lost"), ("table/blobs", "lost")]
        assert [one for one in found if one[1] == "lost"] == lost
        assert is_shared(url) or ("table/journal", "unguarded") not in found
