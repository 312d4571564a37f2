"""The project tree and the history list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from designer.document.commands.change_flows import add_flow
from designer.document.commands.set_field import set_field
from designer.panels.history.view import History
from designer.panels.project.view import ProjectTree
from designer.window.main_window import MainWindow

FLOW = "billing_dispute"
WHAT = Qt.ItemDataRole.UserRole


@pytest.fixture
def tree(window: MainWindow) -> ProjectTree:
    panel = window.show_panel("project")
    assert isinstance(panel, ProjectTree)
    return panel


def item(tree: ProjectTree, kind: str, key: str) -> QTreeWidgetItem:
    for group in tree._groups():
        for number in range(group.childCount()):
            if group.child(number).data(0, WHAT)[:2] in ((kind, key), [kind, key]):
                return group.child(number)
    raise AssertionError(f"no {kind} {key}")


def test_all_parts_are_listed(tree: ProjectTree) -> None:
    titles = [group.text(0) for group in tree._groups()]
    assert titles[0] == "Flows  1"
    assert titles[-1] == "Connections  5"
    assert item(tree, "connection", "billing").text(0) == "Billing"


def test_renaming_a_connection_renames_it_everywhere(tree: ProjectTree, window: MainWindow) -> None:
    tree.tree.setCurrentItem(item(tree, "connection", "billing"))
    QTest.keyClick(tree.tree, Qt.Key.Key_F2)
    item(tree, "connection", "billing").setText(0, "invoices")
    assert "invoices" in window.services.document.project.connections
    assert window.services.flow.node("get_invoice").config["connection"] == "invoices"


def test_f2_in_the_tree_renames_its_row_not_the_selected_step(
    tree: ProjectTree, window: MainWindow, qtbot: QtBot
) -> None:
    """F2 is a key of the window too: it typed over the card, and Del after it would have deleted the step."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.services.selection.select(("refund",))
    tree.tree.setCurrentItem(item(tree, "connection", "billing"))
    tree.tree.setFocus()
    QTest.keyClick(tree.tree, Qt.Key.Key_F2)
    assert tree.tree.is_editing
    assert window.canvas.floating.typing.editor is None


def test_a_name_that_cannot_be_is_refused_in_words(tree: ProjectTree, window: MainWindow) -> None:
    item(tree, "connection", "billing").setText(0, "crm")
    assert window.status.said.text() == "There is a connection “crm” already. Choose another name."
    assert "billing" in window.services.document.project.connections


def test_a_flow_is_duplicated_with_what_belongs_to_it(tree: ProjectTree, window: MainWindow) -> None:
    before = window.services.document.project
    tree.tree.setCurrentItem(item(tree, "flow", FLOW))
    tree.duplicate()
    project, new = window.services.document.project, "copy_of_resolve_a_billing_dispute"
    assert window.services.selection.flow == new
    assert project.flows[new].title == "Copy of Resolve a billing dispute"
    assert project.flows[new].nodes == project.flows[FLOW].nodes
    for part in ("layouts", "samples", "scenarios"):
        assert getattr(project, part)[new] == getattr(project, part)[FLOW]
    window.run("edit.undo")
    assert window.services.document.project is before


def test_names_stand_by_the_numbers_in_them(tree: ProjectTree, window: MainWindow, qtbot: QtBot) -> None:
    for number in (10, 2, 1):
        window.services.document.do(add_flow(f"flow_{number}", f"Flow {number}"))

    def listed() -> list[str]:
        group = tree._groups()[0]
        return [group.child(number).text(0) for number in range(group.childCount())]

    qtbot.waitUntil(lambda: len(listed()) == 4)
    assert listed() == ["Flow 1", "Flow 2", "Flow 10", "Resolve a billing dispute"]


def test_deleting_what_is_used_says_so_and_can_be_undone(tree: ProjectTree, window: MainWindow) -> None:
    tree.tree.setCurrentItem(item(tree, "connection", "billing"))
    QTest.keyClick(tree.tree, Qt.Key.Key_Delete)
    assert "billing" not in window.services.document.project.connections
    assert "was used in" in window.status.said.text()
    window.run("edit.undo")
    assert "billing" in window.services.document.project.connections


def test_where_used_lists_the_steps(tree: ProjectTree, window: MainWindow) -> None:
    tree.tree.setCurrentItem(item(tree, "connection", "fraud"))
    tree.where_used()
    (found,) = [w for w in window.findChildren(QWidget, "find") if w.isVisible()]
    assert found.titles == ["Fraud check"]


def test_the_history_names_each_change_and_a_click_goes_there(window: MainWindow) -> None:
    for title in ("One", "Two"):
        window.services.document.do(set_field(FLOW, "route" if title == "One" else "refund", "title", title))
    panel = window.show_panel("history")
    assert isinstance(panel, History)
    model = panel.list.model()
    named = [model.index(row, 0).data() for row in range(model.rowCount(panel.list.rootIndex()))]
    assert named == ["As it was opened", "Change title of “One”", "Change title of “Two”"]
    panel.list.setCurrentIndex(model.index(1, 0))
    assert window.services.flow.node("route").title == "One"
    assert window.services.flow.node("refund").title == "Refund the money"


def test_what_is_listed_together_has_one_page_that_shows_the_one(tree: ProjectTree, window: MainWindow) -> None:
    assert item(tree, "sample", "not_paid_yet").text(0) == "Not paid yet"
    for key in ("not_paid_yet", "letter"):
        tree.open(item(tree, "sample", key))
        assert window.work.stack.currentWidget().name == key
    tree.open(item(tree, "connection", "fraud"))
    assert window.work.stack.currentWidget().name == "fraud"
    assert [page.editor for page in window.work.pages] == [None, "samples", "connections"]


def test_the_cursor_goes_to_the_neighbour_of_what_went_and_back_to_what_undo_brings(
    tree: ProjectTree, window: MainWindow, qtbot: QtBot
) -> None:
    tree.tree.setCurrentItem(item(tree, "connection", "crm"))
    group = item(tree, "connection", "crm").parent()
    place = group.indexOfChild(item(tree, "connection", "crm"))
    below = group.child(place + 1).data(0, WHAT)[1]
    QTest.keyClick(tree.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: tree.current == ("connection", below, ""))
    tree.tree.setCurrentItem(item(tree, "decision", "dispute_route"))
    window.run("edit.undo")
    qtbot.waitUntil(lambda: tree.current == ("connection", "crm", ""))
    tree.tree.setCurrentItem(item(tree, "decision", "dispute_route"))
    QTest.keyClick(tree.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: tree.current != ("decision", "dispute_route", ""))
    window.run("edit.undo")
    qtbot.waitUntil(lambda: tree.current == ("decision", "dispute_route", ""))
