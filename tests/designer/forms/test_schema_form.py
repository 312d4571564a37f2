"""A form as it is used: typing, choosing, undoing, changes from elsewhere, mistakes at their fields."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionComboBox, QWidget
from pytestqt.qtbot import QtBot

from designer.document.commands.add_node import add_node
from designer.document.commands.edit_decision import add_decision
from designer.document.commands.set_field import UNSET, set_field
from designer.document.commands.set_flow_field import add_outcome
from designer.forms.code_editor import CodeEditor
from designer.forms.combo import Combo
from designer.forms.control import ChoiceControl, LineControl
from designer.forms.expression_control import ExpressionControl, reads_values
from designer.forms.groups import UnionControl
from designer.forms.json_control import JsonControl
from designer.forms.lists import ListControl
from designer.forms.maps import MapControl
from designer.forms.new_table import NewTable, _called
from designer.forms.result_ways import ResultWays
from designer.forms.schema_form import SchemaForm
from designer.forms.scope_names import ScopeName
from designer.forms.text_control import TextControl
from designer.forms.ways import WaysControl
from designer.pieces.carried_value import carried
from designer.services import Services
from designer.theme.style_sheet import style_sheet
from nodes.dmn.editing import Column, fresh_model, read_table
from runtime.model.flow import Node
from runtime.model.package import pack

FLOW = "billing_dispute"
Make = Callable[[str], SchemaForm]


@pytest.fixture
def make(services: Services, qtbot: QtBot) -> Make:
    def form(node: str) -> SchemaForm:
        made = SchemaForm(services, FLOW, node)
        made.resize(304, 900)
        qtbot.addWidget(made)
        services.document.changed.connect(lambda _change: made.refresh())
        for section in made.sections.values():
            section.set_open(True)
        made.show()
        return made

    return form


def _node(services: Services, node: str) -> Node:
    found = services.document.project.flows[FLOW].node(node)
    assert found is not None
    return found


def _control(form: SchemaForm, path: str, kind: type[Any]) -> Any:
    control = form.context.boxes[path].control
    assert isinstance(control, kind)
    return control


def _type(target: QWidget, text: str) -> None:
    target.setFocus()
    QTest.keyClicks(target, text)


ALL = [
    "dispute_received", "get_customer", "facts_gathered", "check_facts", "work_out", "route", "approve_refund",
    "audit_note", "refunded_end",
]  # fmt: skip


@pytest.mark.parametrize("node", ALL)
def test_showing_a_form_changes_nothing_and_shows_every_field(node: str, make: Make, services: Services) -> None:
    before = services.document.project
    form = make(node)
    plan = services.facts.of(_node(services, node)).type
    assert plan is not None
    for name in plan.Config.model_fields:
        assert f"config.{name}" in form.context.boxes
    QApplication.processEvents()
    assert services.document.project is before
    assert services.document.history.count() == 0


@pytest.mark.parametrize("node", ALL)
def test_a_form_is_no_wider_than_its_panel(node: str, make: Make) -> None:
    form = make(node)
    QApplication.processEvents()
    assert form.minimumSizeHint().width() <= 304 - 11


def test_a_section_that_says_nothing_is_set_makes_a_form_no_wider(make: Make, services: Services) -> None:
    for field in ("instructions", "why", "show", "form"):
        services.document.do(set_field(FLOW, "approve_refund", ("config", field), UNSET))
    form = make("approve_refund")
    QApplication.processEvents()
    assert form.minimumSizeHint().width() <= 304 - 11


def test_a_long_name_in_what_is_wrong_makes_a_form_no_wider(make: Make, services: Services) -> None:
    form = make("route")
    field = _control(form, "config.conditions[1].when", ExpressionControl).field
    field.editor.setPlainText("get_customer_of_the_disputed_bill_of_last_month.preferred_channel = 1")
    field.look()
    QApplication.processEvents()
    assert "last_month" in field.complaint.message
    assert form.minimumSizeHint().width() <= 304 - 11


def test_typing_is_kept_as_it_is_typed_and_undone_as_one(make: Make, services: Services) -> None:
    form = make("route")
    before = pack(services.document.project)
    line = form.context.boxes["title"].control.focus_target()
    _type(line, "!!")
    assert "!!" in _node(services, "route").title
    assert services.document.history.count() == 1
    services.document.undo()
    assert pack(services.document.project) == before
    assert line.text() == "Who decides?"


def test_a_change_from_elsewhere_leaves_the_cursor_where_it_is(make: Make, services: Services) -> None:
    form = make("route")
    line = form.context.boxes["title"].control.focus_target()
    line.setFocus()
    line.setCursorPosition(3)
    services.document.do(set_field(FLOW, "route", "owner", "operations"))
    services.document.do(set_field(FLOW, "get_customer", "title", "Somebody"))
    assert line.cursorPosition() == 3
    assert line.text() == "Who decides?"


def test_what_is_no_number_stays_in_the_field_and_out_of_the_document(make: Make, services: Services) -> None:
    form = make("get_customer")
    control = _control(form, "retry.attempts", LineControl)
    control.line.selectAll()
    _type(control.line, "8x")
    assert "whole number" in form.context.boxes["retry.attempts"].says
    retry = _node(services, "get_customer").retry
    assert retry is not None
    assert retry.attempts == 8
    services.document.do(set_field(FLOW, "get_customer", "title", "Elsewhere"))
    assert control.line.text() == "8x"

    again = SchemaForm(services, FLOW, "get_customer", form.context.drafts)
    again.sections["wrong"].set_open(True)
    assert _control(again, "retry.attempts", LineControl).line.text() == "8x"
    assert "whole number" in again.context.boxes["retry.attempts"].says
    again.deleteLater()

    control.line.selectAll()
    _type(control.line, "5")
    retry = _node(services, "get_customer").retry
    assert retry is not None
    assert retry.attempts == 5
    assert form.context.boxes["retry.attempts"].says == ""


def test_numbers_stay_exact(make: Make, services: Services) -> None:
    form = make("get_customer")
    line = _control(form, "retry.factor", LineControl).line
    line.selectAll()
    _type(line, "1.50")
    retry = _node(services, "get_customer").retry
    assert retry is not None
    assert str(retry.factor) == "1.50"


def test_lengths_of_time_are_typed_in_words(make: Make, services: Services) -> None:
    form = make("approve_refund")
    line = _control(form, "sla", LineControl).line
    line.selectAll()
    _type(line, "2 days")
    assert _node(services, "approve_refund").sla == "P2D"
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    assert _node(services, "approve_refund").sla is None
    delay = _control(make("get_customer"), "retry.first_delay", LineControl).line
    delay.selectAll()
    _type(delay, "1 minute")
    retry = _node(services, "get_customer").retry
    assert retry is not None
    assert retry.first_delay == Decimal(60)


def test_choices_offer_what_the_project_has(make: Make, services: Services) -> None:
    form = make("get_customer")
    control = _control(form, "config.connection", ChoiceControl)
    shown = [control.combo.itemText(n) for n in range(control.combo.count())]
    assert "Billing" in shown
    control.combo.setCurrentIndex(shown.index("Billing"))
    control.combo.activated.emit(shown.index("Billing"))
    assert _node(services, "get_customer").config["connection"] == "billing"


def test_a_long_choice_is_cut_with_its_three_dots_in_sight(qtbot: QtBot, services: Services, tmp_path: Path) -> None:
    """The style keeps room for its arrow and edges: words that were cut to more than is left lost the dots' end."""
    combo = Combo()
    qtbot.addWidget(combo)
    combo.setStyleSheet(style_sheet(services.theme.palette, tmp_path))
    combo.addItem("Customer service of the northern region")
    combo.resize(130, 28)
    combo.show()
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    left = combo.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, combo).width()
    words = combo.words_in(combo.text_room(option))
    assert words.endswith("…")
    assert combo.fontMetrics().horizontalAdvance(words) <= left - 2


