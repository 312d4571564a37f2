"""The page of a form, with its preview."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import UNSET, set_field
from designer.editors.flow_settings.page import FlowSettings
from designer.editors.form.page import FormPage
from designer.editors.form.preview import PHONE, TaskPreview
from designer.forms.schema_fields import SchemaControl
from designer.pieces.emptying import widgets_in
from designer.services import Services
from runtime.model.flow import Flow

FLOW = "billing_dispute"


def _flow(services: Services) -> Flow:
    return services.document.project.flows[FLOW]


def test_a_form_without_fields_has_no_heads_of_columns(services: Services, qtbot: QtBot) -> None:
    services.document.do(set_field(FLOW, "approve_refund", "config.form", UNSET))
    page = FormPage(services, f"{FLOW}/approve_refund")
    qtbot.addWidget(page)
    page.show()
    control = page.findChild(SchemaControl)
    assert control is not None
    assert not control._heads.isVisible()
    control.add_field()
    assert control._heads.isVisible()


def test_a_form_is_edited_with_its_preview(services: Services, qtbot: QtBot) -> None:
    page = FormPage(services, f"{FLOW}/approve_refund")
    qtbot.addWidget(page)
    assert list(page.preview.controls) == ["comment"]
    page.control.add_field()
    node = _flow(services).node("approve_refund")
    assert node is not None
    assert list(node.config["form"]["properties"]) == ["comment", "field"]
    assert list(page.preview.controls) == ["comment", "field"]
    services.document.undo()
    assert list(page.preview.controls) == ["comment"]

    alone = FormPage(services, "evidence")
    qtbot.addWidget(alone)
    alone.control.add_field()
    assert list(services.document.project.forms["evidence"]["properties"]) == ["field"]


def test_a_label_of_the_preview_goes_on_in_the_next_line(services: Services, qtbot: QtBot) -> None:
    long = "A question that is so long that it takes more than one line of any task page to be read by anybody"
    schema = {"properties": {"sure": {"type": "boolean", "title": long}, "why": {"type": "string", "title": long}}}
    preview = TaskPreview(services)
    qtbot.addWidget(preview)
    preview.show_form(schema, {}, None)
    assert preview.minimumSizeHint().width() < 400
    assert preview.controls["sure"].accessibleName() == long


def test_a_choice_with_a_comma_is_typed_in_quotes_and_stays_one(services: Services, qtbot: QtBot) -> None:
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    page.show()
    control = page.input
    control.add_field()
    row = control.rows[-1]
    control.turn(row, "enum")
    row.options.selectAll()
    QTest.keyClicks(row.options, '"Berlin, Mitte", Rome')
    name = control.name_of(row)
    assert list(_flow(services).input_schema["properties"][name]["enum"]) == ["Berlin, Mitte", "Rome"]
    assert row.options.text() == '"Berlin, Mitte", Rome'
    QTest.keyClicks(row.options, ", Nice")
    assert list(_flow(services).input_schema["properties"][name]["enum"]) == ["Berlin, Mitte", "Rome", "Nice"]


def test_a_row_that_is_used_again_shows_nothing_of_the_field_before(services: Services, qtbot: QtBot) -> None:
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    page.show()
    control, before = page.input, len(page.input.rows)
    control.add_field()
    row = control.rows[-1]
    control.turn(row, "enum")
    control.choices(row, "red, green")
    control.retitle(row, "Colour")
    QTest.keyClicks(row.options, " ")
    control.remove(row)
    assert len(control.rows) == before
    control.add_field()
    again = control.rows[-1]
    assert again is row, "making one is dear"
    assert (again.name.text(), again.title.text(), again.kind.currentText()) == ("field", "", "Text")
    assert not again.options.isVisibleTo(again)
    control.turn(again, "enum")
    assert "red" not in again.options.text()


def test_a_task_is_seen_as_on_a_phone(services: Services, qtbot: QtBot) -> None:
    page = FormPage(services, f"{FLOW}/approve_refund")
    qtbot.addWidget(page)
    preview = page.preview

    def buttons() -> list[str]:
        last = [*widgets_in(preview.body)][-1]
        return [one.text() for one in last.findChildren(QPushButton)]

    there = buttons()
    preview.other.click()
    assert (preview.phone, preview.maximumWidth()) == (True, PHONE)
    assert buttons() == there[::-1], "the main one lies under the thumb"
    assert list(preview.controls) == ["comment"]
    page.refresh()
    assert preview.phone
    preview.other.click()
    assert (buttons(), preview.phone) == (there, False)
