"""Resizing notes and lanes by their lower right corner."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QMouseEvent, QPainter

from designer.canvas.painting.grid import GRID
from designer.canvas.projection.drawn_item import DrawnItem
from designer.canvas.stage import Stage
from designer.document.commands.notes import place_drawn

SMALLEST = {"note": (60.0, 40.0), "lane": (120.0, 80.0)}


class Resize:
    """The corner follows the pointer, by the grid."""

    def __init__(self, stage: Stage, drawn: DrawnItem, at: QPointF) -> None:
        self._stage, self._drawn, self._from = stage, drawn, at
        self._before = QRectF(drawn.rect)

    def move(self, event: QMouseEvent) -> None:
        """Another size."""
        way = self._stage.viewer.place(event.position()) - self._from
        least = SMALLEST.get(self._drawn.sort, (60.0, 40.0))
        width = max(round((self._before.width() + way.x()) / (GRID / 2)) * GRID / 2, least[0])
        height = max(round((self._before.height() + way.y()) / (GRID / 2)) * GRID / 2, least[1])
        self._stage.drawing.hold(self._drawn.id, QRectF(self._before.x(), self._before.y(), width, height))

    def release(self, event: QMouseEvent) -> None:
        """One step of the history."""
        if self._drawn.rect != self._before:
            rect, stage = self._drawn.rect, self._stage
            box = (rect.x(), rect.y(), rect.width(), rect.height())
            stage.do(place_drawn(stage.flow_id, {self._drawn.id: box}, title=f"Resize {self._drawn.sort}"))

    def cancel(self) -> None:
        """As it was."""
        self._stage.drawing.hold(self._drawn.id, self._before)

    def paint(self, painter: QPainter) -> None:
        """The item shows it."""
