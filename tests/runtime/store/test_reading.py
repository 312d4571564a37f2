"""Lists are pages, wake-ups are found by index, a long journal is read piece by piece."""

from __future__ import annotations

import asyncio
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from runtime.engine.codec import Unreadable
from runtime.engine.requests import Append
from runtime.engine.rows import RunRows
from runtime.store import BadCursor, RunFilter, Store, open_store
from runtime.store.pages import MOST
from tests.runtime.store.examples import (
    appended,
    entry,
    in_loop,
    incident_row,
    later,
    run_row,
    run_rows,
    task_row,
    wait_row,
)
from tests.runtime.store.intruder import disarmed


async def with_runs(url: str, *rows: RunRows) -> Store:
    store = open_store(url, worker="w")
    await asyncio.gather(*(store.append(appended(one.run.run, 1, 1, one)) for one in rows))
    return store


async def listed(store: Store, wanted: RunFilter, limit: int) -> list[list[str]]:
    """The ids on each page."""
    pages, cursor = [], None
    while not pages or cursor:
        page = await store.list_runs(wanted, cursor=cursor, limit=limit)
        pages.append([row.run for row in page.rows])
        cursor = page.cursor
    return pages


@in_loop
async def test_100_000_rows_are_read_page_by_page(url: str) -> None:
    async with open_store(url, worker="w") as store:
        # Many streams, one long: numbers and row ids must not be mixed up.
        await asyncio.gather(*(store.append(appended(f"run-{n:03}", 1, 450)) for n in range(200)))
        for first in range(1, 10_001, 1000):
            await store.append(appended("long", first, 1000))
        seqs: list[int] = []
        tracemalloc.start()
        async for page in store.stream_pages("long", page=500):
            assert len(page) == 500
            seqs += [event.seq for event in page]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert seqs == list(range(1, 10_001))
        assert peak < 5_000_000  # bytes; all of it at once takes more than ten
        assert [event.seq for event in await store.read_stream("long", after=9_998)] == [9_999, 10_000]
        assert [event.seq for event in await store.read_stream("long", after=3, limit=2)] == [4, 5]
        count, after = 0, 0
        while rows := await store.read_rows(after=after, limit=9_000):
            assert [row.id for row in rows] == list(range(after + 1, after + 1 + len(rows)))
            count, after = count + len(rows), rows[-1].id
        assert count == 100_000
        assert (await store.read_rows("run-007", after=449))[0].seq == 450


@in_loop
async def test_heads_are_listed_by_name(url: str) -> None:
    async with await with_runs(url, run_rows("b"), run_rows("a"), run_rows("c")) as store:
        await store.append(appended("b", 2, 4))
        assert [(head.stream, head.seq) for head in await store.stream_heads(limit=2)] == [("a", 1), ("b", 5)]
        assert [(head.stream, head.seq) for head in await store.stream_heads(after="b")] == [("c", 1)]
        assert (await store.stream_heads("a", 1))[0].hash == (await store.read_rows("b", 4))[0].hash
        assert [await store.stream_head(stream) for stream in ("b", "x")] == [5, 0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("type = 'Unheard'", "unknown kind of event 'Unheard'"),
        ("version = 99", "written by a newer Baton"),
        ("data = x'7B'", "row is broken"),
    ],
)
@in_loop
async def test_a_row_that_can_not_be_read_is_said_and_others_go_on(url: str, change: str, said: str) -> None:
    async with open_store(url, worker="w") as store:
        await store.append(appended("run-1", 1, 3))
        await store.append(appended("run-2", 1, 3))
        with disarmed(url) as other:
            other.execute(f"UPDATE journal SET {change} WHERE stream = 'run-1' AND seq = 2")
        with pytest.raises(Unreadable, match=said):
            await store.read_stream("run-1")
        assert len(await store.read_stream("run-2")) == 3
        assert len(await store.read_rows("run-1")) == 3


