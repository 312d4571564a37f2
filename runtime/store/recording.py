"""Writes down where all streams stand, so that one that is cut short or gone is noticed later.

A record names the streams that have grown since the one before, so all records together name every stream, and their
size follows what was written and not what there is. They stand in ``environment``, whose own chain keeps them; that its
newest rows are gone shows only against heads kept elsewhere (``Store.stream_heads``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from runtime.engine.codec import decode_event
from runtime.engine.events import SYSTEM, Envelope, HeadAt, HeadsRecorded
from runtime.engine.requests import Append, Fenced
from runtime.store.queries.journal import ENVIRONMENT, grown_heads, last_row, newest_of, stream_head

T = TypeVar("T")

ROWS_A_RECORD = 20_000
"""journal rows that one event may speak of, so that none gets large"""
RECORDS_AT_ONCE = 20
"""so that a call on a store that was never recorded ends soon; the next one goes on"""


class Work(Protocol):
    def __call__(self, work: Callable[[Connection], T], /) -> Awaitable[T]: ...


async def record_heads(read: Work, write: Work, append: Callable[[Append], Awaitable[None]], at: dt.datetime) -> int:
    """Returns how many heads were written down. Whoever is fenced leaves it to the one who was first."""
    after, number = await read(_stand)
    upto = await write(last_row)
    written = 0
    for _ in range(RECORDS_AT_ONCE):
        if after >= upto:
            break
        until = min(upto, after + ROWS_A_RECORD)
        found = await read(partial(grown_heads, after=after, upto=until))
        after = until
        heads = tuple(HeadAt(head.stream, head.seq, head.hash.hex()) for head in found if head.stream != ENVIRONMENT)
        if not heads:
            continue
        number += 1
        try:
            await append(Append((Envelope(ENVIRONMENT, number, at, SYSTEM, HeadsRecorded(until, heads)),)))
        except Fenced:
            break
        written += len(heads)
    return written


def _stand(connection: Connection) -> tuple[int, int]:
    """(up to which row of the journal heads are recorded, head of the stream of records)."""
    newest = newest_of(connection, ENVIRONMENT, HeadsRecorded.__name__)
    upto = 0
    if newest is not None:
        event = decode_event(newest.type, newest.version, newest.data)
        assert isinstance(event, HeadsRecorded)
        upto = event.upto
    return upto, stream_head(connection, ENVIRONMENT)
