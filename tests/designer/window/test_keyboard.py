"""The window by keyboard alone: where Tab goes, and that a key means the same as its place says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from designer.panels.outline.view import Outline
from designer.panels.variables.view import Variables
from designer.pieces.emptying import widgets_in
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.notice import Notice


@pytest.fixture
def window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """In front of all others, so that it has the keyboard."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_keys_are_written_with_blanks_as_everywhere(window: MainWindow) -> None:
    overlay = window.show_keys()
    written = dict(overlay.rows)
    overlay.close()
    assert written["Find anything"] == "Ctrl K"
    assert written["Zoom in"] == "Ctrl +"
    assert written["Zoom out"] == "Ctrl -"
    assert written["Redo"] == "Ctrl Shift Z"
    assert written["Keys"] == "F1"


def test_keys_of_the_canvas_mean_nothing_at_the_menu_button(window: MainWindow) -> None:
    """A button whose menu holds an action lends that action's key its own focus: Delete deleted a step there."""
    window.services.selection.select(("anything_owed",))
    before = window.services.document.project
    logo = window.top_bar.logo
    logo.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(logo, Qt.Key.Key_Delete)
    assert window.services.document.project is before
    QTest.keyClick(logo, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is window.top_bar.flow_button
    assert logo.menu() is not None


def _walked(inside: QWidget, key: Qt.Key) -> list[QWidget]:
    """What the focus comes by until it leaves ``inside``."""
    seen: list[QWidget] = []
    while (focus := QApplication.focusWidget()) is not None and inside.isAncestorOf(focus) and focus not in seen:
        seen.append(focus)
        QTest.keyClick(focus, key)
    return seen


def test_tab_goes_through_a_form_as_it_is_seen(window: MainWindow, qtbot: QtBot) -> None:
    """Rows of a list are made after what stands below them; Tab came to them after "Advanced"."""
    window.services.selection.select(("approve_refund",))
    window.show_panel("form")
    form = window.panel("form")
    assert form is not None
    qtbot.waitUntil(lambda: any(edit.accessibleName() == "Button 2" for edit in form.findChildren(QLineEdit)))
    first = next(edit for edit in form.findChildren(QLineEdit) if edit.accessibleName() == "Name")
    first.setFocus(Qt.FocusReason.TabFocusReason)
    there = _walked(form, Qt.Key.Key_Tab)
    names = [widget.accessibleName() or getattr(widget, "text", str)() for widget in there]
    assert names.index("Question, required") < names.index("Button 1") < names.index("Button 2")
    assert names.index("Button 2") < names.index("Choices, required") < names.index("Outcomes")
    assert next(n for n, name in enumerate(names) if name.startswith("Approve:")) < names.index("Advanced")
    there[-1].setFocus(Qt.FocusReason.TabFocusReason)
    assert _walked(form, Qt.Key.Key_Backtab)[: len(there)] == there[::-1]


def test_what_covers_the_window_gives_the_focus_back(window: MainWindow, qtbot: QtBot) -> None:
    """It went to the first button of the window: a word that was being typed had to be clicked again."""
    window.services.selection.select(("route",))
    window.show_panel("form")
    form = window.panel("form")
    assert form is not None
    qtbot.waitUntil(lambda: any(edit.accessibleName() == "Name" for edit in form.findChildren(QLineEdit)))
    typed = next(edit for edit in form.findChildren(QLineEdit) if edit.accessibleName() == "Name")
    for action in ("edit.find_anything", "help.keys"):
        typed.setFocus(Qt.FocusReason.OtherFocusReason)
        window.run(action)
        cover = QApplication.focusWidget()
        assert cover is not None
        assert cover is not typed, action
        QTest.keyClick(cover, Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is typed, action


def test_a_page_that_is_opened_by_its_name_has_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.setFocus()
    found = window.find_anything()
    found.line.setText("flow settings")
    QTest.keyClick(found.line, Qt.Key.Key_Return)
    page = window.work.stack
    qtbot.waitUntil(lambda: page.currentWidget() is not window.canvas)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert page.currentWidget().isAncestorOf(focus)


def _in(part: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is part or part.isAncestorOf(focus))


def test_f6_goes_round_the_parts_of_the_window_and_back(window: MainWindow) -> None:
    """Tab adds a step on the canvas, so nothing but this leaves it."""
    window.services.selection.select(("route",))
    outline = window.show_panel("outline")
    form = window.panel("form")
    assert outline is not None
    assert form is not None
    window.canvas.setFocus()
    parts = (form, outline, window.rail, window.top_bar, window.canvas)
    for part in parts:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        assert _in(part), part
    for part in (*parts[-2::-1], window.canvas):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        assert _in(part), part


def test_what_a_bar_above_the_canvas_asks_is_answered_by_keys(window: MainWindow, qtbot: QtBot) -> None:
    answered: list[str] = []
    ways = [("Keep", lambda: answered.append("keep")), ("Discard", lambda: answered.append("discard"))]
    window.notice(Notice(window.services.theme, "kept", "We kept 1 change.", ways))
    window.canvas.setFocus()
    bar = next(widgets_in(window.work.notices))
    assert isinstance(bar, Notice)
    qtbot.waitUntil(bar.isVisible)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
    qtbot.waitUntil(bar.buttons["Keep"].hasFocus)
    QTest.keyClick(bar.buttons["Keep"], Qt.Key.Key_Tab)
    qtbot.waitUntil(bar.buttons["Discard"].hasFocus)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert answered == ["discard"]
    assert _in(window.canvas), "what is answered goes, and the keys go on where they were"


def test_a_panel_that_is_asked_for_by_name_takes_the_keyboard_and_its_own_keys(
    window: MainWindow, qtbot: QtBot
) -> None:
    """F2 is a key of the menu, too: it opened the line on the canvas and left the focus there."""
    window.run("view.panel_outline")
    outline = window.panel("outline")
    assert isinstance(outline, Outline)
    assert QApplication.focusWidget() is outline.tree
    outline.tree.setCurrentIndex(outline.rows.find("route"))
    QTest.keyClick(outline.tree, Qt.Key.Key_F2)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert outline.tree.isAncestorOf(line)
    QTest.keyClicks(line, "Who says so?")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.services.flow.node("route").title == "Who says so?")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is outline.tree)


