"""Signals once more, written from SEMANTICS alone (W2, W3, W5, W7, Z4, C3) and as plainly as they read.

Each flow waits for `go` twice, one after the other; each wait has a time limit or none, which leads to the end. Seconds
count from the beginning. `test_naive_inbox.py` plays the same in the engine; nothing here may import it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WAITS = ("s", "u")


@dataclass
class Signal:
    id: str
    key: str
    payload: int
    until: float
    taken_by: set[str] = field(default_factory=set)
    """flows"""


@dataclass
class Run:
    id: str
    flow: str
    key: str
    state: str = "running"
    at: int = 0
    """which of its waits it is at; 2 = past both"""
    open_since: float | None = None
    """since when that wait is open; None = it has got its signal, and goes on when nothing holds the run"""
    due: float | None = None
    got: list[str] = field(default_factory=list)


class Inbox:
    """All runs and signals. ``limits``: flow -> seconds that each of its waits is kept open, or None."""

    def __init__(self, limits: dict[str, float | None]) -> None:
        self.limits = limits
        self.now = 0.0
        self.runs: list[Run] = []
        self.signals: list[Signal] = []
        self.made = 0

    def start(self, flow: str, key: str) -> None:
        run = Run(f"r{len(self.runs) + 1}", flow, key)
        self.runs.append(run)
        self._open(run)

    def _open(self, run: Run) -> None:
        """A wait that opens takes the oldest signal that its flow has not had and that is not over (W3)."""
        limit = self.limits[run.flow]
        run.open_since, run.due = self.now, None if limit is None else self.now + limit
        self._match(run.flow, run.key)

    def _match(self, flow: str, key: str) -> None:
        """The oldest wait takes the oldest signal, for as long as there are both."""
        while True:
            waits = [run for run in self.runs if (run.flow, run.key) == (flow, key) and run.open_since is not None]
            kept = [s for s in self.signals if s.key == key and flow not in s.taken_by and self.now <= s.until]
            if not waits or not kept:
                return
            run = min(waits, key=lambda each: (each.open_since, each.id, WAITS[each.at]))
            if run.due is not None and run.due < self.now and run.state == "running":
                self._time_out(run)  # the timer goes first, however late (Z4)
                continue
            kept[0].taken_by.add(flow)
            run.got.append(kept[0].id)
            run.open_since = run.due = None
            if run.state == "running":
                self._go_on(run)

    def _go_on(self, run: Run) -> None:
        run.at += 1
        if run.at == len(WAITS):
            run.state = "completed"
        else:
            self._open(run)

    def _time_out(self, run: Run) -> None:
        run.open_since = run.due = None
        run.state = "completed"

    def send(self, signal: str | None, key: str, payload: int, keep_for: float) -> bool:
        """-> whether it is accepted (W5)."""
        known = next((each for each in self.signals if each.id == signal), None)
        self.made += 1
        if known is not None:
            return (known.key, known.payload) == (key, payload)
        self.signals.append(Signal(signal or f"s{self.made}", key, payload, self.now + keep_for))
        for flow in self.limits:
            self._match(flow, key)
        return True

    def advance(self, seconds: float, *, wake: bool) -> None:
        until = self.now + seconds
        while wake:
            due = [run for run in self.runs if run.due is not None and run.due <= until and run.state == "running"]
            if not due:
                break
            first = min(due, key=lambda run: (run.due, run.id))
            self.now = max(self.now, first.due or 0.0)
            self._time_out(first)
        self.now = until

    def _late(self, run: Run) -> None:
        """What comes to a run lets fire what was due before (Z4)."""
        if run.state == "running" and run.due is not None and run.due < self.now:
            self._time_out(run)

    def cancel(self, run: Run) -> None:
        self._late(run)
        if run.state in ("running", "suspended"):
            run.state, run.open_since, run.due = "cancelled", None, None

    def suspend(self, run: Run) -> None:
        self._late(run)
        if run.state == "running":
            run.state = "suspended"

    def resume(self, run: Run) -> None:
        """C4: a signal that came goes first, then the time limit that is over."""
        self._late(run)
        if run.state != "suspended":
            return
        run.state = "running"
        if run.open_since is None:
            self._go_on(run)
        elif run.due is not None and run.due <= self.now:
            self._time_out(run)
