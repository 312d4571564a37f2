"""``LeanPipe``: one edge on the scene, painted along its route; its path is made when it is first seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem

from designer.canvas.painting.edge import (
    Box,
    EdgeState,
    Point,
    arrow_at,
    box_of,
    curved_path,
    paint_dot,
    paint_edge,
    rounded_path,
)
from designer.canvas.painting.scenery import Scenery
from designer.canvas.projection.nodegraphqt import OUT, PipeItem

Key = tuple[str, str, str]
Z_EDGE, Z_LIT = 0.0, 1.0


class LeanPipe(PipeItem):
    """One edge."""

    # What differs in few of thousands is the class's until then.
    points: tuple[Point, ...] = ((0.0, 0.0), (0.0, 0.0))
    key: Key = ("", "", "")
    box: Box = (0.0, 0.0, 0.0, 0.0)
    """left, top, right and bottom of what it may paint"""
    placed = False
    """whether it was given a way before"""
    bent = False
    """whether an end is being dragged: it has no way then"""
    lent = False
    """whether it is painted together with many others, so that it hides itself"""
    way: float | None = None
    """where a travelling dot is"""
    _input_port: Any = None
    _output_port: Any = None
    _bounds: QRectF | None = None
    _path: QPainterPath | None = None
    _arrow: QPolygonF | None = None
    _lines: list[QLineF] | None = None

    def __init__(self, scenery: Scenery) -> None:
        # PipeItem.__init__ is not called: no child items, no cache, no pens.
        QGraphicsPathItem.__init__(self)
        self.scenery = scenery
        self.state = EdgeState()

    def run(self, points: Sequence[Point]) -> None:
        """Follow this route."""
        if self.placed:
            self.prepareGeometryChange()
            self._path = self._arrow = self._lines = self._bounds = None
            self.bent = False
        self.placed = True
        self.points = tuple(points)
        self.box = box_of(self.points)

    def bend(self, start: Point, end: Point, *, down: bool) -> None:
        """Follow a curve while an end is being dragged."""
        self.prepareGeometryChange()
        self.bent, self._lines = True, None
        self.points = (start, end)
        path = curved_path(start, end, down=down)
        self._path = path
        self._arrow = arrow_at((end[0] - 1, end[1]), end)
        self._bounds = path.controlPointRect().adjusted(-9, -9, 9, 9)
        self.box = self._bounds.getCoords()

    def lend(self, start: Point, end: Point) -> None:
        """Very many edges are dragged: another item paints this one, from here to there."""
        if not self.lent:
            self.setVisible(False)
            self.bent = self.lent = True
        self.points, self._lines = (start, end), None

    @property
    def lines(self) -> list[QLineF]:
        """Its pieces without rounded corners, for far views."""
        if self._lines is None:
            self._lines = [QLineF(*a, *b) for a, b in pairwise(self.points)]
        return self._lines

    def _line(self) -> QPainterPath:
        return self.drawn_path

    @property
    def drawn_path(self) -> QPainterPath:
        """The line that is seen."""
        if self._path is None:
            self._path = rounded_path(self.points)
        return self._path

    def boundingRect(self) -> QRectF:  # noqa: N802  Qt's name
        """What it may paint."""
        if self._bounds is None:
            left, top, right, bottom = self.box
            self._bounds = QRectF(left, top, right - left, bottom - top)
        return self._bounds

    def shape(self) -> QPainterPath:
        """Its bounding rectangle: hits are found by distance, elsewhere."""
        path = QPainterPath()
        path.addRect(self.boundingRect())
        return path

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Called by Qt."""
        if self._arrow is None:
            self._arrow = arrow_at(self.points[-2], self.points[-1])
        paint_edge(painter, self.points, self._line, self._arrow, self.state, self.scenery)
        if self.way is not None:
            paint_dot(painter, self.drawn_path, self.way, self.scenery)

    def portrait(self) -> Callable[[QPainter, Scenery], None]:
        """What it looks like now, at rest: to be painted later, whatever becomes of it until then."""
        points, line, arrow = self.points, self._line, arrow_at(self.points[-2], self.points[-1])
        state = EdgeState()
        for name in ("problem", "exception", "look"):
            setattr(state, name, getattr(self.state, name))

        def paint(painter: QPainter, scenery: Scenery) -> None:
            paint_edge(painter, points, line, arrow, state, scenery)

        return paint

    def crosses(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether its line runs through a rectangle."""
        return any(
            min(x1, x2) < right and max(x1, x2) > left and min(y1, y2) < bottom and max(y1, y2) > top
            for (x1, y1), (x2, y2) in pairwise(self.points)
        )

    def distance_to(self, at: QPointF) -> float:
        """How far a point is from its line (of right angles)."""
        x, y = at.x(), at.y()
        nearest = float("inf")
        for (x1, y1), (x2, y2) in pairwise(self.points):
            dx, dy = x2 - x1, y2 - y1
            length = dx * dx + dy * dy
            share = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / length))
            nearest = min(nearest, ((x1 + share * dx - x) ** 2 + (y1 + share * dy - y) ** 2) ** 0.5)
        return nearest

    def refresh(self) -> None:
        """The state has changed."""
        lit = self.state.selected or self.state.hovered or self.state.look.taken
        self.setZValue(Z_LIT if lit else Z_EDGE)
        self.update()

    def plug(self, key: Key, out: Any, into: Any) -> None:
        """Takes its two ports."""
        self.key, self._output_port, self._input_port = key, out, into
        out.add_pipe(self)
        into.add_pipe(self)

    # What NodeGraphQt calls; the projector draws.

    itemChange = QGraphicsPathItem.itemChange  # noqa: N815  Qt's name
    """Qt's own, so that Qt need not ask Python for every change of every edge"""

    def set_connections(self, port1: Any, port2: Any) -> None:
        """Takes its two ports."""
        out, into = (port1, port2) if port1.port_type == OUT else (port2, port1)
        self.plug((out.node.id, out.name, into.node.id), out, into)

    def draw_path(self, start_port: Any, end_port: Any = None, cursor_pos: Any = None) -> None:
        """Routes come from the projector."""

    def reset_path(self) -> None:
        """Routes come from the projector."""

    def set_pipe_styling(self, color: Any, width: int = 2, style: int = 0) -> None:
        """Painted from its state."""

    def activate(self) -> None:
        """Painted from its state."""

    def highlight(self) -> None:
        """Painted from its state."""

    def reset(self) -> None:
        """Painted from its state."""
