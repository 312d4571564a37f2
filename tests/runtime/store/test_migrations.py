"""The schema through time: one loop of numbered steps, each whole or not at all, forward only (F06)."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect

from runtime.store import StoreProblem, open_store
from runtime.store.migrations import NEWEST, STEPS, migrate, schema_version
from runtime.store.schema import metadata
from runtime.store.sqlite.connecting import core, write_transaction
from tests.runtime.store.examples import appended
from tests.runtime.store.intruder import intruder


def opened(place: Path) -> sqlite3.Connection:
    return sqlite3.connect(place, isolation_level=None)


def migrated(raw: sqlite3.Connection, *more: object) -> int:
    return migrate(core(raw), "the store", lambda: write_transaction(raw), (*STEPS, *more))  # type: ignore[arg-type]


def test_the_steps_lead_to_the_schema_that_the_code_speaks_of(place: Path) -> None:
    with closing(opened(place)) as made_by_steps, closing(sqlite3.connect(":memory:")) as made_at_once:
        assert migrated(made_by_steps) == NEWEST
        metadata.create_all(core(made_at_once))
        found, wanted = inspect(core(made_by_steps)), inspect(core(made_at_once))
        assert sorted(found.get_table_names()) == sorted(wanted.get_table_names())
        for table in wanted.get_table_names():
            for part in ("columns", "pk_constraint", "indexes", "unique_constraints", "check_constraints"):
                ours, theirs = (_plain(getattr(one, f"get_{part}")(table)) for one in (found, wanted))
                assert ours == theirs, (table, part)


def test_steps_that_were_taken_are_not_taken_again(place: Path) -> None:
    with closing(opened(place)) as raw:
        assert migrated(raw) == NEWEST
        assert migrated(raw) == 0
        assert migrated(raw, _adds_a_table, _adds_a_row) == 2
        assert migrated(raw, _adds_a_table, _adds_a_row) == 0
        assert raw.execute("SELECT * FROM later").fetchall() == [("one",)]


def test_a_step_that_fails_leaves_the_store_at_the_step_before(place: Path) -> None:
    def fails(connection: Connection) -> None:
        _adds_a_row(connection)
        connection.exec_driver_sql("DROP TABLE runs")
        raise RuntimeError("half-way")

    with closing(opened(place)) as raw:
        with pytest.raises(RuntimeError, match="half-way"):
            migrated(raw, _adds_a_table, fails)
        assert schema_version(core(raw), "the store", NEWEST + 2) == NEWEST + 1
        assert raw.execute("SELECT * FROM later").fetchall() == []
        assert raw.execute("SELECT * FROM runs").fetchall() == []
        assert migrated(raw, _adds_a_table, _adds_a_row) == 1


@pytest.mark.parametrize("statement", ["0", "1", "2", "5", "12", "20", "at COMMIT"])
def test_a_kill_within_the_first_step_leaves_an_empty_store_that_the_next_start_fills(
    place: Path, statement: str
) -> None:
    """Killed before the n-th statement that creates something, or the one that makes all of it last."""
    code = (
        "import os, sys, sqlite3\n"
        "from runtime.store.sqlite import engine\n"
        "left = 1000 if sys.argv[2] == 'at COMMIT' else int(sys.argv[2])\n"
        "def count(statement):\n"
        "    global left\n"
        "    left -= statement.startswith(('\\nCREATE', 'CREATE', '\\n    CREATE', 'INSERT'))\n"
        "    if left < 0 or (left > 500 and statement == 'COMMIT'): os.kill(os.getpid(), 9)\n"
        "connection = engine.writer_connection\n"
        "def traced(*arguments):\n"
        "    made = connection(*arguments)\n"
        "    made.set_trace_callback(count)\n"
        "    return made\n"
        "engine.writer_connection = traced\n"
        "engine.open_writing(__import__('pathlib').Path(sys.argv[1]), worker='w')\n"
        "print('not killed')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(place), statement], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (-9, ""), done.stderr
    with closing(opened(place)) as raw:
        assert schema_version(core(raw), "the store", NEWEST) == 0

    async def use() -> None:
        async with open_store(str(place), worker="w") as store:
            await store.append(appended("run-1", 1))

    asyncio.run(use())


DIES_LATER = """
import os, sys
from runtime.store import open_store
from runtime.store.migrations import STEPS, __name__ as name
from runtime.store import migrations
moment = sys.argv[2]
def later(connection):
    connection.exec_driver_sql("CREATE TABLE later (name TEXT)")
    if moment == "within": os.kill(os.getpid(), 9)
    connection.exec_driver_sql("INSERT INTO later VALUES ('one')")
