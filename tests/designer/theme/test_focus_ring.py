"""The ring around what has the focus is there after a key, and not after a click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from designer.app import make_application
from designer.theme.focus_ring import FocusRing


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    make_application()
    made = QWidget()
    column = QVBoxLayout(made)
    for part in (QPushButton("one"), QPushButton("two"), QComboBox(), QLineEdit()):
        column.addWidget(part)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWindow() is made.windowHandle())
    return made


def _click(part: QWidget) -> None:
    """As a mouse does: the whole window is told, and gives the focus."""
    top = part.window()
    QTest.mouseClick(top.windowHandle(), Qt.MouseButton.LeftButton, pos=part.mapTo(top, part.rect().center()))


def _ringed(window: QWidget) -> list[str]:
    return [type(part).__name__ for part in window.findChildren(QWidget) if part.property("ring") is True]


def test_a_key_rings_and_a_click_does_not(window: QWidget) -> None:
    one, two = window.findChildren(QPushButton)
    _click(one)
    assert one.hasFocus()
    assert _ringed(window) == []
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    assert two.hasFocus()
    assert two.property("ring") is True
    assert one.property("ring") is not True
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    assert _ringed(window) == ["QComboBox"]
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    assert _ringed(window) == [], "a field in which one types has its own outline"
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Backtab)
    assert _ringed(window) == ["QComboBox"]
    _click(one)
    assert _ringed(window) == []


def test_what_is_focused_by_the_program_after_a_click_has_no_ring(window: QWidget) -> None:
    one, two = window.findChildren(QPushButton)
    one.clicked.connect(two.setFocus)
    _click(one)
    assert two.hasFocus()
    assert _ringed(window) == []
    two.deleteLater()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    assert _ringed(window) == ["QComboBox"]


def test_there_is_one_for_the_application() -> None:
    application = make_application()
    make_application()
    assert len(application.findChildren(FocusRing)) == 1