def test_an_expression_that_can_not_be_read_is_kept_and_marked(make: Make, services: Services, qtbot: QtBot) -> None:
    form = make("route")
    field = _control(form, "config.conditions[1].when", ExpressionControl).field
    field.editor.selectAll()
    _type(field.editor, "get_customer.teir = ")
    assert _node(services, "route").config["conditions"][0]["when"] == {"feel": "get_customer.teir = "}
    field.look()
    assert field.problems
    assert field.editor.squiggles
    assert field.complaint.message


def test_what_is_wrong_with_an_expression_is_said_once(make: Make, services: Services, qtbot: QtBot) -> None:
    """The field said it again, in the words of the check."""
    form = make("route")
    field = _control(form, "config.conditions[1].when", ExpressionControl).field
    box = form.box_at("config.conditions[1].when")
    assert box is not None
    field.editor.selectAll()
    _type(field.editor, "get_customer.tier = ")
    services.checking.check_now()
    form.show_problems()
    field.look()
    assert field.complaint.message
    assert not box.says
    field.editor.selectAll()
    _type(field.editor, "1")
    services.checking.check_now()
    form.show_problems()
    field.look()
    assert not field.problems
    assert bool(box.says) == any(
        (found.where.field or "").startswith("config.conditions[1].when") for found in form._found()
    )


