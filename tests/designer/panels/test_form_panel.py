"""The form panel follows the selection; the variables panel tells what a step can use."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from designer.document.commands.delete import delete
from designer.document.commands.set_field import set_field
from designer.panels import found_panels
from designer.panels.form.view import FormPanel
from designer.panels.variables.rows import NAME, NOT_THERE, READ_BY, SAMPLE, SET_BY
from designer.panels.variables.view import Variables
from designer.services import Services
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
