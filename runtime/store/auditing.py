"""Is the journal as it was written? Walks the chains of all streams, page by page beside a running writer.

What a chain alone can't show is a stream that lost its last rows, or all of them: the heads that ``recording`` writes
down from time to time do, and heads that are kept elsewhere show it even of those records.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, Table

from runtime.engine.codec import Unreadable, decode_event
from runtime.engine.events import HeadsRecorded
from runtime.store.chain import START
from runtime.store.diagnosing import Finding, diagnose, written_as
from runtime.store.guarding import guarded, is_readable
from runtime.store.holding import changed_documents, changed_releases
from runtime.store.oddities import from_cursor, is_ours, mended, oddity, shown, to_cursor
from runtime.store.problems import BadCursor
from runtime.store.queries.as_it_is import as_it_is, rows_beyond, rows_of
from runtime.store.queries.contents import documents, packages
from runtime.store.queries.journal import ENVIRONMENT, JournalRow, StreamHead, all_heads, rows_at, stream_head
from runtime.store.schema import blobs, journal, releases

T = TypeVar("T")
_Query: TypeAlias = Callable[[Connection, str | bytes, int], list[tuple[object, object]]]
_Judge: TypeAlias = Callable[[list[tuple[object, object]]], list[Finding]]

PAGE = 2000
LONGEST_DIAGNOSED = 100_000
"""rows of one broken stream that are looked at to say what happened to it"""

_ENOUGH_ROWS = 20_000
"""rows of a page of an audit; the stream that it ends in is walked to its end"""
_RECORDS = 10
_LOOKED_UP = 250
_CONTENTS = 4
_HELD: dict[str, tuple[Table, _Query, _Judge, str | None]] = {
    "releases": (releases, packages, changed_releases, "documents:"),
    "documents": (blobs, documents, changed_documents, None),
}
"""part of an audit -> the table, what is read of it, who judges it, and the part after it"""
_BY_HEADS = {"truncated", "lost", "rewritten"}


class Read(Protocol):
    def __call__(self, query: Callable[[Connection], T], /) -> Awaitable[T]: ...


@dataclass(frozen=True, slots=True)
class HeadsDigest:
    """SHA-256 (hex) over ``stream LF seq LF hash-in-hex LF`` of the head of each stream, by name."""

    streams: int
    rows: int
    sha256: str


def heads_digest(connection: Connection) -> HeadsDigest:
    digest, streams, rows = sha256(), 0, 0
    for head in all_heads(connection):
        digest.update(f"{head.stream}\n{head.seq}\n{head.hash.hex()}\n".encode())
        streams += 1
        rows += head.seq
    return HeadsDigest(streams, rows, digest.hexdigest())


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A part of an audit. ``cursor`` asks for the next part; None = this was the last one."""

    findings: tuple[Finding, ...]
    streams: int
    rows: int
    records: int
    """heads that were recorded earlier and looked up now"""
    cursor: str | None


async def verify(read: Read, stream: str | None) -> list[Finding]:
    """All that is wrong with the stream, or with the whole journal."""
    findings: list[Finding] = []
    if stream is not None:
        broken, _, _ = await _chains(_as_it_is(read), stream, only=True)
        records = [page async for page in _all_records(_as_it_is(read))]
        heads = [head for found, _ in records for head in found if head.stream == stream]
        return told_once([*broken, *await missing(read, heads)])
    cursor: str | None = ""
    while cursor is not None:
        page = await verify_page(read, cursor)
        findings += page.findings
        cursor = page.cursor
    return told_once(findings)


