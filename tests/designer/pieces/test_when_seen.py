"""What nobody sees is filled when somebody looks, and then once."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from designer.pieces.when_seen import WhenSeen


def test_what_stands_behind_another_tab_is_filled_once_when_it_is_turned_to(qtbot: QtBot) -> None:
    tabs, behind, filled = QTabWidget(), QWidget(), []
    qtbot.addWidget(tabs)
    tabs.addTab(QWidget(), "In front")
    tabs.addTab(behind, "Behind")
    seen = WhenSeen(behind, lambda: filled.append(behind.isVisible()))
    seen.wish()
    assert len(filled) == 1, "its window is still being made: nothing is put off"
    tabs.show()
    seen.wish()
    seen.wish("what a signal says")
    assert len(filled) == 1
    tabs.setCurrentWidget(behind)
    assert len(filled) == 2
    seen.wish()
    assert len(filled) == 3, "it is seen"
    tabs.setCurrentIndex(0)
    tabs.setCurrentWidget(behind)
    assert len(filled) == 3, "nothing has changed meanwhile"


def test_who_needs_it_before_it_is_seen_has_it_filled(qtbot: QtBot) -> None:
    tabs, behind, filled = QTabWidget(), QWidget(), []
    qtbot.addWidget(tabs)
    tabs.addTab(QWidget(), "In front")
    tabs.addTab(behind, "Behind")
    tabs.show()
    seen = WhenSeen(behind, lambda: filled.append(1))
    seen.wish()
    seen.now()
    seen.now()
    assert filled == [1]
