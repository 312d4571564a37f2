"""Buttons that look like links, and buttons that are an icon alone (with a name for screen readers and a tooltip)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from designer.pieces.text import plain_tooltip
from designer.theme.icons import icon
from designer.theme.theme import Theme


class LinkButton(QPushButton):
    """A way on, in words: flat, in the colour of links."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self.setFlat(True)
        self.setProperty("role", "link")
        self.setCursor(Qt.CursorShape.PointingHandCursor)


class IconButton(QToolButton):
    """``words`` is its tooltip and its name; the icon takes the theme's colour and follows it."""

    def __init__(
        self, theme: Theme, name: str, words: str, parent: QWidget | None = None, *, colour: str = "secondary"
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._colour = theme, name, colour
        self.setToolTip(plain_tooltip(words))
        self.setAccessibleName(words)
        self.setAutoRaise(True)
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(28, 28)
        self.setProperty("role", "icon")
        theme.changed.connect(self._follow)
        self._paint()

    def show_icon(self, name: str, words: str | None = None) -> None:
        """Another icon, as for play and pause."""
        self._name = name
        if words is not None:
            self.setToolTip(plain_tooltip(words))
            self.setAccessibleName(words)
        self._paint()

    def _follow(self) -> None:
        """Another theme draws all icons anew; those that nobody sees may take the next turn."""
        if self.isVisible():
            self._paint()
        else:
            QTimer.singleShot(0, self, self._paint)

    def _paint(self) -> None:
        palette = self._theme.palette
        colour = palette.text.on_accent if self._colour == "on_accent" else getattr(palette.text, self._colour)
        self.setIcon(icon(self._name, colour, palette.text.disabled))