async def verify_page(read: Read, cursor: str = "") -> AuditPage:
    """First the tables themselves; then the chains of all streams, by name; then all heads that were recorded; then
    what releases and documents hold. Raises ``BadCursor``."""
    read = _as_it_is(read)
    if not cursor:
        following = "chains:" if await read(partial(is_readable, table=journal)) else "releases:"
        return AuditPage(tuple(await read(guarded)), 0, 0, 0, following)
    part, _, place = cursor.partition(":")
    if part == "chains":
        findings, walked, last = await _chains(read, from_cursor(place))
        following = "records:0" if last is None else f"chains:{to_cursor(last)}"
        return AuditPage(tuple(findings), walked.streams, walked.rows, 0, following)
    if part in _HELD:
        return await _held(read, part, place)
    if part != "records" or not place.isdecimal() or len(place) > 18:
        raise BadCursor("this cursor is not from an audit; begin without one")
    heads, seq = await _records(read, int(place))
    if not heads:
        return AuditPage((), 0, 0, 0, "releases:" if seq is None else f"records:{seq}")
    return AuditPage(tuple(await missing(read, heads)), 0, 0, len(heads), f"records:{seq}")


def _as_it_is(read: Read) -> Read:
    def asked(query: Callable[[Connection], T], /) -> Awaitable[T]:
        return read(as_it_is(query))

    return asked


async def _held(read: Read, part: str, place: str) -> AuditPage:
    table, query, changed, following = _HELD[part]
    if not await read(partial(is_readable, table=table)):
        return AuditPage((), 0, 0, 0, following)
    after = from_cursor(place)
    held = await read(lambda connection: query(connection, after, _CONTENTS))
    if not held:
        return AuditPage((), 0, 0, 0, following)
    findings = await asyncio.to_thread(changed, held)
    return AuditPage(tuple(findings), 0, 0, 0, f"{part}:{to_cursor(held[-1][0])}")


def told_once(findings: Sequence[Finding]) -> list[Finding]:
    """What a recorded head shows is worth saying once for a stream, and only where its chain shows nothing."""
    found = list(findings)
    told = {each.stream for each in found if each.kind not in _BY_HEADS}
    kept: list[Finding] = []
    for each in found:
        if each.kind in _BY_HEADS:
            if each.stream in told:
                continue
            told.add(each.stream)
        kept.append(each)
    return kept


async def missing(read: Read, heads: Sequence[StreamHead]) -> list[Finding]:
    """Which of these heads, known from elsewhere, the journal does not hold as they were."""
    read, findings = _as_it_is(read), list[Finding]()
    if not await read(partial(is_readable, table=journal)):
        return [_missing(head, 0, None) for head in heads]
    for at in range(0, len(heads), _LOOKED_UP):
        part = heads[at : at + _LOOKED_UP]
        there = await read(partial(rows_at, places=[(head.stream, head.seq) for head in part]))
        for head in part:
            found = there.get((head.stream, head.seq))
            if found != head.hash:
                findings.append(_missing(head, await read(partial(stream_head, stream=head.stream)), found))
    return told_once(findings)


def _missing(head: StreamHead, stands_at: object, found: object) -> Finding:
    if stands_at == 0:
        return Finding(head.stream, head.seq, "lost", f"all of it is gone; {head.seq} rows stood in it")
    if found is None and isinstance(stands_at, int) and stands_at < head.seq:
        gone = head.seq - stands_at
        rows = f"row {head.seq} is" if gone == 1 else f"rows {stands_at + 1} to {head.seq} are"
        return Finding(head.stream, stands_at + 1, "truncated", f"{rows} gone from its end")
    text = f"row {head.seq} is another one than was recorded, though all rows follow each other"
    return Finding(head.stream, head.seq, "rewritten", text)


# -- the heads that were recorded -------------------------------------------------------------------------------------


async def _records(read: Read, after: int) -> tuple[list[StreamHead], int | None]:
    """Heads from some records beyond number ``after`` of their stream, and the number of the last; None = no more."""
    rows = await read(partial(rows_of, stream=ENVIRONMENT, after=after, limit=_RECORDS))
    heads: list[StreamHead] = []
    for row in rows:
        if row.type == HeadsRecorded.__name__ and oddity(row) is None:
            heads += _read_record(row)
    numbers = [row.seq for row in rows if type(row.seq) is int]
    return heads, max(numbers, default=None)


