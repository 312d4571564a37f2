"""Looking at what is in a store: lists, runs, traces, tasks. Over a host's store or over one that is only read.

Called by the routes, the pages and the CLI through ``Desk``. Nothing here changes anything. Long journals are read page
by page, and every view is masked.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from nodes.contract import HumanTask, Value, to_wire
from nodes.registry import Registry
from runtime.engine.events import Envelope, RunCompleted, RunStarted
from runtime.engine.plan import Plan
from runtime.engine.rows import RunRow, TaskRow
from runtime.model.project import Project
from runtime.server import views
from runtime.server.faults import told
from runtime.store import RunFilter, Store, StreamHead
from runtime.trace import NO_DRAWING, Drawing, Masker, TraceBuilder, draw
from runtime.wire import (
    AuditView,
    EventPage,
    EventView,
    HeadList,
    HeadsRequest,
    HeadView,
    IncidentList,
    IncidentView,
    NodeTypeList,
    Problem,
    RunList,
    RunView,
    TaskList,
    TaskSummary,
    TaskView,
    TraceView,
    View,
    unknown,
)

PAGE = 500
"""events read at once"""
STATES = frozenset({"running", "suspended", "cancelling", "compensating", "completed", "cancelled"})
_DRAWINGS = 64
_LOOK_AGAIN = (0.05, 0.1, 0.2, 0.5, 1.0)
"""seconds between looks at a busy run that writes nothing"""

V = TypeVar("V", bound=View)
FindPlan = Callable[[str, str], Awaitable[Plan | None]]
FindProject = Callable[[str], Awaitable[Project | None]]


class Looking:
    """The reading half of ``Desk``. ``find_plan(release, flow)`` gives the drawing that a run is pinned to,
    ``find_project(release)`` what stands around it."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        find_plan: FindPlan,
        find_project: FindProject,
        now: Callable[[], dt.datetime],
        *,
        live: bool,
        redact: Callable[[Any], Any] = lambda plain: plain,
    ) -> None:
        self.now = now
        self._store = store
        self._registry = registry
        self._find_plan = find_plan
        self._find_project = find_project
        self._live = live
        self._redact = redact
        """whether this process writes, so that its store tells of changes"""
        self._drawings: OrderedDict[tuple[str, str], Drawing] = OrderedDict()

    @told
    async def runs(
        self,
        *,
        state: str | None = None,
        flow: str | None = None,
        case: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> RunList:
        if state is not None and state not in STATES:
            known = ", ".join(sorted(STATES))
            raise Problem(
                422, "STATE", f"{state!r} is not a state of runs.", where="state", todo=f"Use one of {known}."
            )
        wanted = RunFilter(states=(state,) if state else (), flow=flow, case=case)
        page = await self._store.list_runs(wanted, cursor=after, limit=limit)
        found = [views.run_view(row, await self._title(row), self.now(), busy=self._busy(row.run)) for row in page.rows]
        return RunList(runs=tuple(found), next=page.cursor)

    @told
    async def run(self, run: str) -> RunView:
        row = await self._row(run)
        output = await self._output(row) if row.state == "completed" else None
        seq = await self._store.stream_head(run)
        view = views.run_view(
            row, await self._title(row), self.now(), busy=self._busy(run), last_seq=seq, output=to_wire(output)
        )
        return self._redacted(view)

    @told
    async def trace(self, run: str, *, skip: int = 0, limit: int = 200) -> TraceView:
        row = await self._row(run)
        drawing = await self._drawing(row.release, row.flow)
        builder = TraceBuilder(drawing, skip=skip, limit=limit)
        async for envelope in self._journal(run):
            builder.add(envelope)
        return self._redacted(views.trace_view(builder.finish(), drawing))

    @told
    async def events(self, run: str, *, after: int = 0, limit: int = 200) -> EventPage:
        row = await self._row(run)
        drawing = await self._drawing(row.release, row.flow)
        found = await self._store.read_stream(run, after, limit + 1)
        shown = tuple(self._redacted(views.event_view(envelope, drawing)) for envelope in found[:limit])
        return EventPage(events=shown, next=shown[-1].seq if len(found) > limit else None)

    async def follow(self, run: str, *, after: int = 0) -> AsyncGenerator[EventView | RunView, None]:
        """Each event, and the run's view each time it comes to rest; ends with the run."""
        row = await self._row(run)
        drawing = await self._drawing(row.release, row.flow)
        rested, idle_looks = -1, 0
        while True:
            found = await self._store.read_stream(run, after, PAGE)
            for envelope in found:
                after, idle_looks = envelope.seq, 0
                yield self._redacted(views.event_view(envelope, drawing))
            if found:
                continue
            view = await self.run(run)
            if view.last_seq > after:
                continue
            if view.ended:
                yield view
                return
            if not view.busy and rested != after:
                rested = after
                yield view
            await self._next_event(run, after, busy=view.busy, look=idle_looks)
            idle_looks += 1

    @told
    async def tasks(
        self, *, role: str | None = None, run: str | None = None, after: str | None = None, limit: int = 50
    ) -> TaskList:
        roles = None if role is None else (role,)
        page = await self._store.open_tasks(roles=roles, run=run, cursor=after, limit=limit)
        return TaskList(tasks=tuple([await self._summary(row) for row in page.rows]), next=page.cursor)

    @told
    async def task(self, task: str) -> TaskView:
        run, _, step = task.rpartition(":")
        row = await self._store.run_row(run) if run else None
        if row is None:
            raise unknown("task", task, "`baton tasks` lists the open ones.")
        plan = await self._find_plan(row.release, row.flow)
        node = plan.nodes.get(step.rpartition("#")[0]) if plan is not None else None
        drawing = await self._drawing(row.release, row.flow)
        builder = TraceBuilder(drawing)
        async for envelope in self._journal(run):
            builder.add(envelope)
        trace = builder.finish()
        span = trace.span(step)
        if span is None or node is None or not isinstance(node.behaviour, HumanTask):
            raise unknown("task", task, "`baton tasks` lists the open ones.")
        open_row: TaskRow | None = await self._store.task(task)
        view = views.task_view(task, open_row, trace, span, node.behaviour, drawing, row.case_key)
        return self._redacted(view)

    @told
    async def incidents(self, *, run: str | None = None, after: str | None = None, limit: int = 50) -> IncidentList:
        page = await self._store.incidents(run=run, cursor=after, limit=limit)
        return IncidentList(
            incidents=tuple(self._redacted(views.incident_view(row)) for row in page.rows), next=page.cursor
        )

    @told
    async def incident(self, incident: str) -> IncidentView:
        row = await self._store.incident(incident)
        if row is None:
            raise unknown("open incident", incident, "`baton incidents` lists them.")
        return self._redacted(views.incident_view(row))

    @told
    async def audit(self, *, after: str | None = None) -> AuditView:
        page = await self._store.verify_page(after or "")
        return AuditView(
            findings=views.findings(page.findings),
            streams=page.streams,
            rows=page.rows,
            records=page.records,
            next=page.cursor,
        )

    @told
    async def heads(self, *, after: str | None = None, limit: int = 500) -> HeadList:
        found = await self._store.stream_heads(after or "", limit)
        heads = tuple(HeadView(stream=head.stream, seq=head.seq, hash=head.hash.hex()) for head in found)
        return HeadList(heads=heads, next=found[-1].stream if len(found) == limit else None)

    @told
    async def missing_heads(self, request: HeadsRequest) -> AuditView:
        known = [StreamHead(head.stream, head.seq, bytes.fromhex(head.hash)) for head in request.heads]
        found = await self._store.missing_heads(known)
        return AuditView(findings=views.findings(found), records=len(known))

    @told
    async def node_types(self) -> NodeTypeList:
        return views.node_type_list(self._registry)

    # --- inside ---

    def _redacted(self, view: V) -> V:
        """The view without any secret that this process knows. The host has cleaned what it journaled; this is for what
        reached a run by another way, such as a key that somebody typed into an input."""
        plain = view.model_dump(mode="python")
        cleaned = self._redact(plain)
        return view if cleaned is plain else type(view).model_validate(cleaned)

    def _busy(self, run: str) -> bool:
        """Whether something of the run is under way in this process; nothing is where we only read."""
        return False

    async def _row(self, run: str) -> RunRow:
        row = await self._store.run_row(run)
        if row is None:
            raise unknown("run", run, "`baton runs` lists them.")
        return row

    async def _journal(self, run: str) -> AsyncIterator[Envelope]:
        async for page in self._store.stream_pages(run, page=PAGE):
            for envelope in page:
                yield envelope

    async def _drawing(self, release: str, flow: str) -> Drawing:
        key = (release, flow)
        drawing = self._drawings.get(key)
        if drawing is None:
            plan = await self._find_plan(release, flow)
            if plan is None:
                return NO_DRAWING
            project = await self._find_project(release)
            roles = project.role_titles if project is not None else {}
            drawn = asyncio.to_thread(draw, plan.flow, self._registry, plan.decisions, roles)
            drawing = self._drawings[key] = await drawn
            while len(self._drawings) > _DRAWINGS:
                self._drawings.popitem(last=False)
        self._drawings.move_to_end(key)
        return drawing

    async def _title(self, row: RunRow) -> str:
        return (await self._drawing(row.release, row.flow)).title or row.flow

    async def _summary(self, task: TaskRow) -> TaskSummary:
        row = await self._store.run_row(task.run)
        drawing = await self._drawing(row.release, row.flow) if row is not None else NO_DRAWING
        return self._redacted(views.task_summary(task, drawing, row.case_key if row is not None else None))

    async def _output(self, row: RunRow) -> Value:
        """What the run handed out, masked. It stands in one of the last events (late reports may follow it)."""
        drawing = await self._drawing(row.release, row.flow)
        masker = Masker(drawing.sensitive_names)
        for envelope in await self._store.read_stream(row.run, 0, 1):
            if isinstance(envelope.event, RunStarted):
                masker.note(envelope.event.input)
        upto = await self._store.stream_head(row.run)
        while upto > 0:
            start = max(0, upto - 20)
            for envelope in reversed(await self._store.read_stream(row.run, start, upto - start)):
                if isinstance(envelope.event, RunCompleted):
                    masker.note(envelope.event.output)
                    return masker.mask(envelope.event.output)
            upto = start
        return None

    async def _next_event(self, run: str, after: int, *, busy: bool, look: int) -> None:
        """Returns when the run's journal has grown, or when it is worth looking again."""
        patience = _LOOK_AGAIN[min(look, len(_LOOK_AGAIN) - 1)] if busy or not self._live else 30.0
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._store.wait_for_change(run, after), patience)
