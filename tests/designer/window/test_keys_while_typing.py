"""While a title, a note or a part of a step's name is typed on the canvas, the keys of the window still do their work,
and those of typing nothing else.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from designer.document.edits import layout_of
from designer.window.main_window import MainWindow
from runtime.model.files import load_project

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
FLOW = "billing_dispute"


def typed_into(window: MainWindow, action: str, words: str) -> QWidget:
    """An editor over the canvas in which these words stand."""
    window.run(action)
    editor = QApplication.focusWidget()
    assert editor is not None
    assert editor is not window.canvas.viewer
    QTest.keyClicks(editor, words)
    return editor


@pytest.fixture
def in_front(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.services.selection.select(("refund",))
    window.canvas.setFocus()
    return window


def test_a_title_that_is_typed_is_saved_by_ctrl_s(in_front: MainWindow, qtbot: QtBot) -> None:
    """Ctrl S did nothing at all there, and people went home with a file without their last word."""
    editor = typed_into(in_front, "edit.rename", "Pay it back")
    QTest.keyClick(editor, Qt.Key.Key_S, CTRL)
    folder = in_front.services.document.folder
    assert folder is not None
    qtbot.waitUntil(lambda: load_project(folder).flows[FLOW].node("refund").title == "Pay it back")  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: in_front.services.document.saved)


def test_a_title_that_is_typed_is_in_the_run_that_f5_begins(in_front: MainWindow, qtbot: QtBot) -> None:
    editor = typed_into(in_front, "edit.rename", "Pay it back")
    QTest.keyClick(editor, Qt.Key.Key_F5)
    session = in_front.services.extras["session"]
    qtbot.waitUntil(lambda: session.story is not None)
    assert in_front.services.flow.node("refund").title == "Pay it back"


@pytest.mark.parametrize(
    ("key", "held"),
    [(Qt.Key.Key_Backspace, CTRL), (Qt.Key.Key_Delete, CTRL), (Qt.Key.Key_Left, CTRL), (Qt.Key.Key_Z, CTRL),
     (Qt.Key.Key_A, CTRL), (Qt.Key.Key_V, CTRL), (Qt.Key.Key_Control, CTRL), (Qt.Key.Key_Q, CTRL | ALT)],
)  # fmt: skip
def test_keys_of_typing_do_not_end_it(in_front: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    before = in_front.services.document.project
    editor = typed_into(in_front, "edit.rename", "Pay it back")
    QTest.keyClick(editor, key, held)
    assert QApplication.focusWidget() is editor
    assert in_front.services.document.project is before
    QTest.keyClick(editor, Qt.Key.Key_Escape)


def test_a_note_that_is_typed_is_kept_by_a_key_that_leads_elsewhere(in_front: MainWindow, qtbot: QtBot) -> None:
    editor = typed_into(in_front, "flow.note", "Ask Petra")
    assert isinstance(editor, QPlainTextEdit)
    QTest.keyClick(editor, Qt.Key.Key_3, CTRL)
    qtbot.waitUntil(lambda: in_front.mode == "replay")
    notes = layout_of(in_front.services.document.project, FLOW).notes
    assert "Ask Petra" in [note.text for note in notes]


def test_quick_add_gives_way_to_a_key_of_the_window(in_front: MainWindow, qtbot: QtBot) -> None:
    before = in_front.services.document.project
    in_front.canvas.add_after()
    line = in_front.canvas.floating.quick_add.line
    QTest.keyClicks(line, "app")
    QTest.keyClick(line, Qt.Key.Key_3, CTRL)
    qtbot.waitUntil(lambda: in_front.mode == "replay")
    assert not in_front.canvas.floating.quick_add.isVisible()
    assert in_front.services.document.project is before


def test_keys_connect_in_the_window_too_and_are_told_in_its_status_line(in_front: MainWindow) -> None:
    """Enter is a key of the window as well: it opened the form, and nothing was connected. What the keys do was told to
    screen readers alone.
    """
    before = in_front.services.document.project
    said = in_front.status.said
    for end in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        QTest.keyClick(in_front.canvas.viewer, Qt.Key.Key_C)
        assert said.text().casefold().startswith("connect “done” to “")  # its title comes once its type was asked
        assert said.text().endswith("Arrows choose, C changes the outcome, Enter connects, Esc stops.")
        QTest.keyClick(in_front.canvas.viewer, Qt.Key.Key_C)
        assert said.text().casefold().startswith("connect “error” to “")
        for key in (Qt.Key.Key_M, Qt.Key.Key_Delete, Qt.Key.Key_A):
            QTest.keyClick(in_front.canvas.viewer, key)
        assert in_front.services.document.project is before
        QTest.keyClick(in_front.canvas.viewer, end)
        assert said.text() == ""
    edges = {edge.key for edge in in_front.services.document.project.flows[FLOW].edges}
    assert {key[:2] for key in edges - {edge.key for edge in before.flows[FLOW].edges}} == {("refund", "error")}
    assert in_front.canvas.viewer.hasFocus()