@in_loop
async def test_runs_are_listed_newest_first_by_what_is_wanted(url: str) -> None:
    rows = [
        run_rows("a", started_at=later(1), flow="dispute", case_key="c1"),
        run_rows("b", started_at=later(2), flow="refund", state="completed", ended_at=later(9)),
        run_rows("c", started_at=later(2), flow="dispute", environment="test", parent="a"),
        run_rows("d", started_at=later(3), flow="dispute", case_key="c1", state="suspended"),
        run_rows("e", started_at=later(4), flow="refund", case_key="c2"),
    ]
    async with await with_runs(url, *rows) as store:
        for wanted, found in [
            (RunFilter(), "edcba"),
            (RunFilter(flow="dispute"), "dca"),
            (RunFilter(case="c1"), "da"),
            (RunFilter(states=["completed", "suspended"]), "db"),
            (RunFilter(states=["running"], flow="refund"), "e"),
            (RunFilter(environment="test"), "c"),
            (RunFilter(parent="a"), "c"),
            (RunFilter(since=later(2), until=later(4)), "dcb"),
            (RunFilter(flow="none"), ""),
        ]:
            for limit in (1, 2, 5):
                pages = await listed(store, wanted, limit)
                assert "".join("".join(page) for page in pages) == found, wanted
                assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
        assert await store.count_runs() == {"running": 3, "completed": 1, "suspended": 1}
        assert await store.run_row("d") == rows[3].run
        assert await store.run_row("x") is None


@in_loop
async def test_a_page_is_capped_and_a_strange_cursor_refused(url: str) -> None:
    async with await with_runs(url, *(run_rows(f"run-{n:04}") for n in range(MOST + 1))) as store:
        page = await store.list_runs(limit=1_000_000)
        assert len(page.rows) == MOST
        assert len((await store.list_runs(cursor=page.cursor)).rows) == 1
        assert len((await store.list_runs(limit=-5)).rows) == 1
        for cursor in ("", "x", "%%%", "WzEsMl0", "e30", "WyJhIiwgMV0", "[" * 5000, "W" + "1" * 400, "ü"):
            with pytest.raises(BadCursor, match="belongs to no page"):
                await store.list_runs(cursor=cursor)


@in_loop
async def test_what_waits_for_the_host_is_found(url: str) -> None:
    rows = [run_rows(f"run-{n}", next_due=later(60 - n) if n % 2 else None, needs_worker=n < 3) for n in range(6)]
    async with await with_runs(url) as store:
        assert await store.next_due() is None
    async with await with_runs(url, *rows) as store:
        assert await store.next_due() == later(55)
        assert await store.due_runs(later(57)) == [("run-5", later(55)), ("run-3", later(57))]
        assert await store.due_runs(later(999), limit=1) == [("run-5", later(55))]
        assert await store.due_runs(later(54)) == []
        assert await store.runs_needing_worker() == ["run-0", "run-1", "run-2"]
        assert await store.runs_needing_worker("run-0", 1) == ["run-1"]


@in_loop
async def test_tasks_and_incidents_are_listed_oldest_first(url: str) -> None:
    tasks = (
        task_row("r1", "a#1", created_at=later(3)),
        task_row("r1", "a#2", created_at=later(1), role="agents", claimed_by="kim"),
        task_row("r1", "a#3", created_at=later(2), role="fraud"),
    )
    incidents = (incident_row("r1", 7, raised_at=later(2)), incident_row("r1", 9, raised_at=later(1), kind="poison"))
    other = RunRows(run=run_row("r2"), tasks=(task_row("r2"),), incidents=(incident_row("r2", flow="refund"),))
    async with await with_runs(url, RunRows(run=run_row("r1"), tasks=tasks, incidents=incidents), other) as store:
        for wanted, found in [
            ({}, ["r2:approve#1", "r1:a#2", "r1:a#3", "r1:a#1"]),
            ({"roles": ["finance"]}, ["r2:approve#1", "r1:a#1"]),
            ({"roles": ["fraud", "agents"]}, ["r1:a#2", "r1:a#3"]),
            ({"user": "kim"}, ["r1:a#2"]),
            ({"user": "kim", "roles": ["fraud"]}, ["r1:a#2", "r1:a#3"]),
            ({"roles": []}, []),
            ({"run": "r2"}, ["r2:approve#1"]),
        ]:
            page = await store.open_tasks(**wanted)  # type: ignore[arg-type]
            assert [row.task for row in page.rows] == found
            assert page.cursor is None
        first = await store.open_tasks(limit=3)
        assert [row.task for row in (await store.open_tasks(cursor=first.cursor)).rows] == ["r1:a#1"]
        assert await store.task("r1:a#3") == tasks[2]
        assert await store.task("r1:a#4") is None
        assert [row.incident for row in (await store.incidents()).rows] == ["r2:7", "r1:9", "r1:7"]
        assert [row.incident for row in (await store.incidents(kind="poison")).rows] == ["r1:9"]
        assert [row.incident for row in (await store.incidents(flow="dispute", run="r1")).rows] == ["r1:9", "r1:7"]
        assert await store.incident("r1:7") == incidents[0]


