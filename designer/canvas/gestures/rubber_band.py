"""The rubber band: a press on empty canvas selects what it comes to touch. Shift and Ctrl add to what is selected."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from designer.canvas.gestures.hits import body
from designer.canvas.painting.ink import brush, pen
from designer.canvas.stage import Stage

ADDS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class RubberBand:
    """From where it was pressed to where the pointer is."""

    def __init__(self, stage: Stage, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._stage, self._from, self._to = stage, at, at
        selection = stage.services.selection
        self._before = (selection.nodes, selection.edges, selection.drawn)
        self._adds = bool(modifiers & ADDS)

    def move(self, event: QMouseEvent) -> None:
        """Selects what is touched."""
        self._to = self._stage.viewer.place(event.position())
        rect = QRectF(self._from, self._to).normalized()
        touched = [
            n for n, item in self._stage.projector.items.items() if item.isVisible() and body(item).intersects(rect)
        ]
        drawn = [d for d, item in self._stage.drawing.items.items() if item.isVisible() and rect.contains(item.rect)]
        nodes, edges, others = self._before if self._adds else ((), (), ())
        self._stage.services.selection.select(
            dict.fromkeys((*nodes, *touched)), edges, dict.fromkeys((*others, *drawn))
        )
        self._stage.viewer.viewport().update()

    def release(self, event: QMouseEvent) -> None:
        """A press without a way selects nothing."""
        if self._from == self._to and not self._adds:
            self._stage.services.selection.select()
        self._stage.viewer.viewport().update()

    def cancel(self) -> None:
        """What was selected before is again."""
        nodes, edges, drawn = self._before
        self._stage.services.selection.select(nodes, edges, drawn)
        self._stage.viewer.viewport().update()

    def paint(self, painter: QPainter) -> None:
        """The band."""
        palette = self._stage.scenery.palette
        painter.setPen(pen(palette.accent.base, 1, cosmetic=True))
        painter.setBrush(brush(palette.accent.base, 0.10))
        painter.drawRect(QRectF(self._from, self._to).normalized())