def _read_record(row: JournalRow) -> list[StreamHead]:
    try:
        event = decode_event(row.type, row.version, row.data)
        assert isinstance(event, HeadsRecorded)
        return [StreamHead(head.stream, head.seq, bytes.fromhex(head.hash)) for head in event.heads]
    except (Unreadable, ValueError, TypeError):
        return []  # somebody changed it: the chain of its stream says so


async def _all_records(read: Read) -> AsyncIterator[tuple[list[StreamHead], int]]:
    seq: int | None = 0
    while seq is not None:
        heads, seq = await _records(read, seq)
        if seq is not None:
            yield heads, seq


# -- chains -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Walked:
    """What is known of the streams that were walked."""

    streams: int = 0
    rows: int = 0
    broken: dict[str | bytes, int] = field(default_factory=dict)
    """stream -> number of the first row that does not follow from the one before it"""


async def _chains(
    read: Read, place: str | bytes, *, only: bool = False
) -> tuple[list[Finding], _Walked, str | bytes | None]:
    """Walks the stream ``place`` (``only``), or those with names beyond it until enough rows were read -> findings, how
    far, and the stream after which to go on; None = that was all."""
    walked = _Walked()
    stream: str | bytes = place
    seq: int | None = None
    previous: JournalRow | None = None
    page = rows_of if only else rows_beyond
    walking: str | bytes | None = None
    last: str | bytes | None = None
    while last is None and (rows := await read(partial(page, stream=stream, after=seq, limit=PAGE))):
        for row in rows:
            if walking != row.stream:
                if walking is not None and walked.rows >= _ENOUGH_ROWS:
                    last = walking
                    break
                walking, previous = row.stream, None
                walked.streams += 1
            previous = _step(walked, previous, row)
        stream, seq = rows[-1].stream, rows[-1].seq
    return await _told(read, walked), walked, last


def _step(walked: _Walked, previous: JournalRow | None, row: JournalRow) -> JournalRow:
    """Notes what is wrong with the row; returns what the next one has to follow."""
    walked.rows += 1
    if row.stream not in walked.broken and follows(previous, row):
        return row
    stream = row.stream
    if oddity(row):
        row = mended(row, previous.seq + 1 if previous else 1)
    walked.broken.setdefault(stream, row.seq)
    return row


async def _told(read: Read, walked: _Walked) -> list[Finding]:
    """What was done to the streams that are broken."""
    findings: list[Finding] = []
    for name, number in walked.broken.items():
        rows = await read(partial(rows_of, stream=name, after=None, limit=LONGEST_DIAGNOSED))
        findings += _diagnosed(name, rows) or [
            Finding(shown(name), number, "changed", f"row {number} does not follow from the row before it")
        ]
    return findings


def _diagnosed(name: str | bytes, rows: Sequence[JournalRow]) -> list[Finding]:
    """The first odd row is told as what it is; what else was done is looked for as if odd rows were merely changed."""
    looked_at: list[JournalRow] = []
    first: Finding | None = None
    for row in rows:
        whole = row
        if words := oddity(row):
            whole = mended(row, looked_at[-1].seq + 1 if looked_at else 1)
            first = first or Finding(shown(name), whole.seq, "changed", words)
        looked_at.append(whole)
    if first is None:
        return diagnose(rows)
    if not is_ours(name, str):
        return [replace(first, message=f"{first.message} (rows under this name: {len(rows)})")]
    return [first, *(each for each in diagnose(looked_at) if (each.kind, each.seq) != (first.kind, first.seq))]


def follows(previous: JournalRow | None, row: JournalRow) -> bool:
    """Does ``row`` stand where it was written, unchanged, after ``previous`` (None = as the first of its stream)?"""
    number, before = (previous.seq, previous.hash) if previous else (0, START)
    return row.seq == number + 1 and written_as(row, row.seq, before)
