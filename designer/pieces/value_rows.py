"""``ValueRows``: names and values in two columns, values in the code font, long ones cut, the whole in a tooltip."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from designer.pieces.code_text import CodeText
from designer.pieces.text import PlainText, plain_tooltip
from designer.theme.type_scale import CODE_SIZE

MOST = 60
WIDEST = 18
"""characters of a name; longer ones lose their middle"""


class ValueRows(QWidget):
    """Shows (name, value words) pairs; what is beyond ``MOST`` is counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 4)
        self._grid.setColumnStretch(1, 5)
        self._shown: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """What is shown."""
        return self._shown

    def show_values(self, rows: Iterable[tuple[str, str]], empty: str = "Nothing") -> None:
        """Replace all rows; ``empty`` stands there if there are none."""
        wanted = tuple(rows)
        if wanted == self._shown and self._grid.count():
            return
        self._shown = wanted
        while (item := self._grid.takeAt(0)) is not None:
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
        if not wanted:
            self._grid.addWidget(PlainText(empty, role="muted"), 0, 0, 1, 2)
        for row, (name, value) in enumerate(wanted[:MOST]):
            label = PlainText(name, CODE_SIZE, "secondary", code=True)
            text = CodeText(value)
            if len(name) > WIDEST:
                label.setToolTip(plain_tooltip(name))
                label.setText(name[: WIDEST // 2 - 1] + "…" + name[-WIDEST // 2 :])
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignTop)
        if len(wanted) > MOST:
            self._grid.addWidget(PlainText(f"and {len(wanted) - MOST} more", role="muted"), MOST, 0, 1, 2)
