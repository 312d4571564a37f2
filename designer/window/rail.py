"""The rail at the left: Add, the seven kinds of steps, and a note. A click opens the list of that kind."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from designer.services import Services
from designer.theme.icons import renderer
from designer.theme.theme import Theme
from designer.theme.type_scale import CAPTION, widget_font

WIDTH = 64
HEIGHT = 50
ADD, NOTE = "add", "note"
KINDS = (
    ("trigger", "Trigger", "zap"),
    ("adapter", "Adapter", "plug"),
    ("decision", "Decision", "decision"),
    ("approval", "Approval", "user-check"),
    ("control", "Control", "hourglass"),
    ("logging", "Log", "file-text"),
    ("end", "End", "circle-stop"),
)


class RailButton(QToolButton):
    """A tile in the kind's colours with its word below."""

    def __init__(self, theme: Theme, kind: str, title: str, picture: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._kind, self._picture = theme, kind, picture
        self.setProperty("role", "rail" if title else "rail_note")
        self.setText(title)
        self.setAccessibleName(title)
        self.setFont(widget_font(CAPTION))
        self.setCheckable(kind != NOTE)
        self.setFixedSize(QSize(WIDTH - 8, HEIGHT if title else 36))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse() or self.isDown():
            painter.setBrush(QColor(palette.surface.selected if self.isChecked() else palette.surface.hover))
            painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        if self.property("ring"):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(palette.accent.focus))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
            painter.setPen(Qt.PenStyle.NoPen)
        middle = self.width() / 2
        if self._kind in (ADD, NOTE):
            ink = palette.accent.base if self._kind == ADD else palette.text.secondary
            size = 20 if self._kind == ADD else 18
            top = 5 if self._kind == ADD else (self.height() - size) / 2
            renderer(self._picture, ink).render(painter, QRectF(middle - size / 2, top, size, size))
        else:
            painter.setBrush(QColor(getattr(palette.category_tint, self._kind)))
            painter.drawRoundedRect(QRectF(middle - 13, 3, 26, 26), 7, 7)
            ink = getattr(palette.category, self._kind)
            renderer(self._picture, ink).render(painter, QRectF(middle - 8, 8, 16, 16))
        if self.text():
            painter.setPen(QColor(palette.text.secondary))
            painter.setFont(self.font())
            painter.drawText(QRectF(0, 31, self.width(), 18), Qt.AlignmentFlag.AlignCenter, self.text())


class Rail(QFrame):
    """``wanted`` carries the kind whose list should open, or ``add`` for all kinds; the note places itself."""

    wanted = Signal(str)
    note_wanted = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Kinds of steps")
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 3, 8)
        column.setSpacing(4)
        self.buttons: dict[str, RailButton] = {}
        self._add(column, services.theme, ADD, "Add", "plus")
        line = QFrame(self)
        line.setProperty("role", "line")
        column.addWidget(line)
        column.addSpacing(2)
        for kind, title, picture in KINDS:
            self._add(column, services.theme, kind, title, picture)
        column.addStretch(1)
        self.note = RailButton(services.theme, NOTE, "", "sticky-note", self)
        self.note.setToolTip("Put a note on the canvas")
        self.note.setAccessibleName("Note")
        self.note.clicked.connect(self.note_wanted.emit)
        column.addWidget(self.note)

    def _add(self, column: QVBoxLayout, theme: Theme, kind: str, title: str, picture: str) -> None:
        button = RailButton(theme, kind, title, picture, self)
        button.setToolTip("Add any step" if kind == ADD else f"{title} steps")
        button.clicked.connect(lambda _checked=False: self.wanted.emit(kind))
        self.buttons[kind] = button
        column.addWidget(button)

    def show_open(self, kind: object) -> None:
        """Which list is open."""
        for name, button in self.buttons.items():
            button.setChecked(name == kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        order = [*self.buttons.values(), self.note]
        focused = next((n for n, button in enumerate(order) if button.hasFocus()), None)
        if focused is None or Qt.Key(event.key()) not in steps:
            super().keyPressEvent(event)
            return
        order[(focused + steps[Qt.Key(event.key())]) % len(order)].setFocus(Qt.FocusReason.TabFocusReason)