@in_loop
async def test_waits_are_found_oldest_first(url: str) -> None:
    rows = [
        RunRows(run=run_row("b"), waits=(wait_row("b", "p#2"), wait_row("b", "p#1"))),
        RunRows(run=run_row("a"), waits=(wait_row("a", opened_at=later(1)), wait_row("a", "q#1", name="shipped"))),
        RunRows(run=run_row("c"), waits=(wait_row("c", opened_at=later(-1)), wait_row("c", "x#1", key="4712"))),
    ]
    async with await with_runs(url, *rows) as store:
        waits = await store.find_waits("paid", "4711")
        assert [(wait.run, wait.step) for wait in waits] == [
            ("c", "payment#1"), ("b", "p#1"), ("b", "p#2"), ("a", "payment#1"),
        ]  # fmt: skip
        assert await store.find_waits("paid", "4711", limit=1) == waits[:1]


@in_loop
async def test_releases_and_blobs_are_kept_once_under_their_hash(url: str) -> None:
    async with open_store(url, worker="w") as store:
        await store.save_release("h1", b"first package", "billing", "1.0.0")
        await store.save_release("h1", b"same content, other layout", "billing", "1.0.1")
        await store.save_release("h2", b"\x00\xff", "billing", "1.1.0")
        assert await store.release("h1") == b"first package"
        assert await store.release("h2") == b"\x00\xff"
        assert await store.release("h3") is None
        assert [(row.hash, row.version) for row in await store.list_releases()] == [("h1", "1.0.0"), ("h2", "1.1.0")]
        digests = [await store.save_blob(content) for content in (b"", b"a", b"a", bytes(3_000_000))]
        assert digests[1] == digests[2] == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
        assert await store.blob(digests[3]) == bytes(3_000_000)
        assert await store.blob(digests[0]) == b""
        assert await store.blob("00") is None


async def _ask_all(store: Store) -> None:
    await store.runs_needing_worker()
    await store.due_runs(later(1))
    await store.next_due()
    await store.list_runs()
    await store.list_runs(RunFilter(flow="f"))
    await store.list_runs(RunFilter(case="c"))
    await store.list_runs(RunFilter(states=["running"]))
    await store.open_tasks(roles=["r"])
    await store.find_waits("a", "b")
    await store.stream_head("run-1")
    await store.read_stream("run-1")


@in_loop
async def test_no_list_for_the_host_or_people_walks_through_all_runs(place: Path) -> None:
    """With a million ended runs each of these must cost what it finds, not what there is."""
    async with await with_runs(str(place), run_rows("run-1")) as store:
        statements: list[tuple[str, tuple[object, ...]]] = []

        def listen(_c: object, _u: object, text: str, values: tuple[object, ...], *_: object) -> None:
            statements.append((text, values))

        event.listen(Engine, "before_cursor_execute", listen)  # whichever reader takes it
        try:
            await _ask_all(store)
        finally:
            event.remove(Engine, "before_cursor_execute", listen)
        assert len(statements) >= 11
        with closing(sqlite3.connect(place)) as other:
            for text, values in statements:
                plan = [row[3] for row in other.execute("EXPLAIN QUERY PLAN " + text, values)]
                assert all(step.startswith("SEARCH") or "USING INDEX" in step or "COVERING" in step for step in plan), (
                    text,
                    plan,
                )
                assert "USE TEMP B-TREE FOR ORDER BY" not in plan, text


@in_loop
async def test_who_watches_a_stream_is_told_when_it_grows(url: str) -> None:
    async with open_store(url, worker="w") as store:
        await store.append(appended("run-1", 1, 2))
        assert await store.wait_for_change("run-1", 1) == 2
        waiting = [asyncio.ensure_future(store.wait_for_change("run-1", after)) for after in (2, 2, 4)]
        other = asyncio.ensure_future(store.wait_for_change("run-2", 0))
        await asyncio.sleep(0.05)
        assert not any(one.done() for one in (*waiting, other))
        await store.append(appended("run-1", 3))
        assert await asyncio.gather(*waiting[:2]) == [3, 3]
        other.cancel()
        await asyncio.sleep(0.02)
        assert not waiting[2].done()
        await store.append(Append((entry("run-1", 4), entry("run-1", 5))))
        assert await waiting[2] == 5
        assert store._engine.watch._waiting == {}
