"""Streams that another process makes grow: looked for while somebody waits for one, and never otherwise.

A look is one small query for all streams that are waited for. It was preferred to LISTEN/NOTIFY: that needs a
connection of its own which no pooler in between may share, and each NOTIFY makes commits of the whole server queue.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection, func, select

from runtime.store.postgres.readers import Readers
from runtime.store.problems import StoreUnavailable
from runtime.store.schema import journal
from runtime.store.watching import Watch

EVERY = 0.25
"""seconds between two looks"""


class Looking:
    """Begins with the first who waits and ends with the last."""

    def __init__(self, watch: Watch, readers: Readers) -> None:
        self._watch = watch
        self._readers = readers
        self._task: asyncio.Task[None] | None = None
        self._stopped = False
        watch.on_wait = self._begin

    def stop(self) -> None:
        self._stopped = True

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look(), name="looking for growth")

    async def _look(self) -> None:
        seen: dict[str, int] = {}
        while not self._stopped and (streams := self._watch.waited_for()):
            try:
                heads = await self._readers.read(lambda c, wanted=streams: _heads(c, wanted))  # type: ignore[misc]
            except StoreUnavailable:
                heads = {}  # said to whoever writes or reads; here there is just nothing new
            # Who waits has read the head after he came, so he misses what grew between that and our first look: at the
            # first look all are woken once, read again, and wait on.
            grown = {stream: seq for stream, seq in heads.items() if seq > seen.get(stream, 0)}
            seen = {stream: heads.get(stream, seen.get(stream, 0)) for stream in streams}
            self._watch.advanced(grown)
            await asyncio.sleep(EVERY)


def _heads(connection: Connection, streams: list[str]) -> dict[str, int]:
    query = select(journal.c.stream, func.max(journal.c.seq)).where(journal.c.stream.in_(streams))
    return {row[0]: row[1] for row in connection.execute(query.group_by(journal.c.stream))}
