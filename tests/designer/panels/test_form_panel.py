"""The form panel follows the selection; the variables panel tells what a step can use."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.document.commands.add_node import add_node
from designer.document.commands.delete import delete
from designer.document.commands.set_field import set_field
from designer.document.edits import layout_of
from designer.forms.form_shape import shape_of
from designer.forms.schema_form import SchemaForm
from designer.panels import found_panels
from designer.panels.form.view import FormPanel
from designer.panels.variables import view as variables
from designer.panels.variables.rows import NAME, NOT_THERE, READ_BY, SAMPLE, SET_BY, TYPE
from designer.panels.variables.view import Variables
from designer.pieces import PlainText
from designer.services import Services
from designer.window.main_window import MainWindow
from runtime.model.flow import Node
from tests.designer.forms.conditions import decide_by_conditions

FLOW = "billing_dispute"


@pytest.fixture
def services(services: Services) -> Services:
    return decide_by_conditions(services)


def test_both_panels_are_found() -> None:
    assert {"form", "variables"} <= {panel.id for panel in found_panels()}


def test_the_form_follows_selection_and_deletion(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    assert panel.form is None
    services.selection.select(["route"])
    assert panel.form is not None
    assert panel.form.context.node_id == "route"
    shown = panel.form
    services.document.do(set_field(FLOW, "route", "title", "Other"))
    assert panel.form is shown
    services.selection.select(["route", "get_customer"])
    assert panel.form is None
    assert panel.several is not None
    services.selection.select(["get_customer"])
    services.document.do(delete(FLOW, ["get_customer"]))
    assert panel.form is None


def _form(panel: FormPanel) -> SchemaForm:
    assert panel.form is not None
    return panel.form


def _step(services: Services, name: str) -> Node:
    found = services.document.project.flows[FLOW].node(name)
    assert found is not None
    return found


def test_a_form_is_kept_and_turned_to_the_next_step_of_its_shape(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    panel.show()
    services.selection.select(["explain_rejection"])
    made, before = _form(panel), _step(services, "explain_rejection")
    made.sections["advanced"].set_open(True)
    services.selection.select(["get_customer"])
    assert not made.isVisible()
    services.selection.select(["work_out"])
    assert _form(panel) is made
    assert made.isVisible()
    assert made.header.title.text() == _step(services, "work_out").title
    assert not made.sections["advanced"].is_open
    rows = made.context.boxes["config.assignments"].control.rows
    assert [row.name.text() for row in rows] == [*_step(services, "work_out").config["assignments"]]
    rows[0].control.edited.emit(7, ())
    assert next(iter(_step(services, "work_out").config["assignments"].values())) == 7
    assert _step(services, "explain_rejection") is before
    made.sections["advanced"].set_open(True)
    seat = made.context.boxes["seat"].control
    seat.edited.emit("agent", ())
    services.selection.select(["explain_rejection"])
    made.sections["advanced"].set_open(True)
    assert seat.combo.currentText() == "System", "what a closed section held of another step is not shown when it opens"


def test_what_is_half_typed_stays_with_its_step(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    panel.show()
    same = _step(services, "explain_rejection").config
    services.document.do(set_field(FLOW, "explain_bill", "config", same))
    services.selection.select(["explain_rejection"])
    made = _form(panel)
    line = made.context.boxes["sla"].control.focus_target()
    line.setFocus()
    QTest.keyClicks(line, "soon")
    values = made.context.boxes["config.assignments"].control
    values.add.click()
    values.rows[-1].name.setFocus()
    services.selection.select(["explain_bill"])
    assert _form(panel) is made
    assert line.text() == ""
    assert made.context.boxes["sla"].says == ""
    assert not made.isAncestorOf(QApplication.focusWidget())
    assert [row.name.text() for row in values.rows] == [*same["assignments"]], "a row without a name is not its"
    services.selection.select(["explain_rejection"])
    assert line.text() == "soon"
    assert "length of time" in made.context.boxes["sla"].says


def test_a_form_that_is_put_away_follows_nothing(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    panel.show()
    services.selection.select(["route"])
    made = _form(panel)
    field = made.context.boxes["config.conditions[1].when"].control.field
    services.selection.select(["explain_bill"])
    field.problems = ()
    field.show_text("nothing.of + the kind")
    field.look()
    assert field.problems == ()
    services.selection.select(["route"])
    field.look()
    assert field.problems == ()
    field.show_text("nothing.of + the kind")
    field.look()
    assert field.problems


def test_forms_are_made_before_somebody_asks(services: Services, qtbot: QtBot) -> None:
    nodes = services.document.project.flows[FLOW].nodes
    for node in nodes:
        services.facts.of(node)
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    shapes = {shape_of(services, node) for node in nodes}
    qtbot.waitUntil(lambda: len(panel.findChildren(SchemaForm)) == len(shapes), timeout=20_000)
    before = panel.findChildren(SchemaForm)
    services.theme.choose("dark")
    assert services.document.history.count() == 0, "new colours are nothing that a person typed"
    services.selection.select(["approve_refund"])
    assert _form(panel) in before
    assert _form(panel).header.title.text() == _step(services, "approve_refund").title


def test_another_kind_of_step_gets_another_form(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    services.selection.select(["audit_note"])
    before = panel.form
    services.document.do(set_field(FLOW, "audit_note", "type", "control/wait"))
    assert panel.form is not before


def test_several_steps_are_governed_at_once(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    services.selection.select(["get_customer", "route"])
    assert panel.several is not None
    owner = panel.several.boxes["owner"]
    assert owner.required is not None
    assert owner.required.text() == "Differs"
    owner.control.edited.emit("finance", ())
    flow = services.document.project.flows[FLOW]
    assert {node.owner for node in flow.nodes if node.id in ("get_customer", "route")} == {"finance"}
    assert services.document.history.count() == 1
    assert owner.required.text() == ""


def test_the_fields_of_several_steps_are_turned_to_others(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    panel.show()
    services.selection.select(["get_customer", "route"])
    several = panel.several
    assert several is not None
    line = several.boxes["owner"].control.focus_target()
    qtbot.keyClicks(line, "finance")
    services.selection.select(["audit_note", "approve_refund", "get_history"])
    flow = services.document.project.flows[FLOW]
    assert {node.id for node in flow.nodes if node.owner == "finance"} >= {"get_customer", "route"}
    note = flow.node("audit_note")
    assert note is not None
    assert note.owner != "finance"
    assert panel.several is several
    assert "3 steps selected" in [label.text() for label in several.findChildren(PlainText)]
    services.selection.select(["audit_note"])
    assert panel.several is None
    services.selection.select(["get_customer", "route"])
    assert several.boxes["owner"].required is not None
    assert several.boxes["owner"].required.text() == ""


def test_a_click_on_a_problem_puts_the_cursor_into_its_field(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    panel.show()
    services.selection.show_field(FLOW, "route", "config.conditions[2].when")
    assert panel.form is not None
    assert panel.focusWidget() is panel.form.context.boxes["config.conditions[2].when"].control.focus_target()


def test_a_click_on_an_outcome_selects_where_it_leads(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    services.selection.select(["approve_refund"])
    assert panel.form is not None
    row = panel.form.outcomes.rows[0]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    edge = next(services.document.project.flows[FLOW].edges_from("approve_refund", row.port.name))
    assert services.selection.nodes == (edge.target,)


def test_renaming_selects_the_whole_name(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    panel.show()
    services.selection.select(["route"])
    panel.rename()
    assert panel.form is not None
    line = panel.form.context.boxes["title"].control.focus_target()
    assert panel.focusWidget() is line
    assert line.selectedText() == "Who decides?"


def test_variables_tell_value_setter_and_readers(services: Services, qtbot: QtBot) -> None:
    panel = Variables(services)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.model.rowCount() == 0
    services.selection.select(["route"])
    rows = {panel.model.index(n, NAME).data(): n for n in range(panel.model.rowCount())}
    total = rows["get_invoice.total"]
    assert panel.model.index(total, SET_BY).data() == "Disputed bill"
    assert "Price plan" in panel.model.index(rows["get_invoice.plan"], READ_BY).data()
    assert panel.model.index(rows["input.customer"], SAMPLE).data() == '"C-1001"'
    qtbot.waitUntil(
        lambda: any(row.name.text == "vars.bill" and row.value is not NOT_THERE for row in panel.model.rows),
        timeout=10_000,
    )


def test_variables_of_a_large_flow_come_in_turns_of_their_own(
    services: Services, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With everything else that follows the selection, they held the window up for 60 ms."""
    monkeypatch.setattr(variables, "AT_ONCE", 5)
    panel = Variables(services)
    qtbot.addWidget(panel)
    panel.show()
    services.selection.select(["dispute_received"])
    services.selection.select(["route"])
    assert panel.model.rowCount() == 0

    def readers_of(name: str) -> str:
        rows = {panel.model.index(n, NAME).data(): n for n in range(panel.model.rowCount())}
        return panel.model.index(rows[name], READ_BY).data() if name in rows else ""

    qtbot.waitUntil(lambda: "Price plan" in readers_of("get_invoice.plan"))
    services.selection.select(["how_it_ended"])
    services.selection.select([])
    assert panel.model.rowCount() == 0
    qtbot.waitUntil(lambda: not (panel._names.isActive() or panel._showing.isActive()))
    assert panel.model.rowCount() == 0


