"""Keeps a worker that stood still for a while from beginning what another one has taken over meanwhile.

Called by ``worker`` before an attempt begins, on a store that several write to. Law: what had to wait may have been
taken over (the machine slept, the process was stopped, the line was long), and what the worker that took it asked a
person about must not leave this one afterwards. What is under way already nobody can call back.
"""

from __future__ import annotations

import datetime as dt
import logging

from runtime.engine.events import RunClaimed
from runtime.host.clock import Clock
from runtime.host.patience import Patience
from runtime.store import Store

SURE = dt.timedelta(seconds=2)
"""after so short a time nobody can have taken a worker for lost that wrote at its beginning"""

_log = logging.getLogger(__name__)


class Fence:
    """``now`` when an attempt is taken on, ``is_taken`` when it is about to begin."""

    def __init__(self, store: Store, clock: Clock, patience: Patience) -> None:
        self._store = store
        self._clock = clock
        self._patience = patience

    def now(self) -> dt.datetime:
        """The instant, UTC."""
        return self._clock.now()

    async def is_taken(self, run: str, seq: int, since: dt.datetime) -> bool:
        """Whether another worker has claimed the run behind its event ``seq``, which was durable at ``since``."""
        waited = self._clock.now() - since
        if dt.timedelta(0) <= waited < SURE:  # below nothing: the clock was set back, and says nothing
            return False
        entries = await self._patience.insist(lambda: self._store.read_stream(run, seq))
        taken = any(
            isinstance(entry.event, RunClaimed) and entry.event.worker != self._store.worker for entry in entries
        )
        if taken:
            _log.warning("%s was taken over while it waited here; nothing of it is begun.", run)
        return taken
