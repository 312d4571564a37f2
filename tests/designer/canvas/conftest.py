"""Canvases to draw on: the example project, and a small flow of four steps with room around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.document.checking import Checking
from designer.document.document import Document
from designer.document.facts import Facts
from designer.document.selection import Selection
from designer.services import Services
from designer.theme.theme import Theme
from nodes.registry import built_ins
from runtime.model.flow import Flow
from runtime.model.project import Project, ProjectFile

SMALL = "small"


def small_project() -> Project:
    """start -> ask -> (approve) end; note stands alone."""
    flow = Flow.model_validate({
        "id": SMALL,
        "title": "Small",
        "outcomes": [{"id": "paid", "title": "Paid"}],
        "nodes": [
            {"id": "start", "type": "triggers/manual", "title": "Start"},
            {
                "id": "ask", "type": "approval", "title": "Ask finance", "owner": "finance", "sla": "P2D",
                "config": {
                    "role": "finance", "title": "Pay?", "timeout": {"feel": 'duration("P2D")'},
                    "choices": [
                        {"port": "approve", "title": "Approve", "style": "positive"},
                        {"port": "reject", "title": "Reject", "style": "negative"},
                    ],
                },
            },
            {"id": "note", "type": "logging/note", "title": "Write down", "config": {"text": "Asked {ask.choice}."}},
            {"id": "end", "type": "control/end", "title": "Paid", "config": {"outcome": "paid"}},
        ],
        "edges": [
            {"from": "start", "port": "started", "to": "ask"},
            {"from": "ask", "port": "approve", "to": "end"},
        ],
    })  # fmt: skip
    places = {"start": (0, 0), "ask": (240, -8), "end": (640, 6), "note": (240, 260)}
    layout = {
        "format_version": 1,
        "nodes": {node: {"x": Decimal(x), "y": Decimal(y)} for node, (x, y) in places.items()},
    }
    return Project(file=ProjectFile(id="p", name="P"), flows={SMALL: flow}, layouts={SMALL: layout})


class Hand:
    """A mouse on a canvas, by places of the flow."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.viewport = canvas.viewer.viewport()

    def at(self, x: float, y: float) -> QPoint:
        return self.canvas.viewer.viewportTransform().map(QPointF(x, y)).toPoint()

    def middle(self, node: str) -> QPoint:
        centre = body(self.canvas.stage.projector.items[node]).center()
        return self.at(centre.x(), centre.y())

    def port(self, node: str, port: str) -> QPoint:
        item = self.canvas.stage.projector.items[node]
        spot = item.card.port(port)
        assert spot is not None
        return self.at(item.x() + spot.x, item.y() + spot.y)

    def input(self, node: str) -> QPoint:
        item = self.canvas.stage.projector.items[node]
        return self.at(item.x(), item.y() + (item.card.enter_y or 0))

    def drag(
        self, start: QPoint, end: QPoint, *, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton, release: bool = True,
    ) -> None:  # fmt: skip
        QTest.mousePress(self.viewport, button, keys, start)
        steps = 6
        for step in range(1, steps + 1):
            self.move(start + (end - start) * step / steps, button, keys)
        if release:
            QTest.mouseRelease(self.viewport, button, keys, end)

    def move(
        self, to: QPoint, button: Qt.MouseButton = Qt.MouseButton.NoButton,
        keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:  # fmt: skip
        event = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(to), QPointF(self.viewport.mapToGlobal(to)),
            Qt.MouseButton.NoButton, button, keys,
        )  # fmt: skip
        QApplication.sendEvent(self.viewport, event)

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseClick(self.viewport, Qt.MouseButton.LeftButton, keys, at)

    def key(self, key: Any, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.canvas.viewer, key, keys)


@pytest.fixture
def make_canvas(qapp: QApplication) -> Iterator[Callable[[Project], Canvas]]:
    made: list[Canvas] = []

    def make(project: Project) -> Canvas:
        registry = built_ins()
        document = Document(project)
        services = Services(
            registry, document, Selection(), Facts(registry), Checking(document, registry), Theme("light")
        )
        services.theme.reduce_motion = True
        services.selection.show_flow(sorted(project.flows)[0])
        canvas = Canvas(services)
        canvas.resize(1100, 800)
        canvas.show()
        qapp.processEvents()
        canvas.settle()
        canvas.viewer.look_at(QPointF(420, 150), 1.0)
        made.append(canvas)
        return canvas

    yield make
    for canvas in made:
        canvas.stage.services.checking.close()
        canvas.close()
        canvas.deleteLater()


@pytest.fixture
def canvas(make_canvas: Callable[[Project], Canvas]) -> Canvas:
    return make_canvas(small_project())


@pytest.fixture
def hand(canvas: Canvas) -> Hand:
    return Hand(canvas)


def edges(canvas: Canvas) -> set[tuple[str, str, str]]:
    flow = canvas.stage.flow
    assert flow is not None
    return {edge.key for edge in flow.edges}


def history(canvas: Canvas) -> list[str]:
    stack = canvas.stage.services.document.history
    return [stack.text(n) for n in range(stack.index())]
