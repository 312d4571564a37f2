"""Ctrl C in a table: what is selected, as a spreadsheet takes it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem
from pytestqt.qtbot import QtBot

from designer.pieces.copied_rows import CopiedRows


def test_selected_cells_are_copied_row_by_row_in_the_order_in_which_they_are_seen(qtbot: QtBot) -> None:
    table = QTableWidget(3, 3)
    qtbot.addWidget(table)
    for row in range(3):
        for column in range(3):
            table.setItem(row, column, QTableWidgetItem(f"{row}{column}"))
    table.takeItem(1, 1)
    CopiedRows(table)
    for row, column in ((2, 1), (0, 2), (1, 2), (0, 0), (1, 1)):
        table.selectionModel().select(table.model().index(row, column), table.selectionModel().SelectionFlag.Select)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "00\t02\n\t12\n21"
    table.clearSelection()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "00\t02\n\t12\n21", "nothing is selected: what was copied stays"
