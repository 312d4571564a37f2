"""The table by keyboard alone: typing goes on while the table is checked, and Tab comes in and out."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from designer.document.commands.edit_decision import add_decision, edit_table
from designer.editors.decision_table.page import TablePage
from designer.pieces.tab_order import first_seen
from designer.services import Services
from designer.theme.alive import alive
from nodes.dmn.editing import Column, TableEdit, fresh_model

COLUMNS = (
    Column("input", "Amount", "claim.amount", "number"),
    Column("output", "Outcome", "outcome", "string"),
    Column("annotation", "Note"),
)
ROWS = (
    ("<= 150.00", '"pay"', "Small: pay out"),
    ("[150.01..500)", '"ask"', "A person checks the amount"),
    (">= 500", '"ask twice"', "Two check it"),
)


@pytest.fixture
def page(services: Services, qtbot: QtBot) -> Iterator[TablePage]:
    services.document.do(add_decision("route", fresh_model("Route", COLUMNS, ROWS, hit_policy="FIRST")))
    made = TablePage(services, "route")
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    _checked(made, qtbot)
    yield made
    made.close_editor()


def _checked(page: TablePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "Checking …" not in page.summary.words, timeout=5_000)


def _cells(services: Services) -> list[str]:
    return [row.cells[0] for row in TableEdit(services.document.project.decisions["route"]).sheet.rows]


def _editor(page: TablePage) -> QLineEdit:
    found = [field for field in page.grid.viewport().findChildren(QLineEdit) if field.isVisible()]
    assert len(found) == 1
    return found[0]


def _type(page: TablePage, rule: int, text: str) -> QLineEdit:
    page.grid.setFocus()
    page.grid.show_rule(rule)
    QTest.keyClick(page.grid, Qt.Key.Key_F2)
    editor = _editor(page)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    return editor


def _enter(editor: QLineEdit, qtbot: QtBot) -> None:
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not alive(editor) or not editor.isVisible(), timeout=15_000)


def test_what_is_being_typed_survives_that_a_gap_is_found_and_goes(
    page: TablePage, services: Services, qtbot: QtBot
) -> None:
    _enter(_type(page, 0, "<= 100"), qtbot)
    assert page.summary.words == ("Checking …",)
    half = _type(page, 2, ">= 4")
    qtbot.waitUntil(lambda: any(line.gap for line in page.grid.rows.lines), timeout=5_000)
    assert _editor(page) is half
    assert half.text() == ">= 4"
    QTest.keyClicks(half, "50")
    _enter(half, qtbot)
    assert _cells(services) == ["<= 100", "[150.01..500)", ">= 450"]

    half = _type(page, 0, "<= 1")
    services.document.do(edit_table("Change rule 2", "route", None, lambda edit: edit.set_cell(1, 0, "(100..500)")))
    qtbot.waitUntil(lambda: not any(line.gap for line in page.grid.rows.lines), timeout=5_000)
    _checked(page, qtbot)
    assert _editor(page).text() == "<= 1"


def test_after_enter_the_keys_still_go_to_the_table(page: TablePage, services: Services, qtbot: QtBot) -> None:
    _enter(_type(page, 0, "<= 100"), qtbot)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.grid)
    _checked(page, qtbot)
    _enter(_type(page, 0, "<= 150"), qtbot)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.grid)
    assert _cells(services)[0] == "<= 150"


def test_enter_goes_to_the_cell_below_and_past_a_gap(page: TablePage, services: Services, qtbot: QtBot) -> None:
    _enter(_type(page, 0, "<= 100"), qtbot)
    qtbot.waitUntil(lambda: (page.grid.rule, page.grid.currentIndex().column()) == (1, 1))
    qtbot.waitUntil(lambda: any(line.gap for line in page.grid.rows.lines), timeout=5_000)
    page.grid.show_rule(2)
    QTest.keyClick(page.grid, Qt.Key.Key_F2)
    _enter(_editor(page), qtbot)
    qtbot.waitUntil(lambda: page.grid.rows.lines[page.grid.currentIndex().row()].adds)  # a gap is no cell
    _checked(page, qtbot)
    _enter(_type(page, 2, ">= 501"), qtbot)
    qtbot.waitUntil(lambda: page.grid.rows.lines[page.grid.currentIndex().row()].adds)
    QTest.keyClick(page.grid, Qt.Key.Key_Return)
    assert len(_cells(services)) == 4
    editor = _type(page, 1, "x")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert page.grid.rule == 1, "what is given up stays where it is"


def test_the_cell_that_is_worked_on_stays_in_sight_when_there_is_less_room(page: TablePage, qtbot: QtBot) -> None:
    page.grid.add_rule()
    page.grid.setFocus()
    qtbot.waitUntil(page.grid.hasFocus)
    page.resize(1200, 430)
    here = page.grid.visualRect(page.grid.currentIndex())
    qtbot.waitUntil(lambda: page.grid.viewport().height() < 200)
    here = page.grid.visualRect(page.grid.currentIndex())
    assert here.top() >= 0
    assert here.bottom() <= page.grid.viewport().height()


def test_typing_begins_in_the_table_and_tab_leaves_it_at_its_ends(page: TablePage) -> None:
    first_seen(page).setFocus()
    assert QApplication.focusWidget() is page.grid
    assert (page.grid.rule, page.grid.currentIndex().column()) == (0, 1)
    QTest.keyClick(page.grid, Qt.Key.Key_Tab)
    assert page.grid.currentIndex().column() == 2
    page.grid.go_to(page.grid.rows.rowCount() - 1, 1)
    QTest.keyClick(page.grid, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not page.grid
    page.grid.setFocus()
    page.grid.go_to(0, 0)
    QTest.keyClick(page.grid, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is not page.grid


def test_a_table_without_rules_begins_at_the_row_that_adds_one(services: Services, qtbot: QtBot) -> None:
    services.document.do(add_decision("empty", fresh_model("Empty", COLUMNS, ())))
    made = TablePage(services, "empty")
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    _checked(made, qtbot)
    assert [line.adds for line in made.grid.rows.lines] == [True], "that everything is a gap says nothing"
    made.grid.setFocus()
    qtbot.waitUntil(made.grid.hasFocus)
    QTest.keyClick(made.grid, Qt.Key.Key_Return)
    assert made.sheet is not None
    assert len(made.sheet.rows) == 1
    assert (made.grid.rule, made.grid.currentIndex().column()) == (0, 1)
    made.close_editor()


def test_columns_are_changed_and_added_by_keys_through_the_menu_of_a_cell(page: TablePage) -> None:
    wanted: list[object] = []
    for signal in (page.grid.column_wanted, page.grid.add_column_wanted):
        signal.disconnect()  # the page would open the form and wait for an answer
        signal.connect(wanted.append)
    page.grid.go_to(1, 2)
    menu = page.grid.cell_menu()
    assert menu.actions()[0].text() == "Insert a rule above"
    columns = menu.actions()[-1]
    assert columns.text() == "Column “Outcome”"
    deeds = {action.text(): action for action in columns.menu().actions()}
    deeds["Change this column …"].trigger()
    deeds["Add a condition …"].trigger()
    assert wanted == [1, "input"]
    page.grid.go_to(page.grid.rows.rowCount() - 1, 0)
    assert [action.text() for action in page.grid.cell_menu().actions()] == ["Columns"]


def test_the_key_for_menus_opens_that_of_the_current_cell(page: TablePage, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int | None] = []
    menu = SimpleNamespace(popup=lambda _at: shown.append(page.grid.rule))
    monkeypatch.setattr(page.grid, "cell_menu", lambda: menu)
    page.grid.go_to(2, 1)
    somewhere = QPoint(900, 400)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, somewhere, page.grid.mapToGlobal(somewhere))
    QApplication.sendEvent(page.grid, event)
    assert shown == [2]


def test_who_is_quicker_than_the_step_to_the_cell_below_types_on_where_they_are(
    page: TablePage, services: Services, qtbot: QtBot
) -> None:
    QTest.keyClick(_type(page, 0, "<= 100"), Qt.Key.Key_Return)
    QCoreApplication.sendPostedEvents()  # the editor closes; the step to the cell below is a timer and comes later
    assert _cells(services)[0] == "<= 100"
    editor = _type(page, 2, ">= 450")
    QTest.qWait(50)
    assert _editor(page) is editor
    assert editor.text() == ">= 450"
    _enter(editor, qtbot)
    assert _cells(services)[2] == ">= 450"


def test_enter_ends_every_cell_though_rows_of_gaps_came_and_went(
    page: TablePage, services: Services, qtbot: QtBot
) -> None:
    _enter(_type(page, 0, "<= 100"), qtbot)
    qtbot.waitUntil(lambda: any(line.gap for line in page.grid.rows.lines), timeout=5_000)
    gappy = page.grid.rows.analysis
    for limit in range(1, 25):
        page.grid.rows.show_analysis(None)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the widget leaves its place in memory
        editor = _type(page, 0, f"<= {limit}")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QCoreApplication.sendPostedEvents()
        assert not (alive(editor) and editor.isVisible()), "the cell closes"
        assert _cells(services)[0] == f"<= {limit}"
        page.grid.rows.show_analysis(gappy)