def test_a_misspelt_value_is_repaired_by_one_click(make: Make, services: Services) -> None:
    form = make("route")
    field = _control(form, "config.conditions[1].when", ExpressionControl).field
    field.editor.selectAll()
    _type(field.editor, 'get_customer.teir = "gold"')
    field.look()
    assert field.complaint.repair.text() == "Use get_customer.tier"
    field.complaint.repair.click()
    assert _node(services, "route").config["conditions"][0]["when"] == {"feel": 'get_customer.tier = "gold"'}
    assert not field.problems


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ('get_customer.tier == "gold"', 'get_customer.tier = "gold"'),
        ("get_customer.tier = 'gold'", 'get_customer.tier = "gold"'),
        ("get_customer.tier = gold", 'get_customer.tier = "gold"'),
        ("vars.bill.owed > 1,50", "vars.bill.owed > 1.50"),
        ("vars.bill.owed > 5 AND vars.bill.owed < 9", "vars.bill.owed > 5 and vars.bill.owed < 9"),
        ("vars.bill.owed > 10%", "vars.bill.owed > 10 / 100"),
        ('get_customer.tier = "gold" or "silver"', 'get_customer.tier in ("gold", "silver")'),
        ("input.invoice = TRUE", "input.invoice = true"),
    ],
)
def test_what_is_written_out_of_habit_is_put_right_by_one_click(
    make: Make, services: Services, typed: str, wanted: str
) -> None:
    """The whole was written into the place of what was wrong, so that a click made it worse."""
    form = make("route")
    field = _control(form, "config.conditions[1].when", ExpressionControl).field
    field.editor.setPlainText(typed)
    field.look()
    field.complaint.repair.click()
    assert _node(services, "route").config["conditions"][0]["when"] == {"feel": wanted}
    assert not any(problem.code == "syntax" for problem in field.problems)


