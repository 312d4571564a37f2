"""Deadlines of many things that take equally long: one timer of the event loop for each length, not for each thing.

What is set with one length comes due in the order in which it was set, so a dictionary is the whole queue: setting and
clearing cost nothing that grows, and the loop's own heap never hears of the attempts that end in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Alarms(Generic[T]):
    """``ring(what)`` is called once, as soon as ``what`` has been set for its seconds and was not cleared. For one
    event loop. Things are told apart as keys are."""

    def __init__(self, ring: Callable[[T], object]) -> None:
        self._ring = ring
        self._lines: dict[float, dict[T, float]] = {}
        """length in seconds -> what was set with it -> when it is due, by the loop's clock"""

    def set(self, what: T, seconds: float) -> None:
        """``what`` is not set already."""
        loop = asyncio.get_running_loop()
        due = loop.time() + seconds
        line = self._lines.get(seconds)
        if line is None:
            line = self._lines[seconds] = {}
            loop.call_at(due, self._look, seconds)
        line[what] = due

    def clear(self, what: T, seconds: float) -> None:
        """Not an error where it has rung, or was never set."""
        line = self._lines.get(seconds)
        if line is not None:
            line.pop(what, None)

    def _look(self, seconds: float) -> None:
        """The first of a line may be due; what was first when this was planned may be gone."""
        loop = asyncio.get_running_loop()
        line = self._lines[seconds]
        now = loop.time()
        over = []
        for what, due in line.items():
            if due > now:
                loop.call_at(due, self._look, seconds)
                break
            over.append(what)
        else:
            del self._lines[seconds]
        for what in over:
            line.pop(what, None)
        for what in over:
            self._ring(what)
