"""Is the journal as it was written? Walks the chains of all streams, page by page beside a running writer.

What a chain alone can't show is a stream that lost its last rows, or all of them: ``heads_digest`` does, kept
elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Protocol, TypeVar

from sqlalchemy import Connection, select, tuple_

from runtime.store.chain import START
from runtime.store.diagnosing import Finding, diagnose, written_as
from runtime.store.queries.journal import JournalRow, all_heads, read_rows
from runtime.store.schema import journal

T = TypeVar("T")

PAGE = 2000
LONGEST_DIAGNOSED = 100_000
"""rows of one broken stream that are looked at to say what happened to it"""

_BEFORE_ALL = -(2**63)
"""a forged row may bear any number"""


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


async def verify(read: Read, stream: str | None) -> list[Finding]:
    """All that is wrong with the stream, or with the whole journal."""
    findings: list[Finding] = []
    for name, seq in await _broken_streams(read, stream):
        rows = await read(partial(read_rows, stream=name, after=_BEFORE_ALL, limit=LONGEST_DIAGNOSED))
        broken = Finding(name, seq, "changed", f"row {seq} does not follow from the row before it")
        findings += diagnose(rows) or [broken]
    return findings


async def _broken_streams(read: Read, only: str | None) -> list[tuple[str, int]]:
    """Their names, each with the first number that doesn't follow."""
    broken: dict[str, int] = {}
    previous: JournalRow | None = None
    stream, seq = only or "", _BEFORE_ALL
    while rows := await read(partial(_page, stream=stream, seq=seq, one_stream=only is not None)):
        for row in rows:
            if previous is not None and previous.stream != row.stream:
                previous = None
            if row.stream not in broken and not follows(previous, row):
                broken[row.stream] = row.seq
            previous = row
        stream, seq = rows[-1].stream, rows[-1].seq
    return list(broken.items())


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
