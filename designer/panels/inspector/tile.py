"""``Tile``: the icon of a step on the tint of its kind."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.document.facts import Facts
from designer.theme.icons import renderer
from designer.theme.theme import Theme
from runtime.model.flow import Flow

SIDE = 30


class Tile(QWidget):
    """Not a control: the title beside it says the same in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._category, self._icon = "control", "circle"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_kind(self, category: str, flow: Flow, node_id: str, facts: Facts) -> None:
        """The tile of this node."""
        node = flow.node(node_id)
        found = facts.of(node).type if node is not None else None
        self._category, self._icon = category or "control", found.icon if found is not None else "circle-help"
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(SIDE, SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        ink = getattr(palette.category, self._category, palette.category.control)
        ground = getattr(palette.category_tint, self._category, palette.category_tint.control)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(0, 0, SIDE, SIDE), 8, 8)
        renderer(self._icon, ink).render(painter, QRectF((SIDE - 17) / 2, (SIDE - 17) / 2, 17, 17))
