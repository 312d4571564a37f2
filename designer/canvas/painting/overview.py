"""The flow from far away, in one pass: a rectangle list a colour and a line list a colour instead of item after item.

Built from what stands on the canvas when it is first needed, kept until something moves or changes its look.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.canvas.card import Card
from designer.canvas.painting.card import CardState, blend, block_colour
from designer.canvas.painting.edge import EdgeState, Point, ink_of
from designer.canvas.painting.ink import brush, pen
from designer.canvas.painting.scenery import Scenery

Placed = tuple[Card, CardState, float, float]
Routed = tuple[tuple[Point, ...], EdgeState]


class Overview:
    """Rectangles and lines by colour."""

    def __init__(self, cards: Iterable[Placed], edges: Iterable[Routed], scenery: Scenery) -> None:
        self._blocks: dict[str, list[QRectF]] = {}
        self._marked: list[QRectF] = []
        self._lines: dict[tuple[str, float], list[QLineF]] = {}
        for card, state, x, y in cards:
            rect = QRectF(x, y, card.width, card.height)
            self._blocks.setdefault(block_colour(card, state, scenery), []).append(rect)
            if state.selected or state.look.current or state.found:
                self._marked.append(rect)
        for points, state in edges:
            ink, width = ink_of(state, scenery)
            if state.exception and not state.selected and not state.look.taken:
                ink = blend(ink, scenery.palette.surface.canvas, 0.4)  # bundles of errors would be solid bars
            lines = self._lines.setdefault((ink, 2.0 if width > 2.5 else 1.0), [])
            lines.extend(QLineF(*a, *b) for a, b in pairwise(points))

    def paint(self, painter: QPainter, scenery: Scenery) -> None:
        """Everything, whatever is exposed: at this distance all of it is."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for (ink, width), lines in self._lines.items():
            painter.setPen(pen(ink, width, cosmetic=True))
            painter.drawLines(lines)
        painter.setPen(Qt.PenStyle.NoPen)
        for ink, rects in self._blocks.items():
            painter.setBrush(brush(ink))
            painter.drawRects(rects)
        if self._marked:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(scenery.palette.accent.base, 2, cosmetic=True))
            away = 3 / scenery.zoom
            painter.drawRects([rect.adjusted(-away, -away, away, away) for rect in self._marked])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
