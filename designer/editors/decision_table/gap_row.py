"""``GapRow``: what a table does not decide, as a row between its rules, with what can be done about it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from designer.editors.decision_table.words import deed
from designer.pieces import LinkButton, PlainText
from designer.theme.icons import pixmap
from designer.theme.theme import Theme

GAP_HEIGHT = 42


class GapRow(QFrame):
    """``repair_wanted`` with one of the gap's repairs."""

    repair_wanted = Signal(object)

    def __init__(self, theme: Theme, gap: Any) -> None:
        super().__init__()
        self.setProperty("role", "gap")
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(12)
        glyph = PlainText()
        glyph.setPixmap(pixmap("triangle-alert", theme.palette.state.waiting_person, 16, self.devicePixelRatioF()))
        line.addWidget(glyph)
        words = PlainText(gap.words, role="warn")
        words.setToolTip("")
        line.addWidget(words, 1)
        for number, repair in enumerate(gap.repairs[:2]):
            button = QPushButton(deed(repair)) if number == 0 else LinkButton(deed(repair))
            button.clicked.connect(lambda _=False, wanted=repair: self.repair_wanted.emit(wanted))
            line.addWidget(button)
