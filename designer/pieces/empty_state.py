"""``EmptyState``: what stands where nothing is yet: one sentence, and the way on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from designer.pieces.text import PlainText
from designer.theme.type_scale import BODY, BODY_STRONG


class EmptyState(QWidget):
    """``title`` says what is not there, ``hint`` what would be here, the button does what is next."""

    def __init__(
        self,
        title: str,
        hint: str = "",
        action: str = "",
        run: Callable[[], None] = lambda: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = PlainText(title, BODY_STRONG, wrap=True)
        self.hint = PlainText(hint, BODY, "muted", wrap=True)
        for label in (self.title, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.button = QPushButton(action)
        if not action:  # never "visible" here: without a parent yet it would be a window of its own for a moment
            self.button.hide()
        self.button.clicked.connect(lambda _=False: run())
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self.title)
        column.addWidget(self.hint)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
