"""The store as an asyncio host sees it. ``opening.open_store`` makes one; what is done to the disk is in ``sqlite``.

Law: what ``append`` has returned from is durable; what any call has raised ``StoreUnavailable`` for is not there (or
says that its outcome is unknown). Every list is a page, or bounded by what the caller asks for.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from types import TracebackType
from typing import Literal, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection

from runtime.engine.events import Envelope
from runtime.engine.requests import Append
from runtime.engine.rows import IncidentRow, RunRow, RunRows, TaskRow, WaitRow
from runtime.store import auditing, rebuilding, recording
from runtime.store.auditing import AuditPage, HeadsDigest
from runtime.store.diagnosing import Finding
from runtime.store.pages import Page
from runtime.store.problems import StoreUnavailable
from runtime.store.queries import contents, holds, journal, keys, runs, worklists
from runtime.store.queries.contents import ReleaseRow
from runtime.store.queries.holds import Judgement
from runtime.store.queries.journal import JournalRow, StreamHead
from runtime.store.queries.runs import RunFilter
from runtime.store.rebuilding import Rebuilt
from runtime.store.staging import Prepared, prepare
from runtime.store.watching import Watch

T = TypeVar("T")

SLOW_AFTER = 2.0
"""seconds that a write may take before the store calls itself slow"""


class Health(NamedTuple):
    """``message`` is a sentence for people, empty when all is well."""

    state: Literal["ok", "slow", "unavailable"]
    message: str = ""


class Engine(Protocol):
    """What a kind of database gives to ``Store``. ``sqlite.engine`` is one."""

    place: str
    """where the store lies, for messages"""
    watch: Watch
    shared: bool
    """whether other processes may write, too"""

    def append(self, prepared: Prepared) -> asyncio.Future[None]: ...
    async def write(self, work: Callable[[Connection], T], *, touches_projections: bool = False) -> T: ...
    async def read(self, query: Callable[[Connection], T]) -> T: ...
    def trouble(self) -> StoreUnavailable | None: ...
    def busy_for(self) -> float: ...
    def quiet_for(self) -> float: ...
    def announce_server(self, url: str | None, token: str | None) -> None: ...
    def may_judge(self) -> bool: ...
    def close(self) -> None: ...


class Store:
    """All calls may come from any event loop. Reads see everything that was appended before them."""

    def __init__(self, engine: Engine, *, worker: str) -> None:
        self._engine = engine
        self.worker = worker

    @property
    def place(self) -> str:
        return self._engine.place

    async def __aenter__(self) -> Store:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Finish what waits, then let go of the file and its lock. May be called twice."""
        await asyncio.to_thread(self._engine.close)

    # Writing

    async def append(self, append: Append) -> None:
        """Durable on return. Once called it can't be withdrawn: the append of a caller who was cancelled stands.

        Raises ``Fenced`` (a stream has moved on, or a key is taken), ``StoreUnavailable``, and before anything is done
        ``ValueProblem``, ``ValueError`` or ``TypeError`` for entries that can't be written.
        """
        await self._engine.append(prepare(append))

    async def save_release(self, release: str, package: bytes, project: str, version: str) -> None:
        """The first package of a content hash stays."""
        await self._engine.write(lambda c: contents.save_release(c, release, package, project, version))

    async def save_blob(self, content: bytes) -> str:
        """Returns its SHA-256 in hex. Durable on return, so that an event may name it."""
        return await self._engine.write(lambda c: contents.save_blob(c, content))

    async def rebuild_projections(
        self, fold: Callable[[str, list[Envelope]], RunRows], *, chunk: int = rebuilding.CHUNK
    ) -> Rebuilt:
        """Make the tables of runs, tasks, incidents and waits anew from the journal, ``chunk`` runs a transaction.

        Killed half-way, the next call goes on from there. A run that can't be read keeps its rows and is reported.
        What ``fold`` raises, but ``Unreadable``, ends it after the chunks before.
        """
        return await rebuilding.rebuild(self._engine.write, fold, chunk)

    async def probe(self) -> None:
        """A small durable write. Raises ``StoreUnavailable`` as an append would: to learn that a fault is over."""
        await self._engine.write(rebuilding.touch)

    def health(self) -> Health:
        if trouble := self._engine.trouble():
            return Health("unavailable", str(trouble))
        if (seconds := self._engine.busy_for()) > SLOW_AFTER:
            why = "another program keeps it locked, or its disk is slow; it goes on by itself"
            return Health("slow", f"a write to {self.place} has been waiting for {seconds:.0f} s: {why}")
        return Health("ok")

    def quiet_for(self) -> float:
        """Seconds since a write came through; ``health`` can't know what has happened since."""
        return self._engine.quiet_for()

    def announce_server(self, url: str | None, token: str | None) -> None:
        """Say in the store's lock where this process serves HTTP, so that others ask there; None = no longer."""
        self._engine.announce_server(url, token)

    # The journal

    async def read_stream(self, stream: str, after: int = 0, limit: int | None = None) -> list[Envelope]:
        """Events beyond number ``after``, in order. Raises ``Unreadable``."""
        return await self._engine.read(lambda c: journal.read_stream(c, stream, after, limit))

    async def stream_pages(self, stream: str, after: int = 0, page: int = 1000) -> AsyncIterator[list[Envelope]]:
        """The same, page by page, so that a long run is never in memory whole."""
        while events := await self.read_stream(stream, after, page):
            yield events
            after = events[-1].seq

    async def read_rows(self, stream: str | None = None, after: int = 0, limit: int = 1000) -> list[JournalRow]:
        """Raw rows: of one stream beyond number ``after``, of the whole journal beyond row id ``after``."""
        return await self._engine.read(lambda c: journal.read_rows(c, stream, after, limit))

    async def stream_head(self, stream: str) -> int:
        """Number of its last row; 0 = no such stream."""
        return await self._engine.read(lambda c: journal.stream_head(c, stream))

    async def stream_heads(self, after: str = "", limit: int = 1000) -> list[StreamHead]:
        """By name, those beyond ``after``."""
        return await self._engine.read(lambda c: journal.stream_heads(c, after, limit))

    async def heads_digest(self) -> HeadsDigest:
        """One hash over the heads of all streams. Kept elsewhere, it shows truncated and dropped streams later."""
        return await self._engine.read(auditing.heads_digest)

    async def verify(self, stream: str | None = None) -> list[Finding]:
        """Rows that were changed, dropped, inserted or reordered behind our back, of one stream or of all."""
        return await auditing.verify(self._engine.read, stream)

    async def verify_page(self, cursor: str = "") -> AuditPage:
        """A part of the same, for the whole journal. Raises ``BadCursor``."""
        return await auditing.verify_page(self._engine.read, cursor)

    async def missing_heads(self, heads: Sequence[StreamHead]) -> list[Finding]:
        """Which of these heads, known from elsewhere, the journal does not hold as they were."""
        return await auditing.missing(self._engine.read, heads)

    async def record_heads(self, at: dt.datetime) -> int:
        """Write down where all streams stand that have grown since the last record. Returns how many."""
        return await recording.record_heads(self._engine.read, self._engine.write, self.append, at)

    async def wait_for_change(self, stream: str, after: int) -> int:
        """Returns the head of the stream as soon as it is beyond ``after``, whoever made it grow."""
        while True:
            future = self._engine.watch.next(stream)
            try:
                head = await self.stream_head(stream)
                if head > after or (head := await future) > after:
                    return head
            finally:
                self._engine.watch.leave(stream, future)

    # Projections

    async def list_runs(
        self, wanted: RunFilter | None = None, *, cursor: str | None = None, limit: int = 100
    ) -> Page[RunRow]:
        """Newest first. Raises ``BadCursor``."""
        chosen = wanted or RunFilter()
        return await self._engine.read(lambda c: runs.list_runs(c, chosen, cursor, limit))

    async def count_runs(self) -> dict[str, int]:
        """How many runs there are in each state."""
        return await self._engine.read(runs.count_runs)

    async def run_row(self, run: str) -> RunRow | None:
        return await self._engine.read(lambda c: runs.run_row(c, run))

    async def count_tree(self, root: str) -> int:
        """How many runs have come from the start of ``root``, itself included."""
        return await self._engine.read(lambda c: runs.count_tree(c, root))

    async def runs_needing_worker(self, after: str = "", limit: int = 500) -> list[str]:
        """Ids of runs that somebody must go on with after a crash, in order, those beyond ``after``."""
        return await self._engine.read(lambda c: runs.runs_needing_worker(c, after, limit))

    @property
    def shared(self) -> bool:
        """Whether other processes may write to this store, too: then what is remembered of a run may be old."""
        return self._engine.shared

    async def runs_left(self, after: str = "", limit: int = 500) -> list[str]:
        """Those of ``runs_needing_worker`` that no living worker holds. In a store of one process: all of them."""
        if not self.shared:
            return await self.runs_needing_worker(after, limit)
        judge = self.worker if self._engine.may_judge() else None
        return await self._engine.read(lambda c: holds.runs_left(c, after, limit, judge=judge))

    async def knows_the_lost(self) -> bool:
        """Whether ``runs_left`` names all that lost workers left. Not so for some seconds after the start, or after the
        store was away, while a worker who is silent may not have had the time to be heard."""
        if not self.shared or self._engine.may_judge():
            return True
        return await self._engine.read(lambda c: holds.is_alone(c, self.worker))

    async def living_workers(self) -> set[str]:
        """All who write to this store now, this one among them; those too whose loss can't be known yet."""
        if not self.shared:
            return {self.worker}
        judge = self.worker if self._engine.may_judge() else None
        return await self._engine.read(lambda c: holds.living_workers(c, judge=judge))

    async def judgement(self, chosen: Collection[str] | None = None) -> Judgement:
        """What a look finds of the runs that other workers hold or have left: of all, or of these and of those that
        they have called. For a shared store."""
        judge = self.worker if self._engine.may_judge() else None
        return await self._engine.read(lambda c: holds.judgement(c, self.worker, chosen, judge=judge))

    async def held_elsewhere(self, run: str) -> bool:
        """Whether another worker, who lives, goes on with this run."""
        if not self.shared:
            return False
        judge = self.worker if self._engine.may_judge() else None
        holder = await self._engine.read(lambda c: holds.living_holder(c, run, judge=judge))
        return holder is not None and holder != self.worker

    async def taken_from_us(self, run: str) -> bool:
        """Whether another worker has taken this run, though he may be lost by now: it is not ours until we claim it."""
        if not self.shared:
            return False
        holder = await self._engine.read(lambda c: holds.holder(c, run))
        return holder is not None and holder != self.worker

    async def due_runs(self, until: dt.datetime, limit: int = 500) -> list[tuple[str, dt.datetime]]:
        """(run, its earliest timer) of runs with a timer due at ``until`` or before, earliest first."""
        return await self._engine.read(lambda c: runs.due_runs(c, until, limit))

    async def next_due(self) -> dt.datetime | None:
        """The earliest timer of all runs."""
        return await self._engine.read(runs.next_due)

    async def open_tasks(
        self,
        *,
        roles: Collection[str] | None = None,
        user: str | None = None,
        run: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[TaskRow]:
        """Oldest first: of these roles, or claimed by this user. Raises ``BadCursor``."""
        return await self._engine.read(lambda c: worklists.open_tasks(c, roles, user, run, cursor, limit))

    async def task(self, task: str) -> TaskRow | None:
        """An open task by its id; None = there is none, or it is closed."""
        return await self._engine.read(lambda c: worklists.task(c, task))

    async def incidents(
        self,
        *,
        run: str | None = None,
        flow: str | None = None,
        kind: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[IncidentRow]:
        """Open ones, oldest first. Raises ``BadCursor``."""
        return await self._engine.read(lambda c: worklists.open_incidents(c, run, flow, kind, cursor, limit))

    async def incident(self, incident: str) -> IncidentRow | None:
        """An open incident by its id."""
        return await self._engine.read(lambda c: worklists.incident(c, incident))

    # Keys, releases, blobs

    async def find_start(self, environment: str, flow: str, key: str) -> tuple[str, str] | None:
        """(run, body hash) of the start that used this key (I2)."""
        return await self._engine.read(lambda c: keys.find_start(c, environment, flow, key))

    async def find_signal(self, signal: str) -> tuple[str, str] | None:
        """(inbox stream, body hash) of the signal with this id (W5)."""
        return await self._engine.read(lambda c: keys.find_signal(c, signal))

    async def find_waits(self, name: str, key: str, limit: int | None = None) -> list[WaitRow]:
        """Open waits for this signal, oldest first (W2)."""
        return await self._engine.read(lambda c: keys.find_waits(c, name, key, limit))

    async def release(self, release: str) -> bytes | None:
        """The package under this content hash."""
        return await self._engine.read(lambda c: contents.release(c, release))

    async def list_releases(self, after: str = "", limit: int = 500) -> list[ReleaseRow]:
        """By hash, those beyond ``after``."""
        return await self._engine.read(lambda c: contents.list_releases(c, after, limit))

    async def blob(self, sha256: str) -> bytes | None:
        return await self._engine.read(lambda c: contents.blob(c, sha256))
