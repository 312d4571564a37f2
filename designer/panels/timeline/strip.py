"""``Strip``: the stops of a run at even distances (days of waiting would crush the seconds), one of them current."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.theme.theme import Theme

RADIUS, CURRENT = 6.0, 8.0
CLOSEST = 16
"""px between two stops that are drawn as dots; closer ones are a line alone"""


class Strip(QWidget):
    """``moved`` with the index of a stop; click, drag, arrow keys, Home and End move it."""

    moved = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count, self._at = 0, 0
        self._bad: frozenset[int] = frozenset()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Steps of the run")
        theme.changed.connect(self.update)

    def show_stops(self, count: int, at: int, bad: frozenset[int] = frozenset(), words: str = "") -> None:
        """``bad`` are stops at which something failed or stood still; ``words`` say what is at the current one."""
        self.setAccessibleDescription(f"Step {at + 1} of {count}{f', {words}' if words else ''}" if count else "")
        if (count, at, bad) != (self._count, self._at, self._bad):
            self._count, self._at, self._bad = count, at, bad
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(300, 32)

    def _x(self, index: int) -> float:
        room = self.width() - 4 * CURRENT
        return 2 * CURRENT + (room * index / (self._count - 1) if self._count > 1 else 0)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        if not self._count:
            return
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        taken, ahead = QColor(palette.accent.base), QColor(palette.border.default)
        painter.setPen(QPen(ahead, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(self._x(self._at), middle), QPointF(self._x(self._count - 1), middle))
        painter.setPen(QPen(taken, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(self._x(0), middle), QPointF(self._x(self._at), middle))
        dots = self._count < 2 or (self._x(1) - self._x(0)) >= CLOSEST
        for index in range(self._count):
            if not dots and index not in self._bad and index != self._at:
                continue
            here = QPointF(self._x(index), middle)
            colour = QColor(palette.state.failed) if index in self._bad else taken
            if index > self._at:
                painter.setPen(QPen(colour if index in self._bad else QColor(palette.border.strong), 2))
                painter.setBrush(QColor(palette.surface.panel))
                painter.drawEllipse(here, RADIUS - 1, RADIUS - 1)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                size = CURRENT if index == self._at else RADIUS
                painter.drawEllipse(here, size, size)
        if self.hasFocus():
            painter.setPen(QPen(QColor(palette.accent.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _go(self, index: int) -> None:
        index = max(0, min(index, self._count - 1))
        if self._count and index != self._at:
            self.moved.emit(index)

    def _index_at(self, x: float) -> int:
        room = max(1.0, self.width() - 4 * CURRENT)
        return round((x - 2 * CURRENT) / room * max(1, self._count - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        self._go(self._index_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(self._index_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        steps = {
            Qt.Key.Key_Left: self._at - 1,
            Qt.Key.Key_Right: self._at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._count - 1,
        }
        index = steps.get(Qt.Key(event.key()))
        if index is None:
            super().keyPressEvent(event)
        else:
            self._go(index)
