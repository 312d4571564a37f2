"""``Judging``: whether what other workers of a shared store hold is theirs to go on with, or will be ours.

Called by whoever waits until all is idle. Law: a worker that was killed looks like one that lives until its lease is
over. So nobody is taken for living by a beat that came before the question: he is heard again, or lost, and then what
he held is gone on with here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from runtime.host.patience import Patience
from runtime.host.runner import Runner
from runtime.store import Judgement, Store

LOOK_AGAIN = 0.25
"""seconds between two looks at who was heard"""


class Judging:
    """One for a host."""

    def __init__(self, runner: Runner, store: Store, patience: Patience) -> None:
        self._runner, self._store, self._patience = runner, store, patience

    async def nothing_is_left(self, chosen: Collection[str] | None, still: Callable[[], bool]) -> bool:
        """Returns True as soon as no run (or none of these) waits for a worker whose end is not known yet, and False as
        soon as ``still()`` does not hold any more: something has come to do here."""
        if not self._store.shared:
            return still()
        found = await self._look(chosen)
        silent = found.beats
        while still():
            left = [run for run in found.left if not self._is_seen_to(run)]
            if not silent and not left:
                return True
            await asyncio.sleep(LOOK_AGAIN)
            found = await self._look(chosen)
            silent = {worker: beat for worker, beat in silent.items() if found.beats.get(worker) == beat}
        return False

    async def _look(self, chosen: Collection[str] | None) -> Judgement:
        return await self._patience.insist(lambda: self._store.judgement(chosen))

    def _is_seen_to(self, run: str) -> bool:
        return self._runner.is_ours(run) or run in self._runner.set_aside
