"""The bubble of a refusal: what, why, what to do instead; next to the pointer, until the next click or Esc."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from designer.canvas.overlays.ground import SHADOW, paint_ground
from designer.theme.icons import pixmap
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY, BODY_STRONG, widget_font

WIDTH = 380
AWAY = 14


class Bubble(QWidget):
    """One per canvas, hidden most of the time. Its texts are plain."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sign = QLabel(self)
        self._title = QLabel(self)
        self._title.setFont(widget_font(BODY_STRONG))
        self._words = QLabel(self)
        self._words.setFont(widget_font(BODY))
        self._words.setWordWrap(True)
        for label in (self._title, self._words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._sign)
        head.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SHADOW + 14, SHADOW + 10, SHADOW + 14, SHADOW + 12)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._words)
        theme.changed.connect(self.restyle)
        self.restyle()
        self.hide()

    @property
    def words(self) -> str:
        """What it says; empty while hidden."""
        return self._words.text() if self.isVisible() else ""

    def say(self, title: str, words: str, at: QPoint, room: QRect) -> None:
        """Shows it near a place, inside the room."""
        self._title.setText(title)
        self._words.setText(words)
        self.setFixedWidth(min(WIDTH + 2 * SHADOW, room.width()))
        self.setFixedHeight(self.heightForWidth(self.width()))
        seen = QRect(at.x() + AWAY, at.y() + AWAY, self.width() - 2 * SHADOW, self.height() - 2 * SHADOW)
        if seen.bottom() > room.bottom() - 8:
            seen.moveBottom(at.y() - AWAY)
        seen.moveLeft(max(room.left() + 8, min(seen.left(), room.right() - seen.width() - 8)))
        seen.moveTop(max(room.top() + 8, seen.top()))
        self.move(seen.left() - SHADOW, seen.top() - SHADOW)
        self.setAccessibleName(f"{title}: {words}")
        self.show()
        self.raise_()

    def restyle(self) -> None:
        """The colours have changed."""
        palette = self._theme.palette
        self._sign.setPixmap(pixmap("x", palette.state.failed, 16, self.devicePixelRatioF()))
        self._title.setStyleSheet(f"color: {palette.state.failed}; background: transparent;")
        self._words.setStyleSheet(f"color: {palette.text.primary}; background: transparent;")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Raised ground with a red line."""
        painter = QPainter(self)
        paint_ground(painter, self, self._theme, 10, self._theme.palette.state.failed, 1.25)
        painter.end()
