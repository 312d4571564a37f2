"""A case to run with is typed into the fields that the flow is started with; JSON stays a click away."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from designer.document.commands.change_parts import delete_sample
from designer.document.commands.set_flow_field import set_flow_field
from designer.document.commands.set_part import set_sample
from designer.forms.field_box import FieldBox
from designer.forms.trying import sample_choice
from designer.panels.test.view import CasePanel
from designer.services import Services
from designer.session.typed import typed_json

FLOW = "billing_dispute"


@pytest.fixture
def panel(services: Services, qtbot: QtBot) -> CasePanel:
    made = CasePanel(services)
    qtbot.addWidget(made)
    made.resize(340, 900)
    made.show()
    return made


def field(panel: CasePanel, title: str) -> Any:
    QTest.qWait(20)  # fields that were just made are shown in the next turn
    boxes = [box for box in panel.findChildren(FieldBox) if box.plan.title == title and box.isVisible()]
    return boxes[-1].control.focus_target()


def test_a_case_is_typed_into_fields_and_run(panel: CasePanel, services: Services) -> None:
    assert panel.given.isHidden()
    assert field(panel, "Customer").text() == "C-1001"
    field(panel, "Customer").selectAll()
    QTest.keyClicks(field(panel, "Customer"), "C-1002")
    assert typed_json(panel.given.toPlainText())["customer"] == "C-1002"
    panel.run()
    session = services.extras["session"]
    assert session.story is not None
    assert session.story.state_at(session.story.last_seq).input["customer"] == "C-1002"

    panel.sample.setCurrentIndex(panel.sample.findData("letter"))
    panel.sample.activated.emit(panel.sample.currentIndex())
    assert field(panel, "Customer").text() == services.document.project.samples[FLOW]["letter"]["customer"]


def test_the_case_as_json_is_the_same_case(panel: CasePanel) -> None:
    panel.as_json.click()
    assert panel.fields.isHidden()
    panel.given.setPlainText('{"dispute": "D-7"')
    assert panel.as_json.isVisible(), "there is a way back from what is no JSON yet"
    panel.given.setPlainText('{"dispute": "D-7"}')
    panel.as_json.click()
    assert field(panel, "Dispute").text() == "D-7"


def test_a_case_with_a_field_that_is_none_yet_is_not_run(panel: CasePanel, services: Services) -> None:
    schema = {"type": "object", "properties": {"amount": {"type": "number", "title": "Amount"}}}
    services.document.do(set_flow_field(FLOW, ("input_schema",), schema))
    panel.given.setPlainText('{"amount": 5}')
    field(panel, "Amount").selectAll()
    QTest.keyClicks(field(panel, "Amount"), "many")
    panel.run()
    assert services.extras["session"].story is None
    assert "Correct it first" in panel.complaint.text()


def test_a_rehearsal_that_was_halted_on_its_way_goes_on_and_waits_for_no_time(
    panel: CasePanel, services: Services, qtbot: QtBot
) -> None:
    """What is under way has a time limit: “Skip the wait” was offered, which let the steps fail by it."""
    session = services.extras["session"]
    services.selection.select(("get_customer",))
    panel.run_up_to()
    qtbot.waitUntil(lambda: session.can_go_on)
    assert (panel.result.chip.words, panel.result.way.text()) == ("Stopped here", "Go on")
    assert panel.skip.isHidden()
    panel.result.way.click()
    qtbot.waitUntil(lambda: session.story.ended)
    assert "failed" not in {standing.standing for standing in session.story.standings(session.story.last_seq).values()}


def test_a_sample_that_was_chosen_while_nobody_saw_the_panel_is_taken_when_it_is_shown(
    services: Services, qtbot: QtBot
) -> None:
    """It is built ahead, before the first sample is there: a run then began with an empty case."""
    for name in list(services.document.project.samples[FLOW]):
        services.document.do(delete_sample(FLOW, name))
    pages = QStackedWidget()
    qtbot.addWidget(pages)
    pages.addWidget(QWidget())
    panel = CasePanel(services)
    pages.addWidget(panel)
    pages.show()
    services.document.do(set_sample(FLOW, "mine", {"amount": 7}))
    sample_choice(services).choose(FLOW, "mine")
    pages.setCurrentWidget(panel)
    assert panel.sample.currentData() == "mine"
    assert typed_json(panel.given.toPlainText()) == {"amount": 7}