def test_completion_writes_a_path_that_is_in_scope(make: Make, services: Services) -> None:
    form = make("route")
    field = _control(form, "config.conditions[1].when", ExpressionControl).field
    field.editor.selectAll()
    _type(field.editor, "get_inv")
    QTest.keyClick(field.editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert field.completion.isVisible()
    wanted = [one.insert for one in field.completion.offers].index("get_invoice.total")
    for _ in range(wanted):
        QTest.keyClick(field.editor, Qt.Key.Key_Down)
    QTest.keyClick(field.editor, Qt.Key.Key_Return)
    assert field.text == "get_invoice.total"
    assert not field.completion.isVisible()
    QTest.keyClick(field.editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field.editor, Qt.Key.Key_Escape)
    assert not field.completion.isVisible()


def test_an_expression_is_tried_on_the_sample(make: Make, services: Services, qtbot: QtBot) -> None:
    form = make("route")
    field = _control(form, "config.conditions[1].when", ExpressionControl).field

    def tried() -> None:
        field.look()
        assert field.strip is not None
        assert field.strip.value.text() == "true"

    qtbot.waitUntil(lambda: _holds(tried), timeout=10_000)
    assert field.sentence is not None
    assert field.sentence.text().startswith("Bill owed is at most")


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except AssertionError:
        return False
    return True


def test_a_fixed_value_turns_into_an_expression_and_back(make: Make, services: Services) -> None:
    form = make("approve_refund")
    control = _control(form, "config.due", ExpressionControl)
    assert control.fixed is not None
    control.switch.click()
    assert _node(services, "approve_refund").config["due"] == {"feel": '@"PT8H"'}
    control.switch.click()
    assert _node(services, "approve_refund").config["due"] == "PT8H"


def test_an_end_that_nobody_named_is_called_as_its_outcome(services: Services, make: Make) -> None:
    """Two ends were called "End", and the canvas did not tell which was which."""
    services.document.do(add_outcome(FLOW, "paid_back", "Paid back"))
    services.document.do(add_outcome(FLOW, "turned_down", "Turned down"))
    services.document.do(add_node(FLOW, Node(id="new_end", type="control/end", title="End"), (0, 0)))
    form = make("new_end")
    choice = _control(form, "config.outcome", ChoiceControl)
    for value, title in (("paid_back", "Paid back"), ("turned_down", "Turned down")):
        choice.edited.emit(value, ())
        assert _node(services, "new_end").title == title
    services.document.history.undo()
    assert _node(services, "new_end").title == "Paid back"
    services.document.do(set_field(FLOW, "new_end", ("title",), "The customer is glad"))
    choice.edited.emit("turned_down", ())
    assert _node(services, "new_end").title == "The customer is glad"


def test_an_equals_sign_begins_an_expression_as_in_a_spreadsheet(make: Make, services: Services) -> None:
    form = make("explain_rejection")
    result = _control(form, "config.assignments.result", ExpressionControl)
    assert result.fixed is not None
    line = result.fixed.focus_target()
    line.setFocus()
    line.selectAll()
    _type(line, "=")
    assert result.switch.isChecked()
    assert result.field is not None
    assert result.field.text == ""
    assert result.focus_target() is result.field.editor
    result.field.editor.insertPlainText("input.customer")
    assert _node(services, "explain_rejection").config["assignments"]["result"] == {"feel": "input.customer"}
    result.field.editor.setPlainText("")
    result.switch.click()
    _type(result.fixed.focus_target(), "=")
    assert not result.switch.isChecked(), "said by hand, it is a text"
    assert _node(services, "explain_rejection").config["assignments"]["result"] == "="


def test_a_fixed_text_that_names_a_value_asks_whether_it_is_meant(make: Make, services: Services) -> None:
    form = make("explain_rejection")
    result = _control(form, "config.assignments.result", ExpressionControl)
    assert result.fixed is not None
    line = result.fixed.focus_target()
    line.selectAll()
    _type(line, "input.customer")
    assert _node(services, "explain_rejection").config["assignments"]["result"] == "input.customer"
    assert result._doubted.message.startswith("This is a text as it stands")
    result._doubted.repair.click()
    assert _node(services, "explain_rejection").config["assignments"]["result"] == {"feel": "input.customer"}
    assert not result._doubted.message


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("input.customer", True), ("{street: input.street}", True), ("input.a + get_customer.b", True),
        ("input", False), ("rejected", False), ("e.g. input", False), ("www.example.com", False),
        ("input.amount or shop.amount", False), ("{}", False),
    ],
)  # fmt: skip
def test_what_reads_like_an_expression_of_known_values(text: str, reads: bool) -> None:
    assert reads_values(text, {"input", "get_customer"}) is reads


def test_what_a_request_sends_begins_as_an_expression(make: Make, services: Services) -> None:
    """A context that was typed into a fixed value was sent as a text."""
    form = make("get_customer")
    body = _control(form, "config.body", UnionControl)
    body.choice.combo.setCurrentIndex(1)
    body.choice.combo.activated.emit(1)
    value = _control(form, "config.body.value", ExpressionControl)
    assert value.field is not None
    assert value.focus_target() is value.field.editor


def test_a_value_is_put_into_a_text(make: Make, services: Services) -> None:
    form = make("audit_note")
    control = _control(form, "config.text", TextControl)
    control.editor.setFocus()
    control.editor.selectAll()
    QTest.keyClicks(control.editor, "Bill ")
    control.put_value("get_invoice.number")
    assert _node(services, "audit_note").config["text"] == "Bill {get_invoice.number}"
    control.put_value("get_invoice.total")
    assert _node(services, "audit_note").config["text"] == "Bill {get_invoice.number}{get_invoice.total}"


def test_an_open_brace_is_said_at_once(make: Make, services: Services, qtbot: QtBot) -> None:
    form = make("audit_note")
    control = _control(form, "config.text", TextControl)
    control.editor.selectAll()
    _type(control.editor, "Bill {get_invoice.number")
    qtbot.waitUntil(lambda: bool(form.context.boxes["config.text"].says), timeout=3_000)
    assert control.editor.squiggles


def test_a_list_of_fields_has_no_heads_without_fields(make: Make, services: Services) -> None:
    services.document.do(set_field(FLOW, "get_customer", ("config", "expected"), UNSET))
    form = make("get_customer")
    schema = form.context.boxes["config.expected"].control
    assert schema._heads.isHidden()
    schema.add.click()
    assert not schema._heads.isHidden()