def test_variables_that_nobody_sees_are_made_when_they_are_seen(services: Services, qtbot: QtBot) -> None:
    panel = Variables(services)
    qtbot.addWidget(panel)
    services.selection.select(["route"])
    assert panel.model.rowCount() == 0
    panel.show()
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0)
    panel.hide()
    services.selection.select([])
    assert panel.model.rowCount() > 0
    panel.show()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 0)


def test_variables_are_narrowed_copied_and_lead_to_their_step(services: Services, qtbot: QtBot) -> None:
    panel = Variables(services)
    qtbot.addWidget(panel)
    services.selection.select(["how_it_ended"])
    panel.filter.setText("refund.")
    assert panel.model.rowCount() > 0
    assert all("refund" in row.name.text for row in panel.model.rows)
    assert all(row.name.doubt for row in panel.model.rows if row.name.text.startswith("refund."))
    panel.table.setCurrentIndex(panel.model.index(0, NAME))
    panel.table.actions()[0].trigger()
    name = panel.model.rows[0].name
    assert QGuiApplication.clipboard().text() == name.text
    mime = panel.model.mimeData([panel.model.index(0, NAME)])
    assert mime.text() == name.text
    panel.table.doubleClicked.emit(panel.model.index(0, NAME))
    assert services.selection.nodes == (name.node,)


