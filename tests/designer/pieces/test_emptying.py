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
    before = _items_held()
    assert list(parts_in(column)) == [label, line]
    assert list(widgets_in(column)) == [label]
    # Compared one by one with `is`: other windows of this process may hold items of their own.
    assert [one for one in _items_held() if not any(one is other for other in before)] == []
    assert list(parts_in(column)) == [label, line], "and they are told again"


def _items_held() -> list[QLayoutItem]:
    """What PySide holds of the items that Qt makes for widgets and room between them, in the whole process."""
    held = [one for one in shiboken6.getAllValidWrappers() if isinstance(one, QLayoutItem)]
    return [one for one in held if not isinstance(one, QLayout)]
