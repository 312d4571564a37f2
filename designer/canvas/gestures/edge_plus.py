"""The + on an edge under the pointer: a press asks which step is to take the edge over."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from designer.canvas.gestures.hits import Hit
from designer.canvas.painting.ink import brush, pen
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.stage import Stage

RADIUS, SMALLEST = 12.0, 7.0
"""px on screen; smaller between cards that stand close together"""
PORT = 5.0
"""px on screen that are left for the port at each end"""


class EdgePlus:
    """Stands at the free spot of the edge that is nearest to the pointer."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._pipe: LeanPipe | None = None
        self.at: QPointF | None = None
        self.radius = RADIUS

    @property
    def key(self) -> Key | None:
        """The edge that it is on."""
        return self._pipe.key if self._pipe is not None else None

    def follow(self, hit: Hit, at: QPointF) -> None:
        """The pointer is on this."""
        wanted = hit.pipe if hit.kind == "edge" and self._stage.editable else None
        place = self._free_spot(wanted, at) if wanted is not None else None
        if place is None:
            wanted = None
        if wanted is not self._pipe or place != self.at:
            self._pipe, self.at = wanted, place
            self._stage.viewer.viewport().update()

    def leave(self) -> None:
        """The pointer is elsewhere."""
        if self._pipe is not None:
            self._pipe, self.at = None, None
            self._stage.viewer.viewport().update()

    def holds(self, at: QPointF) -> bool:
        """Whether a place is on the button."""
        if self.at is None:
            return False
        way = at - self.at
        return bool((way.x() ** 2 + way.y() ** 2) ** 0.5 <= (self.radius + 1) / self._stage.viewer.zoom)

    def paint(self, painter: QPainter) -> None:
        """The button, of the same size at every zoom."""
        if self.at is None:
            return
        zoom, palette = self._stage.viewer.zoom, self._stage.scenery.palette
        size = self.radius / zoom
        painter.setPen(pen(palette.surface.canvas, 2 / zoom))
        painter.setBrush(brush(palette.accent.base))
        painter.drawEllipse(self.at, size, size)
        painter.setPen(pen(palette.text.on_accent, round(1.75 / zoom, 3)))
        arm = 5 / zoom * self.radius / RADIUS
        painter.drawLine(self.at - QPointF(arm, 0), self.at + QPointF(arm, 0))
        painter.drawLine(self.at - QPointF(0, arm), self.at + QPointF(0, arm))

    def _free_spot(self, pipe: LeanPipe, at: QPointF) -> QPointF | None:
        """On the line, away from its ends and from cards."""
        self.radius = RADIUS
        short = self._middle_of_short(pipe)
        if short is not None:
            return short
        best: QPointF | None = None
        nearest = 40.0 / self._stage.viewer.zoom
        keep = 14.0 / max(self._stage.viewer.zoom, 0.5)
        points = pipe.points
        name = self._lead(pipe)
        for number, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
            length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
            first = name if number == 0 else 0.0
            last = keep + 6 if number == len(points) - 2 else 0.0
            if length <= first + last + 2:
                continue
            share = ((at.x() - x1) * (x2 - x1) + (at.y() - y1) * (y2 - y1)) / (length * length)
            share = min(max(share, first / length), 1 - last / length)
            spot = QPointF(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share)
            away = ((spot.x() - at.x()) ** 2 + (spot.y() - at.y()) ** 2) ** 0.5
            if away < nearest:
                nearest, best = away, spot
        return best

    def _middle_of_short(self, pipe: LeanPipe) -> QPointF | None:
        """Of a straight edge without a name that is too short for the button as it is: smaller, in its middle."""
        zoom = self._stage.viewer.zoom
        (x1, y1), (x2, y2) = pipe.points[0], pipe.points[-1]
        source = self._stage.projector.items.get(pipe.key[0])
        spot = source.card.port(pipe.key[1]) if source is not None else None
        length = (abs(x2 - x1) + abs(y2 - y1)) * zoom
        radius = length / 2 - PORT
        if len(pipe.points) != 2 or (spot is not None and spot.named) or not SMALLEST <= radius < 2 * RADIUS:
            return None
        self.radius = min(RADIUS, radius)
        return QPointF((x1 + x2) / 2, (y1 + y2) / 2)

    def _lead(self, pipe: LeanPipe) -> float:
        source = self._stage.projector.items.get(pipe.key[0])
        spot = source.card.port(pipe.key[1]) if source is not None else None
        keep = 16.0 / max(self._stage.viewer.zoom, 0.5)
        return keep + (spot.label_width + 10 if spot is not None and spot.named else 0.0)
