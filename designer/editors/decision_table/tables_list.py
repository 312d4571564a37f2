"""``TablesList``: the tables of a decision file, where there are several; another one is shown on a page of its own."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from nodes.dmn.editing import tables_of


class TablesList(QComboBox):
    """``wanted`` with the id or the name of a decision. ``own``: what the table of this page may be called."""

    wanted = Signal(str)

    def __init__(self, own: Collection[str | None]) -> None:
        super().__init__()
        self._own = own
        self.setAccessibleName("Decision")
        self.activated.connect(lambda _index: self.wanted.emit(str(self.currentData())))

    def list_once(self, content: bytes) -> None:
        """Those of this file; it is hidden if there is only one."""
        if self.count() == 0:
            for name, title in tables_of(content):
                self.addItem(title or name, name)
            self.show_own()
        self.setVisible(self.count() > 1)

    def show_own(self) -> None:
        """It names the table of its page, whichever was opened from it."""
        places = range(self.count())
        named = next((n for n in places if self.itemText(n) in self._own), 0)
        self.setCurrentIndex(next((n for n in places if self.itemData(n) in self._own), named))
