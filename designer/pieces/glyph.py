"""``Glyph``: a small picture beside words, in a colour of the theme that it follows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from designer.theme.icons import renderer
from designer.theme.palette import Palette
from designer.theme.theme import Theme


class Glyph(QWidget):
    """``ink`` picks its colour from the palette; it is sharp on every screen."""

    def __init__(self, theme: Theme, name: str, ink: Callable[[Palette], str], size: int = 16) -> None:
        super().__init__()
        self._theme, self._name, self._ink = theme, name, ink
        self.setFixedSize(QSize(size, size))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole: QRect = self.rect()
        renderer(self._name, self._ink(self._theme.palette)).render(painter, whole.toRectF())
        painter.end()
