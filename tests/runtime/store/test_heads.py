"""Recorded heads show what no chain can: a stream that was cut short, a stream that is gone, a chain written anew."""

from __future__ import annotations

import datetime as dt

import pytest

from runtime.engine.events import HeadsRecorded
from runtime.store import BadCursor, Finding, Store, StreamHead, open_store, recording
from runtime.store.auditing import told_once
from runtime.store.chain import START, link
from tests.postgres_server import Server
from tests.runtime.store.examples import appended, in_loop
from tests.runtime.store.intruder import disarmed

AT = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
STREAMS = ("inbox/x", "run-1", "run-2")


async def filled(url: str) -> Store:
    store = open_store(url, worker="w")
    for stream in STREAMS:
        await store.append(appended(stream, 1, 5))
    return store


def tampered(url: str, *statements: str) -> None:
    with disarmed(url) as other:
        for statement in statements:
            other.execute(statement)


async def recorded(store: Store) -> list[HeadsRecorded]:
    return [e.event for e in await store.read_stream("environment") if isinstance(e.event, HeadsRecorded)]


@in_loop
async def test_a_record_names_what_has_grown_since_the_one_before(url: str) -> None:
    async with await filled(url) as store:
        assert await store.record_heads(AT) == 3
        assert await store.record_heads(AT) == 0, "nothing has grown but the records themselves"
        await store.append(appended("run-2", 6, 2))
        await store.append(appended("run-3", 1, 2))
        assert await store.record_heads(AT) == 2
        first, second = await recorded(store)
        assert [(head.stream, head.seq) for head in first.heads] == [(stream, 5) for stream in STREAMS]
        assert [(head.stream, head.seq) for head in second.heads] == [("run-2", 7), ("run-3", 2)]
        heads = {head.stream: head.hash.hex() for head in await store.stream_heads()}
        assert [head.hash for head in second.heads] == [heads["run-2"], heads["run-3"]]
        assert await store.verify() == []


@in_loop
async def test_a_long_journal_is_recorded_in_parts_that_go_on_where_the_last_ended(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "ROWS_A_RECORD", 4)
    monkeypatch.setattr(recording, "RECORDS_AT_ONCE", 2)
    async with await filled(url) as store:
        counts = [await store.record_heads(AT) for _ in range(8)]
        assert counts[0] > 0
        assert counts[-1] == 0
        named = [(head.stream, head.seq) for record in await recorded(store) for head in record.heads]
        assert {(stream, 5) for stream in STREAMS} <= set(named)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM journal WHERE stream = 'run-1' AND seq >= 4", [("run-1", "truncated", 4)]),
        ("DELETE FROM journal WHERE stream = 'run-1' AND seq = 5", [("run-1", "truncated", 5)]),
        ("DELETE FROM journal WHERE stream = 'run-1'", [("run-1", "lost", 5)]),
        ("DELETE FROM journal WHERE stream = 'run-1' AND seq = 3", [("run-1", "dropped", 3)]),
        ("UPDATE journal SET type = 'Y' WHERE stream = 'run-1' AND seq = 5", [("run-1", "changed", 5)]),
        ("DELETE FROM journal WHERE stream IN ('run-1', 'run-2')", [("run-1", "lost", 5), ("run-2", "lost", 5)]),
    ],
)
@in_loop
async def test_what_was_recorded_is_missed(url: str, statement: str, found: list[tuple[str, str, int]]) -> None:
    async with await filled(url) as store:
        await store.record_heads(AT)
        await store.append(appended("run-2", 6, 6))
        await store.record_heads(AT)
    tampered(url, statement)
    async with open_store(url, worker="w") as store:
        assert [(each.stream, each.kind, each.seq) for each in await store.verify()] == found
        assert [each.kind for each in await store.verify("run-1")] == [
            kind for name, kind, _ in found if name == "run-1"
        ]
        assert await told_by_pages(store) == await store.verify()


@in_loop
async def test_a_chain_that_was_written_anew_is_not_the_one_that_was_recorded(url: str) -> None:
    async with await filled(url) as store:
        await store.record_heads(AT)
        rows = await store.read_rows("run-1")
    previous, anew = START, []
    for row in rows:
        previous = link(previous, row.stream, row.seq, row.at, row.actor, "Forged", row.version, row.data)
        anew.append(
            f"UPDATE journal SET type = 'Forged', hash = x'{previous.hex()}' WHERE stream = 'run-1' AND seq = {row.seq}"
        )
    tampered(url, *anew)
    async with open_store(url, worker="w") as store:
        [finding] = await store.verify()
        assert (finding.stream, finding.kind, finding.seq) == ("run-1", "rewritten", 5)


@in_loop
async def test_heads_kept_elsewhere_show_that_the_records_were_cut_off_too(url: str) -> None:
    async with await filled(url) as store:
        await store.record_heads(AT)
        kept = await store.stream_heads()
        assert await store.missing_heads(kept) == []
    tampered(url, "DELETE FROM journal WHERE stream IN ('run-1', 'environment')")
    async with open_store(url, worker="w") as store:
        assert await store.verify() == [], "nothing in the store is left that knew of the run"
        assert {(each.stream, each.kind) for each in await store.missing_heads(kept)} == {
            ("environment", "lost"),
            ("run-1", "lost"),
        }


@in_loop
async def test_a_record_that_somebody_changed_is_itself_a_finding(url: str) -> None:
    async with await filled(url) as store:
        await store.record_heads(AT)
    tampered(url, "UPDATE journal SET data = '[]' WHERE stream = 'environment'")
    async with open_store(url, worker="w") as store:
        assert [(each.stream, each.kind) for each in await store.verify()] == [("environment", "changed")]


@in_loop
async def test_a_cursor_of_something_else_is_refused(url: str) -> None:
    async with await filled(url) as store:
        for wrong in ("x", "records:", "records:-1", "records:" + "9" * 30, "heads:1"):
            with pytest.raises(BadCursor):
                await store.verify_page(wrong)


async def told_by_pages(store: Store) -> list[Finding]:
    findings: list[Finding] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await store.verify_page(cursor)
        findings += page.findings
        cursor = page.cursor
    return told_once(findings)


@in_loop
async def test_two_processes_of_one_store_do_not_record_twice(postgres: Server) -> None:
    url = postgres.database()
    async with open_store(url, worker="a") as one, open_store(url, worker="b") as other:
        await one.append(appended("run-1", 1, 5))
        assert await one.record_heads(AT) == 1
        assert await other.record_heads(AT) == 0
        head = StreamHead("run-1", 5, (await one.read_rows("run-1"))[-1].hash)
        assert await other.missing_heads([head]) == []
