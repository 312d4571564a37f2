"""``Strands``: very many edges that follow a card which is being dragged, as hair lines painted in one stroke.

A hundred items, each asked where it is and each painted by Python, take longer than a frame should.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem

from designer.canvas.painting.edge import paint_hair_lines
from designer.canvas.painting.scenery import Scenery


class Strands(QGraphicsItem):
    """One per canvas, below the cards; not there unless edges are dragged."""

    def __init__(self, scenery: Scenery) -> None:
        super().__init__()
        self._scenery = scenery
        self._path = QPainterPath()
        self.setVisible(False)

    def hang(self, path: QPainterPath) -> None:
        """These curves, in canvas units, instead of those before."""
        self.prepareGeometryChange()
        self._path = path
        self.setVisible(not path.isEmpty())
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802  Qt's name
        """What it may paint."""
        return self._path.controlPointRect().adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Called by Qt."""
        paint_hair_lines(painter, self._path, self._scenery)
