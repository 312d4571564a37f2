"""``Tidying``: arranges a flow on a thread while the window lives on; what comes back is one step of the history.

Law: an answer counts only for the very flow and layout that were asked about; if they have changed, it asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal

from designer.canvas.arranging import Question, answer, ask
from designer.canvas.companions import lanes_aside, notes_along
from designer.canvas.stage import Stage
from designer.document.commands.align import tidy_up
from designer.layout import Arrangement
from designer.theme.passing_job import PassingJob

AT_ONCE = 8
"""steps that are arranged on the spot: in less than 10 ms"""
TURNS = 3
"""how often it asks again because the flow is another one"""


class Tidying(QObject):
    """One per canvas."""

    done = Signal(bool)
    """whether all of the flow was arranged"""
    _found = Signal(object, object)

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._job: _Job | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._found.connect(self._on_found)
        stage.viewer.destroyed.connect(self._pool.waitForDone)

    @property
    def busy(self) -> bool:
        """Whether an arrangement is still to come."""
        return self._job is not None

    def begin(self, nodes: Collection[str] | None = None) -> None:
        """Arrange these steps, or all."""
        self._ask(nodes, TURNS)

    def finish(self) -> None:
        """What is still to come is there now."""
        job, self._job = self._job, None
        if job is not None:
            self._ask(job.nodes, 0, now=True)

    def forget(self) -> None:
        """Another flow is shown: nothing is to be arranged any more."""
        self._job = None

    def _ask(self, nodes: Collection[str] | None, turns: int, *, now: bool = False) -> None:
        stage = self._stage
        question = ask(stage.projector, stage.layout, nodes) if stage.editable else None
        if question is None:
            return
        job = _Job(nodes, question, stage.flow, stage.layout, turns)
        if now or len(question.only if question.only is not None else question.graph.boxes) <= AT_ONCE:
            self._take(job, answer(question))
            return
        self._job = job
        self._pool.start(_Work(job, self._found.emit))

    def _on_found(self, job: object, found: Any) -> None:
        if job is not self._job or not isinstance(job, _Job):
            return
        self._job = None
        stage = self._stage
        if stage.flow is job.flow and stage.layout is job.layout:
            self._take(job, found)
        elif job.turns:
            self._ask(job.nodes, job.turns - 1)
        else:
            stage.wishes.refuse("The flow changed while it was tidied up. Try it again.", stage.camera.centre, None)

    def _take(self, job: _Job, found: Arrangement) -> None:
        stage = self._stage
        stage.projector.tidied = found
        drawn = {lane.id: found.frames[lane.id] for lane in stage.layout.lanes if lane.id in found.frames}
        drawn |= lanes_aside(stage, found.positions, drawn)
        drawn |= notes_along(stage, found.positions, found.routes)
        if stage.do(tidy_up(stage.flow_id, stage.with_unplaced(found.positions), drawn)):
            self.done.emit(job.nodes is None)


class _Job:
    """One question that a thread is asked, and what it was asked about."""

    def __init__(
        self, nodes: Collection[str] | None, question: Question, flow: object, layout: object, turns: int
    ) -> None:
        self.nodes, self.question, self.flow, self.layout, self.turns = nodes, question, flow, layout, turns


class _Work(PassingJob):
    """Does a job on a thread; Qt owns it."""

    def __init__(self, job: _Job, done: Callable[[_Job, Arrangement], object]) -> None:
        super().__init__()
        self._job, self._done = job, done

    def do(self) -> None:
        self._done(self._job, answer(self._job.question))
