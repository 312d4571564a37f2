"""``ThroughShadow``: the mouse on the shadow of something that floats is meant for what lies under it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from designer.canvas.overlays.ground import SHADOW


class ThroughShadow(QObject):
    """Belongs to the widget; ``under`` is the view that it floats over."""

    def __init__(self, widget: QWidget, under: QWidget) -> None:
        super().__init__(widget)
        self._widget, self._under = widget, under
        self._pressed = False
        """whether a button went down on the shadow"""
        widget.setMouseTracking(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Sends it on; whether it was not for the widget."""
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if isinstance(event, QWheelEvent) and self._on_shadow(event.position().toPoint()):
            at = self._at(event.globalPosition())
            QApplication.sendEvent(
                self._under,
                QWheelEvent(
                    at, event.globalPosition(), event.pixelDelta(), event.angleDelta(), event.buttons(),
                    event.modifiers(), event.phase(), event.inverted(),
                ),
            )  # fmt: skip
            return True
        if isinstance(event, QContextMenuEvent) and self._on_shadow(event.pos()):
            at = self._at(QPointF(event.globalPos()))
            QApplication.sendEvent(
                self._under, QContextMenuEvent(event.reason(), at.toPoint(), event.globalPos(), event.modifiers())
            )
            return True
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        here = self._on_shadow(event.position().toPoint())
        kind = event.type()
        if kind in {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick}:
            self._pressed = here
        through = here if event.buttons() == Qt.MouseButton.NoButton and not self._pressed else self._pressed
        if kind is QEvent.Type.MouseButtonRelease:
            through, self._pressed = self._pressed, False
        if through:
            at = self._at(event.globalPosition())
            QApplication.sendEvent(
                self._under,
                QMouseEvent(kind, at, event.globalPosition(), event.button(), event.buttons(), event.modifiers()),
            )
        return through

    def _on_shadow(self, at: QPoint) -> bool:
        return not self._widget.rect().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW).contains(at)

    def _at(self, on_screen: QPointF) -> QPointF:
        return QPointF(self._under.mapFromGlobal(on_screen))
