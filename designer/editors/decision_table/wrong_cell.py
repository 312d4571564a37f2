"""``WrongCell``: the line under a table on what is wrong with a cell, and what it may have meant, a click away."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from designer.editors.decision_table.grid import TableGrid
from designer.editors.decision_table.words import deed
from designer.pieces import Glyph, LinkButton, PlainText
from designer.pieces.emptying import emptied
from designer.theme.theme import Theme
from nodes.dmn.analysis.findings import CellError


class WrongCell(QFrame):
    """About the current cell of the grid; where that is well, about the first one that is not. Hidden if all are."""

    def __init__(self, theme: Theme, grid: TableGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._grid = theme, grid
        self._told: CellError | None = None
        self.setProperty("role", "gap")
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(12, 6, 12, 6)
        self._line.setSpacing(12)
        self.words = ""
        self.hide()
        grid.selectionModel().currentChanged.connect(self._follow)
        grid.rows.dataChanged.connect(self._follow)
        grid.rows.modelReset.connect(self._follow)

    def _follow(self, *_changed: object) -> None:
        analysis = self._grid.rows.analysis
        self.setEnabled(analysis is not None)  # what it offers is for the cells as they were
        if analysis is None:
            return
        here = self._grid.currentIndex()
        rule, column = self._grid.rule, here.column() - 1
        mine = None if rule is None else next(self._grid.rows.errors(rule, column), None)
        told = mine or next(iter(analysis.cell_errors), None)
        if told != self._told:
            self._told = told
            self._show(told)

    def _show(self, told: CellError | None) -> None:
        emptied(self._line)
        self.words = "" if told is None else told.words
        if told is not None:
            self._line.addWidget(Glyph(self._theme, "triangle-alert", lambda palette: palette.state.waiting_person, 16))
            self._line.addWidget(PlainText(self.words, role="warn", wrap=True), 1)
            for number, repair in enumerate(told.repairs):
                button = QPushButton(deed(repair)) if number == 0 else LinkButton(deed(repair))
                button.clicked.connect(partial(self._grid.repair_wanted.emit, repair))
                self._line.addWidget(button)
        self.setVisible(told is not None)