def test_a_new_window_begins_at_what_is_next_the_trigger_or_the_canvas(desktop: Desktop, window: MainWindow) -> None:
    new = desktop.new()
    new.show()
    assert new.focusWidget() is not None
    assert new.work.start.isAncestorOf(new.focusWidget())
    window.show()
    assert window.canvas.isAncestorOf(window.focusWidget())


def test_esc_in_a_panel_goes_back_to_the_canvas(window: MainWindow) -> None:
    window.services.selection.select(("route",))
    for panel in ("outline", "form", "problems"):
        window.regions.show_panel(panel)
        assert not window.canvas.isAncestorOf(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        assert window.canvas.isAncestorOf(QApplication.focusWidget())
        assert window.services.selection.nodes == ("route",)


def test_when_what_had_the_focus_goes_the_canvas_has_it(window: MainWindow, qtbot: QtBot) -> None:
    """A duplicate, made while a name was typed, got a form of its own: nothing had the focus then, keys were lost."""
    window.services.selection.select(("route",))
    window.show_panel("form")
    form = window.panel("form")
    assert form is not None
    qtbot.waitUntil(lambda: any(edit.accessibleName() == "Name" for edit in form.findChildren(QLineEdit)))
    next(edit for edit in form.findChildren(QLineEdit) if edit.accessibleName() == "Name").setFocus()
    window.run("edit.duplicate")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas.viewer)
    assert window.services.selection.nodes == ("route_2",)


