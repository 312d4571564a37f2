"""Buttons of Qt's own dialogs look like ours: no icons of the desktop, the main one filled and at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox, QInputDialog, QPushButton, QStyle
from pytestqt.qtbot import QtBot

from designer.window.desktop import Desktop


def test_a_question_of_qt_is_dressed_as_ours(desktop: Desktop, qtbot: QtBot) -> None:
    dialog = QInputDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    (box,) = dialog.findChildren(QDialogButtonBox)
    buttons = sorted(box.findChildren(QPushButton), key=lambda button: button.x())
    assert [button.text().replace("&", "") for button in buttons] == ["Cancel", "OK"]
    assert not box.style().styleHint(QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons, None, box)
    picture = buttons[1].grab().toImage()
    accent = desktop.theme.palette.accent.base.lower()
    assert picture.pixelColor(6, picture.height() // 2).name() == accent