migrations.STEPS = (*STEPS, later)
defaults = list(migrations.migrate.__defaults__)
migrations.migrate.__defaults__ = (migrations.STEPS,)
store = open_store(sys.argv[1], worker="w")
print("opened")
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("moment", ["within", "after"])
def test_a_kill_in_a_later_step_leaves_what_was_there_and_the_next_start_takes_the_step(url: str, moment: str) -> None:
    """F06, on both stores, with rows in it: none is lost, the step is taken once, an older Baton says what to do."""

    async def written() -> None:
        async with open_store(url, worker="w") as store:
            await store.append(appended("run-1", 1, 3))

    asyncio.run(written())
    command = [sys.executable, "-c", DIES_LATER, url]
    done = subprocess.run([*command, moment], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (-9, "opened\n" if moment == "after" else ""), done.stderr

    async def read() -> int:
        async with open_store(url, worker="w") as store:
            assert await store.verify() == []
            return await store.stream_head("run-1")

    if moment == "within":
        assert asyncio.run(read()) == 3, "the version before goes on as if nothing had been"
        done = subprocess.run([*command, "after"], check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (-9, "opened\n"), done.stderr
    with pytest.raises(StoreProblem, match=rf"written by a newer Baton \(its schema is {NEWEST + 1}"):
        asyncio.run(read())
    with intruder(url) as other:
        assert [tuple(row) for row in other.execute("SELECT * FROM later").fetchall()] == [("one",)]
        assert other.execute("SELECT count(*) FROM journal").fetchone()[0] == 3


ROW = "VALUES ('run-1', 1, 0, '{}', 'X', 1, x'', x'')"
REPLACED = "REPLACE INTO journal (stream, seq, at, actor, type, version, data, hash) " + ROW


@pytest.mark.parametrize("killed", [False, True])
def test_a_journal_of_before_the_fourth_step_is_guarded_against_replace_from_then_on(place: Path, killed: bool) -> None:
    with closing(opened(place)) as raw:
        migrate(core(raw), "the store", lambda: write_transaction(raw), STEPS[:3])
        for _ in range(2):
            raw.execute(REPLACED)
        assert raw.execute("SELECT id FROM journal").fetchall() == [(2,)], "until then REPLACE goes through"
    if killed:
        code = (
            "import os, sqlite3, sys\n"
            "from runtime.store.migrations import migrate\n"
            "from runtime.store.sqlite.connecting import core, write_transaction\n"
            "raw = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
            "raw.set_trace_callback(lambda said: said == 'COMMIT' and os.kill(os.getpid(), 9))\n"
            "migrate(core(raw), 'the store', lambda: write_transaction(raw))\n"
        )
        done = subprocess.run([sys.executable, "-c", code, str(place)], check=False, capture_output=True, text=True)
        assert done.returncode == -9, done.stderr
        with closing(opened(place)) as raw:
            assert schema_version(core(raw), "the store", NEWEST) == 3

    async def used() -> None:
        async with open_store(str(place), worker="w") as store:
            await store.append(appended("run-2", 1, 2))

    asyncio.run(used())
    with closing(opened(place)) as raw:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(REPLACED)
        assert raw.execute("SELECT id, stream, seq FROM journal ORDER BY id").fetchall() == [
            (2, "run-1", 1),
            (3, "run-2", 1),
            (4, "run-2", 2),
        ]


def test_a_store_of_a_newer_baton_is_refused(place: Path) -> None:
    with closing(opened(place)) as raw:
        migrated(raw, _adds_a_table)
    for read_only in (False, True):
        with pytest.raises(StoreProblem, match=rf"written by a newer Baton \(its schema is {NEWEST + 1}"):
            open_store(str(place), worker="w", read_only=read_only)


def test_a_store_of_an_older_baton_is_read_only_after_somebody_migrated_it(place: Path) -> None:
    with closing(opened(place)) as raw:
        migrated(raw)
        raw.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (str(NEWEST - 1),))
    with pytest.raises(StoreProblem, match="of an older Baton"):
        open_store(str(place), worker="w", read_only=True)


def _plain(found: Any) -> Any:
    """What SQLAlchemy found out about a table, comparable: its objects compare by what they print."""
    if isinstance(found, dict):
        return {name: _plain(value) for name, value in found.items()}
    return [_plain(value) for value in found] if isinstance(found, list) else str(found)


def _adds_a_table(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE later (name TEXT)")


def _adds_a_row(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO later VALUES ('one')")
