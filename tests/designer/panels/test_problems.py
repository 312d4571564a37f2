"""The problems panel: live, counted, a click away from the field, repaired by a button."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.canvas.gestures.hits import body
from designer.document.commands.connect import disconnect
from designer.document.commands.edit_decision import edit_table
from designer.document.commands.set_field import UNSET, set_field
from designer.document.facts import Facts
from designer.editors.connections.page import Connections
from designer.editors.decision_table.page import TablePage
from designer.editors.flow_settings.page import FlowSettings
from designer.editors.samples.page import Samples as SamplesPage
from designer.forms.outcome_rows import OutcomeRow
from designer.forms.readers import Readers
from designer.keeping.opening import open_place
from designer.panels.form.view import FormPanel
from designer.panels.problems.places import go_to
from designer.panels.problems.view import AT_ONCE, Problems, words_of
from designer.services import Services
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from runtime.model.problems import Problem, Severity, Where
from runtime.model.project import Project
from runtime.model.rules import check_project
from tests.runtime.model.rules import cases_of_decisions, cases_of_drawings, cases_of_expressions, cases_of_governance
from tests.runtime.model.rules.drawings import all_types, line, project

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


def test_what_is_wrong_is_said_in_the_words_of_the_forms() -> None:
    def said(message: str, code: str = "X") -> str:
        return words_of(Problem(code, Severity.ERROR, Where(), message), "Ask")

    assert said('"Ask": Who decides (role) is missing.', "CONFIG_INVALID") == "Who decides is missing."
    assert said("Line 1: `}` is missing here.") == "Line 1: “}” is missing here."
    assert said("The step (a) is unclear.") == "The step (a) is unclear."


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


def test_many_get_their_rows_a_few_at_a_time(services: Services, qtbot: QtBot) -> None:
    flow = services.document.project.flows[FLOW]
    found = tuple(
        Problem("odd", Severity.WARNING, Where(flow=FLOW, node=flow.nodes[number].id), f"Problem {number}")
        for number in range(2 * AT_ONCE + 3)
    )
    services.checking.problems, services.checking.checked = found, services.document.project
    panel = Problems(services)
    qtbot.addWidget(panel)
    assert len(panel.rows) == AT_ONCE
    assert panel.count == len(found)
    qtbot.waitUntil(lambda: len(panel.rows) == len(found))
    assert {row.problem for row in panel.rows} == set(found)


def test_who_reads_a_value_of_a_large_flow_is_known_a_moment_later(services: Services) -> None:
    flow = services.document.project.flows[FLOW]
    readers, whole = Readers(services.facts), Readers(services.facts).of(flow)
    turns = 0
    while not readers.read_on(flow, flow.nodes[-1].id, 5):
        assert flow.nodes[-1].id in readers.known(flow)
        turns += 1
        assert len(readers.known(flow)) == 6 * turns
    assert readers.known(flow) == whole


def test_a_way_that_leads_nowhere_asks_where_it_is_to_lead(window: MainWindow, qtbot: QtBot) -> None:
    window.show()
    key = ("route", "suspicious", "review_suspicion")
    window.services.document.do(disconnect(FLOW, [key]))
    panel = problems(window)
    row = next(row for row in panel.rows if row.problem.code == "PORT_UNCONNECTED")
    assert row.fix is not None
    assert row.fix.text() == "Connect it"
    row.fix.click()
    assert window.services.selection.nodes == ("route",)
    assert window.canvas.viewer.accessibleName().startswith("Connect “Fraud review” to “Look into it”.")
    QTest.keyClick(window.canvas.viewer, Qt.Key.Key_Return)
    assert key in {edge.key for edge in window.services.flow.edges}


def test_a_click_says_where_it_leads_too(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1400, 900)
    window.show()
    qtbot.wait(50)
    key = ("route", "suspicious", "review_suspicion")
    window.services.document.do(disconnect(FLOW, [key]))
    canvas = window.canvas
    canvas.connect_from("route", "suspicious")
    canvas.reveal("anything_paid")
    canvas.camera.finish()
    there = canvas.viewer.mapFromScene(body(canvas.stage.projector.items["anything_paid"]).center())
    QTest.mouseClick(canvas.viewer.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, there)
    assert ("route", "suspicious", "anything_paid") in {edge.key for edge in window.services.flow.edges}
    QTest.keyClick(canvas.viewer, Qt.Key.Key_Right)
    assert window.services.selection.nodes != ("route",), "arrows go along the flow again"


def test_what_is_wrong_in_a_file_is_named_by_its_page_and_a_click_opens_that(window: MainWindow) -> None:
    document = window.services.document
    project = document.project
    unused = {**project.connections, "spare": project.connections["billing"]}
    empty = project.decisions["dispute_route"].replace(b"<text>", b"<text>&lt; &lt; ", 1)
    document.replace(project.model_copy(update={"connections": unused, "decisions": {"dispute_route": empty}}))
    panel = problems(window)
    named = {row._who.text(): row for row in panel.rows}
    assert "Connections" in named
    assert "Dispute route" in named
    named["Connections"].go()
    assert window.work.page is not None
    assert window.work.page.editor == "connections"
    named["Dispute route"].go()
    assert (window.work.page.editor, window.work.page.key) == ("decision_table", "dispute_route")


def test_a_test_that_fails_is_named_by_its_table_and_a_click_shows_its_case(window: MainWindow) -> None:
    document = window.services.document
    given = {"Fraud level": "low", "Tier": "gold", "Owed": 80, "Disputes in 90 days": 0}
    test = {"title": "Gold", "decision": "route", "given": given, "expect": {"way": "finance", "limit": 100}}
    document.replace(document.project.model_copy(update={"decision_tests": {"dispute_route": {"gold": test}}}))
    named = {row._who.text(): row for row in problems(window).rows}
    named["Dispute route"].go()
    page = window.work.stack.currentWidget()
    assert isinstance(page, TablePage)
    assert [field.text() for field in page.trying.fields.values()] == ['"low"', '"gold"', "80", "0"]
    assert page.trying.reason.text().startswith("The saved test expects Way: finance")


def test_a_repair_stands_on_the_first_line_of_what_is_wrong(window: MainWindow) -> None:
    panel = broken(window)
    row = next(row for row in panel.rows if row.fix is not None)
    QTest.qWait(0)
    line = row._who.geometry().top() + row._who.fontMetrics().height() / 2
    assert row.fix is not None
    assert abs(row.fix.geometry().center().y() - line) <= 1


PAGES = {
    "project.json": {"roles": FlowSettings, "environments": Connections},
    "connections.json": {"connections": Connections},
}


def case_law() -> list[Project]:
    """A small drawing for each kind of mistake that any rule knows."""
    drawn = [*cases_of_drawings.BAD, *cases_of_expressions.BAD, *cases_of_governance.BAD]
    found = [project(case[1]) for case in drawn]
    for _, flow, held, _, _ in cases_of_decisions.BAD:
        found.append(project(flow, files={f"decisions/{name}.dmn": content for name, content in held.items()}))
    schema = {"type": "object", "properties": {"n": {"type": "number"}}}
    files = {
        "project.json": {"id": "Shop", "owner": "boss", "environments": ["../prod"], "roles": [{"id": "The boss"}]},
        "connections.json": {"connections": {"crm": {"kind": "http"}, "My CRM": {"kind": "http"}}},
        "samples/f/bad.json": {"n": "one"},
    }
    return [*found, project(line("note", input_schema=schema), files=files)]


def test_a_click_on_any_problem_shows_where_it_can_be_mended(desktop: Desktop, project_folder: Path) -> None:
    """The page of a flow opened without the field, connections without the one, tables without the rule."""
    desktop.registry = all_types()
    desktop.facts = Facts(desktop.registry)
    window = desktop.show_project(open_place(project_folder))
    window.resize(1400, 900)
    window.show()
    window.activateWindow()
    services, seen = window.services, set()
    for drawn in case_law():
        fresh = {kind_of(problem): problem for problem in check_project(drawn, desktop.registry)}
        fresh = {kind: problem for kind, problem in fresh.items() if kind not in seen}
        seen |= fresh.keys()
        if fresh:
            services.document.replace(drawn)
            services.selection.show_flow(next(iter(drawn.flows), ""))
        for problem in fresh.values():
            window.setFocus()
            go_to(services, problem)
            for _ in range(5):
                QApplication.processEvents()
            assert shows(window, problem), f"{problem.code} {problem.where}: {window.work.stack.currentWidget()}"
    assert {code for code, _, _ in seen} >= {"TABLE_GAP", "PORT_UNCONNECTED", "SAMPLE_MISFIT", "ZONE_UNKNOWN"}


def kind_of(problem: Problem) -> tuple[str, bool, str]:
    """Those of one kind are shown in one way."""
    return problem.code, problem.where.node is not None, (problem.where.field or "").split("[")[0].split(".")[0]


def shows(window: MainWindow, problem: Problem) -> bool:
    """Whether the place of a problem is seen, and its field has the focus if it has one."""
    where, page = problem.where, window.work.stack.currentWidget()
    field, focused = where.field or "", window.focusWidget()
    if where.node is not None:
        panel = window.panel("form")
        assert isinstance(panel, FormPanel)
        form = panel.form
        if window.services.selection.nodes != (where.node,) or form is None:
            return False
        if field.startswith("ports."):
            return isinstance(focused, OutcomeRow) and focused.port.name == field.removeprefix("ports.")
        box = form.box_at(field)
        no_field = where.edge is not None or not field or box is None  # said under the title of the form
        return no_field or (box.isVisible() and (box.isAncestorOf(focused) or not focused.isVisible()))
    if where.edge is not None:
        return True
    if (where.file or "").startswith("samples/"):
        return isinstance(page, SamplesPage)
    if (where.file or "").startswith("decisions/"):
        return isinstance(page, TablePage)
    if where.flow is not None:
        named = isinstance(page, FlowSettings) and (field == "id" or page.isAncestorOf(focused))
        return named if field else not isinstance(page, FlowSettings)
    wanted = PAGES.get(where.file or "", {}).get(field.split("[")[0].split(".")[0])
    return wanted is None or isinstance(page, wanted)


def test_a_click_goes_to_the_rule_of_a_table(window: MainWindow, qtbot: QtBot) -> None:
    document = window.services.document
    change = edit_table("Change rule 4", "dispute_route", None, lambda edit: edit.set_cell(3, 2, '"many"'))
    document.do(change)
    row = next(row for row in problems(window).rows if row.problem.code == "TABLE_CELL")
    row.go()
    page = window.work.stack.currentWidget()
    assert isinstance(page, TablePage)
    qtbot.waitUntil(lambda: page.grid.rule == 3, timeout=5_000)
