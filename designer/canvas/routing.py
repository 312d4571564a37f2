"""``Routing``: finds good ways for edges that were drawn or moved. Small flows at once; large ones on a thread, while
simple ways that the projector gave them are shown.

Law: an answer that comes for an earlier state of the flow is thrown away.
"""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from designer.canvas.arranging import box_of, link_of
from designer.canvas.projection.pipe import Key
from designer.canvas.projection.projector import Projector
from designer.canvas.projection.viewer import LeanViewer
from designer.layout import Box, Graph, Link, Point, Route, route

AT_ONCE = 160
"""edges of a flow up to which its routes are found at once"""
PAUSE_MS = 60


class Routing(QObject):
    """One per canvas. The projector tells it which edges have lost their way."""

    _found = Signal(int, object)

    def __init__(self, projector: Projector, viewer: LeanViewer, parent: QObject) -> None:
        super().__init__(parent)
        self._projector, self._viewer = projector, viewer
        self._wanted: set[Key] = set()
        self._age = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._begin)
        self._found.connect(self._take)
        projector.lost = self.want
        viewer.destroyed.connect(self._pool.waitForDone)

    def want(self, keys: Collection[Key]) -> None:
        """These edges have new ends, or something else stands in their way."""
        self._wanted.update(keys)
        self._age += 1

    def flush(self) -> None:
        """Now, or soon where there is much to do."""
        if not self._wanted:
            return
        if len(self._projector.pipes) <= AT_ONCE:
            self.settle()
        else:
            self._timer.start()

    def settle(self) -> None:
        """Now, however long it takes."""
        self._timer.stop()
        question = self._question()
        if question is not None:
            self._take(self._age, question.answer())

    def close(self) -> None:
        """Nothing comes any more."""
        self._timer.stop()
        self._age += 1
        self._pool.waitForDone()

    def _begin(self) -> None:
        question = self._question()
        if question is not None:
            self._pool.start(_Work(question, self._age, self._found))

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
        for node_id in projector.items:
            card, place = projector.end_of(node_id)
            if card.id not in boxes:
                boxes[card.id], at[card.id] = box_of(card), place
        for key, pipe in projector.pipes.items():
            if not pipe.isVisible():
                continue
            source, target = projector.end_of(key[0])[0], projector.end_of(key[2])[0]
            link = link_of(projector, pipe)
            if (source.id, target.id) != (key[0], key[2]):
                port = key[1] if source.id == key[0] else ""
                link = Link(
                    source.id, port, target.id, link.label_width if port else 0.0, link.exception and bool(port)
                )
            links.setdefault(link.key, link)
            if key in wanted:
                asked.setdefault(link.key, []).append(key)
            else:
                beside[link.key] = list(pipe.points)
        for link_key in asked:
            beside.pop(link_key, None)
        return _Question(Graph.of(boxes.values(), links.values()), at, asked, beside)

    def _take(self, age: int, routes: dict[Key, Route]) -> None:
        if age != self._age:
            return
        for key, points in routes.items():
            pipe = self._projector.pipes.get(key)
            if pipe is not None and len(points) > 1:
                pipe.run(points)
                pipe.update()
        self._viewer.forget_overview()


class _Question:
    """All that the layout room needs to answer, apart from Qt."""

    def __init__(
        self, graph: Graph, at: dict[str, Point], asked: dict[Key, list[Key]], beside: dict[Key, Route]
    ) -> None:
        self.graph, self.at, self.asked, self.beside = graph, at, asked, beside

    def answer(self) -> dict[Key, Route]:
        """Routes by the keys of the document."""
        found = route(self.graph, self.at, frozenset(self.asked), self.beside)
        return {key: points for link, points in found.items() for key in self.asked.get(link, ())}


class _Work(QRunnable):
    def __init__(self, question: _Question, age: int, done: Signal) -> None:
        super().__init__()
        self._question, self._age, self._done = question, age, done

    def run(self) -> None:
        self._done.emit(self._age, self._question.answer())
