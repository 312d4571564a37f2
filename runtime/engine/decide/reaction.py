"""One reaction: the events that one stimulus causes, folded as they are made. All reach the journal, or none."""

from __future__ import annotations

import datetime as dt

from runtime.engine.events import SYSTEM, Actor, Envelope, Event
from runtime.engine.fold import apply
from runtime.engine.plan import Plan
from runtime.engine.state import State


class Reaction:
    """``at``: the instant of the stimulus, from the host. ``worker``: who works, for claims and attempts."""

    __slots__ = ("at", "entries", "plan", "state", "worker")

    def __init__(self, plan: Plan, state: State, at: dt.datetime, worker: str = "") -> None:
        self.plan = plan
        self.state = state
        self.at = at
        self.worker = worker
        self.entries: list[Envelope] = []

    def emit(self, event: Event, actor: Actor = SYSTEM) -> Envelope:
        """Append an event and move the state over it."""
        entry = Envelope(self.state.run, self.state.seq + 1, self.at, actor, event)
        apply(self.plan, self.state, entry)
        self.entries.append(entry)
        return entry

    @property
    def now(self) -> dt.datetime:
        """Run time: the highest instant so far (Z2)."""
        return self.state.latest(self.at)
