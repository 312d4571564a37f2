"""The outline: all that the canvas does, by keyboard, with words for screen readers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from designer.canvas.gestures.hits import body
from designer.document.commands.add_node import add_node
from designer.document.commands.connect import disconnect
from designer.document.commands.delete import delete
from designer.document.commands.notes import group_steps
from designer.document.commands.set_field import set_field
from designer.keeping.examples import examples
from designer.panels.outline.dialogs import AddStep, Connect
from designer.panels.outline.order import reading_order
from designer.panels.outline.rows import EDGE, OutlineRows
from designer.panels.outline.tree import OutlineTree, stretches
from designer.panels.outline.view import PAUSE_MS, Outline
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from runtime.model.files import load_project
from runtime.model.flow import Node

FLOW = "billing_dispute"


@pytest.fixture
def outline(window: MainWindow) -> Outline:
    panel = window.show_panel("outline")
    assert isinstance(panel, Outline)
    return panel


def go_to(outline: Outline, node: str) -> None:
    outline.tree.setCurrentIndex(outline.rows.find(node))


def outcomes(outline: Outline, node: str) -> list[QModelIndex]:
    step = outline.rows.find(node)
    return [outline.rows.index(row, 0, step) for row in range(outline.rows.rowCount(step))]


def test_steps_stand_in_reading_order_each_once() -> None:
    flow = load_project(Path(__file__).parents[3] / "projects" / FLOW).flows[FLOW]
    order = [node.id for node in reading_order(flow)]
    assert sorted(order) == sorted(node.id for node in flow.nodes)
    assert order[0] == "dispute_received"
    assert order.index("get_customer") < order.index("facts_gathered") < order.index("route") < order.index("refund")


def test_a_step_says_what_it_is_and_where_it_leads(outline: Outline) -> None:
    at = outline.rows.find("route")
    assert at.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Who decides?, decision, ")
    ways = [below.data() for below in outcomes(outline, "route")]
    assert "Refund at once → Paid already?" in ways


def test_selection_goes_both_ways(outline: Outline, window: MainWindow) -> None:
    go_to(outline, "refund")
    assert window.services.selection.nodes == ("refund",)
    window.services.selection.select(("route",))
    assert outline.current == "route"


def test_f2_renames(outline: Outline, window: MainWindow, qtbot: QtBot) -> None:
    go_to(outline, "route")
    QTest.keyClick(outline.tree, Qt.Key.Key_F2)
    line = outline.tree.findChild(QLineEdit)
    line.setText("Who says so?")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.services.flow.node("route").title == "Who says so?")


def test_delete_takes_a_step_and_on_an_outcome_its_connection(outline: Outline, window: MainWindow) -> None:
    go_to(outline, "work_out")
    QTest.keyClick(outline.tree, Qt.Key.Key_Delete)
    assert window.services.flow.node("work_out") is None
    first = outcomes(outline, "route")[0]
    key = tuple(first.data(EDGE))
    outline.tree.setCurrentIndex(first)
    QTest.keyClick(outline.tree, Qt.Key.Key_Delete)
    assert key not in {edge.key for edge in window.services.flow.edges}
    assert window.services.flow.node("route") is not None


def test_c_connects_and_a_refusal_says_why(
    outline: Outline, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def choose(dialog: Connect) -> int:
        dialog.port.setCurrentIndex(dialog.port.findData("error"))
        dialog.target.setCurrentIndex(dialog.target.findData("dispute_received"))
        said.append(dialog.said.text())
        assert not dialog.go.isEnabled()
        dialog.target.setCurrentIndex(dialog.target.findData("audit_note"))
        assert dialog.go.isEnabled()
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(Connect, "exec", choose)
    go_to(outline, "refund")
    QTest.keyClick(outline.tree, Qt.Key.Key_C)
    assert "starts the flow, so nothing can lead into it" in said[0]
    assert ("refund", "error", "audit_note") in {edge.key for edge in window.services.flow.edges}


def test_insert_adds_a_step_behind_this_one(
    outline: Outline, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(dialog: AddStep) -> int:
        index = next(n for n in range(dialog.kind.count()) if dialog.kind.itemData(n).id == "logging/note")
        dialog.kind.setCurrentIndex(index)
        dialog.name.setText("Second look")
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(AddStep, "exec", choose)
    go_to(outline, "refund")
    QTest.keyClick(outline.tree, Qt.Key.Key_Insert)
    assert window.services.flow.node("second_look").title == "Second look"
    assert [edge for edge in window.services.flow.edges if edge.target == "second_look"]
    assert outline.current == "second_look"


def test_insert_on_a_connection_puts_a_whole_step_into_it(
    outline: Outline, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was put beside the connection, so that both went on; and an approval came without its choices, so that
    nothing could follow it, where the same step from the canvas had them.
    """

    def choose(dialog: AddStep) -> int:
        index = next(n for n in range(dialog.kind.count()) if dialog.kind.itemData(n).id == "approval")
        dialog.kind.setCurrentIndex(index)
        dialog.name.setText("Second look")
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(AddStep, "exec", choose)
    outline.tree.expand(outline.rows.find("refund"))
    done = next(row for row in outcomes(outline, "refund") if row.data(EDGE)[1] == "done")
    source, port, target = done.data(EDGE)
    outline.tree.setCurrentIndex(done)
    QTest.keyClick(outline.tree, Qt.Key.Key_Insert)
    flow = window.services.flow
    keys = {edge.key for edge in flow.edges}
    assert {(source, port, "second_look"), ("second_look", "approve", target)} <= keys
    assert (source, port, target) not in keys
    assert [choice["port"] for choice in flow.node("second_look").config["choices"]] == ["approve", "reject"]
    cards = window.canvas.stage.projector.items
    new = body(cards["second_look"])
    assert not [name for name, item in cards.items() if name != "second_look" and body(item).intersects(new)]


