"""From the driver's ``Append`` to journal rows: encoding, fencing and chaining, the same for every database.

``prepare`` runs where the append comes from, so that a value which can't be written is refused to its sender alone.
``Batch`` runs in the writer: it takes many prepared appends for one transaction and sets apart those that are fenced.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
from msgspec import Struct

from runtime.engine.codec import encode_event
from runtime.engine.events import Actor
from runtime.engine.requests import Append, Fenced, SignalKey, StartKey
from runtime.engine.rows import RunRows
from runtime.store.chain import Encoded, JournalValues, chained
from runtime.store.heads import Head
from runtime.store.instants import to_micros

_encoder = msgspec.json.Encoder()


class Segment(Struct):
    """Consecutive rows of one stream, the first at ``first``."""

    stream: str
    first: int
    rows: list[Encoded]


class Prepared(Struct):
    """One append, encoded. It goes into the store whole or not at all."""

    segments: list[Segment]
    rows: tuple[RunRows, ...]
    start_key: StartKey | None
    signal_key: SignalKey | None
    at: int
    """instant of its first entry, for the keys"""


@lru_cache(maxsize=1024)
def actor_text(actor: Actor) -> str:
    return _encoder.encode(actor).decode()


def prepare(append: Append) -> Prepared:
    """Raises ``ValueProblem`` for a value outside the model, ``TypeError`` for an instant without zone and
    ``ValueError`` for entries that can't be one append (empty, gaps, a stream name that no store takes)."""
    if not append.entries:
        raise ValueError("an append needs at least one entry")
    segments: dict[str, Segment] = {}
    segment: Segment | None = None
    at: dt.datetime | None = None
    actor: Actor | None = None
    micros, who = 0, ""
    for entry in append.entries:
        stream = entry.stream
        if segment is None or segment.stream != stream:
            segment = segments.get(stream)
        if segment is None:
            check_stream(stream)
            segment = segments[stream] = Segment(stream, entry.seq, [])
        elif entry.seq != segment.first + len(segment.rows):
            raise ValueError(f"entries of {stream} in one append must follow each other without gaps")
        if entry.at is not at:  # the entries of one append mostly share instant and actor
            at = entry.at
            micros = to_micros(at)
        if entry.actor is not actor:
            actor = entry.actor
            who = actor_text(actor)
        kind, version, data = encode_event(entry.event)
        segment.rows.append((micros, who, kind, version, data))
    first = next(iter(segments.values())).rows[0][0]
    return Prepared(list(segments.values()), append.rows, append.start_key, append.signal_key, first)


def check_stream(stream: str) -> None:
    if not 1 <= len(stream) <= 512 or "\n" in stream or "\0" in stream:
        raise ValueError(f"no name for a stream: {stream[:80]!r} (1 to 512 characters, without line feed or NUL)")


@dataclass(slots=True)
class Batch:
    """What one transaction will write. ``add`` either takes an append whole or raises ``Fenced`` and takes nothing.

    ``known`` gives the remembered or stored head of a stream (seq 0 = none yet); ``start_owner`` and ``signal_owner``
    the run or stream that a key belongs to already, or None.
    """

    known: Callable[[str], Head]
    start_owner: Callable[[StartKey], str | None]
    signal_owner: Callable[[SignalKey], str | None]
    journal: list[JournalValues] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)
    runs: dict[str, RunRows] = field(default_factory=dict)
    """the newest projection rows of each run that changed"""
    start_keys: dict[tuple[str, str, str], tuple[StartKey, int]] = field(default_factory=dict)
    signal_keys: dict[str, tuple[SignalKey, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    """streams whose first row is among them"""

    def add(self, prepared: Prepared) -> None:
        heads: list[Head] = []
        for segment in prepared.segments:
            head = self.heads.get(segment.stream) or self.known(segment.stream)
            if segment.first != head.seq + 1:
                raise Fenced(f"stream {segment.stream} stands at {head.seq}, so number {segment.first} can't follow")
            heads.append(head)
        if prepared.start_key or prepared.signal_key:
            self._check_keys(prepared)
        for segment, head in zip(prepared.segments, heads, strict=True):
            rows = chained(head.hash, segment.stream, segment.first, segment.rows)
            self.journal += rows
            self.heads[segment.stream] = Head(rows[-1][1], rows[-1][-1], head.rows)
            if head.seq == 0:
                self.begun.add(segment.stream)
        for now in prepared.rows:
            self.runs[now.run.run] = now
        if prepared.start_key:
            key = prepared.start_key
            self.start_keys[key.environment, key.flow, key.key] = (key, prepared.at)
        if prepared.signal_key:
            self.signal_keys[prepared.signal_key.signal] = (prepared.signal_key, prepared.at)

    def _check_keys(self, prepared: Prepared) -> None:
        """A key that is taken means: somebody else was first between the driver's look and this append."""
        if start := prepared.start_key:
            staged = self.start_keys.get((start.environment, start.flow, start.key))
            owner = staged[0].run if staged else self.start_owner(start)
            if owner is not None:
                raise Fenced(f"the start key {start.key!r} of flow {start.flow} belongs to run {owner} already")
        if signal := prepared.signal_key:
            taken = self.signal_keys.get(signal.signal)
            stream = taken[0].stream if taken else self.signal_owner(signal)
            if stream is not None:
                raise Fenced(f"the signal {signal.signal!r} stands in {stream} already")
