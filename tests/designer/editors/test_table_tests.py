"""Cases of a table kept as tests, and cases from the past: what the analyst sees, keeps, and is warned of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from designer.document.commands.change_parts import delete_part
from designer.document.commands.edit_decision import edit_table
from designer.document.commands.keep_table_test import keep_table_test
from designer.document.commands.set_flow_field import set_flow_field
from designer.editors.decision_table import findings
from designer.editors.decision_table.page import TablePage
from designer.editors.decision_table.past import PastCases
from designer.editors.decision_table.placed import Placed, place, typed
from designer.editors.decision_table.summary import past_words
from designer.editors.decision_table.trial import read_value
from designer.keeping.work import Worker
from designer.services import Services
from designer.session.past_cases import PastCase, of_samples
from nodes.dmn import parse_model
from nodes.dmn.editing import Column, TableEdit, read_table
from nodes.feel import compile_expression
from runtime.wire import Problem

FILE = "dispute_route"
CASE = ("low", "gold", "80", "0")


@pytest.fixture
def page(services: Services, qtbot: QtBot) -> Iterator[TablePage]:
    """The example's table, without the tests that it comes with."""
    services.document.replace(services.document.project.model_copy(update={"decision_tests": {}}))
    services.document.history.clear()
    made = TablePage(services, FILE)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    qtbot.waitUntil(lambda: made.findings.found is not None, timeout=5_000)
    yield made
    made.close_editor()


def type_case(page: TablePage, *texts: str) -> None:
    for field, text in zip(page.trying.fields.values(), texts, strict=True):
        field.setText(text)


def keep(page: TablePage, qtbot: QtBot, *texts: str) -> None:
    type_case(page, *texts)
    QTest.mouseClick(page.trying.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any("saved test" in words for words in page.summary.words), timeout=5_000)


def limit_gold(services: Services, text: str) -> None:
    services.document.do(edit_table("Change rule 4", FILE, None, lambda edit: edit.set_cell(3, 2, text)))


def test_a_case_is_kept_and_says_when_it_gives_something_else(
    page: TablePage, services: Services, qtbot: QtBot
) -> None:
    type_case(page, "low", "gold", "80", "")
    assert not page.trying.save.isEnabled(), "nothing is decided yet"
    before = services.document.project
    keep(page, qtbot, *CASE)
    ((name, test),) = services.document.project.decision_tests[FILE].items()
    assert name == "way_at_once_limit_100_00"
    assert test["title"] == "low, gold, 80, 0"
    assert test["decision"] == "route"
    assert test["given"] == {"Fraud level": "low", "Tier": "gold", "Owed": 80, "Disputes in 90 days": 0}
    assert test["expect"] == {"way": "at_once", "limit": Decimal("100.00")}
    assert page.trying.save.isHidden()
    assert (page.trying.verdict.isVisible(), page.trying.verdict.text()) == (True, "as expected")
    assert "The saved test passes" in page.summary.words
    assert "6 rules without a test" in page.summary.words

    limit_gold(services, "<= 70")
    assert page.trying.reason.text().startswith(
        "The saved test expects Way: at_once, At once up to: 100.00. From rule 5"
    )
    assert page.trying.verdict.text() == "not as expected"
    assert page.trying.save.text() == "Keep this result"
    qtbot.waitUntil(lambda: "1 of 1 saved test fails" in page.summary.words, timeout=5_000)
    menu = next(menu for menu in page.summary.findChildren(QMenu) if "It should give" in menu.actions()[0].text())
    type_case(page, "", "", "", "")
    menu.actions()[0].trigger()
    assert [field.text() for field in page.trying.fields.values()] == ['"low"', '"gold"', "80", "0"]

    QTest.mouseClick(page.trying.save, Qt.MouseButton.LeftButton)
    assert services.document.project.decision_tests[FILE][name]["expect"]["way"] == "finance"
    qtbot.waitUntil(lambda: "The saved test passes" in page.summary.words, timeout=5_000)
    QTest.mouseClick(page.trying.drop, Qt.MouseButton.LeftButton)
    assert services.document.project.decision_tests == {}
    assert page.trying.save.text() == "Save as test"
    for _ in range(4):
        services.document.undo()
    assert services.document.project is before


