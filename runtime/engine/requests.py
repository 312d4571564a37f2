"""What the driver asks of whoever runs it (host or simulate). Each driver call is a generator: it yields one of these,
gets the answer sent in, and returns its result. The runner does the I/O; the driver does everything else.

The runner serialises calls: one at a time per run, one at a time per inbox (name, key).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from msgspec import Struct

from runtime.engine.events import Envelope
from runtime.engine.rows import RunRows


@dataclass(frozen=True, slots=True)
class ReadRun:
    """-> list[Envelope] of the run's stream, in order; empty if there is no such run."""

    run: str


@dataclass(frozen=True, slots=True)
class PlanFor:
    """-> Plan of a flow in a release, or None if the store doesn't hold that release."""

    release: str
    flow: str


@dataclass(frozen=True, slots=True)
class FindStart:
    """-> (run id, body hash) remembered for this start key, or None (I2)."""

    environment: str
    flow: str
    key: str


@dataclass(frozen=True, slots=True)
class ReadInbox:
    """-> list[Envelope] of ``inbox/<hash>``, in order."""

    stream: str


@dataclass(frozen=True, slots=True)
class FindWaits:
    """-> list[WaitRow], oldest first, of all open waits with this name and key."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class FindSignal:
    """-> (inbox stream, body hash) of a signal id seen before, or None (W5)."""

    signal: str


@dataclass(frozen=True, slots=True)
class CountTree:
    """-> int: how many runs have come from the start of ``root``, itself included (L2)."""

    root: str


@dataclass(frozen=True, slots=True)
class StartKey:
    """Remember a start key with the run, in the same transaction."""

    environment: str
    flow: str
    key: str
    body_hash: str
    run: str


@dataclass(frozen=True, slots=True)
class SignalKey:
    """Remember a signal id with its body, in the same transaction."""

    signal: str
    stream: str
    body_hash: str


class Append(Struct, frozen=True):
    """-> None once durable, all or nothing. Raised into the generator: ``Fenced`` (another writer was first),
    or whatever the store raises when it can't write; the driver then forgets the runs concerned and lets it pass.

    ``entries`` may touch several streams; ``rows`` replace the projection rows of the runs that they name.
    """

    entries: tuple[Envelope, ...]
    rows: tuple[RunRows, ...] = ()
    start_key: StartKey | None = None
    signal_key: SignalKey | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """-> None, whenever it may go on: between two pieces of one reaction of a driver that makes pieces."""


Request: TypeAlias = ReadRun | PlanFor | FindStart | ReadInbox | FindWaits | FindSignal | CountTree | Append | Rest


class Fenced(Exception):
    """Another writer appended to the stream first: this worker's view is stale and must be dropped."""
