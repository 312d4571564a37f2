"""``PersonField``: who acts: typed, or chosen among those who are known."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from designer.pieces.text import plain_tooltip


class PersonField(QComboBox):
    """``text`` is the id of a person, or empty."""

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(name)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        line = self.lineEdit()
        assert line is not None, "it is editable"
        line.setPlaceholderText(hint)

    def text(self) -> str:
        """What stands there, without blanks around it."""
        return self.currentText().strip()

    def set_text(self, person: str) -> None:
        """Puts a person there."""
        self.setEditText(person)

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Those to choose among: (id, what else is known of them). What stands there stays."""
        found, typed = list(people), self.currentText()
        if [self.itemText(row) for row in range(self.count())] == [person for person, _ in found]:
            return
        self.clear()
        for row, (person, more) in enumerate(found):
            self.addItem(person)
            self.setItemData(row, plain_tooltip(more), Qt.ItemDataRole.ToolTipRole)
        self.setEditText(typed)
