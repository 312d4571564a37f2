"""``Notice``: a quiet bar above the canvas: one sentence and what can be done. It never takes the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget

from designer.pieces import IconButton, LinkButton, PlainText
from designer.theme.theme import Theme
from designer.theme.type_scale import SMALL

HEIGHT = 36


class Notice(QFrame):
    """``name`` tells notices apart: a newer one takes the place of an older one of its name."""

    keyboard_left = Signal()
    """it went with the keyboard's focus: that belongs to the page again"""

    def __init__(
        self,
        theme: Theme,
        name: str,
        text: str,
        ways: Sequence[tuple[str, Callable[[], object]]],
        *,
        warning: bool = False,
        closable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.setProperty("role", "warning" if warning else "notice")
        self.setMinimumHeight(HEIGHT)
        self.text = PlainText(text, SMALL, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 8, 4)
        row.setSpacing(10)
        row.addWidget(self.text, 1)
        self.buttons: dict[str, LinkButton] = {}
        for title, run in ways:
            button = LinkButton(title)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the cursor where something is typed
            button.clicked.connect(lambda _checked=False, run=run: self._answer(run))
            self.buttons[title] = button
            row.addWidget(button)
        if closable:
            close = IconButton(theme, "x", "Close", self)
            close.clicked.connect(self.leave)
            row.addWidget(close)

    def leave(self) -> None:
        """It has been answered, or no longer holds."""
        focus = QApplication.focusWidget()
        held = focus is not None and self.isAncestorOf(focus)
        self.hide()
        self.setParent(None)
        self.deleteLater()
        if held:
            self.keyboard_left.emit()

    def _answer(self, run: Callable[[], object]) -> None:
        self.leave()
        run()
