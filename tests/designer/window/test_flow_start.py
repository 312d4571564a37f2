"""The first step of an empty flow stands in the middle of what is visible, whatever panels were or are opened."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from designer.canvas.gestures.drops import MIME
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.set_part import set_role
from designer.window.desktop import Desktop
from designer.window.flow_start import FlowStart
from designer.window.main_window import MainWindow


def off_centre(window: MainWindow) -> tuple[int, int]:
    """How many pixels the only step stands right of and below the middle of the canvas."""
    (node,) = window.canvas.stage.projector.items
    at, middle = window.canvas.to_view(node), window.canvas.viewer.viewport().rect().center()
    return abs(at.x() - middle.x()), abs(at.y() - middle.y())


def test_replay_lets_nobody_begin_to_draw(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.new()
    window = desktop.windows[-1]
    window.show()
    qtbot.waitExposed(window)
    start = window.work.start
    assert not start.buttons[0].isHidden()
    window.show_mode("replay")
    assert start.title.text() == "No steps yet"
    assert start.buttons[0].isHidden()
    window.show_mode("design")
    assert start.title.text() == "What starts this flow?"
    assert not start.buttons[0].isHidden()
    window.services.document.mark_saved()


def test_the_first_step_stands_in_the_middle_whatever_panels_open(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.new()
    window = desktop.windows[-1]
    window.resize(1400, 900)
    window.show()
    qtbot.waitExposed(window)
    window.show_panel("problems")
    window.work.start.buttons[0].click()
    qtbot.waitUntil(lambda: window.canvas.viewer.viewport().width() > 700)
    qtbot.waitUntil(lambda: max(off_centre(window)) <= 2)
    window.show_panel("variables")
    window.resize(1100, 760)
    qtbot.waitUntil(lambda: window.canvas.viewer.viewport().height() < 640)
    qtbot.waitUntil(lambda: max(off_centre(window)) <= 2)

    window.services.document.undo()
    assert not window.canvas.isVisible()
    window.resize(1300, 860)
    window.work.start.buttons[0].click()
    qtbot.waitUntil(lambda: max(off_centre(window)) <= 2)
    window.services.document.mark_saved()


def test_the_first_step_that_is_asked_for_by_name_has_its_first_field_focused(desktop: Desktop, qtbot: QtBot) -> None:
    """The canvas took the focus back a moment later, and Esc, which leaves a form, deselected the step."""
    desktop.new()
    window = desktop.windows[-1]
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.run("flow.add_step")
    line = window.canvas.floating.quick_add.line
    qtbot.waitUntil(line.hasFocus)
    qtbot.keyClicks(line, "start")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.wait(50)
    focus = QApplication.focusWidget()
    form = window.panel("form")
    assert form is not None
    assert form.isAncestorOf(focus)
    qtbot.keyClick(focus, Qt.Key.Key_Escape)
    assert window.canvas.viewer.hasFocus()
    assert window.services.selection.node is not None
    window.services.document.mark_saved()


def test_behind_the_button_that_starts_a_flow_tab_adds_the_next_step(desktop: Desktop, qtbot: QtBot) -> None:
    """As the first lines of README say it: the cursor stood in the trigger's form, where Tab went to its next field."""
    desktop.new()
    window = desktop.windows[-1]
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.findChild(FlowStart).buttons[0].click()
    assert window.canvas.viewer.hasFocus()
    qtbot.keyClick(window.canvas.viewer, Qt.Key.Key_Tab)
    assert window.canvas.floating.quick_add.line.hasFocus()
    window.services.document.mark_saved()


def test_an_empty_flow_takes_steps_by_key_by_double_click_and_from_the_palette(desktop: Desktop, qtbot: QtBot) -> None:
    """The page stood in front of the canvas and did nothing of what the canvas does."""
    desktop.new()
    window = desktop.windows[-1]
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    start, quick_add = window.work.start, window.canvas.floating.quick_add
    start.buttons[0].setFocus()
    qtbot.keyClick(start.buttons[0], Qt.Key.Key_A)
    assert quick_add.isVisible()
    qtbot.keyClick(quick_add.line, Qt.Key.Key_Escape)
    qtbot.waitUntil(start.isVisible)
    qtbot.mouseDClick(start, Qt.MouseButton.LeftButton)
    assert quick_add.isVisible()
    qtbot.keyClick(quick_add.line, Qt.Key.Key_Escape)
    mime = QMimeData()
    mime.setData(MIME, QByteArray(b'{"type": "triggers/manual"}'))
    for kind in (QDragEnterEvent, QDropEvent):
        at = QPoint(40, 40) if kind is QDragEnterEvent else QPointF(40, 40)
        event = kind(at, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(start, event)
        assert event.isAccepted()
    flow = window.services.flow
    assert flow is not None
    assert [node.type for node in flow.nodes] == ["triggers/manual"]
    window.services.document.mark_saved()


def test_edit_roles_leads_to_where_one_is_added_and_the_step_offers_it(desktop: Desktop, qtbot: QtBot) -> None:
    """It led to the top of a long page, and whoever had found the roles there did not find the new one at the step."""
    desktop.new()
    window = desktop.windows[-1]
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    flow = window.services.selection.flow
    window.services.document.do(add_node(flow, new_node("ask", "approval", 1, "Ask"), (0, 0)))
    window.services.selection.select(("ask",))
    form = window.show_panel("form")
    named = [one for one in form.findChildren(QComboBox) if one.accessibleName().startswith("Who decides")]
    (choice,) = named
    choice.activated.emit(choice.findText("Edit roles …"))
    qtbot.waitUntil(lambda: getattr(QApplication.focusWidget(), "text", str)() == "Add role")
    window.services.document.do(set_role("finance", "Finance team"))
    window.show_flow(flow)
    assert choice.isVisible()
    assert choice.findText("Finance team") >= 0
    window.services.document.mark_saved()
