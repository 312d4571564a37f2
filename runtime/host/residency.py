"""Which runs stay in memory. Those in use always do; of the idle ones the most recently used, within two bounds.

Weights are estimates in bytes: what the texts in a run's events take, plus a share for each event.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from runtime.engine.events import VALUES, Envelope

MOST_RUNS = 2_000
MOST_BYTES = 128_000_000
_EACH = 600
"""bytes that an event takes beside its values, measured roughly"""


class Residency:
    """``in_use(run)``: whether it must stay; ``forget(run)``: drops it."""

    def __init__(
        self,
        in_use: Callable[[str], bool],
        forget: Callable[[str], None],
        *,
        most_runs: int = MOST_RUNS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._in_use = in_use
        self._forget = forget
        self._most_runs = most_runs
        self._most_bytes = most_bytes
        self._weights: OrderedDict[str, int] = OrderedDict()
        self._total = 0

    def __len__(self) -> int:
        return len(self._weights)

    def grew(self, run: str, entries: Iterable[Envelope]) -> None:
        """These events of a run are in memory now."""
        added = 0
        for entry in entries:
            added += weight(entry)
        self._weights[run] = self._weights.get(run, 0) + added
        self._total += added

    def used(self, run: str) -> None:
        """The run was just used; others may have to go."""
        if run in self._weights:
            self._weights.move_to_end(run)
        if len(self._weights) <= self._most_runs and self._total <= self._most_bytes:
            return
        for idle in self._evictable(run):
            self._forget(idle)
            self.gone(idle)

    def gone(self, run: str) -> None:
        """The run is no longer in memory."""
        self._total -= self._weights.pop(run, 0)

    def _evictable(self, just_used: str) -> Iterator[str]:
        for run in list(self._weights):
            if len(self._weights) <= self._most_runs and self._total <= self._most_bytes:
                return
            if run != just_used and not self._in_use(run):
                yield run


def weight(entry: Envelope) -> int:
    """Roughly the bytes that an event takes in memory."""
    event = entry.event
    size = _EACH
    for name in VALUES.get(type(event), ()):
        value = getattr(event, name)
        size += 40 if value is None else _weigh(value)
    return size


def _weigh(value: Any) -> int:
    kind = type(value)
    if kind is str:
        return len(value)
    if kind is dict:
        size = 0
        for key, item in value.items():
            size += len(key) + 60 + _weigh(item)
        return size
    if kind is list or kind is tuple:
        size = 0
        for item in value:
            size += 8 + _weigh(item)
        return size
    return 40
