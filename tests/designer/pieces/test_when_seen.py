"""What nobody sees is filled when somebody looks, and then once."""

from __future__ import annotations

import gc
import weakref

from PySide6.QtWidgets import QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from designer.pieces.when_seen import WhenSeen


class Behind(QWidget):
    """Counts how often it was filled."""

    def __init__(self) -> None:
        super().__init__()
        self.filled = 0

    def fill(self) -> None:
        self.filled += 1


def test_what_stands_behind_another_tab_is_filled_once_when_it_is_turned_to(qtbot: QtBot) -> None:
    tabs, behind = QTabWidget(), Behind()
    qtbot.addWidget(tabs)
    tabs.addTab(QWidget(), "In front")
    tabs.addTab(behind, "Behind")
    seen = WhenSeen(behind, behind.fill)
    seen.wish()
    assert behind.filled == 1, "its window is still being made: nothing is put off"
    tabs.show()
    seen.wish()
    seen.wish("what a signal says")
    assert behind.filled == 1
    tabs.setCurrentWidget(behind)
    assert behind.filled == 2
    seen.wish()
    assert behind.filled == 3, "it is seen"
    tabs.setCurrentIndex(0)
    tabs.setCurrentWidget(behind)
    assert behind.filled == 3, "nothing has changed meanwhile"


def test_who_needs_it_before_it_is_seen_has_it_filled(qtbot: QtBot) -> None:
    tabs, behind = QTabWidget(), Behind()
    qtbot.addWidget(tabs)
    tabs.addTab(QWidget(), "In front")
    tabs.addTab(behind, "Behind")
    tabs.show()
    seen = WhenSeen(behind, behind.fill)
    seen.wish()
    seen.now()
    seen.now()
    assert behind.filled == 1


def test_what_is_let_go_of_goes_at_once() -> None:
    """In a circle it would stay until Python looks for garbage, which takes a page apart while Qt still paints it."""
    behind = Behind()
    gone = weakref.ref(behind)
    behind.seen = WhenSeen(behind, behind.fill)  # type: ignore[attr-defined]
    gc.disable()
    try:
        del behind
        assert gone() is None
    finally:
        gc.enable()
