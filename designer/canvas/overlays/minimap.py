"""The minimap at the lower right: shows by itself when the flow does not fit, M pins it. Dragging the frame in it moves
the view, a press beside the frame looks there.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from designer.canvas.overlays.ground import SHADOW, paint_ground
from designer.canvas.painting.ink import brush, pen
from designer.canvas.painting.overview import Overview
from designer.canvas.painting.scenery import Scenery
from designer.theme.theme import Theme

SIZE = QSize(168, 104)
REDRAW_MS = 120


class Minimap(QWidget):
    """Paints the far view of the whole flow, and what the canvas shows of it."""

    wanted = Signal(QPointF)
    """a place of the canvas that is to be in the middle"""
    let_go = Signal()
    """the pointer is done with it"""

    def __init__(
        self, theme: Theme, parent: QWidget, contents: Callable[[], Overview | None], bounds: Callable[[], QRectF]
    ) -> None:
        super().__init__(parent)
        self._theme, self._contents, self._bounds = theme, contents, bounds
        self._seen = QRectF()
        self._held: QPointF | None = None
        """where the frame was taken, from its middle; None while nothing is dragged"""
        self._drawn: QPixmap | None = None
        """the flow, kept until it changes: the map is painted anew with each frame of the canvas"""
        self._later = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._later.timeout.connect(self.forget)
        self.setFixedSize(SIZE + QSize(2 * SHADOW, 2 * SHADOW))
        self.setAccessibleName("Minimap")
        theme.changed.connect(self.forget)
        self.hide()

    @property
    def seen(self) -> QRectF:
        """What the canvas showed when it was last told."""
        return self._seen

    def show_seen(self, seen: QRectF) -> None:
        """What the canvas shows now."""
        self._seen = seen
        if self.isVisible():
            self.update()

    def forget(self) -> None:
        """The flow has changed."""
        self._drawn = None
        if self.isVisible():
            self.update()

    def forget_soon(self) -> None:
        """The flow is changing: once in a while is enough."""
        if not self._later.isActive():
            self._later.start()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Ground, flow, view."""
        palette = self._theme.palette
        painter = QPainter(self)
        rect = paint_ground(painter, self, self._theme, 9)
        to_map = self._transform()
        if to_map is not None:
            painter.setClipRect(rect.adjusted(3, 3, -3, -3))
            painter.drawPixmap(0, 0, self._flow(to_map))
            painter.setTransform(to_map, True)
            painter.setPen(pen(palette.accent.base, 1.5, cosmetic=True))
            painter.setBrush(brush(palette.accent.base, 0.12))
            painter.drawRect(self._seen)
        painter.end()

    def _flow(self, to_map: QTransform) -> QPixmap:
        if self._drawn is None:
            ratio = self.devicePixelRatioF()
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._drawn)
            painter.setTransform(to_map, True)
            contents = self._contents()
            if contents is not None:
                contents.paint(painter, Scenery(self._theme.palette, zoom=to_map.m11()), named=False)
            painter.end()
        return self._drawn

    def _transform(self) -> QTransform | None:
        whole = self._bounds()
        if whole.isEmpty():
            return None
        room = QRectF(self.rect()).adjusted(SHADOW + 8, SHADOW + 8, -SHADOW - 8, -SHADOW - 8)
        scale = min(room.width() / whole.width(), room.height() / whole.height(), 0.2)
        middle, centre = room.center(), whole.center()
        return QTransform(scale, 0, 0, scale, middle.x() - centre.x() * scale, middle.y() - centre.y() * scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Takes the frame where it is; beside it, looks there."""
        at = self._place(event)
        if at is not None and event.button() is Qt.MouseButton.LeftButton:
            self._held = at - self._seen.center() if self._seen.contains(at) else QPointF()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.wanted.emit(at - self._held)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The frame follows the pointer."""
        at = self._place(event)
        if at is not None and self._held is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.wanted.emit(at - self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """It stays there."""
        if event.button() is Qt.MouseButton.LeftButton and self._held is not None:
            self._held = None
            self.unsetCursor()
            self.let_go.emit()

    @property
    def held(self) -> bool:
        """Whether its frame is being dragged."""
        return self._held is not None

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """The pointer is elsewhere."""
        self.let_go.emit()
        super().leaveEvent(event)

    def _place(self, event: QMouseEvent) -> QPointF | None:
        """The place of the canvas that the pointer is on."""
        to_map = self._transform()
        return to_map.inverted()[0].map(event.position()) if to_map is not None else None
