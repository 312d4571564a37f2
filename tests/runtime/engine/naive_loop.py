"""A loop over a list once more, written from SEMANTICS alone (F, B4, C2 to C4, Z4) and as plainly as it reads.

Each item is a run that asks one task; approved ends it as `ok`, rejected as `no`. `test_naive_loop.py` plays random
lives in this and in the engine. Nothing here may import the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CANCELLED: dict[str, Any] = {"outcome": None, "cancelled": True}


def _result(outcome: str | None) -> dict[str, Any]:
    return {"outcome": outcome, "resolved": outcome == "ok", "output": {}}


@dataclass
class Item:
    state: str = "running"
    """of its run: running, suspended, completed or cancelled"""
    by_parent: bool = False
    """whether it is the parent's suspension that holds it"""
    answer: str | None = None
    """given in suspension"""
    begun: bool = True
    """False if it was cancelled before its run existed (B4)"""
    asked_for: bool = True
    """whether it was running when its parent was suspended, so that the wish to suspend it was heard"""


class Loop:
    """The parent run with its one loop step. ``timeout`` in seconds, None = none."""

    def __init__(self, size: int, at_once: int, stop_on: tuple[str, ...], timeout: float | None) -> None:
        self.size, self.at_once, self.stop_on, self.timeout = size, at_once, stop_on, timeout
        self.now = self.suspended_at = 0.0
        self.run = "running"
        self.port: str | None = None
        self.items: list[Item] = []
        self.results: dict[int, dict[str, Any]] = {}
        """index from 0 -> what the parent heard, in the order of its journal"""
        self.stopping: str | None = None
        self._go_on()

    # -- the parent -------------------------------------------------------------------------------------------------

    def _open(self) -> list[int]:
        return [at for at in range(len(self.items)) if at not in self.results]

    def _go_on(self) -> None:
        """F3, F5: stop, begin what there is room for, or leave. In suspension that it stops, or is over, is known; but
        nothing begins, nothing is asked to cancel, and its token waits (C3)."""
        if self.run not in ("running", "suspended") or self.port is not None:
            return
        ends = [result.get("outcome") or "cancelled" for result in self.results.values()]
        if self.stopping is None and any(end in self.stop_on for end in ends):
            self.stopping = "stopped"
        if self.run == "running":
            if self.stopping is not None:
                self._cancel_items()
            while self.stopping is None and len(self.items) < self.size and len(self._open()) < self.at_once:
                self.items.append(Item())
        if not self._open() and (self.stopping is not None or len(self.items) == self.size):
            self.port, self.timeout = self.stopping or "done", None
            self.run = "completed" if self.run == "running" else self.run

    def _cancel_items(self) -> None:
        for at in self._open():
            if self.items[at].state in ("running", "suspended"):
                self.items[at].state = "cancelled"
                self.results[at] = CANCELLED

    def _fire(self, *, inclusive: bool) -> None:
        """Z4: the time limit, if it is over and nothing holds it."""
        due = self.timeout
        if self.run == "running" and due is not None and (due < self.now or (inclusive and due == self.now)):
            self.timeout = None
            self.stopping = self.stopping or "timeout"
            self._go_on()

    def _hear(self, at: int, result: dict[str, Any]) -> None:
        if at in self.results:
            return
        if self.run == "running":
            self._fire(inclusive=False)
        self.results[at] = result
        self._go_on()

    # -- what comes -------------------------------------------------------------------------------------------------

    def advance(self, seconds: float, *, wake: bool) -> None:
        until = self.now + seconds
        if wake and self.timeout is not None and self.timeout <= until and self.run == "running":
            self.now = max(self.now, self.timeout)
            self._fire(inclusive=True)
        self.now = until

    def answer(self, at: int, outcome: str) -> None:
        item = self.items[at]
        if item.state == "suspended":
            item.answer = item.answer or outcome
        elif item.state == "running":
            item.state = "completed"
            self._hear(at, _result(outcome))

    def cancel_item(self, at: int) -> None:
        if self.items[at].state in ("running", "suspended"):
            self.items[at].state = "cancelled"
            self._hear(at, CANCELLED)

    def suspend_item(self, at: int) -> None:
        item = self.items[at]
        if item.state in ("running", "suspended"):  # who holds it beside its parent is not overruled by the parent (C3)
            item.state, item.by_parent = "suspended", False

    def resume_item(self, at: int) -> None:
        item = self.items[at]
        if item.state == "suspended":
            item.state = "running"
            if item.answer is not None:
                self.answer(at, item.answer)

    def suspend(self) -> None:
        if self.timeout is not None and self.timeout < self.now and self.run == "running":
            # Fires before (Z4), but what it commands waits: nothing is asked of an item before all this is durable.
            self.timeout = None
            self.stopping = self.stopping or "timeout"
        if self.run == "running":
            self.run, self.suspended_at = "suspended", self.now
            for item in self.items:
                item.asked_for = item.state == "running"
                if item.state == "running":
                    item.state, item.by_parent = "suspended", True

    def resume(self, *, shift: bool) -> None:
        """C4, said of each run: what the parent heard, then what is overdue, then the items go on."""
        self._fire(inclusive=False)
        if self.run != "suspended":
            return
        self.run = "running"
        if shift and self.timeout is not None:
            self.timeout += self.now - self.suspended_at
        held = [at for at, item in enumerate(self.items) if item.by_parent]
        if self.port is not None:
            self.run = "completed"
        before = len(self.items)
        self._go_on()
        self._fire(inclusive=True)
        for item in self.items[before:]:
            item.begun = item.state != "cancelled"
        gone_on = [at for at in held if self.items[at].by_parent and self.items[at].state == "suspended"]
        ended = [at for at in gone_on if self.items[at].answer is not None]
        for at in gone_on:
            self.items[at].state = "completed" if at in ended else "running"
        for at in ended:  # all go on before the first end is heard of
            self._hear(at, _result(self.items[at].answer))

    def cancel(self) -> None:
        # A limit that is over fires before (Z4), but what it commands waits: the run is cancelled before any item ends.
        if self.run in ("running", "suspended"):
            self.run, self.timeout = "cancelled", None
            for item in self.items:
                if item.state in ("running", "suspended"):
                    item.state = "cancelled"

    # -- looking ----------------------------------------------------------------------------------------------------

    def outputs(self) -> list[dict[str, Any] | None]:
        """F4: always as long as the list."""
        return [self.results.get(at) for at in range(self.size)]
