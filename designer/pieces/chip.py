"""``Chip``: a state in a rounded ground, with its glyph and its words: never colour alone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.theme.icons import renderer
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY_STRONG, SMALL, Size, widget_font

HEIGHT, TALL = 22, 30


class Chip(QWidget):
    """``tone`` is a name of ``Palette.state``: running, waiting_person, waiting_time, done, failed, incident, idle.

    A ``tall`` one stands in a row of fields and buttons.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, tall: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words, self._tone, self._icon = "", "idle", ""
        self._height, self._pad, self._radius = (TALL, 12, 6.0) if tall else (HEIGHT, 8, HEIGHT / 2)
        self.setFont(widget_font(BODY_STRONG if tall else Size(SMALL.px, SMALL.pt, SMALL.line, 500)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def say(self, words: str, tone: str, glyph: str = "") -> None:
        """What stands in it; an empty text hides it."""
        self._words, self._tone, self._icon = words, tone, glyph
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> str:
        """What stands in it."""
        return self._words

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        width = (
            QFontMetricsF(self.font()).horizontalAdvance(self._words) + 2 * self._pad + 4 + (18 if self._icon else 0)
        )
        return QSize(round(width), self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        ink, ground = getattr(palette.state, self._tone), getattr(palette.state_tint, self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        left = self._pad + 2.0
        if self._icon:
            renderer(self._icon, ink).render(painter, QRectF(self._pad, (self._height - 13) / 2, 13, 13))
            left += 16
        painter.setPen(QColor(ink))
        painter.drawText(
            QRectF(left, 0, self.width() - left - 6, self._height),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            self._words,
        )
