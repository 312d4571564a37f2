"""A dialog is there until it is answered, and then it is gone."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from designer.pieces import asked


class Question(QDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.line = QLineEdit(self)


@pytest.mark.parametrize("accept", [True, False])
def test_what_was_typed_can_be_read_and_then_the_dialog_goes(accept: bool, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    read: list[object] = []

    def ask() -> None:
        dialog = Question(window)
        QTimer.singleShot(0, lambda: dialog.line.setText("Ana"))
        QTimer.singleShot(0, dialog.accept if accept else dialog.reject)
        read.extend((asked(dialog), dialog.line.text(), dialog))

    QTimer.singleShot(0, ask)
    qtbot.waitUntil(lambda: len(read) == 3)
    assert read[:2] == [accept, "Ana"]
    qtbot.waitUntil(lambda: not shiboken6.isValid(read[2]))
    assert window.findChildren(QWidget) == []
