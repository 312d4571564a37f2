"""``Routing``: finds good ways for edges that were drawn or moved. In small flows at once, as many as time allows; the
others on a thread, while simple ways that the projector gave them are shown.

Law: no edge that is still there loses its turn. An answer counts for the edges that were not asked for again meanwhile;
the work for a flow that is shown no more ends at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from designer.canvas.arranging import box_of, link_of
from designer.canvas.projection.pipe import Key
from designer.canvas.projection.projector import Projector
from designer.canvas.projection.viewer import LeanViewer
from designer.layout import Box, Graph, Link, Point, Route, borders, route
from designer.patience import Patience
from designer.theme.passing_job import PassingJob

AT_ONCE, AT_ONCE_S = 160, 0.015
"""edges of a flow up to which its routes are found at once, and the seconds that this may take"""
PAUSE_MS = 60


class Routing(QObject):
    """One per canvas. The projector tells it which edges have lost their way."""

    _found = Signal(object, object)

    def __init__(self, projector: Projector, viewer: LeanViewer, parent: QObject) -> None:
        super().__init__(parent)
        self._projector, self._viewer = projector, viewer
        self._wanted: set[Key] = set()
        self._job: _Job | None = None
        """what a thread is busy with"""
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._begin)
        self._found.connect(self._on_found)
        projector.lost, projector.found = self.want, self.unwant
        viewer.destroyed.connect(self.close)

    @property
    def busy(self) -> bool:
        """Whether better ways are still to come."""
        return bool(self._wanted) or self._job is not None

    def want(self, keys: Collection[Key]) -> None:
        """These edges have new ends, or something else stands in their way."""
        self._wanted.update(keys)

    def forget(self) -> None:
        """Another flow is shown: whatever was asked for is wanted no more."""
        self._timer.stop()
        self._wanted = set()
        if self._job is not None:
            self._job.patience.end()
            self._job = None

    def flush(self) -> None:
        """Now, or soon where there is much to do."""
        if not self._wanted:
            return
        if self._job is not None:
            return  # it begins again when that has come
        if len(self._projector.pipes) <= AT_ONCE:
            self._some_now()
        if self._wanted:
            self._timer.start()

    def settle(self) -> None:
        """Now, however long it takes."""
        if self._job is not None:
            self._wanted |= self._job.question.keys - self._job.unwanted
            self._job.patience.end()
            self._job = None
        self._timer.stop()
        question = self._question()
        if question is not None:
            self._take(question.answer())

    def _some_now(self) -> None:
        question = self._question()
        if question is not None:
            until = time.perf_counter() + AT_ONCE_S
            found = question.answer(lambda: time.perf_counter() < until)
            self._wanted |= question.keys - found.keys()
            self._take(found)

    def unwant(self, keys: Collection[Key]) -> None:
        """These have a better way than any that would be found."""
        self._wanted.difference_update(keys)
        if self._job is not None:
            self._job.unwanted.update(keys)

    def close(self) -> None:
        """Nothing comes any more."""
        self.forget()
        self._pool.waitForDone()

    def _begin(self) -> None:
        question = self._question()
        if question is not None:
            self._job = _Job(question)
            self._pool.start(_Work(self._job, self._found.emit))

    def _question(self) -> _Question | None:
        projector = self._projector
        wanted = {key for key in self._wanted if key in projector.pipes}
        self._wanted = set()
        if not wanted:
            return None
        boxes: dict[str, Box] = {}
        at: dict[str, Point] = {}
        links: dict[Key, Link] = {}
        asked: dict[Key, list[Key]] = {}
        beside: dict[Key, Route] = {}
        ends = {node_id: projector.end_of(node_id) for node_id in projector.items}
        for card, place in ends.values():
            if card.id not in boxes:
                boxes[card.id], at[card.id] = box_of(card), place
        for key, pipe in projector.pipes.items():
            if not pipe.isVisible():
                continue
            source, target = ends[key[0]][0].id, ends[key[2]][0].id
            link = link_of(projector, pipe)
            if (source, target) != (key[0], key[2]):
                port = key[1] if source == key[0] else ""
                link = Link(source, port, target, link.label_width if port else 0.0, link.exception and bool(port))
            link_key = link.key
            links.setdefault(link_key, link)
            if key in wanted:
                asked.setdefault(link_key, []).append(key)
            else:
                beside[link_key] = list(pipe.points)
        for link_key in asked:
            beside.pop(link_key, None)
        beside |= borders(
            {
                str(number): (rect.x(), rect.y(), rect.width(), rect.height())
                for number, (sort, rect, _) in enumerate(projector.frames())
                if sort != "note"
            }
        )
        return _Question(Graph.of(boxes.values(), links.values()), at, asked, beside)

    def _on_found(self, job: object, routes: Any) -> None:
        if job is not self._job or not isinstance(job, _Job):
            return  # for a flow or a state that is shown no more
        self._job = None
        projector, at = self._projector, job.question.at
        ends = {node: projector.end_of(node) for node in projector.items}
        moved = {node for node, (card, place) in ends.items() if at.get(card.id) != place}
        late = self._wanted | job.unwanted
        self._take({k: way for k, way in routes.items() if not (k in late or k[0] in moved or k[2] in moved)})
        projector.clear_way(moved)  # cards that came or moved while it was sought were not in its way then
        self.flush()

    def _take(self, routes: dict[Key, Route]) -> None:
        for key, points in routes.items():
            pipe = self._projector.pipes.get(key)
            if pipe is not None and len(points) > 1 and not pipe.bent:  # what is dragged asks again when it lies
                pipe.run(points)
                pipe.update()
        self._viewer.forget_overview()


class _Question:
    """All that the layout room needs to answer, apart from Qt."""

    def __init__(
        self, graph: Graph, at: dict[str, Point], asked: dict[Key, list[Key]], beside: dict[Key, Route]
    ) -> None:
        self.graph, self.at, self.asked, self.beside = graph, at, asked, beside

    @property
    def keys(self) -> set[Key]:
        """The edges that it asks for, by the keys of the document."""
        return {key for keys in self.asked.values() for key in keys}

    def answer(self, go_on: Callable[[], bool] = lambda: True) -> dict[Key, Route]:
        """Routes by the keys of the document; only those that were found until ``go_on`` said no."""
        found = route(self.graph, self.at, frozenset(self.asked), self.beside, go_on)
        return {key: points for link, points in found.items() for key in self.asked.get(link, ())}


class _Job:
    """One question that a thread is asked."""

    def __init__(self, question: _Question) -> None:
        self.question, self.patience = question, Patience()
        self.unwanted: set[Key] = set()


class _Work(PassingJob):
    """Does a job on a thread; Qt owns it."""

    def __init__(self, job: _Job, done: Callable[[_Job, dict[Key, Route]], object]) -> None:
        super().__init__()
        self._job, self._done = job, done

    def do(self) -> None:
        found = self._job.question.answer(self._job.patience.rest)
        if not self._job.patience.ended:
            self._done(self._job, found)
