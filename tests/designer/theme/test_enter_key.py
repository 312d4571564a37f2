"""Enter presses the button that has the focus, in a window as in a dialog, and means what it meant elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from designer.app import make_application


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    make_application()
    made = QWidget()
    column = QVBoxLayout(made)
    for part in (QPushButton("one"), QPushButton("two"), QLineEdit()):
        column.addWidget(part)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWindow() is made.windowHandle())
    return made


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_the_button_that_has_the_focus_once(window: QWidget, key: Qt.Key) -> None:
    one, two = window.findChildren(QPushButton)
    pressed: list[str] = []
    one.clicked.connect(lambda: pressed.append("one"))
    two.clicked.connect(lambda: pressed.append("two"))
    two.setFocus()
    QTest.keyClick(window.windowHandle(), key)
    assert pressed == ["two"]
    two.setEnabled(False)
    QTest.keyClick(window.windowHandle(), key)
    assert "two" not in pressed[1:]


def test_enter_in_a_field_and_with_other_keys_held_is_left_alone(window: QWidget) -> None:
    (line,) = window.findChildren(QLineEdit)
    one = window.findChildren(QPushButton)[0]
    said: list[str] = []
    line.returnPressed.connect(lambda: said.append("line"))
    one.clicked.connect(lambda: said.append("one"))
    line.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
    one.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert said == ["line"]
