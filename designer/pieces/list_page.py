"""``ListPage``: a page with names at the left and the cards of the chosen one at the right: connections, samples.

Law: it knows the key that is chosen and nothing else; what the cards show is the page's own business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from designer.pieces.cut_row import CutRow
from designer.pieces.empty_state import EmptyState
from designer.pieces.page import Page
from designer.pieces.text import plain_tooltip

LIST_WIDTH, LIST_HEIGHT = 220, 360


class ListPage(Page):
    """``chosen`` carries the key that a person chose; ``name`` is the key that is shown, empty if there is none."""

    chosen = Signal(str)

    def __init__(self, title: str, about: str, nothing: EmptyState) -> None:
        super().__init__(title, about)
        self.name = ""
        self._cards: tuple[QWidget, ...] = ()
        self._nothing = nothing
        self.list = QListWidget()
        self.list.setProperty("role", "boxed")
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setMinimumHeight(LIST_HEIGHT)
        self.list.setAccessibleName(title)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(CutRow(self.list))
        self._right = QVBoxLayout()
        self._right.setSpacing(16)
        self._right.addWidget(nothing)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.list, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._right, 1)
        self.column.addLayout(row)
        self.list.currentItemChanged.connect(self._item_chosen)

    def put_cards(self, *cards: QWidget) -> None:
        """What stands at the right, once; nothing is added to the page afterwards."""
        self._cards = cards
        for card in cards:
            self._right.addWidget(card)
        self._right.addStretch(1)
        self.end()

    def show_one(self, key: str) -> None:
        """Choose this one, as a click on its name does."""
        for number in range(self.list.count()):
            if self.list.item(number).data(Qt.ItemDataRole.UserRole) == key:
                self.list.setCurrentRow(number)

    def follow(self, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        """Those that there are were ``before`` and are ``after``: the one that came, came back or was changed is shown,
        by undo too; in the place of one that went stands its neighbour. To be called before ``show_names``.
        """
        came = [key for key in after if key not in before]
        changed = [key for key in after if after[key] is not before.get(key) and after[key] != before.get(key)]
        touched = came or changed
        if len(touched) == 1:
            self.name = touched[0]
        elif self.name not in after and self.name in before:
            shown = [self.list.item(n).data(Qt.ItemDataRole.UserRole) for n in range(self.list.count())]
            at = shown.index(self.name) if self.name in shown else 0
            self.name = next((key for key in (*shown[at:], *reversed(shown[:at])) if key in after), "")

    def show_names(self, names: Sequence[tuple[str, str]]) -> None:
        """These (key, words) are there now; the first is chosen if ``name`` is none of them."""
        keys = [key for key, _ in names]
        if self.name not in keys:
            self.name = keys[0] if keys else ""
        items = [self.list.item(n) for n in range(self.list.count())]
        self.list.blockSignals(True)
        if [(item.data(Qt.ItemDataRole.UserRole), item.text()) for item in items] != list(names):
            self.list.clear()
            for key, words in names:
                item = QListWidgetItem(words)
                item.setData(Qt.ItemDataRole.UserRole, key)
                item.setToolTip(plain_tooltip(words))
                self.list.addItem(item)
        if self.name:
            self.list.setCurrentRow(keys.index(self.name))
        self.list.blockSignals(False)
        for part in (self.list, *self._cards):
            part.setVisible(bool(names))
        self._nothing.setVisible(not names)

    def _item_chosen(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None:
            self.name = item.data(Qt.ItemDataRole.UserRole)
            self.chosen.emit(self.name)
