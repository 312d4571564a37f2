"""Goes on with what a dead worker left: when the host opens, for each run found in need later, and on a store that
several write to for whatever another worker leaves while this one lives.

Law: a run is claimed, durably, before anything of it is performed (X7); one broken run never stops the others; a run
that died with its worker before is claimed and performed alone, one at a time, so that no other run is blamed for it.
Open waits and signals that a crash left unmatched are matched again; overdue timers fire by themselves (``timers``).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from nodes.contract import Child, Children
from runtime.engine.rows import RunRow
from runtime.engine.state import RUN_STATES, TERMINAL_RUNS
from runtime.engine.stimuli import Refusal
from runtime.host.activity import Activity
from runtime.host.matching import Matching
from runtime.host.patience import Patience
from runtime.host.problems import RunSetAside
from runtime.host.releases import Releases
from runtime.host.runner import Runner
from runtime.host.worker import Worker
from runtime.store import RunFilter, Store

PAGE = 200
AT_ONCE = 16
ROUND_EVERY = 1.0
"""seconds between two looks for what lost workers of a shared store left"""

_log = logging.getLogger(__name__)


class Recovery:
    """``remaining``: runs that still wait for their turn."""

    def __init__(
        self,
        runner: Runner,
        worker: Worker,
        matching: Matching,
        store: Store,
        releases: Releases,
        activity: Activity,
        patience: Patience,
        bring_again: Callable[[str], None],
    ) -> None:
        """``bring_again(run)``: whatever it asks of its children was perhaps not brought to its end."""
        self._runner = runner
        self._worker = worker
        self._matching = matching
        self._store = store
        self._releases = releases
        self._activity = activity
        self._patience = patience
        self._bring_again = bring_again
        self._suspects: deque[str] = deque()
        self._found: set[str] = set()
        self._seen: set[str] = set()
        """the other workers that lived when this one looked last"""
        self._looking_alone: asyncio.Task[None] | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)
        self.finished = False
        """whether all that a dead worker left has been looked at"""

    @property
    def remaining(self) -> int:
        """Runs found in need that are not yet gone on with."""
        return len(self._found)

    async def run(self) -> None:
        """Once, when the host opens; on a store that others write to as well, for ever: any of them may be lost."""
        await self._round()
        await self._bring()
        if not self._store.shared:
            self._finish()
            return
        while True:
            try:
                known = await self._patience.insist(self._store.knows_the_lost)
                await self._round()
                await self._inherit()
                if known and not self.finished:
                    self._finish()
            except Exception:  # noqa: BLE001  without this loop nobody would ever go on with what others left
                _log.exception("Looking for what lost workers left failed; it is looked again.")
            await asyncio.sleep(ROUND_EVERY if self.finished else ROUND_EVERY / 4)

    async def _bring(self) -> None:
        """What was durable and not yet brought to those whom it concerns; no run needs a worker for it. Both are safe
        to repeat beside a worker that does it too."""
        await self._matching.rematch()
        await self._look_after_children()

    async def _inherit(self) -> None:
        """Another worker has gone since the last look, killed or in order: it may have left something to bring."""
        living = await self._patience.insist(self._store.living_workers)
        if self._seen - living:
            await self._bring()
        self._seen = living

    def _finish(self) -> None:
        self.finished = True
        self._activity.notify()

    async def _round(self) -> None:
        after = ""
        while runs := await self._patience.insist(lambda a=after: self._store.runs_left(a, PAGE)):  # type: ignore[misc]
            tasks = [task for run in runs if (task := self.found(run)) is not None]
            if tasks:
                await asyncio.wait(tasks)
            after = runs[-1]

    async def _look_after_children(self) -> None:
        """A child may be wanted and not exist, or be over and its parent not know: each parent is looked at (B2)."""
        wanted, cursor, more = RunFilter(states=set(RUN_STATES) - TERMINAL_RUNS), None, True
        while more:
            page = await self._patience.insist(lambda c=cursor: self._store.list_runs(wanted, cursor=c, limit=PAGE))  # type: ignore[misc]
            tasks = [
                self._activity.background(self._look_at_parent(row.run), run=row.run, name=f"looking at {row.run}")
                for row in page.rows
                if await self._calls(row)
            ]
            if tasks:
                await asyncio.wait(tasks)
            cursor, more = page.cursor, page.cursor is not None

    async def _calls(self, row: RunRow) -> bool:
        """Whether the run stands at a step that calls another flow."""
        try:
            plan = await self._patience.insist(lambda: self._releases.plan(row.release, row.flow))
        except Exception as problem:  # noqa: BLE001  one broken run never stops the others
            self._runner.put_aside(row.run, problem)
            return False
        nodes = [plan.nodes.get(name) for name in row.at_nodes] if plan is not None else []
        return any(node is not None and isinstance(node.behaviour, Child | Children) for node in nodes)

    async def _look_at_parent(self, run: str) -> None:
        async with self._slots:
            try:
                self._bring_again(run)
                await self._patience.insist(lambda: self._runner.look(run))
            except RunSetAside:
                pass  # it is noted there, and said in the log
            except Exception as problem:  # noqa: BLE001  one broken run never stops the others
                self._runner.put_aside(run, problem)

    def found(self, run: str) -> asyncio.Task[None] | None:
        """This run needs a worker and has none; None if that is known, or it is ours by now."""
        if run in self._found or self._runner.is_ours(run) or run in self._runner.set_aside:
            return None
        self._found.add(run)
        return self._activity.background(self._look_at(run), run=run, name=f"recovering {run}")

    async def _look_at(self, run: str) -> None:
        async with self._slots:
            suspect = False
            try:
                suspect = await self._claim(run, suspects=False) == "SUSPECT"
            except RunSetAside:
                pass  # it is noted there, and said in the log
            except Exception as problem:  # noqa: BLE001  one broken run never stops the others
                self._runner.put_aside(run, problem)
            finally:
                if not suspect:
                    self._found.discard(run)
            if suspect:
                self._suspects.append(run)
                if self._looking_alone is None or self._looking_alone.done():
                    self._looking_alone = self._activity.background(self._one_by_one(), name="recovering suspects")

    async def _one_by_one(self) -> None:
        while self._suspects:
            run = self._suspects.popleft()
            try:
                async with self._worker.gate.alone(run):
                    await self._claim(run, suspects=True)
                    await self._worker.settled(run)
            except RunSetAside:
                pass
            except Exception as problem:  # noqa: BLE001  the other suspects still want their turn
                self._runner.put_aside(run, problem)
            finally:
                self._found.discard(run)

    async def _claim(self, run: str, *, suspects: bool) -> str:
        """Go on with it; the code of the refusal, or nothing. ``suspects`` False: unless an earlier claim found it
        where it stands (X7); this one would be its second or more."""
        if await self._patience.insist(lambda: self._store.held_elsewhere(run)):
            return "CLAIMED_ELSEWHERE"  # another worker goes on with it
        claimed = await self._runner.claim(run, suspects=suspects)
        if not isinstance(claimed, Refusal):
            return ""
        if claimed.code not in ("RUN_ENDED", "CLAIMED_ELSEWHERE", "SUSPECT"):
            self._runner.put_aside(run, claimed.message)
        return claimed.code