def test_json_that_is_none_yet_is_kept_in_the_field(make: Make, services: Services) -> None:
    form = make("check_facts")
    schema = form.context.boxes["config.rules"].control
    schema.as_json.setChecked(True)
    control: JsonControl = schema.json
    before = _node(services, "check_facts").config["rules"]
    control.editor.selectAll()
    _type(control.editor, '{"type": ')
    assert _node(services, "check_facts").config["rules"] == before
    assert "Line 1, column 10" in form.context.boxes["config.rules"].says
    QTest.keyClicks(control.editor, '"object"}')
    assert _node(services, "check_facts").config["rules"] == {"type": "object"}
    assert form.context.boxes["config.rules"].says == ""


def test_ways_are_added_named_moved_and_removed_with_their_lines(make: Make, services: Services) -> None:
    form = make("route")
    ways = _control(form, "config.conditions", WaysControl)
    before = pack(services.document.project)
    ports = [one["port"] for one in _node(services, "route").config["conditions"]]
    lines = len(services.document.project.flows[FLOW].edges)

    ways.add.click()
    conditions = _node(services, "route").config["conditions"]
    assert len(conditions) == 3
    assert ways.rows[2].title.selectedText(), "what is typed takes the place of the label that was made up"
    _type(ways.rows[2].title, "Very large")
    assert _node(services, "route").config["conditions"][2]["port"] == "very_large"

    ways.rows[0].title.selectAll()
    _type(ways.rows[0].title, "Renamed")
    assert [one["port"] for one in _node(services, "route").config["conditions"]][:2] == ports

    ways.shift(ways.rows[2], -1)
    assert [one["port"] for one in _node(services, "route").config["conditions"]] == [ports[0], "very_large", ports[1]]
    ways.remove(ways.rows[0])
    assert len(services.document.project.flows[FLOW].edges) < lines
    while services.document.history.canUndo():
        services.document.undo()
    assert pack(services.document.project) == before
    assert [row.title.text() for row in ways.rows] == ["Small, clean history", "Looks suspicious"]


def test_the_name_of_a_way_takes_its_lines_along(make: Make, services: Services) -> None:
    form = make("route")
    ways = _control(form, "config.conditions", WaysControl)
    old = _node(services, "route").config["conditions"][0]["port"]
    ways.set_port(0, "straight")
    flow = services.document.project.flows[FLOW]
    assert next(flow.edges_from("route", "straight"), None) is not None
    assert next(flow.edges_from("route", old), None) is None
    assert services.document.history.count() == 1
    ways.set_port(0, "Not good")
    assert "small letters" in form.context.boxes["config.conditions"].says


def test_a_remembered_value_takes_along_what_reads_it_as_one_step(make: Make, services: Services) -> None:
    form = make("work_out")
    rows = _control(form, "config.assignments", MapControl)
    row = next(row for row in rows.rows if row.name.text() == "bill")
    before = services.document.project
    row.name.selectAll()
    _type(row.name, "account")
    work_out = _node(services, "work_out").config["assignments"]
    assert "account" in work_out
    assert "bill" not in work_out
    texts = str([node.config for node in services.document.project.flows[FLOW].nodes])
    assert "vars.account.owed" in texts
    assert "vars.bill" not in texts
    assert services.document.history.count() == 1
    services.document.undo()
    assert services.document.project is before
    assert row.name.text() == "bill"


def test_named_values_are_added_renamed_and_removed(make: Make, services: Services) -> None:
    form = make("get_customer")
    headers = _control(form, "config.headers", MapControl)
    headers.add.click()
    assert "headers" not in _node(services, "get_customer").config
    _type(headers.rows[0].name, "X.Trace-1")
    _type(headers.rows[0].control.focus_target(), "on")
    assert _node(services, "get_customer").config["headers"] == {"X.Trace-1": "on"}
    headers.add.click()
    _type(headers.rows[1].name, "X.Trace-1")
    assert _node(services, "get_customer").config["headers"] == {"X.Trace-1": "on"}
    headers.remove(headers.rows[1])
    headers.remove(headers.rows[0])
    assert "headers" not in _node(services, "get_customer").config


