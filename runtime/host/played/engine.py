"""The store of a host that is played: a real SQLite file that is touched only in turns, and can die at any append."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from runtime.host.played.turns import ProcessDied, Turn, TurnLoop
from runtime.store import StoreUnavailable
from runtime.store.sqlite.inline import InlineFile
from runtime.store.staging import Prepared

T = TypeVar("T")

AUDIT = "refusals/"
"""streams that no simulation counts: a memory keeps no audit"""


class TurnEngine:
    """``store.Engine``. With a seed, appends that wait together are now and then committed together."""

    shared = False

    def __init__(self, path: Path, loop: TurnLoop) -> None:
        self.file = InlineFile(path)
        self.place = self.file.place
        self.watch = self.file.watch
        self.crash_at = ""
        self.crash_in = 0
        """appends until it happens"""
        self._loop = loop
        self._appends: dict[Turn, Prepared] = {}

    def append(self, prepared: Prepared) -> asyncio.Future[None]:
        turn = self._loop.turn(lambda: self._commit(turn))
        self._appends[turn] = prepared
        turn.future.add_done_callback(lambda _: self._appends.pop(turn, None))
        return turn.future

    async def write(self, work: Callable[[Connection], T], *, touches_projections: bool = False) -> T:
        result: T = await self._loop.turn(lambda: self.file.work(work, touches_projections=touches_projections)).future
        return result

    async def read(self, query: Callable[[Connection], T]) -> T:
        result: T = await self._loop.turn(lambda: self.file.read(query)).future
        return result

    def trouble(self) -> StoreUnavailable | None:
        return None

    def busy_for(self) -> float:
        return 0.0

    def quiet_for(self) -> float:
        return 0.0

    def announce_server(self, url: str | None, token: str | None) -> None:
        """Nobody looks for a server here."""

    def may_judge(self) -> bool:
        return True

    def close(self) -> None:
        self.file.close()

    def _commit(self, turn: Turn) -> Any:
        together = [turn, *self._along_with(turn)]
        appends = [self._appends[it] for it in together]
        self.crash_in -= sum(not append.segments[0].stream.startswith(AUDIT) for append in appends)
        dies = bool(self.crash_at) and self.crash_in <= 0
        if dies and self.crash_at == "before_append":
            raise ProcessDied
        outcomes = self.file.commit(appends)
        if dies:
            raise ProcessDied
        for other, outcome in zip(together[1:], outcomes[1:], strict=True):
            self._loop.drop(other)
            if outcome is None:
                other.future.set_result(None)
            else:
                other.future.set_exception(outcome)
        if outcomes[0] is not None:
            raise outcomes[0]
        return None

    def _along_with(self, turn: Turn) -> list[Turn]:
        """Who is committed in the same transaction."""
        rng = self._loop.rng
        if rng is None or rng.random() < 0.5:
            return []
        return [it for it in self._loop.waiting() if it in self._appends and it is not turn and rng.random() < 0.5]
