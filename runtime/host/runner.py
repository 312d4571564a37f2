"""Runs the driver's generators against the store: the one place where a stimulus becomes durable.

Called by every other part of the host. Law: one call at a time per run and per inbox; each call runs as a task of the
host, so that a caller who goes away leaves nothing half-done; commands are performed only for runs that are ours
(started or claimed here, or loaded with nothing in flight) and only after the append that caused them. If the driver
raises, the run is dropped from memory and read again from its journal: memory is never ahead of it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeAlias, TypeVar

from runtime.engine.codec import Unreadable
from runtime.engine.commands import ChildCommand, StartChild
from runtime.engine.driver import Done, Driver
from runtime.engine.events import Envelope
from runtime.engine.requests import (
    Append,
    CountTree,
    Fenced,
    FindSignal,
    FindStart,
    FindWaits,
    PlanFor,
    ReadInbox,
    ReadRun,
    Request,
)
from runtime.engine.state import JournalMismatch
from runtime.engine.stimuli import ChildReported, Claim, Refusal
from runtime.engine.tending import tend
from runtime.host.activity import Activity
from runtime.host.clock import Clock
from runtime.host.endings import Endings
from runtime.host.fault_points import reach
from runtime.host.locks import NamedLocks
from runtime.host.patience import Patience
from runtime.host.problems import RunSetAside
from runtime.host.releases import Releases
from runtime.host.residency import Residency
from runtime.store import Store, StoreUnavailable

T = TypeVar("T")
Call: TypeAlias = Generator[Request, Any, Done | Refusal]

FENCED_TRIES = 3

_log = logging.getLogger(__name__)


class Runner:
    """``on_done`` is told of each call that was accepted for a run of ours; ``on_orphan`` of a run that needs a worker
    but is nobody's yet; ``on_waits`` of waits that opened; ``on_told`` of the end of a run that another one called."""

    def __init__(
        self, driver: Driver, store: Store, releases: Releases, clock: Clock, activity: Activity, patience: Patience
    ) -> None:
        self.driver = driver
        self.locks = NamedLocks()
        self.endings = Endings()
        self.set_aside: dict[str, str] = {}
        """run -> why it can't be gone on with (V2)"""
        self.retrying: set[str] = set()
        """runs touched here that pause between two attempts"""
        self.on_done: Callable[[Done], None] = lambda _done: None
        self.on_told: Callable[[str, ChildReported], None] = lambda _parent, _told: None
        self.on_orphan: Callable[[str], object] = lambda _run: None
        self.on_waits: Callable[[tuple[tuple[str, str], ...]], Coroutine[Any, Any, None]] = _no_waits
        self.in_flight: Callable[[str], bool] = lambda _run: False
        self._store = store
        self._releases = releases
        self._clock = clock
        self._activity = activity
        self._patience = patience
        self._ours: set[str] = set()
        self._residency = Residency(self._in_use, self._forget)

    # -- calls on one run ---------------------------------------------------------------------------------------------

    async def call(self, run: str, make: Callable[[dt.datetime], Call]) -> Done | Refusal:
        """Bring something to a run, on behalf of a caller. Raises ``StoreUnavailable`` and ``RunSetAside``."""
        return await asyncio.shield(self._activity.spawn(self._on_behalf(run, make), run=run))

    async def insist(self, run: str, make: Callable[[dt.datetime], Call]) -> Done | Refusal:
        """As ``call``, for what the host itself has to bring: waits as long as the store is not there."""
        while True:
            try:
                return await self._called(run, make)
            except StoreUnavailable as problem:
                await self._patience.wait(problem)

    async def start(self, run: str, make: Callable[[dt.datetime], Call]) -> Done | Refusal:
        """As ``call``, for a run that is about to exist. Raises ``Fenced`` if the id or a start key is taken."""
        return await asyncio.shield(self._activity.spawn(self._on_behalf(run, make, starts=True), run=run))

    async def tend(self, command: ChildCommand) -> Done | Refusal | ChildReported:
        """Bring to a child what its parent asks, waiting as long as the store is not there. Raises ``RunSetAside``."""
        return await self._patience.insist(lambda: self._tended(command))

    async def _tended(self, command: ChildCommand) -> Done | Refusal | ChildReported:
        never_began: list[ChildReported] = []

        def make(at: dt.datetime) -> Call:
            reply = yield from tend(self.driver, command, at)
            if not isinstance(reply, ChildReported):
                return reply
            never_began.append(reply)
            return Refusal(404, "RUN_UNKNOWN", f"There is no run {command.child}.")

        result = await self._called(command.child, make, starts=isinstance(command, StartChild))
        return never_began[0] if never_began else result

    async def claim(self, run: str, *, suspects: bool) -> Done | Refusal:
        """Take over a run whose worker died; from then on it is ours (X7). ``suspects`` False: not one that died with
        its worker before, and so has to wait for its turn (SUSPECT)."""

        def make(at: dt.datetime) -> Call:
            found = yield from self.driver.look(run)
            peeked = self.driver.peek(run)
            if isinstance(found, Refusal):
                return found
            if not suspects and peeked is not None and peeked[1].died_before:
                return Refusal(409, "SUSPECT", f"{run} died with its worker before.")
            # Under the run's lock: until then, nothing that others bring to the run makes us perform its commands.
            self._ours.add(run)
            return (yield from self.driver.deliver(run, Claim(worker=self.driver.worker, reason="lost"), at))

        tries = 1 if self._store.shared else FENCED_TRIES
        try:
            result = await self._patience.insist(lambda: self._called(run, make, adopt=False, tries=tries))
        except Fenced:
            # Another worker was first. To claim it again would be to take it from him.
            self._ours.discard(run)
            return Refusal(409, "CLAIMED_ELSEWHERE", f"Another worker was first at {run}.")
        if isinstance(result, Refusal):
            self._ours.discard(run)
        return result

    async def look(self, run: str) -> Done | Refusal:
        """Load a run; whatever is outstanding is reconciled."""
        return await self.call(run, lambda _at: self.driver.look(run))

    async def glance(self, run: str) -> Done | Refusal:
        """Load a run without touching anything, whoever's it is. Raises ``StoreUnavailable`` and ``RunSetAside``."""
        async with self.locks.hold(run):
            if run in self.set_aside:
                raise RunSetAside(run, self.set_aside[run])
            await self._refresh(run)
            found = await self.drive(self.driver.look(run), run)
            await self._give_up(run)
            return found

    def put_aside(self, run: str, problem: BaseException | str) -> None:
        """From now on this run is left alone, and shown with the reason; all others go on."""
        self.set_aside[run] = str(problem) or type(problem).__name__
        cause = problem if isinstance(problem, BaseException) else None
        _log.error("The run %s is set aside: %s", run, self.set_aside[run], exc_info=cause)
        self._activity.notify()

    def is_live(self, run: str) -> bool:
        """Whether the run is in memory here and not over."""
        peeked = self.driver.peek(run)
        return peeked is not None and not peeked[1].terminal

    def is_ours(self, run: str) -> bool:
        """Whether this process performs the commands of the run."""
        return run in self._ours

    async def _on_behalf(
        self, run: str, make: Callable[[dt.datetime], Call], *, starts: bool = False
    ) -> Done | Refusal:
        try:
            return await self._called(run, make, starts=starts, adopt=not starts, tries=1 if starts else FENCED_TRIES)
        except StoreUnavailable:
            # The append may stand all the same: as soon as the store is back, what is outstanding is looked up.
            self._activity.background(self._catch_up(run, starts), run=run, name=f"catching up with {run}")
            raise

    async def _called(
        self,
        run: str,
        make: Callable[[dt.datetime], Call],
        *,
        starts: bool = False,
        adopt: bool = True,
        tries: int = FENCED_TRIES,
    ) -> Done | Refusal:
        async with self.locks.hold(run):
            result, waits = await self._locked(run, make, starts=starts, adopt=adopt, tries=tries)
        if waits:
            self._activity.background(self.on_waits(waits), run=run, name="matching signals")
        return result

    async def _locked(
        self,
        run: str,
        make: Callable[[dt.datetime], Call],
        *,
        starts: bool = False,
        adopt: bool = True,
        tries: int = FENCED_TRIES,
    ) -> tuple[Done | Refusal, tuple[tuple[str, str], ...]]:
        """The call itself, under the run's lock -> (result, waits to match)."""
        if run in self.set_aside:
            raise RunSetAside(run, self.set_aside[run])
        read_here = self.driver.holds(run) and not await self._refresh(run)
        if adopt and run not in self._ours:
            await self._adopt(run)
        before = self._seq(run)
        result, again = await self._fenced_retry(run, make, tries=tries)
        if again or not read_here:
            await self._give_up(run)  # what was read in this call may begin with a claim of another worker
        if isinstance(result, Refusal):
            return result, await self._after_refusal(run) if self._seq(run) != before else ()
        if starts and result.run == run and not result.repeated:
            self._ours.add(run)
        self._settle(result)
        return result, result.opened_waits

    async def locked_call(
        self, run: str, make: Callable[[dt.datetime], Call]
    ) -> tuple[Done | Refusal, tuple[tuple[str, str], ...]]:
        """A call by somebody who holds an inbox and takes care of the waits that it opens (``matching``)."""
        async with self.locks.hold(run):
            return await self._locked(run, make)

    async def _adopt(self, run: str) -> None:
        """A run that is touched for the first time here is ours if nothing of it was under way elsewhere."""
        found = await self.drive(self.driver.look(run), run)
        if isinstance(found, Refusal):
            return
        if not found.rows.run.needs_worker:
            self._ours.add(run)
        elif not await self._store.held_elsewhere(run):
            self.on_orphan(run)

    async def _refresh(self, run: str) -> bool:
        """Others write to a shared store: a run that has grown without us is read again before it is spoken of; then
        True.
        """
        if not self._store.shared or not self.driver.holds(run) or self.in_flight(run):
            return False  # what an attempt of ours brings is fenced where it is old
        if await self._store.stream_head(run) == self._seq(run):
            return False
        self._drop(run)
        return True

    async def _give_up(self, run: str) -> None:
        """A run that another worker has taken is ours no longer; if that one is lost, whoever looks for what is left
        claims it. Asked after the journal was read: an append behind what we knew proves that nobody claimed it.
        """
        if run in self._ours and await self._store.taken_from_us(run):
            self._ours.discard(run)

    async def _fenced_retry(
        self, run: str, make: Callable[[dt.datetime], Call], *, tries: int
    ) -> tuple[Done | Refusal, bool]:
        """What came of the call, and whether the journal had to be read again for it."""
        again = False
        while True:
            tries -= 1
            try:
                return await self.drive(make(self._clock.now()), run), again
            except Fenced:
                if not tries:
                    raise
                again = True
                _log.warning("Another writer was first at %s; its journal is read again.", run)

    async def _after_refusal(self, run: str) -> tuple[tuple[str, str], ...]:
        """A refused stimulus may have let timers fire before it (Z4): what they commanded is outstanding now."""
        if not self.driver.holds(run):
            return ()
        done = await self.drive(self.driver.look(run), run)
        if isinstance(done, Refusal):
            return ()
        self._settle(done)
        return tuple(dict.fromkeys((wait.name, wait.key) for wait in done.rows.waits))

    async def _catch_up(self, run: str, started: bool) -> None:
        def make(_at: dt.datetime) -> Call:
            if started:
                self._ours.add(run)
            return self.driver.look(run)

        result = await self._patience.insist(lambda: self._called(run, make, adopt=not started))
        if isinstance(result, Refusal):
            self._ours.discard(run)

    def _seq(self, run: str) -> int:
        peeked = self.driver.peek(run)
        return 0 if peeked is None else peeked[1].seq

    def _settle(self, done: Done) -> None:
        for warning in done.warnings:
            _log.warning("%s", warning)
        peeked = self.driver.peek(done.run)
        if peeked and any("retry" in step.timers for step in peeked[1].live.values()):
            self.retrying.add(done.run)
        else:
            self.retrying.discard(done.run)
        if self.is_ours(done.run):
            self.on_done(done)
        if done.tells is not None:
            self.on_told(*done.tells)
        if done.terminal:
            self._forget(done.run)
            self._residency.gone(done.run)
            self.endings.over(done.rows.run)
        else:
            self._residency.used(done.run)
        self._activity.notify()

    def _in_use(self, run: str) -> bool:
        return self.locks.in_use(run) or self.in_flight(run)

    def _forget(self, run: str) -> None:
        self.driver.forget(run)
        self._ours.discard(run)

    # -- generators ---------------------------------------------------------------------------------------------------

    async def drive(self, call: Generator[Request, Any, T], run: str = "") -> T:
        """Runs one of the driver's generators to its end. Raises what the store raises, and ``RunSetAside``.

        Without ``run`` it is an inbox's: raises ``Unreadable`` instead."""
        try:
            try:
                request = next(call)
                while True:
                    try:
                        answer = await self._serve(request)
                    except BaseException as problem:  # noqa: BLE001  the driver has to know; it lets it pass
                        request = call.throw(problem)
                    else:
                        request = call.send(answer)
            except StopIteration as ended:
                result: T = ended.value
                return result
        except (StoreUnavailable, Fenced, asyncio.CancelledError):
            self._drop(run)
            raise
        except (Unreadable, JournalMismatch) as problem:
            if not run:  # an inbox, which is no run: whoever asked tells of it
                raise
            self._drop(run)
            self.put_aside(run, str(problem))
            raise RunSetAside(run, str(problem)) from problem
        except BaseException:
            self._drop(run)
            raise

    def _drop(self, run: str) -> None:
        self.driver.forget(run)
        self._residency.gone(run)

    async def _serve(self, request: Request) -> Any:
        match request:
            case Append():
                reach("append.before")
                await self._store.append(request)
                reach("append.after")
                self._note(request.entries)
                return None
            case ReadRun(run):
                entries = await self._store.read_stream(run)
                self._note(entries)
                return entries
            case PlanFor(release, flow):
                return await self._releases.plan(release, flow)
            case FindStart(environment, flow, key):
                return await self._store.find_start(environment, flow, key)
            case ReadInbox(stream):
                return await self._store.read_stream(stream)
            case FindWaits(name, key):
                return await self._store.find_waits(name, key)
            case CountTree(root):
                return await self._store.count_tree(root)
            case FindSignal(signal):
                return await self._store.find_signal(signal)

    def _note(self, entries: list[Envelope] | tuple[Envelope, ...]) -> None:
        if not entries:
            return
        by_run: dict[str, list[Envelope]] = {}
        for entry in entries:
            if "/" not in entry.stream:
                by_run.setdefault(entry.stream, []).append(entry)
        for run, grown in by_run.items():
            self._residency.grew(run, grown)


async def _no_waits(_waits: tuple[tuple[str, str], ...]) -> None:
    """Where nobody matches signals."""
