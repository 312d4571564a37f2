"""A page stands in place of the flow: keys and menus act on the page or on nothing, never on the flow behind it; Esc
goes back to the flow.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from designer.document.commands.set_part import set_form
from designer.editors.decision_table.clipboard import to_text
from designer.editors.decision_table.page import TablePage
from designer.window.main_window import MainWindow
from nodes.dmn.editing import read_table

CTRL = Qt.KeyboardModifier.ControlModifier
FLOW, TABLE = "billing_dispute", "dispute_route"


@pytest.fixture
def in_front(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.services.selection.select(("refund",))
    window.run("edit.copy")
    return window


@pytest.fixture
def table(in_front: MainWindow) -> TablePage:
    page = in_front.open_editor("decision_table", TABLE)
    assert isinstance(page, TablePage)
    page.grid.show_rule(0)
    page.grid.setFocus()
    in_front.book.refresh()
    return page


def rules(window: MainWindow) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(window.services.document.project.decisions[TABLE]).rows]


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, held)


def test_keys_of_the_edit_menu_act_on_the_table_and_not_on_the_flow_behind_it(
    in_front: MainWindow, table: TablePage
) -> None:
    flow, before = in_front.services.flow, rules(in_front)
    press(Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == to_text([[before[0][0]]])
    press(Qt.Key.Key_D, CTRL)
    assert rules(in_front)[:2] == [before[0], before[0]]
    table.grid.show_rule(0, 1)
    press(Qt.Key.Key_V, CTRL)
    assert rules(in_front)[0][1] != before[0][1]
    press(Qt.Key.Key_Delete)
    assert rules(in_front)[0][1] == "-"
    press(Qt.Key.Key_X, CTRL)
    press(Qt.Key.Key_G, CTRL)
    press(Qt.Key.Key_A, CTRL)
    assert table.grid.selected_rules() == list(range(len(before) + 1))
    press(Qt.Key.Key_F2)
    assert isinstance(QApplication.focusWidget(), QLineEdit), "the cell is typed in"
    assert in_front.services.flow is flow


def test_the_menu_does_the_same_and_says_what_is_only_for_the_flow(in_front: MainWindow, table: TablePage) -> None:
    flow, before = in_front.services.flow, rules(in_front)
    in_front.run("edit.duplicate")
    assert rules(in_front)[:2] == [before[0], before[0]]
    for name in ("edit.rename", "edit.replace_kind", "flow.note", "flow.tidy_up", "flow.delete", "run.breakpoint"):
        in_front.run(name)
        assert not in_front.book.action(name).isEnabled(), name
        assert in_front.status.said.text().endswith("Go back to the flow (Esc) first."), name
    assert in_front.services.flow is flow
    in_front.show_flow(FLOW)
    in_front.book.refresh()
    assert in_front.book.action("edit.rename").isEnabled()


def test_while_the_case_above_the_table_is_typed_no_rule_is_copied(in_front: MainWindow, table: TablePage) -> None:
    project = in_front.services.document.project
    next(iter(table.trying.fields.values())).setFocus()
    press(Qt.Key.Key_D, CTRL)
    in_front.run("edit.delete")
    assert in_front.services.document.project is project


def test_what_is_typed_in_a_cell_is_kept_when_its_rule_is_duplicated_or_moved(
    in_front: MainWindow, table: TablePage
) -> None:
    for rule, key, held in ((0, Qt.Key.Key_D, CTRL), (1, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)):
        table.grid.show_rule(rule)
        press(Qt.Key.Key_F2)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        editor.setText(f'"word {rule}"')
        press(key, held)
        assert rules(in_front)[rule + (rule > 0)][0] == f'"word {rule}"'
    assert rules(in_front)[1][0] != rules(in_front)[0][0]


def test_esc_goes_from_every_page_back_to_the_flow(in_front: MainWindow) -> None:
    in_front.services.document.do(
        set_form("refund_form", {"type": "object", "properties": {"why": {"type": "string"}}})
    )
    flow = in_front.services.flow
    for name, key in (
        ("connections", ""), ("flow_settings", FLOW), ("samples", FLOW), ("secrets", ""), ("form", "refund_form"),
    ):  # fmt: skip
        in_front.canvas.setFocus()
        page = in_front.open_editor(name, key)
        assert page is not None
        press(Qt.Key.Key_D, CTRL)
        press(Qt.Key.Key_G, CTRL)
        assert in_front.work.editor is page
        press(Qt.Key.Key_Escape)
        assert in_front.work.editor is None, name
        focus = QApplication.focusWidget()
        assert isinstance(focus, QWidget)
        assert in_front.canvas.isAncestorOf(focus), name
    assert in_front.services.flow is flow, "nothing happens to the flow that is not seen"
    assert in_front.services.selection.nodes == ("refund",)


def test_esc_in_a_cell_gives_up_what_is_typed_and_stays(in_front: MainWindow, table: TablePage) -> None:
    before = rules(in_front)
    press(Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "else")
    press(Qt.Key.Key_Escape)
    assert in_front.work.editor is table
    assert rules(in_front) == before
    press(Qt.Key.Key_Escape)
    assert in_front.work.editor is None


def test_a_window_that_closes_ends_what_its_pages_do_beside_it(
    in_front: MainWindow, table: TablePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that came back to a page that was gone ended in an error nobody could read."""
    ended: list[QWidget] = []
    close = table.close_editor
    monkeypatch.setattr(table, "close_editor", lambda: (ended.append(table), close()))
    in_front.services.document.mark_saved()
    in_front.close()
    assert ended == [table]
