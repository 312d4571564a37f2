"""The store of a simulation in memory: it forgets nothing but the process, and can die at any append."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from runtime.engine.events import Envelope
from runtime.engine.requests import (
    Append,
    CountTree,
    FindSignal,
    FindStart,
    FindWaits,
    ReadInbox,
    ReadRun,
    Request,
)
from runtime.engine.rows import RunRows, WaitRow


class Crashed(Exception):
    """The simulated process died."""


@dataclass
class Memory:
    """A store that forgets nothing but the process: streams, keys and rows, as durable as a test needs."""

    streams: dict[str, list[Envelope]] = field(default_factory=dict)
    rows: dict[str, RunRows] = field(default_factory=dict)
    start_keys: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)
    signal_keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    crash_at: str = ""
    crash_in: int = 0
    """appends until it happens"""

    def append(self, it: Append) -> None:
        self.crash_in -= 1
        due = bool(self.crash_at) and self.crash_in <= 0
        if due and self.crash_at == "before_append":
            raise Crashed
        for entry in it.entries:
            stream = self.streams.setdefault(entry.stream, [])
            if entry.seq != len(stream) + 1:
                raise AssertionError(f"{entry.stream} is at {len(stream)}, not at {entry.seq - 1}")
            stream.append(entry)
        for rows in it.rows:
            self.rows[rows.run.run] = rows
        if it.start_key is not None:
            key = it.start_key
            self.start_keys[key.environment, key.flow, key.key] = (key.run, key.body_hash)
        if it.signal_key is not None:
            self.signal_keys[it.signal_key.signal] = (it.signal_key.stream, it.signal_key.body_hash)
        if due:
            raise Crashed

    def answer(self, request: Request) -> Any:
        """What a store answers to a request of the driver."""
        if isinstance(request, Append):
            return self.append(request)
        if isinstance(request, ReadRun):
            return list(self.streams.get(request.run, ()))
        if isinstance(request, FindStart):
            return self.start_keys.get((request.environment, request.flow, request.key))
        if isinstance(request, ReadInbox):
            return list(self.streams.get(request.stream, ()))
        if isinstance(request, FindWaits):
            return self.waits(request.name, request.key)
        if isinstance(request, CountTree):
            return sum(run == request.root or run.startswith(f"{request.root}:") for run in self.rows)
        if isinstance(request, FindSignal):
            return self.signal_keys.get(request.signal)
        raise TypeError(f"{type(request).__name__} is no request to a store")

    def waits(self, name: str, key: str) -> list[WaitRow]:
        found = [w for rows in self.rows.values() for w in rows.waits if (w.name, w.key) == (name, key)]
        return sorted(found, key=lambda w: (w.opened_at, w.run, w.step))
