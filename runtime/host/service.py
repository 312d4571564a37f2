"""``Host``: everything that runs flows in this process, behind one facade for server and CLI.

``async with Host.open(...) as host`` takes the store, goes on with what a dead worker left, and at the end drains:
nothing new is taken, attempts in flight get their time, what they bring is journaled, the store is let go.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from nodes.contract import TestResult
from nodes.registry import Registry
from runtime.connections import ConnectionBook, Environment
from runtime.engine.driver import Done, Driver
from runtime.engine.events import Actor, Envelope
from runtime.engine.inbox import Match
from runtime.engine.plan import Plan
from runtime.engine.rows import IncidentRow, RunRow, TaskRow
from runtime.engine.state import State
from runtime.engine.stimuli import AttemptBroke, AttemptReplied, ChildReported, Refusal
from runtime.host.activity import Activity
from runtime.host.answers import TaskView
from runtime.host.child_runs import ChildRuns
from runtime.host.clock import Clock, SystemClock
from runtime.host.doors import Doors, split_id
from runtime.host.fence import Fence
from runtime.host.garbage import look_rarely
from runtime.host.giving_way import watched
from runtime.host.health import ASKS_FOR, QUIET, HostHealth
from runtime.host.ids import Ids
from runtime.host.judging import Judging
from runtime.host.matching import Matching
from runtime.host.patience import Patience
from runtime.host.perform import Performer
from runtime.host.problems import RunSetAside
from runtime.host.records import Records
from runtime.host.recovery import Recovery
from runtime.host.refusals import Refusals
from runtime.host.releases import Releases
from runtime.host.runner import Call, Runner
from runtime.host.timers import Timers
from runtime.host.views import Views
from runtime.host.waiting import Waiting
from runtime.host.worker import ATTEMPTS_AT_ONCE, Worker
from runtime.model.project import Project
from runtime.secrets import Redactor
from runtime.store import Page, ReleaseRow, RunFilter, Store, open_store

DRAIN_SECONDS = 30.0


class Host(Doors):
    """Made by ``open``. Every way in (``Doors``) and every view; all calls from the event loop that opened it.

    Raised by any of them: ``StoreUnavailable`` (try again), ``RunSetAside``, and ``HostClosing`` by the ways in.
    """

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        environment: Environment,
        clock: Clock,
        ids: Ids,
        rng: random.Random,
        redactor: Redactor,
        drain_seconds: float,
        releases: Releases | None = None,
        performer: Performer | None = None,
        worker_kind: type[Worker] = Worker,
    ) -> None:
        """``releases``, ``performer`` and ``worker_kind`` are given where a host is played."""
        self.store = store
        self.registry = registry
        self.environment = environment
        self.clock = clock
        self.redactor = redactor
        self.worker = store.worker
        self._drain_seconds = drain_seconds
        self.activity = Activity()
        self._patience = Patience(store)
        self._driver = Driver(worker=store.worker)
        self._releases = releases or Releases(store, registry, environment.budgets)
        self._refusals = Refusals(store, clock, environment.directory)
        self._runner = Runner(self._driver, store, self._releases, clock, self.activity, self._patience)
        self._matching = Matching(
            self._runner, self._driver, store, clock, ids, self._patience, refused=self._signal_refused
        )
        super().__init__(
            self._runner, self._driver, self._matching, self._refusals, environment, clock, ids, self.activity
        )
        self._book = ConnectionBook(environment, registry.connection_kinds, redactor)
        self._worker = worker_kind(
            performer or Performer(registry, self._book, self._releases, store, clock, redactor, rng),
            self._book,
            self.activity,
            self._report,
            at_once=environment.limits.attempts_at_once or ATTEMPTS_AT_ONCE,
            fence=Fence(store, clock, self._patience) if store.shared else None,
        )
        self._timers = Timers(store, clock, self.activity, self._patience, self._wake, self._runner.set_aside)
        self._records = Records(store, clock)
        self._child_runs = ChildRuns(self.activity, self._runner.tend, self._tell, self._runner.put_aside)
        self._recovery = Recovery(
            self._runner,
            self._worker,
            self._matching,
            store,
            self._releases,
            self.activity,
            self._patience,
            self._child_runs.again,
        )
        self._runner.on_told = self._child_runs.tell
        self._close_begun = asyncio.Event()
        self._views = Views(self._runner, self._driver, store, self._releases, self._close_begun)
        judging = Judging(self._runner, store, self._patience)
        self._waiting = Waiting(self._runner, store, clock, self.activity, self._timers, self._recovery, judging)
        self._runner.on_done = self._after
        self._runner.on_orphan = self._recovery.found
        self._runner.on_waits = self._matching.match_all
        self._runner.in_flight = self._worker.busy_with
        self._closed = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        store_url: str,
        registry: Registry,
        environment: Environment | None = None,
        home: Path | None = None,
        clock: Clock | None = None,
        ids: Ids | None = None,
        rng: random.Random | None = None,
        redactor: Redactor | None = None,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> AsyncIterator[Host]:
        """A host on this store. Raises ``StoreHeld``, ``StoreProblem`` and ``EnvironmentProblem``."""
        look_rarely()
        ids = ids or Ids()
        environment = environment or Environment.load(home=home)
        store = await asyncio.to_thread(open_store, store_url, worker=ids.worker())
        host = cls(
            store=store,
            registry=registry,
            environment=environment,
            clock=clock or SystemClock(),
            ids=ids,
            rng=rng or random.Random(),  # noqa: S311  jitter is no secret
            redactor=redactor or Redactor(),
            drain_seconds=drain_seconds,
        )
        host.begin()
        with watched():
            try:
                yield host
            finally:
                await host.drain()

    def begin(self) -> None:
        """Start timers and recovery. ``open`` does this."""
        self._loops = [
            asyncio.create_task(self._recovery.run(), name="recovery"),
            asyncio.create_task(self._timers.run(), name="timers"),
            asyncio.create_task(self._records.run(), name="recording heads"),
        ]

    async def drain(self) -> None:
        """SIGTERM: take nothing new, let attempts in flight end within ``drain_seconds``, journal them, close."""
        if self.closing:
            await self._closed.wait()
            return
        self.closing = True
        self._close_begun.set()
        for loop in self._loops:
            loop.cancel()
        self._worker.drain()
        self._child_runs.drain()
        await self.activity.finish(self._drain_seconds)
        self._patience.stop()
        await self._book.close()
        await self._records.finish()
        await self.store.close()
        self._closed.set()

    # -- releases -----------------------------------------------------------------------------------------------------

    async def put_release(self, package: bytes) -> str:
        """Keep a packed project; gives its content hash. Raises ``PackageProblem``."""
        return await self._releases.put(package)

    async def releases(self, after: str = "", limit: int = 100) -> list[ReleaseRow]:
        """What the store holds, by hash."""
        return await self.store.list_releases(after, limit)

    async def plan(self, release: str, flow: str) -> Plan | None:
        """The compiled flow of a release, to draw traces on."""
        return await self._releases.plan(release, flow)

    async def project(self, release: str) -> Project | None:
        """The project of a release, for the titles that stand around a flow."""
        return await self._releases.project(release)

    # -- views --------------------------------------------------------------------------------------------------------

    async def run_row(self, run: str) -> RunRow | None:
        """One line about a run."""
        return await self.store.run_row(run)

    async def list_runs(
        self, wanted: RunFilter | None = None, *, cursor: str | None = None, limit: int = 100
    ) -> Page[RunRow]:
        """Newest first."""
        return await self.store.list_runs(wanted, cursor=cursor, limit=limit)

    async def journal(self, run: str, after: int = 0, limit: int | None = None) -> list[Envelope]:
        """A run's events beyond number ``after``. Raises ``Unreadable``."""
        return await self.store.read_stream(run, after, limit)

    async def tasks(
        self,
        *,
        user: str | None = None,
        roles: Collection[str] | None = None,
        run: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[TaskRow]:
        """Open tasks, oldest first: of these roles, of a user's roles (or claimed by the user), or all."""
        if user is not None and roles is None:
            roles = self._directory.roles_of(user)
        mine = user if roles is not None else None
        return await self.store.open_tasks(roles=roles, user=mine, run=run, cursor=cursor, limit=limit)

    async def task(self, task: str) -> TaskView | None:
        """A task with what it shows, its form and choices; None if there is none."""
        return await self._views.task(*split_id(task))

    async def incidents(
        self,
        *,
        run: str | None = None,
        flow: str | None = None,
        kind: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[IncidentRow]:
        """Open incidents, oldest first; runs that can't be read stand before them. ``run``: with all that it has called
        (B3)."""
        return await self._views.incidents(run=run, flow=flow, kind=kind, cursor=cursor, limit=limit)

    def watch(self, run: str, after: int = 0) -> AsyncIterator[Envelope]:
        """Events of a run as they come, from behind number ``after``; ends with the run, when the host closes, and at
        once if there is no such run."""
        return self._views.watch(run, after)

    async def fold(self, run: str) -> tuple[Plan, State] | None:
        """Plan and state of a run, computed anew from its journal."""
        return await self._views.replay(run)

    async def state_at(self, run: str, seq: int) -> tuple[Plan, State] | None:
        """As ``fold``, after event ``seq``."""
        return await self._views.replay(run, seq)

    async def test_connection(self, name: str, release: str | None = None) -> TestResult:
        """Try a connection of the environment, by one harmless call."""
        project = await self._releases.project(release) if release else None
        return await self._book.test(name, project.connections.get(name) if project else None)

    def state_in_memory(self, run: str) -> State | None:
        """The state as this process holds it, to read only; None if it holds none."""
        peeked = self._driver.peek(run)
        return None if peeked is None else peeked[1]

    async def checked_health(self) -> HostHealth:
        """As ``health``, once a store of which nothing was heard lately has been tried, for half a second at most."""
        if not self.closing:
            await self._patience.look(quiet=QUIET, within=ASKS_FOR)
        return self.health()

    def health(self) -> HostHealth:
        """How the host is, as far as it has noticed."""
        waiting, longest_wait = self._worker.line()
        return HostHealth(
            store=self.store.health(),
            closing=self.closing,
            in_flight=self._worker.in_flight,
            waiting=waiting,
            longest_wait=longest_wait,
            recovering=self._recovery.remaining,
            set_aside=dict(self._runner.set_aside),
            next_timer=self._timers.next,
            refused_strangers=self._refusals.strangers,
        )

    # -- waiting ------------------------------------------------------------------------------------------------------

    def is_retrying(self, run: str) -> bool:
        """Whether an attempt of the run pauses until its next one: it goes on without anybody."""
        return run in self._runner.retrying

    async def until_done(self, run: str) -> RunRow:
        """Returns when the run is completed or cancelled. Raises ``LookupError`` if there is none."""
        return await self._waiting.until_done(run)

    async def until_idle(
        self,
        runs: Collection[str] | None = None,
        *,
        horizon: dt.timedelta = dt.timedelta(0),
        through_retries: bool = True,
    ) -> None:
        """Returns when all runs (or these) are over, set aside, or wait for people, signals or timers due after
        ``horizon``.

        ``through_retries``: a pause between two attempts counts as work.
        """
        await self._waiting.until_idle(runs, horizon, through_retries=through_retries)

    # -- wiring -------------------------------------------------------------------------------------------------------

    def _after(self, done: Done) -> None:
        """A call on a run of ours is durable."""
        peeked = self._driver.peek(done.run)
        if done.commands and peeked is not None:
            self._worker.reconcile(done, peeked[0].release)
        self._child_runs.reconcile(done)
        self._timers.note(done.next_due)

    async def _report(self, run: str, stimulus: AttemptReplied | AttemptBroke) -> Done | Refusal | None:
        """What came of it; None if the run was set aside."""

        def make(at: dt.datetime) -> Call:
            return self._driver.deliver(run, stimulus, at)

        try:
            return await self._runner.insist(run, make)
        except RunSetAside:
            return None
        except Exception as problem:  # noqa: BLE001  no attempt may stay in flight for ever because its report is odd
            if isinstance(stimulus, AttemptBroke):
                self._runner.put_aside(run, problem)
                return None
            words = f"The reply can't be taken: {problem}"
            broke = AttemptBroke(
                step=stimulus.step, attempt=stimulus.attempt, code="bad_reply", message=words, unclear=True
            )
            return await self._report(run, broke)

    async def _tell(self, parent: str, told: ChildReported) -> Done | Refusal:
        return await self._runner.insist(parent, lambda at: self._driver.deliver(parent, told, at))

    async def _wake(self, run: str) -> bool:
        woken_at = self.clock.now()

        def make(at: dt.datetime) -> Call:
            nonlocal woken_at
            woken_at = at
            return self._driver.wake(run, at)

        try:
            if not self._runner.is_ours(run):
                found = await self._patience.insist(lambda: self._runner.glance(run))
                if isinstance(found, Refusal):
                    return False
                if found.rows.run.needs_worker:  # its timers fire once it has been claimed
                    self._recovery.found(run)
                    return False
            done = await self._runner.insist(run, make)
        except RunSetAside:  # said when it was set aside; its timers stand still with it
            return False
        return isinstance(done, Done) and (done.next_due is None or done.next_due > woken_at)

    async def _signal_refused(self, found: Match, refusal: Refusal) -> None:
        await self._refusals.note("signal", refusal, Actor("system", "host"), run=found.run, step=found.step)
