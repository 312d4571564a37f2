"""``FlowPicture``: a flow as a small quiet drawing: cards as outlines with their kind's colour, edges with right
angles.

Used by the welcome page's cards. It is made from the flow's own nodes, edges and positions and can't be edited.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.canvas.painting.edge import rounded_path
from designer.document.edits import layout_of
from designer.document.facts import Facts
from designer.document.names import title_of
from designer.theme.theme import Theme
from runtime.model.flow import Flow
from runtime.model.project import Project

CARD = (52.0, 18.0)
"""px, at most; small flows get them, large ones what fits"""
SHARE = (0.66, 0.56)
"""of its column and row that a card takes"""
BLOCK = 16.0
"""px of width: smaller cards are blocks in their kind's colour, as on the canvas from afar"""
NEAR = 40.0
"""units of the canvas: cards no further apart share a column, or a row"""
CORNER, ROUND = 9.0, 4.0
"""of the picture, and of its lines"""
STEP_X, STEP_Y = 250.0, 120.0


class FlowPicture(QWidget):
    """The whole flow in its rectangle: empty space between its columns and rows is left out."""

    def __init__(self, project: Project, flow: Flow, facts: Facts, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow, self._theme = flow, theme
        self._kinds = {node.id: facts.category(node) for node in flow.nodes}
        found = places(project, flow)
        self._columns = lanes({node: x for node, (x, _) in found.items()})
        self._rows = lanes({node: y for node, (_, y) in found.items()})
        self.setAccessibleName(f"Picture of {title_of(flow)}")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(290, 116)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        boxes = self._boxes()
        if not boxes:
            return
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(0, 0, self.width(), self.height() + CORNER), CORNER, CORNER)
        painter.setClipRect(self.rect())
        painter.fillPath(ground, QColor(palette.surface.canvas))
        blocks = next(iter(boxes.values())).width() < BLOCK
        painter.setPen(QPen(QColor(palette.border.default if blocks else palette.edge.default), 1 if blocks else 1.2))
        for edge in self._flow.edges:
            if edge.source in boxes and edge.target in boxes:
                painter.drawPath(_elbow(boxes[edge.source], boxes[edge.target]))
        for node, box in boxes.items():
            colour = QColor(getattr(palette.category, self._kinds[node], palette.text.muted))
            rounded = self._kinds[node] in ("trigger", "end")
            if blocks:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                radius = box.height() / 2 if rounded else 1.5
                painter.drawRoundedRect(box, radius, radius)
            else:
                self._paint_card(painter, box, colour, rounded=rounded)

    def _paint_card(self, painter: QPainter, box: QRectF, colour: QColor, *, rounded: bool) -> None:
        """An outline, the tile in its kind's colour, a line that stands for its title."""
        palette = self._theme.palette
        painter.setPen(QPen(QColor(palette.border.default), 1))
        painter.setBrush(QColor(palette.surface.raised))
        radius = box.height() / 2 if rounded else 3.5
        painter.drawRoundedRect(box, radius, radius)
        tile, middle = box.height() * 0.42, box.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(box.left() + tile * 0.6, middle - tile / 2, tile, tile), 2, 2)
        painter.setBrush(QColor(palette.border.default))
        line = QRectF(box.left() + tile * 2.2, middle - 1.25, box.width() - tile * 3, 2.5)
        painter.drawRoundedRect(line, 1.2, 1.2)

    def _boxes(self) -> dict[str, QRectF]:
        columns = 1 + max(self._columns.values(), default=0)
        rows = 1 + max(self._rows.values(), default=0)
        across, down = (self.width() - 24) / columns, (self.height() - 16) / rows
        across, down = min(across, CARD[0] / SHARE[0] * 1.15), min(down, CARD[1] / SHARE[1] * 1.3)
        left, top = (self.width() - across * columns) / 2, (self.height() - down * rows) / 2
        width, height = min(CARD[0], across * SHARE[0]), min(CARD[1], down * SHARE[1])
        return {
            node: QRectF(
                left + across * (column + 0.5) - width / 2,
                top + down * (self._rows[node] + 0.5) - height / 2,
                width,
                height,
            )
            for node, column in self._columns.items()
        }


def lanes(places: Mapping[str, float]) -> dict[str, int]:
    """Numbers of the columns (or rows) in which nodes stand, from places along one line."""
    found: dict[str, int] = {}
    number, before = -1, -math.inf
    for node, place in sorted(places.items(), key=lambda one: one[1]):
        if place - before > NEAR:
            number, before = number + 1, place
        found[node] = number
    return found


def places(project: Project, flow: Flow) -> dict[str, tuple[float, float]]:
    """Where its cards stand; those without a place are put into columns by their distance from the start."""
    known = layout_of(project, flow.id).nodes
    found = {node.id: (float(known[node.id].x), float(known[node.id].y)) for node in flow.nodes if node.id in known}
    missing = [node.id for node in flow.nodes if node.id not in found]
    if not missing:
        return found
    depth = _depths(flow)
    rows: dict[int, int] = {}
    below = max((y for _, y in found.values()), default=-STEP_Y) + STEP_Y
    for node in missing:
        column = depth.get(node, 0)
        row = rows.get(column, 0)
        rows[column] = row + 1
        found[node] = (column * STEP_X, below + row * STEP_Y)
    return found


def _depths(flow: Flow) -> dict[str, int]:
    entered = {edge.target for edge in flow.edges}
    level = [node.id for node in flow.nodes if node.id not in entered] or [node.id for node in flow.nodes[:1]]
    depth = dict.fromkeys(level, 0)
    while level:
        after: list[str] = []
        for node in level:
            for edge in flow.edges_from(node):
                if edge.target not in depth:
                    depth[edge.target] = depth[node] + 1
                    after.append(edge.target)
        level = after
    return depth


def _elbow(source: QRectF, target: QRectF) -> QPainterPath:
    begin = QPointF(source.right(), source.center().y())
    end = QPointF(target.left(), target.center().y())
    (x1, y1), (x2, y2) = begin.toTuple(), end.toTuple()
    if x2 > x1:
        middle = (x1 + x2) / 2
        return rounded_path(((x1, y1), (middle, y1), (middle, y2), (x2, y2)), ROUND)
    aside, below = source.width() * 0.15, max(source.bottom(), target.bottom()) + source.height() * 0.4
    right, left = x1 + aside, x2 - aside
    return rounded_path(((x1, y1), (right, y1), (right, below), (left, below), (left, y2), (x2, y2)), ROUND)
