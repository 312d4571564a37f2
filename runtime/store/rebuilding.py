"""Projections made anew from the journal, some runs a transaction, safe to be killed at any point.

After each chunk the tables hold, run for run, either the old rows or the new ones; how far it came stands in ``meta``
by the same transaction, so the next call goes on there. Rows of runs that no journal knows vanish on the way; start
keys and ids of signals are only added where they are missing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from msgspec.structs import asdict
from sqlalchemy import Connection, Table, delete, insert, select, update

from runtime.engine.codec import Unreadable
from runtime.engine.events import Envelope, RunStarted, SignalReceived
from runtime.engine.keys import signal_key_of, start_key_of
from runtime.engine.rows import RunRows
from runtime.store.queries.journal import is_inbox, is_run, read_stream
from runtime.store.queries.keys import find_signal, find_start
from runtime.store.schema import PROJECTIONS, incidents, journal, meta, runs, signal_keys, start_keys, tasks, waits

T = TypeVar("T")

CHUNK = 200
"""runs in one transaction: appends wait that long"""

_REBUILT_TO = "rebuilt_to"
_PROBED = "probed"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``unreadable``: (run, why) of those that kept the rows they had."""

    runs: int
    unreadable: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Chunk:
    runs: int
    unreadable: tuple[tuple[str, str], ...]
    finished: bool


class Write(Protocol):
    async def __call__(self, work: Callable[[Connection], T], *, touches_projections: bool = False) -> T: ...


async def rebuild(write: Write, fold: Callable[[str, list[Envelope]], RunRows], chunk: int) -> Rebuilt:
    done = 0
    unreadable: list[tuple[str, str]] = []
    while True:
        step = await write(lambda c: _rebuild_chunk(c, fold, chunk), touches_projections=True)
        done += step.runs
        unreadable += step.unreadable
        if step.finished:
            return Rebuilt(done, tuple(unreadable))


def _rebuild_chunk(connection: Connection, fold: Callable[[str, list[Envelope]], RunRows], chunk: int) -> _Chunk:
    after = connection.scalar(select(meta.c.value).where(meta.c.name == _REBUILT_TO)) or ""
    streams = _streams(connection, after, chunk)
    until = streams[-1] if len(streams) == chunk else None
    found: list[RunRows] = []
    unreadable: list[tuple[str, str]] = []
    for stream in streams:
        try:
            events = read_stream(connection, stream, 0, None) if is_run(stream) or is_inbox(stream) else []
            if is_run(stream):
                found.append(fold(stream, events))
            _remember_keys(connection, stream, events)
        except Unreadable as problem:
            unreadable.append((stream, str(problem)))
    kept = [stream for stream, _ in unreadable]
    for table in PROJECTIONS:
        within = (table.c.run > after) & table.c.run.not_in(kept)
        connection.execute(delete(table).where(within if until is None else within & (table.c.run <= until)))
    _insert(connection, runs, [rows.run for rows in found])
    _insert(connection, tasks, [row for rows in found for row in rows.tasks])
    _insert(connection, incidents, [row for rows in found for row in rows.incidents])
    _insert(connection, waits, [row for rows in found for row in rows.waits])
    connection.execute(delete(meta).where(meta.c.name == _REBUILT_TO))
    if until is not None:
        connection.execute(insert(meta).values(name=_REBUILT_TO, value=until))
    return _Chunk(len(found), tuple(unreadable), until is None)


def _remember_keys(connection: Connection, stream: str, events: list[Envelope]) -> None:
    """Start keys and ids of signals that are missing. What stands there stays: it was written with its event."""
    for entry in events:
        if isinstance(entry.event, RunStarted):
            start = start_key_of(stream, entry.event)
            if start is not None and find_start(connection, start.environment, start.flow, start.key) is None:
                connection.execute(insert(start_keys).values(**dataclasses.asdict(start), at=entry.at))
        elif isinstance(entry.event, SignalReceived):
            signal = signal_key_of(stream, entry.event)
            if find_signal(connection, signal.signal) is None:
                connection.execute(insert(signal_keys).values(**dataclasses.asdict(signal), at=entry.at))


def _streams(connection: Connection, after: str, limit: int) -> list[str]:
    query = select(journal.c.stream).distinct().where(journal.c.stream > after)
    return list(connection.scalars(query.order_by(journal.c.stream).limit(limit)))


def _insert(connection: Connection, table: Table, rows: list[Any]) -> None:
    if rows:
        connection.execute(insert(table), list(map(asdict, rows)))


def touch(connection: Connection) -> None:
    """The smallest durable write: does the disk take one?"""
    times = connection.scalar(select(meta.c.value).where(meta.c.name == _PROBED))
    if times is None:
        connection.execute(insert(meta).values(name=_PROBED, value="1"))
    else:
        connection.execute(update(meta).where(meta.c.name == _PROBED).values(value=str(int(times) + 1)))
