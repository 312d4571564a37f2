"""Appending: durable together, fenced apart, projections in the same transaction."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import ValueProblem
from runtime.engine.events import Actor, Envelope
from runtime.engine.requests import Append, Fenced, SignalKey, StartKey
from runtime.engine.rows import RunRows
from runtime.store import StoreProblem, StoreUnavailable, open_store
from runtime.store.heads import Head, Heads
from runtime.store.opening import is_shared, store_file
from runtime.store.sqlite import committing
from runtime.store.sqlite.connecting import writer_connection
from runtime.store.staging import prepare
from runtime.store.writer import Writer
from tests.runtime.store.examples import (
    NOON,
    appended,
    completed,
    entry,
    in_loop,
    incident_row,
    later,
    run_row,
    run_rows,
    started,
    task_row,
    wait_row,
)
from tests.runtime.store.intruder import REFUSED, committing_of, intruder


@in_loop
async def test_what_was_appended_is_read_back_alike(url: str) -> None:
    async with open_store(url, worker="w") as store:
        value = {"amount": Decimal("12.30"), "text": "Größe – 尺寸", "day": dt.date(2026, 5, 1), "none": None}
        person = Actor("user", "kim", "agent")
        entries = (
            Envelope("run-1", 1, NOON, person, started(input=value)),
            Envelope("run-1", 2, later(0.000001), person, completed("run-1", 2, value).event),
        )
        await store.append(Append(entries))
        assert tuple(await store.read_stream("run-1")) == entries
    async with open_store(url, worker="w") as store:
        assert tuple(await store.read_stream("run-1")) == entries


@in_loop
async def test_500_waiting_appends_share_a_few_commits(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = []
    committing = committing_of(url)
    advanced = committing.Committer._remember
    monkeypatch.setattr(
        committing.Committer, "_remember", lambda self, batch: (commits.append(1), advanced(self, batch))[1]
    )
    async with open_store(url, worker="w") as store:

        async def run(name: str) -> None:
            for number in range(4):
                await store.append(appended(name, 2 * number + 1, 2, run_rows(name, at_nodes=(f"n{number}",))))

        names = [f"run-{number:03}" for number in range(500)]
        await asyncio.gather(*map(run, names))
        assert len(commits) < 100  # 2,000 appends
        heads = await store.stream_heads()
        assert [(head.stream, head.seq) for head in heads] == [(name, 8) for name in names]
        assert await store.verify() == []
        for name in names[::50]:
            assert await store.run_row(name) == run_row(name, at_nodes=("n3",))


@in_loop
async def test_an_append_that_does_not_follow_the_head_is_fenced(url: str) -> None:
    async with open_store(url, worker="w") as store:
        await store.append(appended("run-1", 1, 3))
        for first in (1, 3, 5):
            with pytest.raises(Fenced, match="run-1 stands at 3"):
                await store.append(appended("run-1", first))
        with pytest.raises(Fenced, match="run-2 stands at 0"):
            await store.append(appended("run-2", 2))
        await store.append(appended("run-1", 4))
        assert [entry.seq for entry in await store.read_stream("run-1")] == [1, 2, 3, 4]


@in_loop
async def test_the_fenced_ones_of_a_batch_do_not_spoil_the_others(url: str) -> None:
    async with open_store(url, worker="w") as store:
        await store.append(appended("late", 1))
        appends = [appended(f"run-{number}", 1) for number in range(20)]
        appends[5:5] = [appended("late", 1)]
        appends[9:9] = [appended("run-0", 1)]  # its first append stands before it in the same batch
        outcomes = await asyncio.gather(*map(store.append, appends), return_exceptions=True)
        assert [type(outcome) for at, outcome in enumerate(outcomes) if at in (5, 9)] == [Fenced, Fenced]
        assert [outcome for at, outcome in enumerate(outcomes) if at not in (5, 9)] == [None] * 20
        assert sum(head.seq for head in await store.stream_heads()) == 21
        assert await store.verify() == []


@in_loop
async def test_an_append_over_several_streams_goes_in_whole_or_not_at_all(url: str) -> None:
    async with open_store(url, worker="w") as store:
        await store.append(appended("inbox/x", 1))
        both = (entry("run-1", 1), entry("run-1", 2), entry("inbox/x", 1, started()))
        with pytest.raises(Fenced):
            await store.append(Append(both, rows=(run_rows("run-1"),)))
        assert await store.read_stream("run-1") == []
        assert await store.run_row("run-1") is None
        await store.append(Append((entry("run-1", 1), entry("inbox/x", 2), entry("run-1", 2))))
        assert [head.seq for head in await store.stream_heads()] == [2, 2]


@in_loop
async def test_a_second_writer_that_slipped_in_is_noticed_and_only_its_streams_are_fenced(url: str) -> None:
    async with open_store(url, worker="w") as store:
        await asyncio.gather(*(store.append(appended(f"run-{number}", 1)) for number in range(3)))
        with intruder(url) as other:
            other.execute(
                "INSERT INTO journal (stream, seq, at, actor, type, version, data, hash) "
                "VALUES ('run-1', 2, 0, '{}', 'X', 1, x'00', x'00')"
            )
        outcomes = await asyncio.gather(
            *(store.append(appended(f"run-{number}", 2)) for number in range(3)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [type(None), Fenced, type(None)]
        await store.append(appended("run-0", 3))
        assert store.health().state == "ok"


@in_loop
async def test_a_key_that_is_taken_fences_the_start(url: str) -> None:
    def start(run: str, key: str) -> Append:
        return Append((entry(run, 1),), start_key=StartKey("local", "dispute", key, f"hash of {run}", run))

    async with open_store(url, worker="w") as store:
        outcomes = await asyncio.gather(
            store.append(start("run-1", "a")),
            store.append(start("run-2", "a")),
            store.append(start("run-3", "b")),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [type(None), Fenced, type(None)]
        with pytest.raises(Fenced, match="belongs to run run-1"):
            await store.append(start("run-4", "a"))
        assert await store.find_start("local", "dispute", "a") == ("run-1", "hash of run-1")
        assert await store.find_start("local", "other", "a") is None
        assert await store.find_start("test", "dispute", "a") is None
        assert [head.stream for head in await store.stream_heads()] == ["run-1", "run-3"]


@in_loop
async def test_a_signal_id_that_is_taken_fences_the_signal(url: str) -> None:
    def signal(stream: str, name: str) -> Append:
        return Append((entry(stream, 1),), signal_key=SignalKey(name, stream, "hash"))

    async with open_store(url, worker="w") as store:
        await store.append(signal("inbox/a", "s1"))
        with pytest.raises(Fenced, match="s1"):
            await store.append(signal("inbox/b", "s1"))
        assert await store.find_signal("s1") == ("inbox/a", "hash")
        assert await store.find_signal("s2") is None


@in_loop
async def test_what_can_not_be_written_is_refused_to_its_sender_alone(url: str) -> None:
    naive = Append((entry("run-1", 1, at=dt.datetime(2026, 1, 1)),))  # noqa: DTZ001 the very thing refused
    odd_value = Append((entry("run-1", 1, started(input={"x": object()})),))
    gap = Append((entry("run-1", 1), entry("run-1", 3)))
    nameless = Append((entry("", 1),))
    two_lines = Append((entry("a\nb", 1),))
    async with open_store(url, worker="w") as store:
        outcomes = await asyncio.gather(
            *map(store.append, (naive, odd_value, gap, nameless, two_lines, Append(()), appended("run-2", 1))),
            return_exceptions=True,
        )
        kinds = [type(outcome) for outcome in outcomes]
        assert kinds == [TypeError, ValueProblem, ValueError, ValueError, ValueError, ValueError, type(None)]
        assert [head.stream for head in await store.stream_heads()] == ["run-2"]


@in_loop
async def test_rows_that_no_table_takes_spoil_only_their_own_append(url: str) -> None:
    lone_surrogate = RunRows(run=run_row("run-1"), tasks=(task_row("run-1", title="\ud800"),))
    no_flow = run_rows("run-2", flow=None)
    async with open_store(url, worker="w") as store:
        outcomes = await asyncio.gather(
            store.append(appended("run-0", 1, 1, run_rows("run-0"))),
            store.append(appended("run-1", 1, 1, lone_surrogate)),
            store.append(appended("run-2", 1, 1, no_flow)),
            store.append(appended("run-3", 1, 1, run_rows("run-3"))),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [type(None), StoreProblem, StoreProblem, type(None)]
        assert [head.stream for head in await store.stream_heads()] == ["run-0", "run-3"]
        assert [row.run for row in (await store.list_runs()).rows] == ["run-3", "run-0"]


@in_loop
async def test_projections_follow_each_append(url: str) -> None:
    async with open_store(url, worker="w") as store:
        first = RunRows(
            run=run_row("run-1", open_tasks=2, open_incidents=1),
            tasks=(task_row("run-1", "approve#1"), task_row("run-1", "approve#2", claimed_by="kim")),
            incidents=(incident_row("run-1"),),
            waits=(wait_row("run-1"),),
        )
        await store.append(appended("run-1", 1, 1, first))
        second = RunRows(
            run=run_row("run-1", open_tasks=2, next_due=later(60), needs_worker=True),
            tasks=(task_row("run-1", "approve#2", answers=1), task_row("run-1", "approve#3")),
            waits=(wait_row("run-1", "payment#2"), wait_row("run-1", key="other")),
        )
        await store.append(appended("run-1", 2, 1, second))
        assert await store.run_row("run-1") == second.run
        assert set((await store.open_tasks()).rows) == set(second.tasks)
        assert (await store.incidents()).rows == ()
        assert await store.find_waits("paid", "4711") == [second.waits[0]]
        assert await store.find_waits("paid", "other") == [second.waits[1]]
        await store.append(appended("run-1", 3))  # rows None: unchanged
        assert await store.run_row("run-1") == second.run


@in_loop
async def test_rows_of_a_run_that_the_writer_does_not_remember_are_replaced_whole(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing_of(url), "REMEMBERED_STREAMS", 2)
    async with open_store(url, worker="w") as store:
        for number in range(5):
            name = f"run-{number}"
            rows = RunRows(run=run_row(name), tasks=(task_row(name),), waits=(wait_row(name),))
            await store.append(appended(name, 1, 2, rows))
        for number in range(5):
            name = f"run-{number}"
            rows = RunRows(run=run_row(name, needs_worker=True), tasks=(task_row(name, "approve#2"),))
            await store.append(appended(name, 3, 1, rows))
        assert await store.runs_needing_worker() == [f"run-{number}" for number in range(5)]
        assert [row.step for row in (await store.open_tasks()).rows] == ["approve#2"] * 5
        assert await store.find_waits("paid", "4711") == []
        assert await store.verify() == []


@in_loop
async def test_a_run_that_the_writer_remembers_costs_one_small_change(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    connect = committing.writer_connection

    def listened(*arguments: Any) -> sqlite3.Connection:
        connection = connect(*arguments)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(committing, "writer_connection", listened)
    async with open_store(str(place), worker="w") as store:
        await store.append(appended("run-1", 1, 1, run_rows("run-1")))
        statements.clear()
        await store.append(appended("run-1", 2, 1, run_rows("run-1", at_nodes=("pay",))))
        begin, insert, change, commit = dict.fromkeys(statements)  # a trigger has SQLite tell its statement again
        assert (begin, commit) == ("BEGIN IMMEDIATE", "COMMIT")
        assert insert.startswith("INSERT INTO journal")
        assert change.endswith('UPDATE runs SET "at_nodes" = new."at_nodes" FROM new WHERE runs."run" = new."run"')


def test_heads_are_forgotten_in_the_order_of_their_last_use() -> None:
    heads = Heads(2)
    for stream in ("a", "b", "a", "c"):
        heads.put(stream, Head(1, b""))
    assert [heads.get(stream) is not None for stream in "abc"] == [True, False, True]


def test_a_commit_reaches_the_disk_before_it_returns(place: Path) -> None:
    """No kill can show this, only a power cut: so the settings themselves are looked at."""
    place.touch()
    with closing(writer_connection(place)) as connection:
        settings = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "fullfsync", "wal_autocheckpoint")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "fullfsync": 1, "wal_autocheckpoint": 10_000}


@in_loop
async def test_a_run_that_ended_stays_as_it_ended(url: str) -> None:
    async with open_store(url, worker="w") as store:
        ended = run_rows("run-1", state="completed", outcome="refunded", resolved=True, ended_at=later(5))
        await store.append(appended("run-1", 1, 1, ended))
        with pytest.raises(Fenced, match="stays as it ended"):
            await store.append(appended("run-1", 2, 1, run_rows("run-1")))
        await store.append(appended("run-1", 2, 1, ended))  # a late report moves nothing
        assert await store.run_row("run-1") == ended.run


@in_loop
async def test_the_append_of_a_caller_that_was_cancelled_stands(url: str) -> None:
    async with open_store(url, worker="w") as store:
        waiting = asyncio.ensure_future(store.append(appended("run-1", 1)))
        await asyncio.sleep(0)
        waiting.cancel()
        await store.append(appended("run-1", 2))
        assert len(await store.read_stream("run-1")) == 2


@in_loop
async def test_nothing_can_be_ordered_behind_the_end_of_a_writer(place: Path) -> None:
    await open_store(str(place), worker="w").close()
    committer = committing.Committer(place, advanced=lambda _: None, busy_seconds=1)
    writer = Writer(committer, str(place))
    writer.close()
    with pytest.raises(StoreUnavailable, match="was closed"):
        writer.append(prepare(appended("run-1", 1)))
    with pytest.raises(StoreUnavailable, match="was closed"):
        writer.work(lambda _: None, touches_projections=False)


def test_a_closed_store_says_so(url: str) -> None:
    store = open_store(url, worker="w")

    async def use() -> None:
        last = asyncio.ensure_future(store.append(appended("run-1", 1)))
        await asyncio.sleep(0)
        await store.close()
        await store.close()
        await last  # what waited when it was closed was written
        with pytest.raises(StoreUnavailable, match="was closed"):
            await store.append(appended("run-1", 2))
        with pytest.raises(StoreUnavailable, match="was closed"):
            await store.read_stream("run-1")
        with pytest.raises(StoreUnavailable, match="was closed"):
            await store.save_blob(b"x")

    asyncio.run(use())
    if not is_shared(url):
        file = store_file(url)
        assert not file.with_name(file.name + "-wal").exists()  # the log was folded into the file


@in_loop
async def test_nobody_changes_or_deletes_a_row_of_the_journal(url: str) -> None:
    async with open_store(url, worker="w") as store:
        await store.append(appended("run-1", 1, 3))
        for statement in ("UPDATE journal SET data = x'00' WHERE seq = 2", "DELETE FROM journal WHERE seq = 3"):
            with pytest.raises(REFUSED, match="append-only"), intruder(url) as other:
                other.execute(statement)
        assert len(await store.read_stream("run-1")) == 3


FORGED = "(stream, seq, at, actor, type, version, data, hash)"
AS_ROW_2 = "'run-1', 2, 0, '{}', 'X', 1, x'00', x'00'"
PUTS = {
    "by its place": f"INSERT OR REPLACE INTO journal {FORGED} VALUES ({AS_ROW_2})",
    "by its id": f"REPLACE INTO journal (id, {FORGED[1:]} VALUES (2, 'other', 1, 0, '{{}}', 'X', 1, x'00', x'00')",
    "among new ones": f"REPLACE INTO journal {FORGED} VALUES ('new', 1, 0, '{{}}', 'X', 1, x'', x''), ({AS_ROW_2})",
    "out of itself": (
        f"REPLACE INTO journal {FORGED} SELECT stream, 2, at, actor, type, version, data, hash FROM journal"
    ),
    "upsert": f"INSERT INTO journal {FORGED} VALUES ({AS_ROW_2}) ON CONFLICT (stream, seq) DO UPDATE SET type = 'X'",
    "upsert by id": (
        f"INSERT INTO journal (id, {FORGED[1:]} VALUES (2, {AS_ROW_2}) ON CONFLICT (id) DO UPDATE SET type = 'X'"
    ),
    "upsert of nothing": (
        f"INSERT INTO journal {FORGED} VALUES ({AS_ROW_2}) "
        "ON CONFLICT (stream, seq) DO UPDATE SET type = 'X' WHERE 1 = 0"
    ),
}


@pytest.mark.parametrize("statement", PUTS.values(), ids=PUTS)
@in_loop
async def test_nobody_puts_another_row_in_the_place_of_one_that_is_there(url: str, statement: str) -> None:
    """SQLite's REPLACE deletes the row in its way, and no trigger of DELETE hears of it."""
    if is_shared(url) and "REPLACE" in statement:
        pytest.skip("only SQLite has REPLACE")
    async with open_store(url, worker="w") as store:
        await store.append(appended("run-1", 1, 3))
        before = await store.read_rows()
        with pytest.raises(REFUSED, match="append-only"), intruder(url) as other:
            other.execute(statement)
        assert await store.read_rows() == before
        await store.append(appended("run-1", 4))
        assert await store.verify() == []