def test_the_focus_does_not_wander_to_whatever_comes_next(window: MainWindow, qtbot: QtBot) -> None:
    """An undone step took its form with it, and Enter then pressed a row of the problems; a panel that was put away
    left the focus at the menu button.
    """
    window.services.selection.select(("route",))
    window.show_panel("form")
    window.run("edit.duplicate")
    form = window.panel("form")
    assert form is not None
    qtbot.waitUntil(lambda: any(edit.accessibleName() == "Name" for edit in form.findChildren(QLineEdit)))
    window.show_panel("problems")
    window.services.checking.check_now()
    typed = next(e for e in form.findChildren(QLineEdit) if e.accessibleName() == "Name" and e.isVisible())
    typed.setFocus()
    window.run("edit.undo")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas.viewer)

    window.regions.show_panel("outline")
    qtbot.waitUntil(lambda: not window.canvas.viewer.hasFocus())
    window.toggle_area("left")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas.viewer)

    window.services.selection.select(("route",))
    window.canvas.add_after()
    quick = window.canvas.floating.quick_add.line
    QTest.keyClicks(quick, "approval")
    QTest.keyClick(quick, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.isAncestorOf(QApplication.focusWidget() or window))
    window.run("edit.undo")
    qtbot.waitUntil(lambda: not form.isAncestorOf(QApplication.focusWidget() or form))
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas.viewer)


def test_the_focus_comes_back_from_whatever_is_hidden_one_after_the_other(window: MainWindow, qtbot: QtBot) -> None:
    """All in one turn: a form that goes, the button beside it, the row below."""
    window.services.selection.select(("route",))
    window.show_panel("form")
    form = window.panel("form")
    assert form is not None
    qtbot.waitUntil(lambda: any(edit.accessibleName() == "Name" for edit in form.findChildren(QLineEdit)))
    next(e for e in form.findChildren(QLineEdit) if e.accessibleName() == "Name" and e.isVisible()).setFocus()
    window.areas["right"].hide()
    for _ in range(3):
        pushed = QApplication.focusWidget()
        assert pushed is not None
        assert pushed is not window.canvas.viewer
        pushed.hide()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.canvas.viewer)


def test_ctrl_c_in_a_table_copies_what_is_selected_in_it(window: MainWindow, qtbot: QtBot) -> None:
    """It is a key of the window too, which copied the selected step, or nothing: two had claimed the key."""
    window.services.selection.select(("route",))
    window.show_panel("variables")
    panel = window.panel("variables")
    assert isinstance(panel, Variables)
    qtbot.waitUntil(lambda: panel.model.rowCount() > 2)
    row = next(n for n in range(panel.model.rowCount()) if panel.model.index(n, 0).data() == "input.dispute")
    panel.table.setCurrentIndex(panel.model.index(row, 0))
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "input.dispute"
    panel.table.setCurrentIndex(QModelIndex())
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "input.dispute", "nothing is selected: what was copied stays"


def test_ctrl_backspace_in_a_row_deletes_a_word_and_not_the_row(window: MainWindow, qtbot: QtBot) -> None:
    """Every text field on earth means a word by it; here the whole row with its expression was gone."""
    window.services.selection.select(("anything_owed",))
    window.show_panel("form")
    form = window.panel("form")
    assert form is not None
    rows = window.services.flow.node("anything_owed").config["conditions"]
    qtbot.waitUntil(lambda: any(edit.accessibleName() == "Label 1" for edit in form.findChildren(QLineEdit)))
    label = next(edit for edit in form.findChildren(QLineEdit) if edit.accessibleName() == "Label 1")
    label.setFocus()
    label.end(False)
    QTest.keyClicks(label, " or so")
    QTest.keyClick(label, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert label.text().endswith(" or ")
    assert len(window.services.flow.node("anything_owed").config["conditions"]) == len(rows)
    QTest.keyClick(label, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert len(window.services.flow.node("anything_owed").config["conditions"]) == len(rows) - 1
