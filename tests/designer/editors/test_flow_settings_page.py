"""The page of a flow's settings: input, outcomes, owner, roles."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.document.commands.change_parts import delete_sample
from designer.document.commands.retitle import retitle_outcome
from designer.document.commands.set_flow_field import add_outcome, set_flow_field
from designer.document.commands.set_part import set_sample
from designer.editors.flow_settings.page import FlowSettings, zone_names
from designer.editors.samples.page import Samples
from designer.forms.schema_fields import SchemaControl
from designer.services import Services
from runtime.model.flow import Flow
from runtime.model.package import pack

FLOW = "billing_dispute"


def _flow(services: Services) -> Flow:
    return services.document.project.flows[FLOW]


def test_flow_settings_are_typed_and_undone(services: Services, qtbot: QtBot) -> None:
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    before = pack(services.document.project)
    line: Any = page.boxes["sla"].control.focus_target()
    line.selectAll()
    QTest.keyClicks(line, "3 days")
    assert _flow(services).sla == "P3D"
    page.add_outcome.click()
    assert _flow(services).outcomes[-1].id == "outcome_6"
    page.outcomes.lines[-1].resolved.click()
    assert _flow(services).outcomes[-1].resolved is False
    page.add_role.click()
    assert services.document.project.file.roles[-1].title.startswith("Role ")
    for row, words in ((page.outcomes.lines[-1], "Withdrawn"), (page.roles.lines[-1], "Legal")):
        row.title.selectAll()
        QTest.keyClicks(row.title, words)
        assert row.name.text() == words.lower(), "a new name follows its title"
    services.document.mark_saved()
    QTest.keyClicks(page.outcomes.lines[-1].title, " by customer")
    assert _flow(services).outcomes[-1].id == "withdrawn", "a saved name stays"
    assert _flow(services).outcomes[-1].title == "Withdrawn by customer"
    while services.document.history.canUndo():
        services.document.undo()
    assert pack(services.document.project) == before
    assert line.text() == "5 days"
    assert len(page.outcomes.lines) == 5


def test_the_input_is_a_list_of_fields_and_comes_from_an_example(services: Services, qtbot: QtBot) -> None:
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    control: SchemaControl = page.input
    assert [row.name.text() for row in control.rows] == ["dispute", "customer", "invoice", "reason", "requested_by"]
    control.rows[0].required.click()
    assert "dispute" not in _flow(services).input_schema["required"]
    kept = _flow(services).input_schema["properties"]["reason"]
    control.take_example({"reason": "too much", "amount": 5})
    schema = _flow(services).input_schema
    assert list(schema["properties"]) == ["reason", "amount"]
    assert schema["properties"]["reason"] == kept
    control.remove(control.rows[1])
    assert list(_flow(services).input_schema["properties"]) == ["reason"]


def test_an_example_keeps_what_was_said_of_a_field_and_of_the_whole(services: Services, qtbot: QtBot) -> None:
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    control: SchemaControl = page.input
    said = {
        "type": "object",
        "properties": {"reason": {"type": "string", "title": "Why"}, "count": {"type": "integer"}},
        "required": ["count"],
        "additionalProperties": False,
    }
    services.document.do(set_flow_field(FLOW, ("input_schema",), said))
    control.take_example({"reason": "too much", "amount": 5})
    schema = _flow(services).input_schema
    assert schema["properties"]["reason"] == {"type": "string", "title": "Why"}
    assert schema["required"] == ["amount"], "that the reason may be missing was said before"
    assert schema["additionalProperties"] is False


def test_the_first_example_is_there_to_be_tried(services: Services, qtbot: QtBot) -> None:
    """It was pasted, and then had to be typed once more as a sample."""
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    kept = services.document.project.samples[FLOW]
    page.input.take_example({"reason": "too much"})
    assert services.document.project.samples[FLOW] == kept, "there were samples before"
    for name in kept:
        services.document.do(delete_sample(FLOW, name))
    page.input.take_example({"reason": "too little"})
    assert services.document.project.samples[FLOW] == {"example": {"reason": "too little"}}


def test_a_number_of_people_that_is_none_does_not_stay(services: Services, qtbot: QtBot) -> None:
    said: list[str] = []
    services.window = SimpleNamespace(say=said.append)
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    page.refresh()
    page.show()
    page.activateWindow()
    row = page.roles.lines[0]
    before = row.least.text()
    row.least.setFocus()
    qtbot.waitUntil(row.least.hasFocus)
    row.least.selectAll()
    QTest.keyClicks(row.least, "many")
    row.title.setFocus()
    assert row.least.text() == before
    assert said == ["“many” is no number of people from 1 to 99,999; it stays as it was."]


def test_taking_away_what_steps_use_says_so(services: Services, qtbot: QtBot) -> None:
    said: list[str] = []
    services.window = SimpleNamespace(say=said.append)
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    page.refresh()
    page.outcomes.lines[0].remove.click()
    page.roles.lines[2].remove.click()
    assert said[0] == "“refunded” was used by 1 step; the problems list names them. Ctrl Z brings it back."
    assert said[1].startswith("“finance” was used by ")
    assert page.roles.lines[0].remove.accessibleName() == "Remove role “Customer service agents”"


def test_a_long_name_is_cut_with_its_whole_in_the_tooltip(services: Services, qtbot: QtBot) -> None:
    long = "a_name_that_is_so_long_that_no_column_has_room_for_the_whole_of_it"[:60]
    services.document.do(add_outcome(FLOW, long, "Long"))
    services.document.do(set_sample(FLOW, long, {}))
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    page.refresh()
    line = page.outcomes.lines[-1]
    assert long in line.name.toolTip()
    services.document.do(
        retitle_outcome(FLOW, 5, "A title that is long, too, and is read from its beginning", follow=False)
    )
    assert line.title.cursorPosition() == 0
    page.resize(900, 600)
    page.show()
    assert line.name.geometry().right() < line.width() - 24, "the bin has its own place"
    samples = Samples(services, f"{FLOW}/{long}")
    qtbot.addWidget(samples)
    samples.resize(900, 600)
    samples.show()
    assert samples.list.visualItemRect(samples.list.currentItem()).width() <= samples.list.viewport().width()
    assert "no column has room" in samples.list.currentItem().toolTip()


def test_zones_are_known() -> None:
    assert "Europe/Berlin" in zone_names()