def test_a_kind_of_body_brings_its_fields_and_remembers_the_other(make: Make, services: Services) -> None:
    form = make("refund")
    body = _control(form, "config.body", UnionControl)
    before = _node(services, "refund").config["body"]
    for index in (3, 1):
        body.choice.combo.setCurrentIndex(index)
        body.choice.combo.activated.emit(index)
        if index == 3:
            assert _node(services, "refund").config["body"]["kind"] == "text"
            assert "config.body.media_type" in form.context.boxes
    assert _node(services, "refund").config["body"] == before
    assert "config.body.media_type" not in form.context.boxes


def test_simple_lists_grow_and_shrink(make: Make, services: Services) -> None:
    services.document.do(set_field(FLOW, "audit_note", "type", "control/for_each"))
    services.document.do(set_field(FLOW, "audit_note", "config", {"flow": "x", "items": {"feel": "input.a"}}))
    form = make("audit_note")
    stops = _control(form, "config.stop_on", ListControl)
    stops.add.click()
    _type(stops.rows[0].control.line, "failed")
    assert _node(services, "audit_note").config["stop_on"] == ["failed"]


def test_a_finding_stands_at_its_field_with_its_repair(make: Make, services: Services) -> None:
    services.document.do(set_field(FLOW, "get_customer", "config.connection", "crmm"))
    form = make("get_customer")
    services.checking.check_now()
    form.show_problems()
    box = form.context.boxes["config.connection"]
    assert box.says
    assert box.complaint.repair.text() == "Use crm"
    box.complaint.repair.click()
    assert _node(services, "get_customer").config["connection"] == "crm"
    services.checking.check_now()
    form.show_problems()
    assert box.says == ""


def test_a_wanted_field_gets_the_cursor_even_in_a_closed_section(services: Services, qtbot: QtBot) -> None:
    form = SchemaForm(services, FLOW, "get_customer")
    qtbot.addWidget(form)
    form.show()
    assert "config.expected" not in form.context.boxes
    assert form.show_field("config.expected.properties.name")
    assert "config.expected" in form.context.boxes
    assert form.show_field("retry.attempts")
    assert form.focusWidget() is form.context.boxes["retry.attempts"].control.focus_target()
    assert form.show_field("config.path")
    assert not form.show_field("config.nothing.like.it")


def test_a_type_that_is_not_here_keeps_its_settings(services: Services, qtbot: QtBot) -> None:
    services.document.do(set_field(FLOW, "audit_note", "type", "elsewhere/thing"))
    before = pack(services.document.project)
    form = SchemaForm(services, FLOW, "audit_note")
    qtbot.addWidget(form)
    form.show()
    QApplication.processEvents()
    assert pack(services.document.project) == before
    assert "config" in form.context.boxes


def test_every_field_has_a_name_for_screen_readers(make: Make) -> None:
    for node in ALL:
        form = make(node)
        for path, box in form.context.boxes.items():
            assert box.control.focus_target().accessibleName(), path


def test_words_of_a_project_are_never_rich_text(make: Make, services: Services) -> None:
    services.document.do(set_field(FLOW, "route", "title", "<img src=x><b>bold</b>"))
    form = make("route")
    assert form.header.title.text() == "<img src=x><b>bold</b>"
    assert "&lt;img" in form.header.title.toolTip()


