"""The table editor as an analyst uses it: typing, keys, clipboard, a case to try, gaps with their repair, undo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from designer.document.command import Command
from designer.document.commands.edit_decision import add_decision, with_decision
from designer.editors import found_editors
from designer.editors.decision_table.clipboard import as_cell, from_text, to_text
from designer.editors.decision_table.column_form import as_values, fault_of
from designer.editors.decision_table.page import TablePage
from designer.editors.decision_table.painting import WIDEST, width_of
from designer.editors.decision_table.trial import example_of, read_value, try_case
from designer.editors.decision_table.try_bar import result_words
from designer.editors.decision_table.words import about
from designer.editors.decision_table.wrong_cell import WrongCell
from designer.services import Services
from nodes.dmn.editing import Column, Row, Sheet, TableEdit, fresh_model
from nodes.dmn.editing import table as tables

COLUMNS = (
    Column("input", "Amount", "claim.amount", "number"),
    Column("input", "Disputes in 90 days", "customer.disputes90d", "number"),
    Column("input", "Invoice status", "invoice.status", "string", allowed='"open","paid"'),
    Column("output", "Outcome", "outcome", "string"),
    Column("annotation", "Note"),
)
ROWS = (
    ("<= 150.00", "< 3", '"open"', '"Auto-approve"', "Small and rare: pay out"),
    ("> 150.00", "-", '"open"', '"Finance"', "A person checks the amount"),
    ("<= 150.00", "> 3", '"open"', '"Finance"', "Repeated claims are checked"),
    ("-", "-", '"paid"', '"Not valid"', "Nothing left to credit"),
)


@pytest.fixture
def page(services: Services, qtbot: QtBot) -> Iterator[TablePage]:
    services.document.do(add_decision("route", fresh_model("Route", COLUMNS, ROWS, hit_policy="FIRST")))
    made = found_editors()["decision_table"].build(services, "route")
    assert isinstance(made, TablePage)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    qtbot.waitUntil(lambda: made.findings.found is not None, timeout=5_000)
    yield made
    made.close_editor()


def cells(services: Services) -> list[tuple[str, ...]]:
    return [row.cells for row in TableEdit(services.document.project.decisions["route"]).sheet.rows]


def test_a_cell_is_typed_over_and_undone(page: TablePage, services: Services) -> None:
    before = services.document.project.decisions["route"]
    page.grid.go_to(0, 1)
    page.grid.setFocus()
    QTest.keyClick(page.grid, Qt.Key.Key_F2)
    editor = QGuiApplication.focusObject()
    page.grid.rows.setData(page.grid.rows.index(0, 1), "<= 90")
    assert editor is not None
    assert cells(services)[0][0] == "<= 90"
    assert services.document.history.undoText() == "Change rule 1"

    services.document.undo()
    assert services.document.project.decisions["route"] is before
    assert page.grid.rows.index(0, 1).data() == "<= 150.00"


def test_a_bare_word_in_a_text_column_gets_its_quotes(page: TablePage, services: Services) -> None:
    page.grid.rows.setData(page.grid.rows.index(0, 3), "void")
    assert cells(services)[0][2] == '"void"'
    page.grid.rows.setData(page.grid.rows.index(0, 3), "")
    assert cells(services)[0][2] == "-"


@pytest.mark.parametrize(
    ("typed", "cell"),
    [("“void”", '"void"'), ("‘void’", '"void"'), ("'void'", '"void"'), ("„void“", '"void"'), ("don’t", '"don’t"'),
     ("LIKE 'v%'", "LIKE 'v%'"), ("in ('a', 'b')", "in ('a', 'b')"), ("IS NULL", "IS NULL"), ("!= 'a'", "!= 'a'"),
     ("'a' or 'b'", "'a' or 'b'"), ("contains art", '"contains art"'), ("in doubt", '"in doubt"')],
)  # fmt: skip
def test_quotes_of_others_become_feels_and_a_condition_of_others_is_no_text(typed: str, cell: str) -> None:
    assert as_cell(typed, COLUMNS[2]) == cell
    if cell[0] != '"':
        assert as_cell(typed, COLUMNS[3])[0] == '"', "a result is no condition"


def test_what_a_cell_was_meant_to_be_is_one_click_away_in_its_menu(
    page: TablePage, services: Services, qtbot: QtBot
) -> None:
    page.grid.rows.setData(page.grid.rows.index(0, 3), "LIKE 'o%'")
    qtbot.waitUntil(lambda: bool(page.grid.rows.mistake(0, 2)), timeout=5_000)
    line = page.findChild(WrongCell)
    assert isinstance(line, WrongCell)
    assert line.isVisible(), "what is wrong somewhere is told, wherever the cursor is"
    assert line.words.startswith("Rule 1: the cell `LIKE 'o%'` of Invoice status can't be read.")
    assert [button.text() for button in line.findChildren(QPushButton)] == ['Make it starts with(?, "o")']
    page.grid.go_to(0, 3)
    first = page.grid.cell_menu().actions()[0]
    assert first.text() == 'Make it starts with(?, "o")'
    first.trigger()
    assert cells(services)[0][2] == 'starts with(?, "o")'
    qtbot.waitUntil(line.isHidden, timeout=5_000)


def test_rows_by_keyboard(page: TablePage, services: Services) -> None:
    page.grid.go_to(1, 1)
    QTest.keyClick(page.grid, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert cells(services)[2] == ("-", "-", "-", "", "")
    assert page.grid.rule == 2

    QTest.keyClick(page.grid, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert cells(services)[1] == ("-", "-", "-", "", "")
    page.grid.go_to(page.grid.rows.row_of(1), 0)
    QTest.keyClick(page.grid, Qt.Key.Key_Delete)
    assert cells(services) == list(ROWS)

    page.grid.show_rule(3)
    QTest.keyClick(page.grid, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert cells(services)[3] == cells(services)[4]
    for _ in range(4):
        services.document.undo()
    assert cells(services) == list(ROWS)


def test_rows_come_from_a_spreadsheet_and_go_to_one(page: TablePage, services: Services) -> None:
    QGuiApplication.clipboard().setText("<= 5\t1\topen\t\n> 5\t\tpaid\t\n")
    page.grid.show_rule(3)
    QTest.keyClick(page.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert cells(services)[3][:3] == ("<= 5", "1", '"open"')
    assert cells(services)[4][:3] == ("> 5", "-", '"paid"')
    assert services.document.history.undoText() == "Paste 2 rows"

    page.grid.show_rule(0)
    QTest.keyClick(page.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "<= 150.00\n"


def test_the_clipboard_survives_quotes_and_line_breaks() -> None:
    rows = [['"open","paid"', "a\nb", 'he said "no"'], ["", "x\ty", ""]]
    assert from_text(to_text(rows)) == rows
    assert from_text("a\tb\r\nc\td\r\n\r\n") == [["a", "b"], ["c", "d"]]
    assert as_cell('say "hi"', Column("input", "T", "t", "string")) == 'say "hi"'
    assert as_cell("open", Column("input", "T", "t", "string")) == '"open"'
    assert as_cell("open", Column("annotation", "N")) == "open"
    assert as_cell("\x0btwo\x0blines\x00", Column("annotation", "N")) == "two lines", "no file can hold these"


@pytest.mark.parametrize(
    ("cell", "copied"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("\t=1", '"\'\t=1"'),
        ("\r=1", '"\'\n=1"'),
        ("\n=1", '"\'\n=1"'),
        ("\uff1d1", "'\uff1d1"),
        ("'=1", "''=1"),
        ("''@x", "'''@x"),
        ("-", "-"),
        ("-12.50", "-12.50"),
        ("-1e3", "-1e3"),
        ("> 5", "> 5"),
        ('"=1"', '"""=1"""'),
        ("'tis", "'tis"),
        ("a=b", "a=b"),
    ],
)
def test_a_cell_that_a_spreadsheet_would_work_out_is_copied_as_text_and_comes_back(cell: str, copied: str) -> None:
    assert to_text([[cell]]) == copied + "\n"
    assert from_text(to_text([[cell, "x"]])) == [[cell.replace("\r", "\n"), "x"]]


def test_rules_light_up_as_a_case_is_typed(page: TablePage) -> None:
    fields = list(page.trying.fields.values())
    fields[0].setText("86.40")
    assert page.grid.rows.trial.decided == ()
    assert "2 more" in page.trying.reason.text()
    fields[1].setText("1")
    fields[2].setText("open")
    assert page.grid.rows.trial.matched == (0,)
    assert page.trying.result.words == "Auto-approve"
    assert page.trying.reason.text() == "from rule 1, “Small and rare: pay out”"

    fields[1].setText("3")
    assert page.trying.result.words == "No rule matches"
    fields[0].setText("((")
    assert fields[0].property("invalid") is True


@pytest.mark.parametrize(
    ("cells", "type_ref", "allowed", "example"),
    [
        (["-", '"high", "low"'], "string", "", '"high"'),
        (["<= 50.00", "> 100"], "number", "", "50.00"),
        (["[-3..5)", "-"], "number", "", "-3"),
        (["not(true)"], "boolean", "", "true"),
        (["-"], "string", '"gold", "silver"', '"gold"'),
        (["-"], "number", "", "86.40"),
        (["Q4"], "", "", ""),
    ],
)
def test_the_case_to_type_is_hinted_at_by_what_the_rules_say(
    cells: list[str], type_ref: str, allowed: str, example: str
) -> None:
    column = Column("input", "Level", "level", type_ref, allowed)
    rows = tuple(Row(str(n), (text,)) for n, text in enumerate(cells))
    assert example_of(Sheet("d", "UNIQUE", "", (column,), rows), 0) == example


def test_several_results_are_told_by_the_titles_of_their_columns() -> None:
    columns = (*COLUMNS[:4], Column("output", "At once up to", "limit", "number"))
    sheet = Sheet("d", "FIRST", "", columns, ())
    assert result_words(sheet, {"outcome": "Finance", "limit": 100}) == "Outcome: Finance, At once up to: 100"
    assert result_words(sheet, "Finance") == "Finance"


def test_columns_are_as_wide_as_what_stands_in_them(page: TablePage) -> None:
    widths = [page.grid.columnWidth(number) for number in range(1, 5)]
    assert widths[0] < widths[1], "a short title needs less than a long one"
    assert sum(widths) < 2 * 210 + 172 + 210, "the note has room"
    long = Sheet("d", "FIRST", "", COLUMNS[:1], (Row("r", ("amount > 1 and " * 40,)),))
    assert width_of(long, 0) == WIDEST


def test_choosing_another_table_in_the_list_leaves_this_page_on_its_own(services: Services, qtbot: QtBot) -> None:
    services.document.do(add_decision("one", fresh_model("One", COLUMNS, ROWS)))
    made = TablePage(services, "one")
    qtbot.addWidget(made)
    made._tables.addItem("Two", "two")
    made._tables.setCurrentIndex(1)
    made._tables.activated.emit(1)
    assert made._tables.currentText() == "One"
    made.close_editor()


def test_a_case_is_decided_as_the_standard_decides(page: TablePage) -> None:
    assert page.sheet is not None
    given = {0: read_value("10"), 1: read_value("9"), 2: read_value('"open"')}
    trial = try_case(page.sheet, given)
    assert (trial.value, trial.decided) == ("Finance", (2,))
    assert trial.held[0] == (True, False, True)


def test_a_gap_stands_where_its_rule_belongs_and_is_mended_by_its_button(
    page: TablePage, services: Services, qtbot: QtBot
) -> None:
    gaps = [line.gap for line in page.grid.rows.lines if line.gap is not None]
    assert len(gaps) == 1
    assert "exactly 3" in gaps[0].words
    assert "1 gap" in page.summary.words
    mend = next(repair for repair in gaps[0].repairs if repair.kind == "set_cell")
    row = next(row for row, line in enumerate(page.grid.rows.lines) if line.gap is not None)
    buttons = page.grid.indexWidget(page.grid.rows.index(row, 0)).findChildren(QPushButton)
    assert [button.text()[-1] != "." for button in buttons] == [True] * len(buttons) != []

    page.grid.repair_wanted.emit(mend)

    assert cells(services)[mend.rule][mend.column] == mend.text
    qtbot.waitUntil(lambda: "No gap" in page.summary.words, timeout=5_000)
    assert all(line.gap is None for line in page.grid.rows.lines)
    services.document.undo()
    assert cells(services) == list(ROWS)


def test_the_hit_policy_is_chosen_in_plain_words(page: TablePage, services: Services) -> None:
    assert page.policy.currentText() == "First match wins"
    page.policy.setCurrentIndex(page.policy.findText("Collect all matches"))
    page.policy.activated.emit(page.policy.currentIndex())
    assert TableEdit(services.document.project.decisions["route"]).sheet.hit_policy == "COLLECT"
    services.document.undo()
    assert page.policy.currentText() == "First match wins"


def test_columns_are_described_and_mistakes_are_said() -> None:
    assert fault_of(Column("input", "Amount", "")) == "Say what this column looks at, such as claim.amount."
    assert "no expression" in fault_of(Column("input", "Amount", "claim..amount"))
    assert "no list of values" in fault_of(Column("input", "Amount", "claim.amount", allowed='"open'))
    assert fault_of(COLUMNS[2]) == ""


def test_a_file_that_is_gone_leaves_a_hint_and_comes_back_by_undo(page: TablePage, services: Services) -> None:
    from designer.document.commands.change_parts import delete_part

    services.document.do(delete_part("decision", "route"))
    assert page._nothing.isVisibleTo(page)
    services.document.undo()
    assert page.grid.isVisibleTo(page)


def test_a_damaged_file_opens_as_a_hint(services: Services, qtbot: QtBot) -> None:
    services.document.do(add_decision("broken", b"<!DOCTYPE x [<!ENTITY a 'b'>]><definitions/>"))
    made = TablePage(services, "broken")
    qtbot.addWidget(made)
    assert made.sheet is None


def test_a_thousand_rules_are_shown_and_changed(services: Services, qtbot: QtBot) -> None:
    rows = [(f"[{n}..{n + 1})", "-", '"open"', f'"r{n}"', "") for n in range(1_000)]
    services.document.do(add_decision("large", fresh_model("Large", COLUMNS, rows, hit_policy="FIRST")))
    made = TablePage(services, "large")
    qtbot.addWidget(made)
    assert made.sheet is None, "a large file is read beside the window"
    assert made._reading.isVisibleTo(made)
    qtbot.waitUntil(lambda: made.sheet is not None)
    assert made.grid.isVisibleTo(made)
    made.grid.rows.setData(made.grid.rows.index(999, 1), ">= 999")
    assert made.sheet is not None
    assert made.sheet.rows[999].cells[0] == ">= 999"
    assert made.status() == "1000 rules, 3 inputs, 1 outcome"
    services.document.undo()
    qtbot.waitUntil(lambda: made.sheet is not None and made.sheet.rows[999].cells[0] == "[999..1000)")
    made.close_editor()


def test_a_case_is_tried_on_a_thousand_rules_beside_the_window(services: Services, qtbot: QtBot) -> None:
    rows = [(f"[{n}..{n + 1})", "-", '"open"', f'"r{n}"', "") for n in range(1_000)]
    services.document.do(add_decision("large", fresh_model("Large", COLUMNS, rows, hit_policy="FIRST")))
    made = TablePage(services, "large")
    qtbot.addWidget(made)
    qtbot.waitUntil(lambda: made.sheet is not None)
    fields = list(made.trying.fields.values())
    for field, text in zip(fields, ("7.50", "1", "open"), strict=True):
        field.setText(text)
    assert made.trying.result.words == "", "the window does not wait"
    made.trying.save.click()
    assert not services.document.project.decision_tests.get("large"), "nothing is decided yet"
    qtbot.waitUntil(lambda: made.trying.result.words == "r7", timeout=20_000)
    fields[0].setText("9")
    fields[0].setText("99")
    qtbot.waitUntil(lambda: made.trying.result.words == "r99", timeout=20_000)
    made.grid.rows.setData(made.grid.rows.index(99, 4), '"another"')
    qtbot.waitUntil(lambda: made.trying.result.words == "another", timeout=20_000)
    made.trying.save.click()
    assert len(services.document.project.decision_tests["large"]) == 1
    assert not made.trying.drop.isHidden(), "what came of the case is known, and is not tried again"
    fields[0].setText("3")
    made.close_editor()


def test_the_next_change_of_a_table_reads_the_file_no_second_time(
    services: Services, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    rows = [(f"[{n}..{n + 1})", "-", '"open"', f'"r{n}"', "") for n in range(30)]
    services.document.do(add_decision("small", fresh_model("Small", COLUMNS, rows, hit_policy="FIRST")))
    made = TablePage(services, "small")
    qtbot.addWidget(made)
    read: list[bytes] = []
    parse = tables.parse_xml
    monkeypatch.setattr(tables, "parse_xml", lambda content: read.append(content) or parse(content))
    for number in (3, 4):
        made.grid.rows.setData(made.grid.rows.index(number, 1), f">= {number}")
        assert made.sheet is not None
        assert made.sheet.rows[number].cells[0] == f">= {number}"
    assert read == []
    services.document.undo()
    assert made.sheet.rows[4].cells[0] == "[4..5)"
    assert len(read) == 1
    made.close_editor()


def test_a_file_that_was_read_again_but_says_the_same_is_not_shown_anew(page: TablePage, services: Services) -> None:
    before = page.sheet
    project = services.document.project
    again = bytes(bytearray(project.decisions[page.file]))
    services.document.do(Command("Reload", lambda now: with_decision(now, page.file, again)))
    assert page.sheet is before


@pytest.mark.parametrize(
    ("typed", "values"),
    [('"Berlin, Mitte", Köln', '"Berlin, Mitte", "Köln"'), ("open, in progress", '"open", "in progress"'),
     ("“a, b”, “c”", '"a, b", "c"'), ("'a', 'b'", '"a", "b"'), ('"a";"b"', '"a", "b"'), ('"a", (', '"a", ('),
     ('"a","b"', '"a","b"')],
)  # fmt: skip
def test_allowed_texts_are_typed_as_one_would_write_them(typed: str, values: str) -> None:
    assert as_values(typed, "string") == values
    assert as_values("1, 2", "number") == "1, 2"


def test_a_comma_within_an_allowed_text_counts_for_none() -> None:
    assert about(Column("output", "Town", "town", "string", allowed='"Berlin, Mitte", "Köln"')) == "one of 2"
