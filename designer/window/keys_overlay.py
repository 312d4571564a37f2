"""``KeysOverlay``: every key, by menu, over the window; Esc, a click or any other key puts it away."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from designer.actions import Action, found_actions
from designer.canvas.keys import TOLD
from designer.pieces import PlainText
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY_STRONG, CAPTION, SMALL, TITLE
from designer.window.action_book import MENUS
from designer.window.covering import Covering

COLUMNS = 3
Group = tuple[str, list[tuple[str, str]]]
"""title; (words, keys) of each row"""


class KeysOverlay(Covering):
    """Covers its window until it is put away."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self.setObjectName("keys")
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows: list[tuple[str, str]] = []
        card = QFrame(self)
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(28, 22, 28, 24)
        column.setSpacing(14)
        column.addWidget(PlainText("Keys", TITLE))
        groups = QHBoxLayout()
        groups.setSpacing(36)
        sides = [QVBoxLayout() for _ in range(COLUMNS)]
        for side in sides:
            side.setSpacing(16)
            groups.addLayout(side, 1)
        for side, listed in zip(sides, _dealt(self._groups()), strict=True):
            for title, rows in listed:
                side.addLayout(self._group(title, rows))
            side.addStretch(1)
        column.addLayout(groups)
        column.addWidget(PlainText("Single letters act while the canvas has the focus.", SMALL, "muted"))
        middle = QVBoxLayout(self)
        middle.addStretch(1)
        middle.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        window.installEventFilter(self)
        self.setGeometry(window.rect())

    def show(self) -> None:
        """Over everything, with the focus."""
        self.cover(self)

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802  Qt's name
        window = self.parentWidget()
        if event.type() == QEvent.Type.Resize and window is not None and watched is window:
            self.setGeometry(window.rect())
        return False

    def keyPressEvent(self, _event: object) -> None:  # noqa: N802  Qt's name
        self.close()

    def mousePressEvent(self, _event: object) -> None:  # noqa: N802  Qt's name
        self.close()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        QPainter(self).fillRect(self.rect(), QColor(self._theme.palette.surface.scrim))

    def _groups(self) -> list[Group]:
        groups: list[Group] = []
        for menu, title in MENUS.items():
            rows = [
                (action.title.removesuffix(" …"), keys_of(action))
                for action in found_actions()
                if action.menu == menu and action.keys
            ]
            groups.append((title, rows))
        groups.append(("On the canvas", [(told.words, told.shown) for told in TOLD]))
        return groups

    def _group(self, title: str, rows: list[tuple[str, str]]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(PlainText(title, BODY_STRONG))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for number, (words, keys) in enumerate(rows):
            self.rows.append((words, keys))
            grid.addWidget(PlainText(words, SMALL, "secondary"), number, 0)
            grid.addWidget(PlainText(keys, CAPTION, "key"), number, 1, Qt.AlignmentFlag.AlignRight)
        column.addLayout(grid)
        return column


def keys_of(action: Action) -> str:
    """The first key, as this system calls its keys, with blanks between them as everywhere: "Ctrl K"."""
    if not action.keys:
        return ""
    written = QKeySequence(action.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return re.sub(r"\+(?=.)", " ", written).replace("Return", "Enter")


def _dealt(groups: list[Group]) -> list[list[Group]]:
    """In columns about as high as one another, the largest dealt first; in each they stand in their order."""
    columns: list[list[int]] = [[] for _ in range(COLUMNS)]
    sizes = [len(rows) + 2 for _, rows in groups]
    for number in sorted(range(len(groups)), key=lambda number: -sizes[number]):
        min(columns, key=lambda column: sum(sizes[one] for one in column)).append(number)
    return [[groups[number] for number in sorted(column)] for column in sorted(columns, key=min)]
