"""The flow from far away, in one pass: a rectangle list a colour and a line list a colour instead of item after item.

Built from what stands on the canvas when it is first needed, kept until something moves or changes its look.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.canvas.card import Card
from designer.canvas.looks import PLAIN_EDGE, PLAIN_STEP
from designer.canvas.painting.card import CardState, blend, block_colour
from designer.canvas.painting.edge import EdgeState, ink_of
from designer.canvas.painting.ink import brush, elided, font, pen, width_of
from designer.canvas.painting.scenery import Scenery
from designer.theme.type_scale import Size

LANE_NAME = Size(11, 8.25, 16, 600)

Placed = tuple[Card, CardState, float, float]
Routed = tuple[list[QLineF], EdgeState]


Framed = tuple[str, QRectF, str]
"""sort (``lane``, ``group`` or ``note``), place, title"""


class Overview:
    """Rectangles and lines by colour."""

    def __init__(
        self, cards: Iterable[Placed], edges: Iterable[Routed], scenery: Scenery, frames: Iterable[Framed] = ()
    ) -> None:
        self._frames = tuple(frames)
        self._blocks: dict[str, list[QRectF]] = {}
        self._marked: list[QRectF] = []
        self._lines: dict[tuple[str, float], list[QLineF]] = {}
        self._add_cards(cards, scenery)
        self._add_edges(edges, scenery)

    def _add_cards(self, cards: Iterable[Placed], scenery: Scenery) -> None:
        plain: dict[str, list[QRectF]] = {}
        """those to which nothing has happened, by kind: nearly all, and their colour is asked for once"""
        for card, state, x, y in cards:
            rect = QRectF(x, y, card.width, card.height)
            if state.look is PLAIN_STEP and not state.errors:
                rects = plain.get(card.kind)
                if rects is None:
                    rects = plain[card.kind] = self._blocks.setdefault(block_colour(card, state, scenery), [])
            else:
                rects = self._blocks.setdefault(block_colour(card, state, scenery), [])
            rects.append(rect)
            if state.selected or state.look.current or state.found:
                self._marked.append(rect)

    def _add_edges(self, edges: Iterable[Routed], scenery: Scenery) -> None:
        plain: dict[bool, list[QLineF]] = {}
        for pieces, state in edges:
            touched = state.selected or state.wanted or state.hovered or state.problem or state.look is not PLAIN_EDGE
            lines = None if touched else plain.get(state.exception)
            if lines is None:
                lines = self._lines_of(state, scenery)
                if not touched:
                    plain[state.exception] = lines
            lines.extend(pieces)

    def _lines_of(self, state: EdgeState, scenery: Scenery) -> list[QLineF]:
        ink, width = ink_of(state, scenery)
        if state.exception and not state.selected and not state.look.taken:
            ink = blend(ink, scenery.palette.surface.canvas, 0.4)  # bundles of errors would be solid bars
        return self._lines.setdefault((ink, 2.0 if width > 2.5 else 1.0), [])

    def paint(self, painter: QPainter, scenery: Scenery, *, named: bool = True) -> None:
        """Everything, whatever is exposed: at this distance all of it is. ``named``: with the names of lanes."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_frames(painter, scenery)
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
        if named:
            self._name_lanes(painter, scenery)

    def _paint_frames(self, painter: QPainter, scenery: Scenery) -> None:
        palette = scenery.palette
        for sort, rect, _ in self._frames:
            painter.setPen(pen(palette.border.note if sort == "note" else palette.border.default, 1, cosmetic=True))
            ground = {"lane": palette.surface.lane, "note": palette.surface.note}.get(sort)
            painter.setBrush(brush(ground) if ground is not None else Qt.BrushStyle.NoBrush)
            painter.drawRect(rect)

    def _name_lanes(self, painter: QPainter, scenery: Scenery) -> None:
        named = [(rect, title) for sort, rect, title in self._frames if sort == "lane"]
        if not named:
            return
        to_screen = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setFont(font(LANE_NAME))
        painter.setPen(pen(scenery.palette.text.primary, 1))
        for rect, title in named:
            seen = to_screen.mapRect(rect)
            words = elided(title.removeprefix("Seat: "), LANE_NAME, max(seen.width(), 60.0))
            painter.drawText(seen.center() + QPointF(-width_of(words, LANE_NAME) / 2, 4), words)
        painter.restore()
