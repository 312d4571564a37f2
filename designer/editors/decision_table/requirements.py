"""``Requirements``: the decisions of a file and what they need, as a small graph: a click opens a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.theme.theme import Theme
from designer.theme.type_scale import SMALL, widget_font

WIDTH, HEIGHT, ACROSS, DOWN, MARGIN = 148.0, 34.0, 56.0, 14.0, 12.0


@dataclass(frozen=True, slots=True)
class Box:
    """One element: ``kind`` is decision, input or knowledge."""

    id: str
    name: str
    kind: str
    needs: tuple[str, ...]


def boxes_of(model: Any) -> dict[str, Box]:
    """All elements of a model by id, with the ids of what they need."""
    found: dict[str, Box] = {}
    for given in model.inputs.values():
        found[given.id] = Box(given.id, given.name, "input", ())
    for knowledge in model.definitions.knowledge.values():
        needs = tuple(reference.id for reference in knowledge.knowledge)
        found[knowledge.id] = Box(knowledge.id, knowledge.name, "knowledge", needs)
    for decision in model.decisions.values():
        needs = tuple(reference.id for reference in (*decision.required, *decision.knowledge))
        found[decision.id] = Box(decision.id, decision.name, "decision", needs)
    return found


def places_of(boxes: Mapping[str, Box]) -> dict[str, tuple[int, int]]:
    """Box -> (column, row): what is needed stands to the left of what needs it."""
    depth: dict[str, int] = {}

    def of(name: str, way: frozenset[str]) -> int:
        if name not in depth:
            below = [of(n, way | {name}) for n in boxes[name].needs if n in boxes and n not in way]
            depth[name] = 1 + max(below, default=-1)
        return depth[name]

    rows: dict[int, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for name in boxes:
        column = of(name, frozenset())
        places[name] = (column, rows.get(column, 0))
        rows[column] = rows.get(column, 0) + 1
    return places


class Requirements(QWidget):
    """``picked`` with the id of a decision."""

    picked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._boxes: dict[str, Box] = {}
        self._places: dict[str, QRectF] = {}
        self._current = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What the decisions need")
        theme.changed.connect(self.update)

    def show_model(self, model: Any, current: str) -> None:
        """The graph of a model, with one decision marked."""
        self._boxes = boxes_of(model)
        self._current = current
        self._places = {
            name: QRectF(MARGIN + column * (WIDTH + ACROSS), MARGIN + row * (HEIGHT + DOWN), WIDTH, HEIGHT)
            for name, (column, row) in places_of(self._boxes).items()
        }
        said = "; ".join(
            f"{box.name} needs {', '.join(self._boxes[n].name for n in box.needs if n in self._boxes)}"
            for box in self._boxes.values()
            if box.needs
        )
        self.setAccessibleDescription(said)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        right = max((place.right() for place in self._places.values()), default=0.0)
        bottom = max((place.bottom() for place in self._places.values()), default=0.0)
        return QSize(round(right + MARGIN), round(bottom + MARGIN))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for box in self._boxes.values():
            for needed in box.needs:
                if needed not in self._places:
                    continue
                a, b = self._places[needed], self._places[box.id]
                dashed = self._boxes[needed].kind == "knowledge"
                style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
                painter.setPen(QPen(QColor(palette.edge.default), 1.5, style))
                middle = b.left() - ACROSS / 2
                points = [QPointF(a.right(), a.center().y()), QPointF(middle, a.center().y())]
                points += [QPointF(middle, b.center().y()), QPointF(b.left(), b.center().y())]
                painter.drawPolyline(points)
        painter.setFont(widget_font(SMALL))
        for name, place in self._places.items():
            box = self._boxes[name]
            current = self._current in (box.id, box.name)
            ring = palette.accent.base if current else palette.border.strong
            painter.setPen(QPen(QColor(ring), 2 if current else 1))
            tint = palette.category_tint.decision if box.kind == "decision" else palette.surface.raised
            painter.setBrush(QColor(tint))
            radius = HEIGHT / 2 if box.kind == "input" else 6
            painter.drawRoundedRect(place, radius, radius)
            painter.setPen(QColor(palette.text.primary))
            room = place.adjusted(10, 0, -10, 0)
            shown = QFontMetricsF(painter.font()).elidedText(box.name, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), shown)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        for name, place in self._places.items():
            if place.contains(event.position()) and self._boxes[name].kind == "decision":
                self.picked.emit(name)
                return
