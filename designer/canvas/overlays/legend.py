"""The legend at the upper left while a run is replayed: what a taken way looks like, and one that was not reached."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.canvas.painting.ink import brush, pen
from designer.theme.theme import Theme
from designer.theme.type_scale import SMALL, widget_font

SAMPLE, GAP, PAD, HEIGHT = 18.0, 8.0, 12.0, 32
WORDS = ("Taken", "Not reached")


class Legend(QWidget):
    """Painted whole; the mouse goes through it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFont(widget_font(SMALL))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(f"{WORDS[0]}: solid line. {WORDS[1]}: dashed line.")
        self.resize(self.sizeHint())
        self.hide()
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        metrics = QFontMetricsF(self.font())
        wide = sum(SAMPLE + GAP + metrics.horizontalAdvance(word) for word in WORDS) + 3 * PAD
        return QSize(round(wide), HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(palette.border.default, 1))
        painter.setBrush(brush(palette.surface.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        taken = QPen(QColor(palette.accent.base), 3)
        open_ = QPen(QColor(palette.border.strong), 2, Qt.PenStyle.DashLine)
        open_.setDashPattern([2.5, 1.5])
        metrics, x, middle = QFontMetricsF(self.font()), PAD, HEIGHT / 2
        for word, line in zip(WORDS, (taken, open_), strict=True):
            painter.setPen(line)
            painter.drawLine(QPointF(x, middle), QPointF(x + SAMPLE, middle))
            painter.setPen(QColor(palette.text.secondary))
            wide = metrics.horizontalAdvance(word) + 1
            painter.drawText(QRectF(x + SAMPLE + GAP, 0, wide, HEIGHT), Qt.AlignmentFlag.AlignVCenter, word)
            x += SAMPLE + GAP + wide + PAD
        painter.end()
