"""Is the journal as it was written? Walks the chains of all streams, page by page beside a running writer.

What a chain alone can't show is a stream that lost its last rows, or all of them: the heads that ``recording`` writes
down from time to time do, and heads that are kept elsewhere show it even of those records.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, select, tuple_

from runtime.engine.codec import Unreadable, decode_event
from runtime.engine.events import HeadsRecorded
from runtime.store.chain import START
from runtime.store.diagnosing import Finding, diagnose, written_as
from runtime.store.holding import changed_documents, changed_releases
from runtime.store.problems import BadCursor
from runtime.store.queries.contents import documents, packages
from runtime.store.queries.journal import (
    ENVIRONMENT,
    JournalRow,
    StreamHead,
    all_heads,
    read_rows,
    rows_at,
    stream_head,
)
from runtime.store.schema import journal

T = TypeVar("T")
_Query: TypeAlias = Callable[[Connection, str, int], list[tuple[str, bytes]]]
_Judge: TypeAlias = Callable[[list[tuple[str, bytes]]], list[Finding]]

PAGE = 2000
LONGEST_DIAGNOSED = 100_000
"""rows of one broken stream that are looked at to say what happened to it"""

_BEFORE_ALL, _AFTER_ALL = -(2**63), 2**63 - 1
"""a forged row may bear any number"""
_ENOUGH_ROWS = 20_000
"""rows of a page of an audit; the stream that it ends in is walked to its end"""
_RECORDS = 10
_LOOKED_UP = 250
_CONTENTS = 4
_HELD: dict[str, tuple[_Query, _Judge, str | None]] = {
    "releases": (packages, changed_releases, "documents:"),
    "documents": (documents, changed_documents, None),
}
"""part of an audit -> what it reads, who judges it, and the part after it"""
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
        broken, _, _ = await _chains(read, stream, only=True)
        records = [page async for page in _all_records(read)]
        heads = [head for found, _ in records for head in found if head.stream == stream]
        return told_once([*broken, *await missing(read, heads)])
    cursor: str | None = ""
    while cursor is not None:
        page = await verify_page(read, cursor)
        findings += page.findings
        cursor = page.cursor
    return told_once(findings)


async def verify_page(read: Read, cursor: str = "") -> AuditPage:
    """First the chains of all streams, by name; then all heads that were recorded; then what releases and documents
    hold. Raises ``BadCursor``."""
    part, _, place = (cursor or "chains:").partition(":")
    if part == "chains":
        findings, walked, last = await _chains(read, place)
        following = "records:0" if last is None else f"chains:{last}"
        return AuditPage(tuple(findings), walked.streams, walked.rows, 0, following)
    if part in _HELD:
        return await _held(read, part, place)
    if part != "records" or not place.isdecimal() or len(place) > 18:
        raise BadCursor("this cursor is not from an audit; begin without one")
    heads, seq = await _records(read, int(place))
    if not heads:
        return AuditPage((), 0, 0, 0, "releases:" if seq is None else f"records:{seq}")
    return AuditPage(tuple(await missing(read, heads)), 0, 0, len(heads), f"records:{seq}")


async def _held(read: Read, part: str, after: str) -> AuditPage:
    query, changed, following = _HELD[part]
    held = await read(lambda connection: query(connection, after, _CONTENTS))
    if not held:
        return AuditPage((), 0, 0, 0, following)
    findings = await asyncio.to_thread(changed, held)
    return AuditPage(tuple(findings), 0, 0, 0, f"{part}:{held[-1][0]}")


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
    findings: list[Finding] = []
    for at in range(0, len(heads), _LOOKED_UP):
        part = heads[at : at + _LOOKED_UP]
        there = await read(partial(rows_at, places=[(head.stream, head.seq) for head in part]))
        for head in part:
            found = there.get((head.stream, head.seq))
            if found != head.hash:
                findings.append(_missing(head, await read(partial(stream_head, stream=head.stream)), found))
    return told_once(findings)


def _missing(head: StreamHead, stands_at: int, found: bytes | None) -> Finding:
    if stands_at == 0:
        return Finding(head.stream, head.seq, "lost", f"all of it is gone; {head.seq} rows stood in it")
    if found is None and stands_at < head.seq:
        gone = head.seq - stands_at
        rows = f"row {head.seq} is" if gone == 1 else f"rows {stands_at + 1} to {head.seq} are"
        return Finding(head.stream, stands_at + 1, "truncated", f"{rows} gone from its end")
    text = f"row {head.seq} is another one than was recorded, though all rows follow each other"
    return Finding(head.stream, head.seq, "rewritten", text)


# -- the heads that were recorded -------------------------------------------------------------------------------------


async def _records(read: Read, after: int) -> tuple[list[StreamHead], int | None]:
    """Heads from some records beyond number ``after`` of their stream, and the number of the last; None = no more."""
    rows = await read(partial(read_rows, stream=ENVIRONMENT, after=after, limit=_RECORDS))
    heads: list[StreamHead] = []
    for row in rows:
        if row.type == HeadsRecorded.__name__:
            heads += _read_record(row)
    return heads, rows[-1].seq if rows else None


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
    streams: int = 0
    rows: int = 0


async def _chains(read: Read, place: str, *, only: bool = False) -> tuple[list[Finding], _Walked, str | None]:
    """Walks the stream ``place`` (``only``), or those with names beyond it until enough rows were read -> findings, how
    far, and the stream after which to go on; None = that was all."""
    broken: dict[str, int] = {}
    walked = _Walked()
    previous: JournalRow | None = None
    stream, seq = place, _BEFORE_ALL if only else _AFTER_ALL
    last: str | None = None
    while last is None and (rows := await read(partial(_page, stream=stream, seq=seq, one_stream=only))):
        for row in rows:
            if previous is None or previous.stream != row.stream:
                if previous is not None and not only and walked.rows >= _ENOUGH_ROWS:
                    last = previous.stream
                    break
                walked.streams += 1
                previous = None
            if row.stream not in broken and not follows(previous, row):
                broken[row.stream] = row.seq
            previous = row
            walked.rows += 1
        stream, seq = rows[-1].stream, rows[-1].seq
    findings: list[Finding] = []
    for name, number in broken.items():
        found = await read(partial(read_rows, stream=name, after=_BEFORE_ALL, limit=LONGEST_DIAGNOSED))
        unknown = Finding(name, number, "changed", f"row {number} does not follow from the row before it")
        findings += diagnose(found) or [unknown]
    return findings, walked, last


def _page(connection: Connection, stream: str, seq: int, one_stream: bool) -> list[JournalRow]:
    c = journal.c
    query = select(journal).order_by(c.stream, c.seq).limit(PAGE)
    if one_stream:
        query = query.where(c.stream == stream, c.seq > seq)
    else:
        query = query.where(tuple_(c.stream, c.seq) > tuple_(stream, seq, types=[c.stream.type, c.seq.type]))
    return [JournalRow(*row) for row in connection.execute(query)]


def follows(previous: JournalRow | None, row: JournalRow) -> bool:
    """Does ``row`` stand where it was written, unchanged, after ``previous`` (None = as the first of its stream)?"""
    number, before = (previous.seq, previous.hash) if previous else (0, START)
    return row.seq == number + 1 and written_as(row, row.seq, before)
