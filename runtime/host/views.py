"""What people look at, computed from runs in memory or from their journals; nothing here changes anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from nodes.contract import HumanTask
from runtime.engine.driver import Driver
from runtime.engine.events import Envelope, RunStarted
from runtime.engine.fold import fold
from runtime.engine.plan import Plan
from runtime.engine.rows import IncidentRow, RunRow
from runtime.engine.state import State
from runtime.engine.stimuli import Refusal
from runtime.engine.tasks import due_of
from runtime.host.answers import GivenAnswer, TaskView
from runtime.host.releases import Releases
from runtime.host.runner import Runner
from runtime.store import Page, Store, StoreUnavailable

PAGE = 500


class Views:
    """Reads for server, CLI and trace."""

    def __init__(
        self, runner: Runner, driver: Driver, store: Store, releases: Releases, closing: asyncio.Event
    ) -> None:
        self._closing = closing
        self._runner = runner
        self._driver = driver
        self._store = store
        self._releases = releases

    async def task(self, run: str, step: str) -> TaskView | None:
        """A task, open or closed; None if there is none. Raises ``RunSetAside``."""
        if isinstance(await self._runner.glance(run), Refusal):
            return None
        peeked = self._driver.peek(run)
        return None if peeked is None else _task(*peeked, step)

    async def incidents(
        self, *, run: str | None, flow: str | None, kind: str | None, cursor: str | None, limit: int
    ) -> Page[IncidentRow]:
        """Open incidents, oldest first; before them, on the first page, the runs that can't be read (V2)."""
        found = await self._store.incidents(run=run, flow=flow, kind=kind, cursor=cursor, limit=limit)
        if cursor is not None or kind not in {None, "unreadable"}:
            return found
        broken = []
        for each, reason in self._runner.set_aside.items():
            row = await self._store.run_row(each) if run in {None, each} else None
            if row is not None and flow in {None, row.flow}:
                broken.append(_unreadable(row, reason))
        return Page((*broken, *found.rows), found.cursor)

    async def replay(self, run: str, seq: int | None = None) -> tuple[Plan, State] | None:
        """Plan and state after event ``seq`` (None: after all), folded anew from the journal; None if there is no such
        run, or its release is gone. Raises ``Unreadable`` and ``JournalMismatch``."""
        entries = await self._store.read_stream(run, 0, seq)
        if not entries or not isinstance(entries[0].event, RunStarted):
            return None
        plan = await self._releases.plan(entries[0].event.release, entries[0].event.flow)
        return None if plan is None else (plan, fold(plan, entries, run))

    async def watch(self, run: str, after: int) -> AsyncIterator[Envelope]:
        """Events beyond number ``after`` as they come; ends with the run, and when the host closes."""
        try:
            while not self._closing.is_set():
                entries = await self._store.read_stream(run, after, PAGE)
                for entry in entries:
                    yield entry
                    after = entry.seq
                if len(entries) == PAGE:
                    continue
                if await self._has_ended(run, after):
                    return
                await self._change_or_closing(run, after)
        except StoreUnavailable:
            if not self._closing.is_set():  # else it was closed under our feet, which is an end like any other
                raise

    async def _change_or_closing(self, run: str, after: int) -> None:
        waits = [
            asyncio.ensure_future(self._store.wait_for_change(run, after)),
            asyncio.ensure_future(self._closing.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _has_ended(self, run: str, after: int) -> bool:
        """Whether there is no such run, or it is over and nothing stands in its journal beyond ``after``."""
        row = await self._store.run_row(run)
        if row is None:
            return True
        return row.ended_at is not None and await self._store.stream_head(run) <= after


def _task(plan: Plan, state: State, step_id: str) -> TaskView | None:
    step = state.steps.get(step_id)
    if step is None or step.task is None:
        return None
    behaviour = plan.nodes[step.node].behaviour
    if not isinstance(behaviour, HumanTask):
        return None
    shown = step.input if isinstance(step.input, dict) else {}
    task = step.task
    return TaskView(
        task=f"{state.run}:{step.id}",
        run=state.run,
        step=step.id,
        flow=state.flow,
        node=step.node,
        title=str(shown.get("title") or plan.nodes[step.node].title),
        role=task.role,
        open=step.state == "waiting" and not state.terminal,
        state=step.state,
        port=step.port,
        instructions=str(shown.get("instructions") or ""),
        why=str(shown.get("why") or ""),
        shown=shown.get("show") or {},
        form=behaviour.form,
        choices=behaviour.choices,
        revision=task.revision,
        created_at=step.started_at,
        due=due_of(step),
        overdue=task.overdue,
        claimed_by=task.claimed_by,
        exclusive=behaviour.exclusive,
        not_requester=behaviour.not_requester,
        requester=state.requester,
        answers=tuple(
            GivenAnswer(
                by=given.by,
                on_behalf_of=given.on_behalf_of,
                choice=given.choice,
                form=given.form,
                at=given.at,
                counts=given.revision == task.revision,
            )
            for given in task.answers
        ),
        delegations=dict(task.delegations),
    )


def _unreadable(row: RunRow, reason: str) -> IncidentRow:
    return IncidentRow(
        incident=f"{row.run}:0",
        run=row.run,
        step="",
        node="",
        flow=row.flow,
        kind="unreadable",
        message=reason,
        raised_at=row.started_at,
    )