def test_a_place_is_only_offered_for_a_kind_that_may_stand_there(
    outline: Outline, window: MainWindow, qtbot: QtBot
) -> None:
    """An end was offered in the middle of a line, and refused once all was filled in."""
    dialog = AddStep(window.services, "route", outline)
    qtbot.addWidget(dialog)
    window.services.document.do(disconnect(FLOW, [outcomes(outline, "route")[0].data(EDGE)]))
    free = AddStep(window.services, "route", outline)
    qtbot.addWidget(free)

    def offered(asked: AddStep, kind: str) -> list[int]:
        asked.kind.setCurrentIndex(next(n for n in range(asked.kind.count()) if asked.kind.itemData(n).id == kind))
        return [len(asked.behind.itemData(n) or ()) for n in range(asked.behind.count())]

    assert set(offered(dialog, "logging/note")[1:]) == {3}
    assert dialog.behind.currentIndex() == 1
    assert offered(dialog, "control/end") == [0]
    QTest.keyClicks(dialog.name, " of Ana")
    assert set(offered(dialog, "logging/note")[1:]) == {3}
    assert dialog.behind.currentIndex() == 1
    assert dialog.name.text() == "End of Ana"
    assert offered(free, "control/end") == [0, 2]
    assert free.behind.currentData() == ("route", outcomes(outline, "route")[0].data(EDGE)[1])
    assert offered(free, "triggers/manual") == [0]


def test_enter_on_an_outcome_goes_to_where_it_leads(outline: Outline) -> None:
    outline.tree.expand(outline.rows.find("dispute_received"))
    first = outcomes(outline, "dispute_received")[0]
    outline.tree.setCurrentIndex(first)
    outline.tree.activated.emit(first)
    assert outline.current == "get_customer"


def test_what_is_not_connected_stands_below_its_step_too(outline: Outline, window: MainWindow) -> None:
    window.services.document.do(disconnect(FLOW, [outcomes(outline, "refund")[0].data(EDGE)]))
    outline.fill()
    said = [below.data() for below in outcomes(outline, "refund")]
    assert len([words for words in said if words.endswith("→ not connected")]) == 1
    assert not outline.rows.hasChildren(outcomes(outline, "refund")[0])


def test_what_was_open_and_where_the_cursor_stood_stay_when_the_flow_changes(
    outline: Outline, window: MainWindow, qtbot: QtBot
) -> None:
    outline.tree.expand(outline.rows.find("route"))
    outline.tree.setCurrentIndex(outcomes(outline, "route")[0])
    window.services.document.do(set_field(FLOW, "refund", "title", "Pay it back"))
    qtbot.waitUntil(lambda: outline.rows.find("refund").data() == "Pay it back")
    assert outline.tree.isExpanded(outline.rows.find("route"))
    assert outline.tree.currentIndex().parent() == outline.rows.find("route")
    window.services.document.do(delete(FLOW, ["refund"]))
    qtbot.waitUntil(lambda: not outline.rows.find("refund").isValid())
    assert outline.tree.isExpanded(outline.rows.find("route"))
    assert outline.tree.currentIndex().parent() == outline.rows.find("route")


def test_a_tree_is_laid_out_anew_only_when_other_rows_stand_in_it(
    outline: Outline, window: MainWindow, qtbot: QtBot
) -> None:
    """With a thousand steps open, each letter of a title held the window up for a fifth of a second."""
    laid_out: list[bool] = []
    outline.rows.modelReset.connect(lambda: laid_out.append(True))
    window.services.document.do(set_field(FLOW, "refund", "title", "Pay it back"))
    outline.fill()
    assert laid_out == []
    ways = {below.data() for node in outline.rows.steps_at(0, 99) for below in outcomes(outline, node)}
    assert any(way.endswith("→ Pay it back") for way in ways)
    gone = window.services.flow.edges[0].key
    window.services.document.do(disconnect(FLOW, [gone]))
    outline.fill()
    assert laid_out == [True]


