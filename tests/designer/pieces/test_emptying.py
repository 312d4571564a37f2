"""What stands in a layout is told, and PySide keeps none of the items that Qt makes and throws away by itself."""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLayoutItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from designer.pieces.emptying import parts_in, widgets_in


def test_parts_are_told_and_their_items_let_go_of(qtbot: QtBot) -> None:
    """A window that came to stand at the address of such an item was taken for it."""
    whole = QWidget()
    qtbot.addWidget(whole)
    column, line, label = QVBoxLayout(whole), QHBoxLayout(), QLabel("Words")
    column.addWidget(label)
    column.addStretch(1)
    column.addLayout(line)
    assert list(parts_in(column)) == [label, line]
    assert list(widgets_in(column)) == [label]
    items = [one for one in shiboken6.getAllValidWrappers() if isinstance(one, QLayoutItem)]
    assert [one for one in items if not isinstance(one, QLayout)] == []
    assert list(parts_in(column)) == [label, line], "and they are told again"
