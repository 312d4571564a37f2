"""Edges: right angles with rounded corners, an arrow at the input; a curve only while one is dragged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from designer.canvas.looks import PLAIN_EDGE, EdgeLook
from designer.canvas.painting.ink import brush, pen
from designer.canvas.painting.levels import Level
from designer.canvas.painting.scenery import Scenery

CORNER = 10.0
ARROW = 7.0
SHORT_OF_INPUT = 4.5
"""the arrow ends at the ring of the input"""
HIT = 14.0

Point = tuple[float, float]
Box = tuple[float, float, float, float]


class EdgeState:
    """What the view knows of one edge. Changed by the projection, read here. Defaults are the class's."""

    selected: bool = False
    hovered: bool = False
    faded: bool = False
    wanted: bool = False
    """a step that is being dragged would be put into it"""
    problem: bool = False
    exception: bool = False
    """leaves by Error: dashed"""
    look: EdgeLook = PLAIN_EDGE


def rounded_path(points: Sequence[Point], corner: float = CORNER) -> QPainterPath:
    """The polyline with rounded corners."""
    path = QPainterPath(QPointF(*points[0]))
    for (ax, ay), (bx, by), (cx, cy) in zip(points, points[1:], points[2:], strict=False):
        before = abs(bx - ax) + abs(by - ay)
        after = abs(cx - bx) + abs(cy - by)
        r = min(corner, before / 2, after / 2)
        if r < 0.5 or before == 0 or after == 0:
            path.lineTo(bx, by)
            continue
        path.lineTo(bx - (bx - ax) / before * r, by - (by - ay) / before * r)
        path.quadTo(bx, by, bx + (cx - bx) / after * r, by + (cy - by) / after * r)
    path.lineTo(*points[-1])
    return path


def curved_path(start: Point, end: Point, *, down: bool = False) -> QPainterPath:
    """The curve of an edge that is being dragged."""
    path = QPainterPath()
    add_curve(path, start, end, down=down)
    return path


def add_curve(path: QPainterPath, start: Point, end: Point, *, down: bool = False) -> None:
    """One more curve for a path of many."""
    (x1, y1), (x2, y2) = start, end
    bend = max(40.0, min(abs(x2 - x1) / 2, 160.0))
    path.moveTo(x1, y1)
    if down:
        path.cubicTo(x1, y1 + bend, x2 - bend, y2, x2, y2)
    else:
        path.cubicTo(x1 + bend, y1, x2 - bend, y2, x2, y2)


def arrow_at(before: Point, tip: Point) -> QPolygonF:
    """A triangle whose tip touches the input's ring, pointing as the last piece runs."""
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    if abs(dx) >= abs(dy):
        sx, sy = (1.0 if dx >= 0 else -1.0), 0.0
    else:
        sx, sy = 0.0, (1.0 if dy >= 0 else -1.0)
    x, y = tip[0] - sx * SHORT_OF_INPUT, tip[1] - sy * SHORT_OF_INPUT
    bx, by = x - sx * ARROW, y - sy * ARROW
    half = ARROW * 0.62
    return QPolygonF([QPointF(x, y), QPointF(bx + sy * half, by + sx * half), QPointF(bx - sy * half, by - sx * half)])


def ink_of(state: EdgeState, scenery: Scenery) -> tuple[str, float]:
    """Colour and width."""
    edge = scenery.palette.edge
    if state.selected or state.wanted:
        return edge.selected, 2.75
    if state.look.taken:
        return edge.visited, 3.0
    if not state.look.reached:
        return edge.not_reached, 1.5
    if state.hovered:
        return edge.hover, 2.25
    if state.problem:
        return scenery.palette.state.failed, 1.75
    return edge.default, 1.75


def paint_edge(
    painter: QPainter,
    points: Sequence[Point],
    path: Callable[[], QPainterPath],
    arrow: QPolygonF,
    state: EdgeState,
    scenery: Scenery,
) -> None:
    """One edge with its arrow; ``path`` is asked for only where corners can be seen."""
    colour, width = ink_of(state, scenery)
    if scenery.zoom < 1:
        width = max(width, min(1.2 / scenery.zoom, width * 2.2))
    dash = (6.0, 4.0) if state.exception else ()
    if state.faded:
        painter.setOpacity(0.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(colour, round(width, 2), dash))
    if scenery.level <= Level.ICON and not scenery.vector:
        # Level and upright lines need no smoothing, and corners of 10 are 3 px here: a tenth of the time.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(colour, 2 if width * scenery.zoom > 1.4 else 1, dash, cosmetic=True))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    else:
        painter.drawPath(path())
    if scenery.level >= Level.TITLE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(colour))
        painter.drawPolygon(arrow)
    if state.faded:
        painter.setOpacity(1.0)


def paint_hair_lines(painter: QPainter, path: QPainterPath, scenery: Scenery) -> None:
    """Very many edges in one stroke, without names, arrows and smoothing."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(scenery.palette.edge.default, 1, cosmetic=True))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawPath(path)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def paint_dot(painter: QPainter, path: QPainterPath, way: float, scenery: Scenery) -> None:
    """The dot that travels along an edge once; ``way`` from 0 to 1."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(scenery.palette.accent.base))
    size = 3.0 / min(scenery.zoom, 1.0)
    painter.drawEllipse(path.pointAtPercent(min(max(way, 0.0), 1.0)), size, size)


def box_of(points: Sequence[Point]) -> Box:
    """Left, top, right and bottom of all that an edge may paint."""
    left = right = points[0][0]
    top = bottom = points[0][1]
    for x, y in points:
        if x < left:
            left = x
        elif x > right:
            right = x
        if y < top:
            top = y
        elif y > bottom:
            bottom = y
    return left - 9, top - 9, right + 9, bottom + 9
