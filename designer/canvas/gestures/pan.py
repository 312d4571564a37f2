"""Panning: the middle button, or the left one while the space bar is held."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter

from designer.canvas.stage import Stage


class Pan:
    """The canvas follows the hand."""

    def __init__(self, stage: Stage, event: QMouseEvent) -> None:
        self._stage = stage
        self._last = event.position()
        stage.viewer.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, event: QMouseEvent) -> None:
        """The hand moves."""
        way = event.position() - self._last
        self._last = event.position()
        self._stage.viewer.pan(way.x(), way.y())

    def release(self, event: QMouseEvent) -> None:
        """Done."""

    def cancel(self) -> None:
        """It stays where it is."""

    def paint(self, painter: QPainter) -> None:
        """Nothing."""
