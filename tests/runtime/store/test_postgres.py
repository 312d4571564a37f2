"""What only a store on a server can meet: it goes away and comes back, answers are lost, others write beside."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from runtime.engine.requests import Fenced
from runtime.engine.rows import RunRows
from runtime.store import Store, StoreProblem, StoreUnavailable, open_store
from runtime.store.migrations import NEWEST, schema_version
from runtime.store.postgres import committing, connecting
from runtime.store.postgres.address import Address
from runtime.store.postgres.bulk import _sql, as_array
from runtime.store.projecting import Drop, Set
from tests.postgres_server import Server, running
from tests.runtime.store.examples import appended, in_loop, run_row, run_rows
from tests.runtime.store.intruder import intruder


@pytest.fixture
def database(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture
def own_server(postgres: Server) -> Iterator[Server]:
    """One that may be stopped without harm to other tests (``postgres`` is asked for where there is none to be had)."""
    del postgres
    with running() as server:
        yield server


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://kim:secret@db.example:5433/baton?sslmode=require", "postgresql://db.example:5433/baton"),
        ("postgres://db.example/baton", "postgresql://db.example/baton"),
        ("postgresql://kim@/baton?host=%2Fvar%2Frun", "postgresql:///baton"),
    ],
)
def test_a_place_is_shown_without_secrets(url: str, shown: str) -> None:
    assert Address(url).place == shown


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match="doesn't answer") as refused:
        open_store("postgresql://kim:hunter2@127.0.0.1:1/baton", worker="w")
    assert "hunter2" not in str(refused.value)
    assert refused.value.trouble == "gone"


def test_a_database_that_is_not_there_or_not_ours_is_refused(postgres: Server, database: str) -> None:
    with pytest.raises(StoreUnavailable, match="does not exist"):
        open_store(postgres.url("nowhere"), worker="w")
    with pytest.raises(StoreProblem, match="there is no store in"):
        open_store(database, worker="w", read_only=True)
    with intruder(database) as other:
        other.execute("CREATE TABLE customers (id int)")
    for read_only in (False, True):
        with pytest.raises(StoreProblem, match="database of another program"):
            open_store(database, worker="w", read_only=read_only)


@in_loop
async def test_two_writers_fence_each_other_and_go_on(database: str) -> None:
    """Each remembers heads that the other moves on; only what really stands there counts."""
    async with open_store(database, worker="a") as one, open_store(database, worker="b") as two:
        heads = dict.fromkeys((f"run-{n}" for n in range(30)), 0)
        for turn, store in enumerate((one, two, one, two, two, one)):
            names = [name for n, name in enumerate(heads) if n % 3 == turn % 3 or turn % 2]
            stale = [store.append(appended(name, heads[name], 2)) for name in names if heads[name]]
            good = [
                store.append(appended(name, heads[name] + 1, 2, run_rows(name, at_nodes=(str(turn),))))
                for name in names
            ]
            outcomes = await asyncio.gather(*stale, *good, return_exceptions=True)
            assert [type(outcome) for outcome in outcomes] == [Fenced] * len(stale) + [type(None)] * len(good)
            for name in names:
                heads[name] += 2
                assert await one.run_row(name) == run_row(name, at_nodes=(str(turn),))
        assert {head.stream: head.seq for head in await two.stream_heads()} == heads
        assert await two.verify() == []


@in_loop
async def test_of_two_who_append_at_once_one_is_fenced(database: str) -> None:
    async with open_store(database, worker="a") as one, open_store(database, worker="b") as two:
        for seq in range(1, 40):
            outcomes = await asyncio.gather(
                *(store.append(appended(f"run-{n}", seq)) for n in range(5) for store in (one, two)),
                return_exceptions=True,
            )
            kinds = [{type(outcome) for outcome in outcomes[at : at + 2]} for at in range(0, 10, 2)]
            assert kinds == [{type(None), Fenced}] * 5
        assert [head.seq for head in await one.stream_heads()] == [39] * 5
        assert await one.verify() == []


@in_loop
async def test_growth_by_another_process_is_noticed(database: str) -> None:
    async with open_store(database, worker="a") as one, open_store(database, worker="b") as two:
        await one.append(appended("run-1", 1))
        waiting = asyncio.ensure_future(two.wait_for_change("run-1", 1))
        await asyncio.sleep(0.6)
        assert not waiting.done()
        await one.append(appended("run-1", 2))
        assert await asyncio.wait_for(waiting, 5) == 2


@in_loop
async def test_the_same_release_saved_by_two_at_once_is_kept_once(database: str) -> None:
    async with open_store(database, worker="a") as one, open_store(database, worker="b") as two:
        for n in range(20):
            await asyncio.gather(
                *(store.save_release(f"h{n}", b"package", "p", "1") for store in (one, two)),
                *(store.save_blob(bytes([n])) for store in (one, two)),
            )
        assert len(await one.list_releases()) == 20


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
@in_loop
async def test_a_server_that_stops_is_said_and_over_when_it_is_back(own_server: Server, how: signal.Signals) -> None:
    """F15. SIGQUIT is a crash: the server recovers from its log."""
    async with open_store(own_server.database(), worker="w") as store:
        await store.append(appended("run-1", 1))
        own_server.stop(how)
        with pytest.raises(StoreUnavailable, match="doesn't answer") as refused:
            await store.append(appended("run-1", 2))
        assert not refused.value.outcome_unknown
        assert store.health().state == "unavailable"
        with pytest.raises(StoreUnavailable):
            await store.read_stream("run-1")
        own_server.start()
        await store.append(appended("run-1", 2))
        assert store.health().state == "ok"
        own_server.stop(how)
        own_server.start()  # between two calls: nobody needs to know
        await store.append(appended("run-1", 3))
        await store.save_blob(b"x")
        assert await store.stream_head("run-1") == 3
        assert await store.verify() == []


class LosesTheAnswer:
    """A connection that breaks at COMMIT: after it was done, before it was sent, or while the server is still at it."""

    def __init__(self, connection: Any, plan: list[str]) -> None:
        self._connection = connection
        self._plan = plan

    def execute(self, statement: bytes, *parameters: Any, **options: Any) -> Any:
        fault = self._plan.pop(0) if statement == b"COMMIT" and self._plan else "none"
        if fault != "lost before":
            done = self._connection.execute(statement, *parameters, **options)
        if fault == "none":
            return done
        self._connection.close()
        raise psycopg.OperationalError("the answer was lost")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@in_loop
async def test_a_commit_whose_answer_was_lost_is_looked_up_and_not_repeated(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ["none", "lost after", "lost before"]
    connect = committing.writer_connection
    async with open_store(database, worker="w") as store:
        monkeypatch.setattr(committing, "core", lambda _: None)
        monkeypatch.setattr(committing, "writer_connection", lambda address: LosesTheAnswer(connect(address), plan))
        await store.append(appended("run-1", 1))
        await store.append(appended("run-1", 2))  # it is there, so it succeeded
        with pytest.raises(StoreUnavailable) as refused:
            await store.append(appended("run-1", 3))
        assert not refused.value.outcome_unknown
        await store.append(appended("run-1", 3))
        assert await store.stream_head("run-1") == 3
        assert await store.verify() == []


@in_loop
async def test_a_commit_that_can_not_be_looked_up_is_unknown(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = committing.writer_connection
    opened: list[int] = []

    def once(address: Address) -> Any:
        opened.append(1)
        if len(opened) > 1:
            raise psycopg.OperationalError("connection refused")
        return LosesTheAnswer(connect(address), ["lost after"])

    async with open_store(database, worker="w") as store:
        with monkeypatch.context() as broken:
            broken.setattr(committing, "LOOKED_FOR", 0.2)
            broken.setattr(committing, "core", lambda _: None)
            broken.setattr(committing, "writer_connection", once)
            with pytest.raises(StoreUnavailable) as refused:
                await store.append(appended("run-1", 1))
        assert refused.value.outcome_unknown
        await store.append(appended("run-1", 2))  # read again: number 1 is there


@in_loop
async def test_a_process_stopped_within_a_batch_does_not_hold_up_the_others(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = [s.replace("session_timeout = '10s'", "session_timeout = '1s'") for s in connecting._WRITER_SETTINGS]
    monkeypatch.setattr(connecting, "_WRITER_SETTINGS", tuple(settings))
    async with open_store(database, worker="w") as store:
        with closing(connecting.writer_connection(Address(database))) as stopped:
            stopped.execute(b"BEGIN")
            stopped.execute(
                b"INSERT INTO journal (stream, seq, at, actor, type, version, data, hash) "
                b"VALUES ('run-1', 1, 0, '{}', 'X', 1, '', '')"
            )
            await asyncio.wait_for(store.append(appended("run-1", 1)), 10)
        assert await store.verify() == []


def test_a_commit_reaches_the_disk_before_it_returns(database: str) -> None:
    """No kill can show this, only a power cut: so the settings themselves are looked at."""
    with intruder(database) as other:
        other.execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$"
        )
    with closing(connecting.writer_connection(Address(database))) as raw:
        for name, value in (("synchronous_commit", "on"), ("default_transaction_isolation", "read committed")):
            row = raw.execute(f"SHOW {name}".encode()).fetchone()
            assert row == (value,)


@in_loop
async def test_no_one_truncates_the_journal(database: str) -> None:
    async with open_store(database, worker="w") as store:
        await store.append(appended("run-1", 1))
        with pytest.raises(psycopg.IntegrityError, match="append-only"), intruder(database) as other:
            other.execute("TRUNCATE journal")
        assert await store.stream_head("run-1") == 1


@pytest.mark.parametrize("statement", ["UPDATE journal SET at = 0", "DELETE FROM journal", "TRUNCATE journal"])
@in_loop
async def test_nobody_gets_past_the_guard_by_calling_himself_a_replica(database: str, statement: str) -> None:
    async with open_store(database, worker="w") as store:
        await store.append(appended("run-1", 1))
        with intruder(database) as other:
            other.execute("SET session_replication_role = replica")
            with pytest.raises(psycopg.IntegrityError, match="append-only"):
                other.execute(statement)
        assert await store.verify() == []


@pytest.mark.parametrize("moment", ["0", "3", "9", "20", "27", "at COMMIT"])
def test_a_kill_within_a_step_leaves_a_store_that_the_next_start_fills(database: str, moment: str) -> None:
    code = (
        "import os, sys\n"
        "from sqlalchemy import event, Engine\n"
        "from runtime.store import open_store\n"
        "from runtime.store.postgres import connecting\n"
        "left = 10**6 if sys.argv[2] == 'at COMMIT' else int(sys.argv[2])\n"
        "@event.listens_for(Engine, 'before_cursor_execute')\n"
        "def count(conn, cursor, statement, *rest):\n"
        "    global left\n"
        "    left -= statement.strip().startswith(('CREATE', 'INSERT'))\n"
        "    if left < 0: os.kill(os.getpid(), 9)\n"
        "class Deadly:\n"
        "    def __init__(self, raw): self.raw = raw\n"
        "    def execute(self, what, *rest, **more):\n"
        "        if what == 'COMMIT' and left > 1000: os.kill(os.getpid(), 9)\n"
        "        return self.raw.execute(what, *rest, **more)\n"
        "    def __getattr__(self, name): return getattr(self.raw, name)\n"
        "whole = connecting.transaction\n"
        "connecting.transaction = lambda raw, *first: whole(Deadly(raw), *first)\n"
        "open_store(sys.argv[1], worker='w')\n"
        "print('not killed')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, database, moment], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (-9, ""), done.stderr
    with closing(connecting.writer_connection(Address(database))) as raw:
        assert schema_version(connecting.core(raw), "the store", NEWEST) in range(NEWEST)

    async def use() -> None:
        async with open_store(database, worker="w") as store:
            await store.append(appended("run-1", 1))

    asyncio.run(use())


def test_two_who_open_an_empty_database_at_once_make_one_store(database: str) -> None:
    async def both() -> list[Store]:
        return await asyncio.gather(*(asyncio.to_thread(open_store, database, worker=f"w{n}") for n in range(4)))

    async def story() -> None:
        stores = await both()
        await asyncio.gather(*(store.append(appended(f"run-{n}", 1)) for n, store in enumerate(stores)))
        assert len(await stores[0].stream_heads()) == 4
        for store in stores:
            await store.close()

    asyncio.run(story())


@in_loop
async def test_a_hold_is_the_first_ones_until_the_run_needs_nobody(database: str) -> None:
    busy = run_rows("run-1", needs_worker=True)
    async with open_store(database, worker="a") as one, open_store(database, worker="b") as two:
        await one.append(appended("run-1", 1, 1, busy))
        await two.append(appended("run-1", 2, 1, busy))  # an answer that came in there
        assert (await one.held_elsewhere("run-1"), await two.held_elsewhere("run-1")) == (False, True)
        assert await two.runs_left() == []
        await two.append(appended("run-1", 3, 1, run_rows("run-1")))
        assert not await two.held_elsewhere("run-1")
        await two.append(appended("run-1", 4, 1, busy))
        assert (await one.held_elsewhere("run-1"), await two.held_elsewhere("run-1")) == (True, False)
        await two.close()  # it says goodbye: nobody needs to wait for its lease
        assert await one.runs_left() == ["run-1"]
        assert await one.knows_the_lost()


AWKWARD = ["", "NULL", '"', "\\", '\\"', "{a,b}", ",", " a ", "ä€🙂", "\n\t", "'", "%s", None]


@in_loop
async def test_a_line_that_changes_stays_in_its_page_so_that_no_index_is_touched(database: str) -> None:
    async with open_store(database, worker="w") as store:
        names = [f"run-{number:03}" for number in range(200)]
        pages = "SELECT run, (ctid::text::point)[0] FROM runs ORDER BY run"
        seen = []
        for seq in (1, 2):
            rows = [run_rows(name, at_nodes=(f"n{seq}",)) for name in names]
            await asyncio.gather(*(store.append(appended(row.run.run, seq, 1, row)) for row in rows))
            with intruder(database) as other:
                seen.append(other.execute(pages).fetchall())
    assert len(seen[0]) == 200
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "statement",
    [
        Set("runs", ("run",), ("at_nodes",)),
        Set("waits", ("run", "step"), ("key",)),
        Drop("tasks", ("run",)),
        Drop("holds", ("run",)),
    ],
)
def test_a_change_finds_its_rows_by_key_also_where_it_was_planned_for_an_empty_table(
    database: str, statement: Set | Drop
) -> None:
    asyncio.run(open_store(database, worker="w").close())
    with closing(connecting.writer_connection(Address(database))) as raw:
        raw.execute("SET plan_cache_mode = force_generic_plan")
        text, columns = _sql(statement).decode(), len(statement.key) + len(getattr(statement, "columns", ()))
        for number in range(columns):
            text = text.replace("%s", f"${number + 1}", 1)
        raw.execute(f"PREPARE change AS {text}".encode())
        plan = raw.execute(f"EXPLAIN EXECUTE change ({', '.join(['NULL'] * columns)})".encode()).fetchall()
    words = "\n".join(str(line[0]) for line in plan)
    assert "Index Scan" in words or "Bitmap Index Scan" in words, words
    assert "Seq Scan" not in words, words


def test_arrays_are_written_as_the_server_reads_them(postgres: Server) -> None:
    """Whatever stands in a column comes back as it was: no value can end its item, and none is taken for another."""
    numbers, flags, contents = [0, -(2**62), 7, None], [True, None, False], [b"", b'\\x"{', bytes(range(256)), None]
    with psycopg.connect(postgres.database()) as raw:
        for values, kind in ((AWKWARD, "text"), (numbers, "int8"), (flags, "bool"), (contents, "bytea")):
            found = raw.execute(f"SELECT * FROM unnest(%s::{kind}[])".encode(), [as_array(values)]).fetchall()
            assert [row[0] for row in found] == values, kind
    with pytest.raises(TypeError, match="a float can't be written"):
        as_array([1.5])


@in_loop
async def test_a_row_that_no_index_takes_is_refused_alone_and_not_waited_for(database: str) -> None:
    """It was taken for a server that doesn't answer: all who wrote beside it were refused, and the host tried again
    for ever."""
    too_long = "".join(chr(0x4E00 + 7 * number) for number in range(2_000))
    async with open_store(database, worker="w") as store:
        outcomes = await asyncio.gather(
            *(store.append(appended(f"run-{n}", 1, 1, run_rows(f"run-{n}"))) for n in (1, 2)),
            store.append(appended("run-3", 1, 1, RunRows(run=run_row("run-3", case_key=too_long)))),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [type(None), type(None), StoreProblem]
        assert {head.stream for head in await store.stream_heads()} == {"run-1", "run-2"}
        assert store.health().state == "ok"
