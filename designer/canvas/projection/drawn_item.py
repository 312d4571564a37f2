"""``DrawnItem``: a note, group or lane on the scene. They are the document's own; NodeGraphQt's frames are not used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from designer.canvas.painting.drawn import GROUP_HEAD, DrawnState, paint_group, paint_lane, paint_note
from designer.canvas.painting.levels import Level
from designer.canvas.painting.scenery import Scenery

Sort = Literal["lane", "group", "note"]
Part = Literal["drawn", "corner", "fold"]
Z_OF: dict[Sort, float] = {"lane": -10.0, "group": -5.0, "note": 5.0}
CORNER = 14.0


class DrawnItem(QGraphicsItem):
    """One of them. A folded group stands where its steps stood."""

    def __init__(self, sort: Sort, drawn_id: str, scenery: Scenery) -> None:
        super().__init__()
        self.sort, self.id, self.scenery = sort, drawn_id, scenery
        self.state = DrawnState()
        self.rect = QRectF()
        self.text = ""
        self.tone: str | None = None
        self.count = 0
        self.folded = False
        self.depth = 0
        """how many groups it lies in"""
        self.setZValue(Z_OF[sort])

    def show_as(
        self, rect: QRectF, text: str, *, tone: str | None = None, count: int = 0, folded: bool = False, depth: int = 0
    ) -> None:
        """Takes over what the document says."""
        if rect != self.rect:
            self.prepareGeometryChange()
        self.rect, self.text, self.tone = rect, text, tone
        self.count, self.folded, self.depth = count, folded, depth
        self.setZValue(9.0 if folded else Z_OF[self.sort] + depth / 100)
        self.update()

    @property
    def above_edges(self) -> bool:
        """Whether it lies over edges."""
        return self.sort == "note" or self.folded

    def boundingRect(self) -> QRectF:  # noqa: N802  Qt's name
        """What it may paint."""
        return self.rect.adjusted(-3, -80 if self.sort == "group" else -3, 3, 3)

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Called by Qt."""
        _paint(painter, self.sort, self.rect, self.text, self.tone, self.count, self.folded, self.state, self.scenery)

    def portrait(self) -> Callable[[QPainter, Scenery], None]:
        """What it looks like now, at rest: to be painted later, whatever becomes of it until then."""
        looks = self.sort, QRectF(self.rect), self.text, self.tone, self.count, self.folded, DrawnState()
        return lambda painter, scenery: _paint(painter, *looks, scenery)

    def part_at(self, at: QPointF, zoom: float) -> Part | None:
        """Which part of it is at a place. The inside of a frame is empty canvas: people draw rubber bands there."""
        if not self.rect.contains(at):
            return None
        corner = CORNER / zoom
        if self.sort != "group" and at.x() > self.rect.right() - corner and at.y() > self.rect.bottom() - corner:
            return "corner"
        if self.sort == "note" or self.folded:
            return "fold" if self.folded and self._on_mark(at) else "drawn"
        if self.sort == "group" and self._on_mark(at):
            return "fold"
        head = self.rect.top() + max(GROUP_HEAD, 18 / zoom)
        edge = 5 / zoom
        inside = self.rect.adjusted(edge, edge, -edge, -edge)
        return "drawn" if at.y() <= head or not inside.contains(at) else None

    def _on_mark(self, at: QPointF) -> bool:
        return QRectF(self.rect.left() + 5, self.rect.top() + 3, 22, 26).contains(at)


def _paint(
    painter: QPainter, sort: Sort, rect: QRectF, text: str, tone: str | None, count: int, folded: bool,
    state: DrawnState, scenery: Scenery,
) -> None:  # fmt: skip
    if sort == "lane":
        paint_lane(painter, rect, text, state, scenery)
    elif sort == "group":
        paint_group(painter, rect, text, count, folded, state, scenery)
    elif scenery.level > Level.BLOCK:
        paint_note(painter, rect, text, tone, state, scenery)
