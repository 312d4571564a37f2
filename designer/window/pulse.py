"""``Pulse``: a ring that goes out from a button a few times and is gone: where somebody who is new goes on."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from designer.theme.theme import Theme

BEATS = 3
BEAT_MS = 1100
REACH = 7
"""pixels that the ring goes out"""
RADIUS = 6
"""of the button's own corners"""


class Pulse(QWidget):
    """Lies over ``around`` and shows a ring around ``button``; lets every click through and ends at the first one, or
    when the button goes away. Nothing is to be seen with reduced motion."""

    def __init__(self, theme: Theme, button: QAbstractButton, around: QWidget) -> None:
        super().__init__(around)
        self._theme, self._button, self._around = theme, button, around
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._beat = QVariantAnimation(self)
        self._beat.setStartValue(0.0)
        self._beat.setEndValue(1.0)
        self._beat.setDuration(BEAT_MS)
        self._beat.setLoopCount(BEATS)
        self._beat.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._beat.valueChanged.connect(lambda _value: self.update())
        self._beat.finished.connect(self.end)
        button.pressed.connect(self.end)
        button.installEventFilter(self)
        self._place()
        if theme.reduce_motion:  # then nothing moves by itself
            self.end()
        else:
            self.show()
            self.raise_()
            self._beat.start()

    @property
    def beating(self) -> bool:
        """Whether there is anything to see."""
        return self._beat.state() == QVariantAnimation.State.Running

    def end(self) -> None:
        """It has been seen."""
        self._button.removeEventFilter(self)
        self._beat.stop()
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = self._button.rect().adjusted(-REACH - 2, -REACH - 2, REACH + 2, REACH + 2)
        self.setGeometry(room.translated(self._button.mapTo(self._around, self._button.rect().topLeft())))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        gone = float(self._beat.currentValue())
        ink = QColor(self._theme.palette.accent.base)
        ink.setAlphaF(1.0 - gone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 2))
        out = REACH * (1 - gone) + 1.0
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(out, out, -out, -out), RADIUS + REACH * gone, RADIUS + REACH * gone
        )
