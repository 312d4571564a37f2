"""The problems panel: live, counted, a click away from the field, repaired by a button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.document.commands.set_field import UNSET, set_field
from designer.panels.problems.view import Problems
from designer.window.main_window import MainWindow

FLOW = "billing_dispute"


def problems(window: MainWindow) -> Problems:
    window.services.checking.check_now()
    panel = window.show_panel("problems")
    assert isinstance(panel, Problems)
    return panel


def broken(window: MainWindow) -> Problems:
    window.services.document.do(set_field(FLOW, "get_customer", "config.path", UNSET))
    window.services.document.do(set_field(FLOW, "audit_note", "config.text", "{vars.bil}"))
    return problems(window)


def test_nothing_wrong_says_ready(window: MainWindow) -> None:
    panel = problems(window)
    assert panel.empty.title.text() == "No problems. Ready to publish."
    assert panel.empty.isVisible()


def test_what_is_wrong_is_listed_and_counted_on_the_tab(window: MainWindow) -> None:
    panel = broken(window)
    assert len(panel.rows) == len(window.services.checking.problems) >= 2
    assert window.areas["bottom"].counted("problems") == str(len(panel.rows))
    window.services.document.undo()
    window.services.document.undo()
    window.services.checking.check_now()
    assert panel.rows == []
    assert window.areas["bottom"].counted("problems") == ""


def test_a_click_shows_the_field(window: MainWindow) -> None:
    wanted: list[tuple[str, str, str]] = []
    window.services.selection.field_wanted.connect(lambda *place: wanted.append(place))
    panel = broken(window)
    row = next(row for row in panel.rows if row.problem.where.node == "get_customer")
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert wanted == [(FLOW, "get_customer", "config.path")]
    assert window.services.selection.nodes == ("get_customer",)


def test_f8_walks_through_all_and_round(window: MainWindow) -> None:
    panel = broken(window)
    seen = []
    for _ in range(len(panel.rows) + 1):
        window.run("run.next_problem")
        seen.append(panel.current)
    assert seen == [*range(len(panel.rows)), 0]
    window.run("run.previous_problem")
    assert panel.current == len(panel.rows) - 1


def test_a_repair_is_one_undoable_step(window: MainWindow) -> None:
    panel = broken(window)
    row = next(row for row in panel.rows if row.fix is not None and row.problem.where.node == "audit_note")
    before = window.services.document.project
    assert row.fix is not None
    row.fix.click()
    assert window.services.document.project is not before
    window.services.checking.check_now()
    assert all(row.problem.where.node != "audit_note" for row in panel.rows)
    window.services.document.undo()
    assert window.services.document.project is before


def test_publishing_with_errors_opens_the_list(window: MainWindow) -> None:
    broken(window)
    window.toggle_area("bottom")
    assert not window.areas["bottom"].isVisible()
    window.run("file.publish")
    window.services.extras["keeper"].worker.finish()
    QTest.qWait(20)
    assert window.areas["bottom"].isVisible()
    assert "must be solved before you can publish" in window.status.said.text()
