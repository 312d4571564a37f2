"""Brings signals and open waits together, under the lock of their inbox (W2 to W7).

Called when a signal came in, when a wait opened, and once at the start for what a crash left unmatched.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from runtime.engine.driver import Done, Driver, SignalAccepted
from runtime.engine.inbox import Match, fold_inbox
from runtime.engine.requests import Fenced
from runtime.engine.stimuli import Refusal, SendSignal
from runtime.host.clock import Clock
from runtime.host.ids import Ids
from runtime.host.patience import Patience
from runtime.host.problems import RunSetAside
from runtime.host.runner import Call, Runner
from runtime.store import Store

INBOXES_AT_ONCE = 200
MOST_TRIES = 50
"""how often somebody else may be first at an inbox: each time one of all who try got on, so this is never reached"""

_log = logging.getLogger(__name__)


class Matching:
    """``refused(match, refusal)`` is told of a payload that did not fit a wait (W6)."""

    def __init__(
        self,
        runner: Runner,
        driver: Driver,
        store: Store,
        clock: Clock,
        ids: Ids,
        patience: Patience,
        refused: Callable[[Match, Refusal], Awaitable[None]],
    ) -> None:
        self._runner = runner
        self._driver = driver
        self._store = store
        self._clock = clock
        self._ids = ids
        self._patience = patience
        self._refused = refused

    async def receive(self, stimulus: SendSignal) -> SignalAccepted | Refusal:
        """Puts a signal into its inbox, durably. The caller then has it matched (``match``)."""
        at = self._clock.now()
        signal = stimulus.id or self._ids.signal(at)
        async with (
            self._runner.locks.hold(("signal", signal)),
            self._runner.locks.hold(("inbox", stimulus.name, stimulus.key)),
        ):
            for _ in range(MOST_TRIES - 1):
                try:
                    return await self._received(stimulus, signal)
                except Fenced:  # another worker was first at this inbox, perhaps with this very signal (W5)
                    continue
            return await self._received(stimulus, signal)

    async def _received(self, stimulus: SendSignal, signal: str) -> SignalAccepted | Refusal:
        return await self._runner.drive(self._driver.receive_signal(stimulus, self._clock.now(), signal))

    async def match(self, name: str, key: str) -> None:
        """Delivers whatever matches now; waits for a store that is away. Waits that open thereby are matched, too, in
        the order in which they opened."""
        todo = deque([(name, key)])
        while todo:
            this = todo.popleft()
            opened = await self._patience.insist(lambda this=this: self._match(*this))  # type: ignore[misc]
            todo.extend(other for other in opened if other != this)

    async def match_all(self, waits: tuple[tuple[str, str], ...]) -> None:
        """``match`` for several."""
        for name, key in waits:
            await self.match(name, key)

    async def rematch(self) -> None:
        """After a start: a signal and a wait may both be durable and their delivery not. An inbox that can't be read
        is named and keeps what it has; it never stops the others."""
        after = "inbox/"
        while heads := await self._patience.insist(lambda a=after: self._store.stream_heads(a, INBOXES_AT_ONCE)):  # type: ignore[misc]
            for head in heads:
                if not head.stream.startswith("inbox/"):
                    return
                try:
                    await self._rematch(head.stream)
                except Exception:  # noqa: BLE001  one broken inbox never stops the others, nor what is recovered next
                    _log.exception("The signals of %s wait: it can't be read. All others go on.", head.stream)
            after = heads[-1].stream

    async def _rematch(self, stream: str) -> None:
        entries = await self._patience.insist(lambda: self._store.read_stream(stream))
        now = self._clock.now()
        for kept in fold_inbox(entries).values():
            if not kept.expired and kept.until >= now:
                await self.match(kept.name, kept.key)
                return

    async def _match(self, name: str, key: str) -> list[tuple[str, str]]:
        opened: list[tuple[str, str]] = []
        tried: set[tuple[str, str, str]] = set()
        async with self._runner.locks.hold(("inbox", name, key)):
            delivered = True
            while delivered:
                delivered = False
                for found in await self._runner.drive(self._driver.matches(name, key, self._clock.now())):
                    this = (found.run, found.step, found.signal)
                    if this in tried:
                        continue
                    tried.add(this)
                    known = len(opened)
                    # A timer that fired first may have ended this wait, and opened another one for the same.
                    try:
                        delivered = await self._deliver(found, opened) or (name, key) in opened[known:]
                    except Fenced:  # other workers were first here, again and again: what they left is looked at anew
                        tried.discard(this)
                        delivered = True
                    if delivered:
                        break
        return opened

    async def _deliver(self, found: Match, opened: list[tuple[str, str]]) -> bool:
        def make(at: dt.datetime) -> Call:
            return self._driver.deliver_match(found, at)

        try:
            result, waits = await self._runner.locked_call(found.run, make)
        except RunSetAside as problem:
            _log.warning("A signal stays in its inbox: %s", problem)
            return False
        opened.extend(waits)
        if isinstance(result, Done):
            return True
        if result.code == "PAYLOAD":
            await self._refused(found, result)
        return False
