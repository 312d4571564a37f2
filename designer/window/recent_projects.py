"""The recent projects as a short list to choose from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from designer.keeping.preferences import Preferences
from designer.pieces import PlainText
from designer.theme.type_scale import HEADING


class RecentProjects(QDialog):
    """``chosen`` is the place, or None."""

    def __init__(self, parent: QWidget | None, preferences: Preferences) -> None:
        super().__init__(parent)
        self.setObjectName("recent")
        self.setWindowTitle("Open recent")
        self.resize(520, 340)
        self.chosen: Path | None = None
        self.list = QListWidget(self)
        self.list.setProperty("role", "boxed")
        for place in preferences.recent:
            item = QListWidgetItem(f"{place.name}    {place.parent}")
            item.setData(Qt.ItemDataRole.UserRole, place)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        empty = "No project was open yet." if not preferences.recent else "Open recent"
        column.addWidget(PlainText(empty, HEADING))
        column.addWidget(self.list, 1)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen = item.data(Qt.ItemDataRole.UserRole)
        self.accept()

    @classmethod
    def ask(cls, parent: QWidget | None, preferences: Preferences) -> Path | None:
        """The chosen place; None if none was."""
        dialog = cls(parent, preferences)
        dialog.exec()
        return dialog.chosen
