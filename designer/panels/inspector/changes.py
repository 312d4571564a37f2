"""``ChangeRows``: what a step changed, leaf by leaf: a sign, the path, what stood there and what stands there now.

Never by colour alone: the sign says added, changed or removed, what is gone is struck out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from designer.pieces import LinkButton, PlainText
from designer.pieces.code_text import CodeText
from designer.pieces.emptying import emptied
from designer.pieces.text import path_label
from designer.session.leaves import LeafChange, Sign
from designer.theme.theme import Theme
from designer.theme.type_scale import CODE_SIZE

FIRST = 12
"""rows that are shown until more are asked for"""
SIDE_BY_SIDE = 16
"""characters of both values together that stand on one line"""
SIGNS: dict[Sign, tuple[str, str, str]] = {
    "added": ("+", "Added", "good"),
    "changed": ("~", "Changed", "link"),
    "removed": ("−", "Removed", "bad"),
}
"""sign -> (how it is written, in words, the role of its ink)"""
PAD = 6


class Marked(CodeText):
    """A value on a ground as tight as its text: green = added, blue = new, none and struck out = gone."""

    def __init__(self, theme: Theme, text: str, sign: Sign, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme, self._sign = theme, sign
        font = self.font()
        font.setStrikeOut(sign == "removed")
        self.setFont(font)
        self.setContentsMargins(PAD, 2, PAD, 2)
        theme.changed.connect(self.update)

    def hug(self) -> None:
        """As wide as its one line, so that another may stand beside it."""
        self.setFixedWidth(math.ceil(self.fontMetrics().horizontalAdvance(self.text)) + 2 * PAD + 1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        ground, ink = {
            "added": (palette.state_tint.done, palette.state.done),
            "changed": (palette.accent.tint, palette.text.link),
            "removed": ("", palette.text.muted),
        }[self._sign]
        if ground:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(QRectF(0, 0, self.text_width() + 2 * PAD, self.height()), 4, 4)
            painter.end()
        self.paint_text(QColor(ink))
        del event


class ChangeRows(QWidget):
    """Shows ``LeafChange`` rows, and below them how many values stayed as they were."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, 12)
        self._grid.setColumnStretch(1, 4)
        self._grid.setColumnStretch(2, 5)
        self.shown: tuple[LeafChange, ...] = ()
        self._others: int | None = None

    def show_changes(self, changes: Sequence[LeafChange], others: int) -> None:
        """Replace all rows. ``others``: how many values did not change."""
        wanted = tuple(changes)
        if wanted == self.shown and others == self._others:
            return
        self.shown, self._others = wanted, others
        self._fill(FIRST)

    def _fill(self, most: int) -> None:
        emptied(self._grid)
        for row, change in enumerate(self.shown[:most]):
            self._add(row, change)
        beyond = len(self.shown) - most
        if beyond > 0:
            more = LinkButton(f"Show {beyond} more")
            more.clicked.connect(lambda: self._fill(len(self.shown)))
            self._grid.addWidget(more, most, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        if words := self._said():
            self._grid.addWidget(PlainText(words, role="muted", wrap=True), most + 1, 0, 1, 3)

    def _said(self) -> str:
        if not self.shown:
            return "No value of the run changed."
        return f"{self._others} other value{'s' * (self._others != 1)} unchanged" if self._others else ""

    def _add(self, row: int, change: LeafChange) -> None:
        sign, words, role = SIGNS[change.sign]
        mark = PlainText(sign, CODE_SIZE, role, code=True)
        mark.setAccessibleName(words)
        path = path_label(change.path)
        top = Qt.AlignmentFlag.AlignTop
        for column, label in enumerate((mark, path)):
            label.setContentsMargins(0, 2, 0, 2)
            self._grid.addWidget(label, row, column, top)
        values = [Marked(self._theme, change.before, "removed")] if change.before is not None else []
        if change.after is not None:
            values.append(Marked(self._theme, change.after, change.sign))
        self._grid.addWidget(_beside(values), row, 2, top)


def _beside(values: list[Marked]) -> QWidget:
    """The values on one line where they are short, else below one another."""
    holder = QWidget()
    short = sum(len(value.text) for value in values) <= SIDE_BY_SIDE
    line: QHBoxLayout | QVBoxLayout = QHBoxLayout(holder) if short else QVBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(4)
    for value in values:
        if short:
            value.hug()
        line.addWidget(value)
    if isinstance(line, QHBoxLayout):
        line.addStretch(1)
    return holder