def _drop(form: SchemaForm, target: QWidget, name: str, place: int = 0) -> None:
    """The name of a value, dragged out of the variables panel and let go of before the letter at ``place``."""
    data = carried(name)
    receiver = target.viewport() if isinstance(target, CodeEditor) else target
    if isinstance(target, CodeEditor):
        cursor = target.textCursor()
        cursor.setPosition(place)
        at = target.cursorRect(cursor).center()
    else:
        at = receiver.rect().center()
    form.header.more.setFocus()
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, copy, data, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(receiver, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(receiver, QDropEvent(QPointF(at), copy, data, left, Qt.KeyboardModifier.NoModifier))


def test_a_value_is_dropped_where_it_belongs_and_typing_goes_on_there(make: Make, services: Services) -> None:
    form = make("audit_note")
    text = _control(form, "config.text", TextControl)
    whole = text.editor.toPlainText()
    _drop(form, text.editor, "input.customer", len(whole))
    assert _node(services, "audit_note").config["text"] == whole + "{input.customer}"
    assert form.focusWidget() is text.editor
    assert text.editor.textCursor().position() == len(whole) + len("{input.customer}")
    inside = whole.index("{") + 1
    _drop(form, text.editor, "input.", inside)
    assert (
        _node(services, "audit_note").config["text"].startswith(f"{whole[:inside]}input.{whole[inside : inside + 4]}")
    )

    form = make("explain_rejection")
    result = _control(form, "config.assignments.result", ExpressionControl)
    assert result.fixed is not None
    _drop(form, result.fixed.focus_target(), "input.customer")
    assert _node(services, "explain_rejection").config["assignments"]["result"] == {"feel": "input.customer"}
    assert result.field is not None
    assert form.focusWidget() is result.field.editor
    _drop(form, result.field.editor, " + input.invoice", len("input.customer"))
    assert result.field.text == "input.customer + input.invoice"

    name = _control(form, "title", LineControl)
    _drop(form, name.line, "input.customer")
    assert form.focusWidget() is name.line


def test_a_table_is_made_for_a_step_from_the_values_that_it_looks_at(
    services: Services, make: Make, qtbot: QtBot
) -> None:
    """There was no way to begin a decision table in the designer: the list offered the files that there were."""
    table = Node(id="ask", type="decision/table", version=1, title="Pay it out?", config={})
    services.document.do(add_node(FLOW, table, (0.0, 0.0), after=("facts_gathered", "joined")))
    before = services.document.project
    form = make("ask")
    combo = form.context.boxes["config.file"].control.focus_target()
    offered = [combo.itemText(number) for number in range(combo.count())]
    seen: list[list[str]] = []

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, NewTable)
        assert dialog.name.text() == "Pay it out?"
        texts = [dialog.values.item(n).text() for n in range(dialog.values.count())]
        for wanted in ("get_customer.tier", "get_invoice.total"):
            row = next(number for number, text in enumerate(texts) if text.endswith(wanted))
            dialog.values.item(row).setCheckState(Qt.CheckState.Checked)
        seen.append(texts)
        QTest.mouseClick(dialog.make, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, fill)
    combo.activated.emit(offered.index("New decision table …"))
    assert seen
    config = _node(services, "ask").config
    assert (config["file"], config["decision"]) == ("pay_it_out", "Pay it out?")
    assert config["inputs"] == {"Tier": {"feel": "get_customer.tier"}, "Total": {"feel": "get_invoice.total"}}
    sheet = read_table(services.document.project.decisions["pay_it_out"])
    assert [(it.kind, it.title, it.type_ref) for it in sheet.columns] == [
        ("input", "Tier", "string"), ("input", "Total", "number"), ("output", "Result", "string"),
        ("annotation", "Note", ""),
    ]  # fmt: skip
    services.document.undo()
    assert services.document.project is before


def test_a_way_for_each_result_is_added_at_once(services: Services, make: Make) -> None:
    table = Node(id="ask", type="decision/table", version=1, title="Ask", config={})
    services.document.do(add_node(FLOW, table, (0.0, 0.0), after=("facts_gathered", "joined")))
    columns = [Column("input", "Tier", "Tier", "string"), Column("output", "Result", "", "string")]
    rows = [('"gold"', '"Pay out"'), ('"silver"', '"finance"'), ("-", '"finance"')]
    services.document.do(add_decision("who", fresh_model("Who?", columns, rows, hit_policy="FIRST")))
    services.document.do(set_field(FLOW, "ask", "config", {"file": "who", "decision": "Who?", "inputs": {}}))
    form = make("ask")
    ways = _control(form, "config.ways", ResultWays)
    before = services.document.project
    ways.each.click()
    assert _node(services, "ask").config["ways"] == [
        {"port": "pay_out", "title": "Pay out", "results": ["Pay out"]},
        {"port": "finance", "title": "Finance"},
    ]
    ways.each.click()
    assert len(_node(services, "ask").config["ways"]) == 2, "each has one"
    services.document.undo()
    assert services.document.project is before
    services.document.do(set_field(FLOW, "ask", "config", {}))
    ways.each.click()
    assert form.context.boxes["config.ways"].says == "Choose a decision file first."
    services.document.do(set_field(FLOW, "ask", "config", {"file": "nobody", "decision": "Who?"}))
    ways.each.click()
    assert "not known yet" in form.context.boxes["config.ways"].says


def test_columns_are_told_apart_where_values_are_called_alike() -> None:
    names = [
        ScopeName(("a", "id"), "text"),
        ScopeName(("b", "id"), "text"),
        ScopeName(("c", "x"), "text", "How (many)?"),
    ]
    assert _called(names[:1]) == ["ID"]
    assert _called(names[2:]) == ["How many"]
    assert len(set(_called(names))) == 3
