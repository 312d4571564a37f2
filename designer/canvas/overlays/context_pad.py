"""The context pad: what people most often do with the one selected step, above it, 120 ms after it was selected."""

from __future__ import annotations

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtWidgets import QWidget

from designer.canvas.overlays.float_bar import FloatBar
from designer.canvas.overlays.ground import SHADOW
from designer.theme.theme import Theme

PAUSE_MS = 120
AWAY = 16


class ContextPad(FloatBar):
    """Its buttons only tell; the canvas does."""

    add = Signal()
    change_kind = Signal()
    duplicate = Signal()
    mock = Signal()
    breakpoint = Signal()
    delete = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.add_button("plus", "Add next step  Tab", self.add.emit, tone="accent")
        self.add_button("arrow-left-right", "Change kind", self.change_kind.emit)
        self.add_button("copy", "Duplicate  Ctrl D", self.duplicate.emit)
        self.mock_button = self.add_button("flask-conical", "Mock this step", self.mock.emit)
        self.mock_button.setCheckable(True)
        self.stop_button = self.add_button("circle-dot", "Breakpoint  F9", self.breakpoint.emit)
        self.stop_button.setCheckable(True)
        self.add_line()
        self.add_button("trash-2", "Delete  Del", self.delete.emit)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._appear)
        self._card, self._room = QRect(), QRect()
        self.adjustSize()
        self.hide()

    def stand_by(self, card: QRect, room: QRect) -> None:
        """Soon: above the card, below it if there is no room. At once where it is shown already."""
        self._card, self._room = card, room
        if self.isVisible():
            self._place()
        elif not self._timer.isActive():
            self._timer.start()

    def leave(self) -> None:
        """Not now."""
        self._timer.stop()
        self.hide()

    def _appear(self) -> None:
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        size = self.sizeHint()
        width, height = size.width() - 2 * SHADOW, size.height() - 2 * SHADOW
        x = max(self._room.left() + 6, min(self._card.left() - 8, self._room.right() - width - 6))
        y = self._card.top() - AWAY - height
        if y < self._room.top() + 6:
            y = self._card.bottom() + AWAY + 12
        self.setGeometry(x - SHADOW, y - SHADOW, size.width(), size.height())
