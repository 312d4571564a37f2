"""The buttons of rows: one that adds a row, and the menu of a row."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from designer.forms.context import FormContext
from designer.pieces import LinkButton
from designer.theme.icons import icon


class AddButton(LinkButton):
    """A link with a plus before it."""

    def __init__(self, context: FormContext, words: str) -> None:
        super().__init__(words)
        self._theme = context.services.theme
        self._theme.changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        self.setIcon(icon("plus", self._theme.palette.text.link, size=14))


class RowButton(QToolButton):
    """The menu of one row: up, down, remove; also by Alt and arrows inside the row."""

    def __init__(
        self, context: FormContext, row: QWidget, move: Callable[[int], None], remove: Callable[[], None]
    ) -> None:
        super().__init__()
        self._theme = context.services.theme
        self.setProperty("role", "icon")
        self.setFixedSize(24, 24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("Move or remove")
        self.setAccessibleName("Move or remove this row")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_of_row = QMenu(self)
        for words, key, run in (
            ("Move up", "Alt+Up", lambda: move(-1)),
            ("Move down", "Alt+Down", lambda: move(1)),
            ("Remove", "Alt+Del", remove),
        ):
            entry = QAction(words, row)
            entry.setShortcut(QKeySequence(key))
            entry.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            entry.triggered.connect(lambda _checked=False, run=run: run())
            row.addAction(entry)
            self.menu_of_row.addAction(entry)
        self.setMenu(self.menu_of_row)
        self._theme.changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        self.setIcon(icon("ellipsis", self._theme.palette.text.muted, size=14))
