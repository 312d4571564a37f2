"""``FloatBar``: a bar of flat buttons that floats over the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from designer.canvas.overlays.ground import SHADOW, paint_ground
from designer.canvas.painting.ink import brush
from designer.theme.icons import icon
from designer.theme.theme import Theme


class FloatBar(QWidget):
    """A bar of buttons; the widget is larger than what is seen of it by the shadow."""

    def __init__(self, theme: Theme, parent: QWidget, *, radius: float = 9.0) -> None:
        super().__init__(parent)
        self._theme, self._radius = theme, radius
        self._buttons: list[tuple[QToolButton, str, str]] = []
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(SHADOW + 4, SHADOW + 4, SHADOW + 4, SHADOW + 4)
        self.row.setSpacing(2)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        theme.changed.connect(self.restyle)

    def add_button(self, name: str, tip: str, run: Callable[[], object], *, tone: str = "secondary") -> QToolButton:
        """A flat button with an icon; ``tone`` is a role of text, or ``accent``.

        ``tip`` is its name and, behind two blanks, its key: "Duplicate  Ctrl D".
        """
        button = QToolButton(self)
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition("  ")[0])
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(28, 28)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: run())
        self._buttons.append((button, name, tone))
        self.row.addWidget(button)
        self._paint_button(button, name, tone)
        return button

    def add_line(self) -> None:
        """A thin line between buttons."""
        line = _Line(self._theme, self)
        self.row.addWidget(line)

    def restyle(self) -> None:
        """The colours have changed."""
        for button, name, tone in self._buttons:
            self._paint_button(button, name, tone)
        self.update()

    def _paint_button(self, button: QToolButton, name: str, tone: str) -> None:
        palette = self._theme.palette
        ink = palette.accent.base if tone == "accent" else getattr(palette.text, tone)
        button.setIcon(icon(name, ink, palette.text.disabled))
        button.setStyleSheet(
            f"QToolButton {{ border: none; border-radius: 6px; background: transparent; }}"
            f"QToolButton:hover {{ background: {palette.surface.hover}; }}"
            f"QToolButton:checked {{ background: {palette.surface.selected}; }}"
            f"QToolButton:focus {{ border: 2px solid {palette.accent.focus}; }}"
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Shadow, ground, line."""
        painter = QPainter(self)
        paint_ground(painter, self, self._theme, self._radius)
        painter.end()


class _Line(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedSize(9, 20)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(QRectF(4, 0, 1, self.height()), brush(self._theme.palette.border.default))
        painter.end()
