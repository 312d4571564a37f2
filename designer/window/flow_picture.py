"""``FlowPicture``: a flow as a small quiet drawing: cards as outlines with their kind's colour, edges with right
angles.

Used by the welcome page's cards. It is made from the flow's own nodes, edges and positions and can't be edited.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.document.edits import layout_of
from designer.document.facts import Facts
from designer.theme.theme import Theme
from runtime.model.flow import Flow
from runtime.model.project import Project

CARD = (176.0, 64.0)
PILL = (132.0, 44.0)
LARGEST, SMALLEST = 0.42, 0.2
"""scales at which cards are drawn"""
CORNER = 9.0
STEP_X, STEP_Y = 250.0, 120.0


class FlowPicture(QWidget):
    """Fits the whole flow into its rectangle."""

    def __init__(self, project: Project, flow: Flow, facts: Facts, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow, self._theme = flow, theme
        self._kinds = {node.id: facts.category(node) for node in flow.nodes}
        self._places = places(project, flow)
        self.setAccessibleName(f"Picture of {flow.title or flow.id}")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(290, 116)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        boxes = {node: self._box(node, place) for node, place in self._places.items()}
        if not boxes:
            return
        whole = QRectF()
        for box in boxes.values():
            whole = whole.united(box)
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(0, 0, self.width(), self.height() + CORNER), CORNER, CORNER)
        painter.setClipRect(self.rect())
        painter.fillPath(ground, QColor(palette.surface.canvas))
        scale = min((self.width() - 32) / whole.width(), (self.height() - 24) / whole.height(), LARGEST)
        painter.translate(self.width() / 2, self.height() / 2)
        if scale < SMALLEST:  # of a large flow the beginning is shown, where people can see something
            scale = SMALLEST
            begin = min(boxes.values(), key=lambda box: box.left())
            painter.translate(16 - self.width() / 2, 0)
            painter.scale(scale, scale)
            painter.translate(-whole.left(), -begin.center().y())
        else:
            painter.scale(scale, scale)
            painter.translate(-whole.center())
        line = QPen(QColor(palette.edge.default), 1.2)
        line.setCosmetic(True)
        painter.setPen(line)
        for edge in self._flow.edges:
            if edge.source in boxes and edge.target in boxes:
                painter.drawPath(_elbow(boxes[edge.source], boxes[edge.target]))
        outline = QPen(QColor(palette.border.default), 1)
        outline.setCosmetic(True)
        for node, box in boxes.items():
            kind = self._kinds[node]
            painter.setPen(outline)
            painter.setBrush(QColor(palette.surface.raised))
            radius = box.height() / 2 if kind in ("trigger", "end") else 14
            painter.drawRoundedRect(box, radius, radius)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(palette.category, kind, palette.text.muted)))
            painter.drawRoundedRect(QRectF(box.left() + 14, box.center().y() - 12, 24, 24), 6, 6)
            painter.setBrush(QColor(palette.border.default))
            painter.drawRoundedRect(QRectF(box.left() + 50, box.center().y() - 4, box.width() - 72, 8), 4, 4)

    def _box(self, node: str, place: tuple[float, float]) -> QRectF:
        width, height = PILL if self._kinds[node] in ("trigger", "end") else CARD
        return QRectF(place[0], place[1], width, height)


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
    path = QPainterPath(begin)
    if end.x() > begin.x():
        middle = (begin.x() + end.x()) / 2
        path.lineTo(middle, begin.y())
        path.lineTo(middle, end.y())
    else:
        below = max(source.bottom(), target.bottom()) + 24
        for point in (
            (begin.x() + 16, begin.y()),
            (begin.x() + 16, below),
            (end.x() - 16, below),
            (end.x() - 16, end.y()),
        ):
            path.lineTo(*point)
    path.lineTo(end)
    return path
