"""The chain finds rows that were changed, dropped, inserted or reordered; the digest of heads what the chain can't."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.store import BadCursor, Store, auditing, open_store
from runtime.store.chain import START, link
from runtime.store.diagnosing import diagnose, written_as
from tests.runtime.store.examples import appended, in_loop
from tests.runtime.store.intruder import disarmed

STREAMS = ("environment", "inbox/x", "run-1", "run-2")


async def filled(url: str) -> Store:
    store = open_store(url, worker="w")
    for stream in STREAMS:
        await store.append(appended(stream, 1, 9))
    return store


def tampered(url: str, *statements: str) -> None:
    """What somebody with the file in hand can do: the triggers are only in the way of mistakes."""
    with disarmed(url) as other:
        for statement in statements:
            other.execute(statement)


def moved(seq: int, to: int) -> str:
    return f"UPDATE journal SET seq = {to} WHERE stream = 'run-1' AND seq = {seq}"


INSERTED = (
    "INSERT INTO journal (stream, seq, at, actor, type, version, data, hash) "
    "SELECT 'run-1', {seq}, at, actor, type, version, data, hash FROM journal "
)
RENUMBERED_UP = [moved(seq, seq + 1) for seq in range(9, 4, -1)]
RENUMBERED_DOWN = [moved(seq, seq - 1) for seq in range(6, 10)]


@in_loop
async def test_the_hash_of_a_row_is_the_one_that_is_documented(url: str) -> None:
    async with await filled(url) as store:
        previous = bytes(32)
        rows = await store.read_rows("run-1")
        for row in rows:
            head = f"{row.stream}\n{row.seq}\n{row.at}\n{row.actor}\n{row.type}\n{row.version}\n"
            previous = hashlib.sha256(previous + head.encode() + row.data).digest()
            assert row.hash == previous
        assert len(rows) == 9


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(["UPDATE journal SET data = data || ' ' WHERE stream = 'run-1' AND seq = 5"], [("changed", 5)]),
        pytest.param(["UPDATE journal SET data = '{}' WHERE stream = 'run-1' AND seq = 1"], [("changed", 1)]),
        pytest.param(["UPDATE journal SET at = at + 1 WHERE stream = 'run-1' AND seq = 9"], [("changed", 9)]),
        pytest.param(["UPDATE journal SET actor = '{}' WHERE stream = 'run-1' AND seq = 4"], [("changed", 4)]),
        pytest.param(["UPDATE journal SET type = 'Y' WHERE stream = 'run-1' AND seq = 4"], [("changed", 4)]),
        pytest.param(["UPDATE journal SET version = 2 WHERE stream = 'run-1' AND seq = 4"], [("changed", 4)]),
        pytest.param(
            ["UPDATE journal SET hash = x'00' WHERE stream = 'run-1' AND seq = 4"], [("changed", 4), ("changed", 5)]
        ),
        pytest.param(["DELETE FROM journal WHERE stream = 'run-1' AND seq = 5"], [("dropped", 5)], id="gap"),
        pytest.param(["DELETE FROM journal WHERE stream = 'run-1' AND seq <= 2"], [("dropped", 1)], id="gap at start"),
        pytest.param(
            ["DELETE FROM journal WHERE stream = 'run-1' AND seq IN (3, 4, 8)"], [("dropped", 3), ("dropped", 8)]
        ),
        pytest.param(
            ["DELETE FROM journal WHERE stream = 'run-1' AND seq = 5", *RENUMBERED_DOWN],
            [("dropped", 5)],
            id="dropped and renumbered",
        ),
        pytest.param([moved(4, 99), moved(5, 4), moved(99, 5)], [("reordered", 4), ("reordered", 5)], id="swapped"),
        pytest.param(
            [*RENUMBERED_UP, INSERTED.format(seq=5) + "WHERE stream = 'run-2' AND seq = 5"],
            [("inserted", 5)],
            id="inserted from another run",
        ),
        pytest.param(
            [*RENUMBERED_UP, INSERTED.format(seq=5) + "WHERE stream = 'run-1' AND seq = 4"],
            [("inserted", 5)],
            id="a row of its own, twice",
        ),
    ],
)
@in_loop
async def test_what_was_done_to_a_stream_is_found(
    url: str, statements: list[str], found: list[tuple[str, int]]
) -> None:
    async with await filled(url) as store:
        tampered(url, *statements)
        expected = [("run-1", *one) for one in found]
        assert [(one.stream, one.kind, one.seq) for one in await store.verify()] == expected
        assert [(one.stream, one.kind, one.seq) for one in await store.verify("run-1")] == expected
        assert await store.verify("run-2") == []


@in_loop
async def test_a_stream_longer_than_a_page_is_verified_wholly(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "PAGE", 4)
    async with await filled(url) as store:
        assert await store.verify() == []
        for changed in ([9], [5, 9], [4, 5, 9]):
            tampered(url, f"UPDATE journal SET data = '{{}}' WHERE seq = {changed[0]}")
            found = [(one.stream, one.seq) for one in await store.verify()]
            assert found == [(stream, seq) for stream in STREAMS for seq in changed]


@in_loop
async def test_a_row_that_hides_a_line_feed_in_a_field_is_no_row_of_ours(url: str) -> None:
    """Two different rows must not have the same bytes before the hash; with a line feed in a field they would."""
    async with await filled(url) as store:
        row = replace((await store.read_rows("run-1"))[0], type="T", version=1, data=b"x\n2\ny")
    digest = link(START, row.stream, 1, row.at, row.actor, row.type, row.version, row.data)
    forged = replace(row, type="T\n1\nx", version=2, data=b"y", hash=digest)
    assert link(START, row.stream, 1, row.at, row.actor, forged.type, forged.version, forged.data) == digest
    assert written_as(replace(row, hash=digest), 1, START)
    assert not written_as(forged, 1, START)


@pytest.mark.parametrize("where", ["stream = 'run-1' AND seq > 7", "stream = 'run-2'"])
@in_loop
async def test_the_digest_of_heads_shows_what_no_chain_can(url: str, where: str) -> None:
    async with await filled(url) as store:
        before = await store.heads_digest()
        assert (before.streams, before.rows) == (4, 36)
        assert await store.heads_digest() == before
        tampered(url, f"DELETE FROM journal WHERE {where}")
        assert await store.verify() == []
        assert (await store.heads_digest()).sha256 != before.sha256


@in_loop
async def test_whatever_was_done_something_is_found(url: str) -> None:
    """Every way to drop, copy or move one row, or two."""
    store = await filled(url)
    rows = await store.read_rows("run-1")
    await store.close()
    numbers = range(len(rows))
    wrongs = [[row for at, row in enumerate(rows) if at != gone] for gone in numbers[:-1]]
    for source in numbers:
        for target in range(len(rows) + 1):
            copied = [*rows[:target], rows[source], *rows[target:]]
            without = [row for at, row in enumerate(rows) if at != source]
            shifted = [*without[:target], rows[source], *without[target:]]
            wrongs += [copied, *([shifted] if shifted != rows else [])]
    for wrong in wrongs:
        renumbered = [replace(row, seq=seq) for seq, row in enumerate(wrong, 1)]
        assert diagnose(renumbered), [row.id for row in wrong]
    assert diagnose(rows) == []


@in_loop
async def test_an_audit_goes_on_after_a_stream_whose_name_is_no_text(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "_ENOUGH_ROWS", 1)
    async with await filled(str(place)) as store:
        tampered(
            str(place),
            "UPDATE journal SET stream = CAST(x'696eff' AS TEXT) WHERE stream = 'inbox/x'",
            "UPDATE journal SET stream = x'696eff' WHERE stream = 'run-1'",
            "UPDATE journal SET seq = 'text' WHERE stream = 'run-2' AND seq = 9",
        )
        found = [(one.stream, one.kind, one.seq) for one in await store.verify()]
        assert found == [("in\\xff", "changed", 1), ("run-2", "changed", 9), ("in\\xff", "changed", 1)]
        for wrong in ("chains:\nbxy", "releases:\nt1"):
            with pytest.raises(BadCursor):
                await store.verify_page(wrong)