def test_whoever_selects_over_several_steps_selects_steps(outline: Outline, window: MainWindow) -> None:
    """Steps and the outcomes between them, one by one, took a second where there are a thousand."""
    selection, tree = window.services.selection, outline.tree
    tree.expandAll()
    tree.setFocus()
    _with(tree, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert set(selection.nodes) == {node.id for node in window.services.flow.nodes}
    assert (selection.edges, len(tree.selectionModel().selection())) == ((), 1)
    first, second, third = outline.rows.steps_at(0, 2)
    go_to(outline, second)
    _with(tree, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    assert (selection.nodes, selection.edges) == ((first, second), ())
    go_to(outline, third)
    _with(tree, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert (selection.nodes, selection.edges) == ((second, third), ())
    tree.setCurrentIndex(outcomes(outline, second)[0])
    assert (selection.nodes, [edge[0] for edge in selection.edges]) == ((), [second])


def test_what_nobody_looks_at_is_not_made(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow of a thousand steps held the window up for a third of a second at every change."""
    made: list[str] = []
    make = OutlineRows._made_ways
    monkeypatch.setattr(OutlineRows, "_made_ways", lambda rows, node: made.append(node.id) or make(rows, node))
    outline = window.show_panel("outline")
    outline.grab()
    assert made == []
    shown = len(outline.rows._rows)
    window.toggle_area("left")
    window.services.document.do(delete(FLOW, ["refund"]))
    qtbot.wait(3 * PAUSE_MS)
    assert len(outline.rows._rows) == shown
    window.toggle_area("left")
    assert len(outline.rows._rows) == shown - 1


def test_all_selected_is_one_stretch() -> None:
    assert stretches([0, 1, 2, 5, 7, 8]) == [(0, 2), (5, 5), (7, 8)]


def _with(tree: OutlineTree, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    QTest.keyClick(tree, key, held)
    QTest.keyRelease(tree, Qt.Key.Key_Shift)  # else Qt takes what was held for held still


def test_a_step_that_is_not_filled_in_yet_can_be_connected_as_on_the_canvas(
    outline: Outline, window: MainWindow, qtbot: QtBot
) -> None:
    window.services.document.do(
        add_node(FLOW, Node(id="fresh", type="adapters/http_request", version=1, title="Fresh"), (0, 0))
    )
    outline.fill()
    assert [below.data() for below in outcomes(outline, "fresh")] == ["Done → not connected", "Error → not connected"]
    dialog = Connect(window.services, "fresh", outline)
    qtbot.addWidget(dialog)
    assert [dialog.port.itemText(n) for n in range(dialog.port.count())] == ["Done", "Error"]


@pytest.mark.parametrize("kind", [AddStep, Connect])
def test_typing_in_a_dialog_begins_at_its_first_field(
    kind: type[AddStep | Connect], outline: Outline, window: MainWindow, qtbot: QtBot
) -> None:
    dialog = kind(window.services, "refund", outline)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    first = dialog.kind if isinstance(dialog, AddStep) else dialog.port
    assert dialog.focusWidget() is first
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is (dialog.name if isinstance(dialog, AddStep) else dialog.target)


def test_a_step_says_which_groups_it_lies_in(outline: Outline, window: MainWindow) -> None:
    services = window.services
    services.document.do(group_steps(FLOW, "inner", ["get_customer", "get_history"], title="Ask the CRM"))
    outline.fill()
    said = outline.rows.find("get_customer").data(Qt.ItemDataRole.AccessibleTextRole)
    assert "in Ask the CRM, in Gather the facts" in said
    tip = outline.rows.find("get_customer").data(Qt.ItemDataRole.ToolTipRole)
    assert "in Ask the CRM, in Gather the facts" in tip
    assert ", in " not in outline.rows.find("dispute_received").data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_row_says_how_the_run_stands_there(desktop: Desktop, qtbot: QtBot) -> None:
    """Who can't see the canvas did not learn where a run waits."""
    window = desktop.try_example(examples()[0])
    session = window.services.extras["session"]
    window.show_mode("test")
    outline = window.show_panel("outline")
    assert isinstance(outline, Outline)

    def said(node: str, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> str:
        return str(outline.rows.find(node).data(role))

    assert said("route") == "Who decides?"
    window.run("run.run")
    qtbot.waitUntil(lambda: bool(session.tasks))
    assert said("route") == "Who decides?  ·  Done"
    assert said("route", Qt.ItemDataRole.AccessibleTextRole).startswith("Who decides?, done, decision, ")
    (task,) = session.tasks
    assert said(task.node).endswith(f"  ·  Waiting for {task.role_title}")
    session.look_at(1)
    assert said("route") == "Who decides?"
    session.look_at(session.story.last_seq)
    session.answer(task, "approve", "petra")
    qtbot.waitUntil(lambda: session.story.ended)
    reached = session.story.standings(session.story.last_seq)
    others = [node.id for node in session.story.flow.nodes if node.id not in reached]
    assert all(said(node).endswith("  ·  Not reached") for node in others)
    assert others
    window.show_mode("design")
    assert "·" not in said("route")
