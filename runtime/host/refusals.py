"""The audit of refused requests: those of known users are appended to ``refusals/<day>``, those of strangers counted.

A refusal that can't be written down is logged and never turns a clear answer into an error.
"""

from __future__ import annotations

import logging

from runtime.connections import Directory
from runtime.engine.events import Actor, Envelope, Refused
from runtime.engine.requests import Append, Fenced
from runtime.engine.stimuli import Refusal
from runtime.host.clock import Clock
from runtime.host.locks import NamedLocks
from runtime.store import Store, StoreUnavailable

MOST_TRIES = 50
"""how often another worker may be first: each time one of all who try got on, so this is never reached"""

_log = logging.getLogger(__name__)


class Refusals:
    """``strangers``: how many requests of unknown users were refused since the start."""

    def __init__(self, store: Store, clock: Clock, directory: Directory) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._locks = NamedLocks()
        self.strangers = 0

    async def note(self, what: str, refusal: Refusal, actor: Actor, *, run: str = "", step: str = "") -> None:
        """``what``: the verb that was refused, such as ``answer``."""
        if actor.kind == "user" and not self._directory.knows(actor.id):
            self.strangers += 1
            return
        event = Refused(what=what, run=run, step=step, code=refusal.code, message=refusal.message)
        at = self._clock.now()
        stream = f"refusals/{at:%Y-%m-%d}"
        try:
            async with self._locks.hold(stream):
                for _ in range(MOST_TRIES):
                    head = await self._store.stream_head(stream)
                    try:
                        await self._store.append(Append((Envelope(stream, head + 1, at, actor, event),)))
                    except Fenced:
                        continue
                    return
            _log.error("A refusal (%s) could not be written down: others were always first.", refusal.code)
        except StoreUnavailable as problem:
            _log.warning("A refusal (%s) could not be written down: %s", refusal.code, problem)
