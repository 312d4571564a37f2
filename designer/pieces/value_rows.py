"""``ValueRows``: names and values in two columns, values in the code font, long ones cut, the whole in a tooltip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from designer.pieces.code_text import CodeText
from designer.pieces.emptying import emptied
from designer.pieces.text import PlainText, path_label
from designer.theme.type_scale import SMALL

MOST = 60


class ValueRows(QWidget):
    """Shows (name, value words) pairs; what is beyond ``MOST`` is counted. Empty ones share one line."""

    def __init__(self, parent: QWidget | None = None, *, spoken: bool = False) -> None:
        """``spoken``: names and values are words for people, in the font of the window, not in that of code."""
        super().__init__(parent)
        self._spoken = spoken
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 4)
        self._grid.setColumnStretch(1, 5)
        self._shown: tuple[tuple[str, str], ...] = ()
        self._nothing: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """What is shown."""
        return self._shown

    def show_values(self, rows: Iterable[tuple[str, str]], empty: str = "Nothing", nothing: Sequence[str] = ()) -> None:
        """Replace all rows; ``empty`` stands there if there are none. ``nothing``: names whose value is empty."""
        wanted = tuple(rows)
        if (wanted, tuple(nothing)) == (self._shown, self._nothing) and self._grid.count():
            return
        self._shown, self._nothing = wanted, tuple(nothing)
        emptied(self._grid)
        if not wanted and not nothing:
            self._grid.addWidget(PlainText(empty, role="muted"), 0, 0, 1, 2)
        for row, (name, value) in enumerate(wanted[:MOST]):
            label = PlainText(name, SMALL, "secondary", wrap=True) if self._spoken else path_label(name)
            text = PlainText(value, wrap=True) if self._spoken else CodeText(value)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignTop)
        if len(wanted) > MOST:
            self._grid.addWidget(PlainText(f"and {len(wanted) - MOST} more", role="muted"), MOST, 0, 1, 2)
        if nothing:
            words = f"Empty: {', '.join(nothing[:MOST])}" + (" …" if len(nothing) > MOST else "")
            self._grid.addWidget(PlainText(words, SMALL, "muted", wrap=True), MOST + 1, 0, 1, 2)