def test_a_test_is_named_where_its_case_is_typed(page: TablePage, services: Services, qtbot: QtBot) -> None:
    assert page.trying.title.isHidden()
    keep(page, qtbot, *CASE)
    kept = services.document.project
    field = page.trying.title
    assert (field.isVisible(), field.text(), field.accessibleName()) == (True, "low, gold, 80, 0", "Name of the test")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Gold & small ")
    assert services.document.project.decision_tests[FILE]["way_at_once_limit_100_00"]["title"] == "Gold & small "
    assert field.text() == "Gold & small ", "the space that was typed stays"
    QTest.keyClicks(field, "claims")
    assert services.document.history.undoText() == "Rename test"
    qtbot.waitUntil(
        lambda: (
            "Gold && small claims"
            in [action.text() for menu in page.summary.findChildren(QMenu) for action in menu.actions()]
        ),
        timeout=5_000,
    )
    services.document.undo()
    assert services.document.project is kept
    assert field.text() == "low, gold, 80, 0"
    type_case(page, "low", "gold", "80", "7")
    assert field.isHidden()


def test_a_test_that_was_chosen_is_changed_or_kept_once_more(page: TablePage, services: Services, qtbot: QtBot) -> None:
    """A column that came leaves every test without a value: it could neither be given one nor be deleted."""
    keep(page, qtbot, *CASE)
    ((name, _),) = services.document.project.decision_tests[FILE].items()
    services.document.do(
        edit_table("Add column", FILE, None, lambda edit: edit.add_column(Column("input", "Land", "Land", "string")))
    )
    type_case(page, "", "", "", "", "")
    page.show_part(name)
    trying = page.trying
    assert [field.text() for field in trying.fields.values()] == ['"low"', '"gold"', "80", "0", ""]
    assert (trying.title.isVisible(), trying.drop.isVisible(), trying.save.isEnabled()) == (True, True, False)
    trying.fields[4].setText("DE")
    assert trying.verdict.text() == "changed, not kept yet"
    assert (trying.save.text(), trying.another.isVisible()) == ("Change the test", True)
    before = services.document.project
    QTest.mouseClick(trying.save, Qt.MouseButton.LeftButton)
    ((kept, test),) = services.document.project.decision_tests[FILE].items()
    assert kept == name
    assert test["given"]["Land"] == "DE"
    assert test["title"] == "low, gold, 80, 0, DE", "nobody gave it a name of its own"
    services.document.undo()
    assert services.document.project is before
    QTest.mouseClick(trying.another, Qt.MouseButton.LeftButton)
    assert len(services.document.project.decision_tests[FILE]) == 2
    services.document.undo()
    QTest.mouseClick(trying.drop, Qt.MouseButton.LeftButton)
    assert services.document.project.decision_tests == {}


def test_the_result_stands_beside_few_fields_and_below_many(page: TablePage, services: Services) -> None:
    def settle() -> None:
        for _ in range(5):
            QApplication.processEvents()

    def tops() -> tuple[int, int]:
        field, result = page.trying.fields[0], page.trying.result
        settle()
        return field.mapTo(page, QPoint(0, field.height())).y(), result.mapTo(page, QPoint(0, result.height())).y()

    page.resize(1310, 700)
    type_case(page, *CASE)
    field, result = tops()
    assert result > field + 20
    services.document.do(edit_table("Delete column", FILE, None, lambda edit: edit.remove_column(1)))
    type_case(page, "low", "80", "0")
    field, result = tops()
    assert abs(result - field) <= 2
    high = page.trying.height()
    QTest.mouseClick(page.trying.save, Qt.MouseButton.LeftButton)
    settle()
    assert page.trying.height() == high, "the table stays where it is once the name of the test is shown"
    page.resize(900, 700)
    field, result = tops()
    assert result > field + 20


def test_several_tests_are_told_apart_and_the_rules_without_one_named(
    page: TablePage, services: Services, qtbot: QtBot
) -> None:
    keep(page, qtbot, *CASE)
    keep(page, qtbot, "low", "gold", "90", "1")
    assert list(services.document.project.decision_tests[FILE]) == [
        "way_at_once_limit_100_00", "way_at_once_limit_100_00_2",
    ]  # fmt: skip
    keep(page, qtbot, "high", "gold", "90", "1")
    qtbot.waitUntil(lambda: "3 of 3 saved tests pass" in page.summary.words, timeout=5_000)
    assert "5 rules without a test" in page.summary.words
    limit_gold(services, "<= 85")
    qtbot.waitUntil(lambda: "1 of 3 saved tests fails" in page.summary.words, timeout=5_000)


def test_tests_go_along_with_a_column_and_with_their_file(page: TablePage, services: Services, qtbot: QtBot) -> None:
    keep(page, qtbot, *CASE)
    kept = services.document.project

    def change(edit: TableEdit) -> None:
        edit.change_column(2, Column("input", "Amount owed", "vars.owed", "number"))

    services.document.do(edit_table("Change column", FILE, None, change))
    (test,) = services.document.project.decision_tests[FILE].values()
    assert list(test["given"]) == ["Fraud level", "Tier", "vars.owed", "Disputes in 90 days"]
    services.document.undo()
    assert services.document.project is kept
    services.document.do(delete_part("decision", FILE))
    assert services.document.project.decision_tests == {}


