"""Who waits for the end of which run, and how the runs ended that were last in this process.

Whoever starts a run and waits for it asks a moment later: the store need not be read for what has just been written.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from runtime.engine.rows import RunRow

REMEMBERED = 1_000
"""runs"""


class Endings:
    """For one event loop. A run that is over stays so."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._waiting: dict[str, list[asyncio.Future[RunRow]]] = {}
        self._over: OrderedDict[str, RunRow] = OrderedDict()

    def over(self, row: RunRow) -> None:
        """The run of this line is over: those who wait for it have the line."""
        self._over[row.run] = row
        self._over.move_to_end(row.run)
        if len(self._over) > self._remembered:
            self._over.popitem(last=False)
        for ending in self._waiting.pop(row.run, ()):
            if not ending.done():
                ending.set_result(row)

    def known(self, run: str) -> RunRow | None:
        """Its line, if it ended here not long ago."""
        return self._over.get(run)

    def wait_for(self, run: str) -> asyncio.Future[RunRow]:
        """Has the run's line once it is over, if that happens in this process. Whoever no longer waits calls
        ``leave``."""
        future: asyncio.Future[RunRow] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(run, []).append(future)
        return future

    def leave(self, run: str, ending: asyncio.Future[RunRow]) -> None:
        """See ``wait_for``."""
        waiting = self._waiting.get(run, [])
        if ending in waiting:
            waiting.remove(ending)
            if not waiting:
                del self._waiting[run]