def test_a_narrow_list_of_variables_leaves_columns_to_the_tooltip(services: Services, qtbot: QtBot) -> None:
    panel = Variables(services)
    qtbot.addWidget(panel)
    services.selection.select(["how_it_ended"])
    for width, hidden in ((700, set()), (500, {READ_BY}), (330, {READ_BY, SET_BY}), (300, {READ_BY, SET_BY, TYPE})):
        panel.resize(width, 300)
        panel.show()
        assert {column for column in range(5) if panel.table.isColumnHidden(column)} == hidden
        assert sum(panel.table.columnWidth(column) for column in range(5)) <= width
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0)
    told = panel.model.index(0, NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert f"Set by {panel.model.rows[0].name.set_by}" in told
    assert panel.model.rows[0].name.type in told.lower()


def test_what_is_selected_beside_steps_is_said_and_not_called_nothing(services: Services, qtbot: QtBot) -> None:
    panel = FormPanel(services)
    qtbot.addWidget(panel)
    said = panel._empty
    assert said.title.text() == "Nothing is selected"
    services.selection.select((), [("check_facts", "valid", "get_price_plan")])
    assert said.title.text() == "“Facts complete?” leads to “Price plan”"
    assert said.hint.text().startswith("By “Valid”.")
    group = layout_of(services.document.project, FLOW).groups[0]
    services.selection.select((), (), [group.id])
    assert said.title.text() == "A group of steps"
    services.selection.select(())
    assert said.title.text() == "Nothing is selected"


def test_the_name_of_a_new_step_follows_its_title_and_typing_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    """Steps stayed ``http_request``, ``http_request_2`` in every expression that read them."""
    window.resize(1400, 900)
    window.show()
    window.activateWindow()
    services = window.services
    node = Node(id="http_request", type="adapters/http_request", version=1, title="HTTP request", config={})
    services.document.do(add_node("billing_dispute", node, (0.0, 0.0)))
    services.selection.select(["http_request"])
    panel = window.panel("form")
    assert isinstance(panel, FormPanel)
    assert panel.form is not None
    form, before, steps = panel.form, services.document.project, services.document.history.count()
    line = form.context.boxes["title"].control.focus_target()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    line.selectAll()
    QTest.keyClicks(line, "Find the customer")
    assert services.flow.node("http_request") is not None, "no letter on the way becomes a name"
    QTest.keyClick(line, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: services.flow.node("find_the_customer") is not None)
    assert services.selection.nodes == ("find_the_customer",)
    assert panel.form is form
    assert form.context.node_id == "find_the_customer"
    assert form.context.boxes["owner"].control.focus_target().hasFocus(), "the field that comes next"
    assert services.document.history.count() == steps + 1
    services.document.undo()
    assert services.document.project is before
    assert services.selection.nodes == ("http_request",)
    services.document.redo()
    assert services.selection.nodes == ("find_the_customer",)