def test_true_is_not_1_in_cases_tests_and_results(page: TablePage, services: Services, qtbot: QtBot) -> None:
    services.document.do(edit_table("Change rule 4", FILE, None, lambda edit: edit.set_cell(3, 5, "1")))
    keep(page, qtbot, "low", "gold", "1", "0")
    type_case(page, "low", "gold", "true", "0")
    assert page.trying.drop.isHidden(), "another case"
    type_case(page, "low", "gold", "1", "0")
    assert page.trying.verdict.text() == "as expected"
    services.document.do(edit_table("Change rule 4", FILE, None, lambda edit: edit.set_cell(3, 5, "true")))
    assert page.trying.reason.text().startswith("The saved test expects")
    case = PastCase("x", None, "route", {}, Decimal(1))
    assert Placed(case, {}, True, (0,), then_known=True).otherwise
    assert not Placed(case, {}, Decimal("1.0"), (0,), then_known=True).otherwise


def test_a_change_elsewhere_asks_the_table_nothing(
    page: TablePage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages stay open behind others: what is typed into a form is no reason to decide a case anew."""
    type_case(page, *CASE)
    tried: list[object] = []
    monkeypatch.setattr(page.trying, "show_saved", lambda *given: tried.append(given))
    services.document.do(set_flow_field("billing_dispute", ("title",), "Another title"))
    assert tried == []
    services.document.do(keep_table_test(FILE, "one", {"title": "One", "given": {}, "expect": None}))
    assert len(tried) == 1


def test_only_the_rule_that_decides_stands_out(page: TablePage) -> None:
    type_case(page, *CASE)
    trial = page.grid.rows.trial
    assert (trial.matched, trial.decided) == ((3, 4), (3,)), "the first of two that match wins"
    drawn = page.grid.grab().toImage()
    ground = page._services.theme.palette.state_tint.done

    def lit(rule: int) -> bool:
        rect = page.grid.visualRect(page.grid.rows.index(page.grid.rows.row_of(rule), 7))
        at = page.grid.viewport().mapTo(page.grid, rect.topLeft())
        ratio = drawn.devicePixelRatio()
        return drawn.pixelColor(round((at.x() + 4) * ratio), round((at.y() + 4) * ratio)).name() == ground.lower()

    assert [rule for rule in range(7) if lit(rule)] == [3]

    def dotted(rule: int) -> bool:
        """A tick stands before the outcome that came, a dot before the others."""
        rect = page.grid.visualRect(page.grid.rows.index(page.grid.rows.row_of(rule), 5))
        at = page.grid.viewport().mapTo(page.grid, rect.topLeft())
        ratio = drawn.devicePixelRatio()
        seen = drawn.pixelColor(round((at.x() + 18.5) * ratio), round((at.y() + rect.height() / 2) * ratio))
        return seen.name() == page._services.theme.palette.text.secondary.lower()

    assert [rule for rule in range(7) if not dotted(rule)] == [3]


def test_the_table_is_no_higher_than_its_rules(page: TablePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.summary.y() - page.grid.geometry().bottom() < 24, timeout=5_000)
    rows = sum(page.grid.rowHeight(row) for row in range(page.grid.rows.rowCount()))
    assert page.grid.viewport().height() <= rows + 2


def test_past_cases_are_what_the_table_looks_at_and_say_what_changed(services: Services) -> None:
    project = services.document.project
    cases = of_samples(project, services.registry, FILE)
    assert {"automatic", "fraud suspicion", "two approvals"} <= {case.title for case in cases}
    content = project.decisions[FILE]
    before = place(parse_model(content), read_table(content), ("route", "Dispute route"), cases)
    assert len(before) == len(cases) > 8
    assert not any(one.otherwise or one.gap for one in before)
    gold = next(one for one in before if one.case.title == "automatic")
    assert list(gold.given.values()) == ["low", "gold", Decimal("49.90"), 0]

    edit = TableEdit(content)
    edit.set_cell(3, 2, "<= 20")
    edit.remove_rows([0])
    content = edit.content()
    after = place(parse_model(content), read_table(content), ("route", "Dispute route"), cases)
    assert next(one for one in after if one.case.title == "automatic").otherwise
    assert place(parse_model(content), read_table(content), ("route",), [PastCase("x", None, "Gone", {}, None)]) == ()


@pytest.mark.parametrize(
    "text",
    ['"a \\"b\\""', "12.50", "true", "null", '@"2026-05-01"', '@"P3D"', '[1, "x"]', '{a: 1, "b c": [@"2026-05-01"]}'],
)
def test_a_value_is_typed_as_it_is_read(text: str) -> None:
    value = compile_expression(text).evaluate({})
    assert read_value(typed(value)).value == value


def test_a_past_case_is_tried_above_the_table(page: TablePage, qtbot: QtBot) -> None:
    seen: list[list[str]] = []

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, PastCases) or dialog.pages.currentWidget() is not dialog.table:
            QTimer.singleShot(50, choose)
            return
        table = dialog.table
        seen.append([table.item(0, column).text() for column in range(table.columnCount())])
        QTest.keyClick(table, Qt.Key.Key_Return)

    QTimer.singleShot(0, choose)
    QTest.mouseClick(page.trying.past, Qt.MouseButton.LeftButton)
    assert seen[0][:6] == ["automatic", "Sample", "low", "gold", "49.90", "0"]
    assert seen[0][6] == seen[0][7] == "at_once, 100.00"
    assert [field.text() for field in page.trying.fields.values()] == ['"low"', '"gold"', "49.90", "0"]
    assert page.grid.rows.trial.decided == (3,)
    qtbot.waitUntil(lambda: "11 sample cases decided as before" in page.summary.words, timeout=5_000)


def placed(title: str, *, result: object = "a", value: object = "a", rules: tuple[int, ...] = (0,)) -> Placed:
    return Placed(PastCase(title, None, "route", {}, result), dict.fromkeys(range(4)), value, rules, then_known=True)


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ([placed("x")], "1 sample case decided as before"),
        ([placed("x"), placed("y", value="b")], "1 of 2 sample cases would be decided otherwise now"),
        ([placed("x"), placed("y", value=None, rules=())], "1 of 2 sample cases would get no result"),
        (
            [placed("x", value="b"), placed("y", value=None, rules=()), placed("z", value=None, rules=())],
            "2 of 3 sample cases would get no result, 1 would be decided otherwise now",
        ),
    ],
)
def test_what_would_become_of_past_cases_is_counted(cases: list[Placed], words: str) -> None:
    assert past_words(cases) == words


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.finish()


def past_cases(services: Services, found: list[Placed], worker: Worker) -> PastCases:
    sheet = read_table(services.document.project.decisions[FILE])
    made = PastCases(services, FILE, sheet, lambda _cases: tuple(found), worker)
    made.show()
    return made


def test_of_past_cases_those_that_would_be_decided_otherwise_can_be_seen_alone(
    services: Services, worker: Worker, qtbot: QtBot
) -> None:
    found = [placed("as before"), placed("otherwise", value="b"), placed("none", value=None, rules=())]
    dialog = past_cases(services, found, worker)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.table, timeout=30_000)

    def titles() -> list[str]:
        return [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]

    assert titles() == ["as before", "otherwise", "none"]
    dialog.odd.click()
    assert titles() == ["otherwise", "none"]
    dialog.table.setCurrentCell(1, 0)
    dialog.take.click()
    assert dialog.chosen is found[2]


def test_narrowing_past_cases_by_keyboard_keeps_the_keyboard_where_it_is(
    services: Services, worker: Worker, qtbot: QtBot
) -> None:
    dialog = past_cases(services, [placed("as before"), placed("otherwise", value="b")], worker)
    qtbot.addWidget(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.table.hasFocus, timeout=5_000)
    dialog.odd.setFocus()
    QTest.keyClick(dialog.odd, Qt.Key.Key_Space)
    assert dialog.table.rowCount() == 1
    assert dialog.odd.hasFocus()


def test_a_table_that_is_looked_at_at_once_is_not_looked_at_again_a_moment_later(
    page: TablePage, services: Services, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []
    real = findings.look
    monkeypatch.setattr(findings, "look", lambda asked, decision: looks.append(asked) or real(asked, decision))
    limit_gold(services, "<= 70")
    assert page.findings._timer.isActive()
    page._check()
    assert not page.findings._timer.isActive(), "nobody who asks waits for the pause"
    page._check()
    qtbot.waitUntil(lambda: bool(looks), timeout=5_000)
    qtbot.wait(2 * findings.PAUSE_MS)
    assert len(looks) == 1


def test_past_cases_that_are_still_looked_for_hold_nobody_up(
    services: Services, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancel waited until all samples had been played; and an answer that came later met a dialog that was gone."""
    go, played = threading.Event(), threading.Event()

    def slow(*_given: object) -> list[PastCase]:
        go.wait(3)
        played.set()
        return []

    monkeypatch.setattr("designer.editors.decision_table.past.of_samples", slow)
    dialog = past_cases(services, [], worker)
    dialog.reject()
    assert not played.is_set()
    taken, refused = dialog._take, dialog._refused
    shiboken6.delete(dialog)
    go.set()
    taken(None, (), ())
    refused(Problem(500, "X", "Y"))
    assert played.wait(3)
