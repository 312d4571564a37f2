"""The rail's lists: what can be placed, how it is found, placed and dragged."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.canvas.gestures.hits import body
from designer.document.commands.connect import disconnect
from designer.document.commands.delete import delete
from designer.window.main_window import MainWindow
from designer.window.placing import MIME
from designer.window.rail import KINDS
from designer.window.step_list import carried


@pytest.mark.parametrize("kind", [kind for kind, _, _ in KINDS])
def test_a_click_on_a_kind_lists_that_kind(window: MainWindow, kind: str) -> None:
    window.rail.buttons[kind].click()
    rows = list(window.step_list.rows())
    assert rows
    assert {str(row.found.category) for row in rows} == {kind}
    assert window.rail.buttons[kind].isChecked()
    window.rail.buttons[kind].click()
    assert not window.step_list.isVisible()
    assert not window.rail.buttons[kind].isChecked()


def test_adapters_stand_under_the_systems_that_the_project_knows(window: MainWindow) -> None:
    window.rail.buttons["adapter"].click()
    systems = {row.system: row.config for row in window.step_list.rows()}
    assert systems["Billing"] == {"connection": "billing"}


def test_typing_narrows_and_enter_places_in_the_flow(window: MainWindow) -> None:
    window.rail.buttons["add"].click()
    window.step_list.search.setText("billing http")
    assert len(list(window.step_list.rows())) == 1
    before = len(window.services.flow.nodes)
    QTest.keyClick(window.step_list.search, Qt.Key.Key_Return)
    flow = window.services.flow
    assert len(flow.nodes) == before + 1
    placed = flow.node(window.services.selection.node)
    assert (placed.type, placed.config) == ("adapters/http_request", {"connection": "billing"})
    assert not window.step_list.isVisible()


def test_enter_places_a_whole_step_behind_the_selected_one(window: MainWindow) -> None:
    """It was said to, and lay unconnected in the middle; an approval came without its choices."""
    window.services.document.do(delete(window.services.flow.id, ["audit_note"]))
    window.services.selection.select(("tell_customer",))
    window.services.document.do(disconnect(window.services.flow.id, [("tell_customer", "done", "how_it_ended")]))
    window.canvas.settle()
    window.rail.buttons["approval"].click()
    QTest.keyClick(window.step_list.search, Qt.Key.Key_Return)
    flow = window.services.flow
    placed = flow.node(window.services.selection.node)
    assert [choice["port"] for choice in placed.config["choices"]] == ["approve", "reject"]
    assert [edge.key for edge in flow.edges if edge.target == placed.id] == [("tell_customer", "done", placed.id)]
    window.rail.buttons["trigger"].click()
    QTest.keyClick(window.step_list.search, Qt.Key.Key_Return)
    flow = window.services.flow
    started = window.services.selection.node
    assert [edge for edge in flow.edges if edge.target == started] == []
    items = window.canvas.stage.projector.items
    assert not body(items[started]).intersects(QRectF(items[placed.id].x(), items[placed.id].y(), 600, 200))


def test_nothing_found_says_so(window: MainWindow) -> None:
    window.rail.buttons["add"].click()
    window.step_list.search.setText("zzz")
    assert window.step_list.empty.text() == "No step is called “zzz”."


def test_a_pinned_list_stays(window: MainWindow) -> None:
    window.rail.buttons["logging"].click()
    window.step_list.pin.setChecked(True)
    QTest.keyClick(window.step_list.search, Qt.Key.Key_Return)
    assert window.step_list.isVisible()


def test_a_drag_carries_the_type_and_what_is_filled_in(window: MainWindow) -> None:
    window.rail.buttons["adapter"].click()
    row = next(row for row in window.step_list.rows() if row.system == "Billing")
    said = json.loads(bytes(carried(row).data(MIME).data()))
    assert said == {"type": "adapters/http_request", "version": 1, "config": {"connection": "billing"}}


@pytest.mark.parametrize("pinned", [False, True])
def test_after_a_drop_the_keyboard_is_where_the_new_step_is(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, pinned: bool
) -> None:
    """The list stayed over the canvas and kept the keys: Del after a drop did nothing."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.rail.buttons["approval"].click()
    window.step_list.pin.setChecked(pinned)
    window.step_list.list.setFocus()
    monkeypatch.setattr(QDrag, "exec", lambda _drag, _actions: Qt.DropAction.CopyAction)
    window.step_list.list.startDrag(Qt.DropAction.CopyAction)
    assert window.step_list.isVisible() is pinned
    assert window.canvas.viewer.hasFocus()


def test_a_note_is_placed_by_the_rail(window: MainWindow) -> None:
    window.rail.note.click()
    notes = window.services.document.project.layouts["billing_dispute"]["notes"]
    window.services.document.undo()
    assert len(notes) == len(window.services.document.project.layouts["billing_dispute"].get("notes", ())) + 1


@pytest.mark.parametrize(("typed", "meant"), [("wait", "Wait"), ("signal", "Wait for a signal"), ("", "Start by hand")])
def test_enter_places_what_is_called_as_was_typed(window: MainWindow, typed: str, meant: str) -> None:
    """Of "wait", the join came first, since its help says that it waits."""
    window.rail.buttons["add"].click()
    window.step_list.search.setText(typed)
    assert window.step_list.list.currentItem().text() == meant
