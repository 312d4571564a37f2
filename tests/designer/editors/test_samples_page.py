"""A sample is written into the fields that its flow is started with, or as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import same
from designer.document.commands.set_flow_field import set_flow_field
from designer.document.commands.set_part import set_sample
from designer.editors.samples.page import Samples
from designer.forms.field_box import FieldBox
from designer.services import Services

FLOW = "billing_dispute"


ORDER = {
    "type": "object",
    "required": ["amount", "buyer"],
    "properties": {
        "amount": {"type": "number", "title": "Amount"},
        "urgent": {"type": "boolean"},
        "tier": {"enum": ["gold", "silver"]},
        "buyer": {"type": "object", "properties": {"name": {"type": ["string", "null"]}}, "required": ["name"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "rest": {},
        "lines": {"type": "array", "items": {"type": "array"}},
    },
}


def test_a_case_is_typed_into_the_fields_that_the_flow_is_started_with(services: Services, qtbot: QtBot) -> None:
    case = {"amount": Decimal("1.50"), "buyer": {"name": "Ana"}, "tags": ["a"], "beyond": [1]}
    services.document.do(set_flow_field(FLOW, ("input_schema",), ORDER))
    services.document.do(set_sample(FLOW, "order", case))
    page = Samples(services, f"{FLOW}/order")
    qtbot.addWidget(page)
    page.show()

    def kept() -> Any:
        return services.document.project.samples[FLOW]["order"]

    def field(title: str) -> Any:
        boxes = [box for box in page.findChildren(FieldBox) if box.plan.title == title and box.isVisible()]
        return boxes[-1].control.focus_target()

    assert page.control.isHidden()
    assert page.more.text().startswith("It holds more that the flow does not ask for: beyond.")
    before = services.document.history.count()
    field("Amount").selectAll()
    QTest.keyClicks(field("Amount"), "20.00")
    field("Name").selectAll()
    QTest.keyClicks(field("Name"), "Ben")
    assert services.document.history.count() == before + 2, "typing elsewhere is another step"
    field("Urgent").click()
    field("Tier").setCurrentIndex(1)
    field("Tier").activated.emit(1)
    expected = {**case, "amount": Decimal("20.00"), "buyer": {"name": "Ben"}, "urgent": True, "tier": "gold"}
    assert same(kept(), expected)
    QTest.keyClicks(field("Rest"), "5")
    assert kept()["rest"] == 5

    field("Amount").selectAll()
    QTest.keyClicks(field("Amount"), "many")
    assert kept()["amount"] == Decimal("20.00"), "what is no number stays in its field"
    page.as_json.click()
    assert not page.control.isHidden()
    assert page.as_json.text() == "As fields"
    assert '"beyond"' in page.control.editor.toPlainText()
    page.control.editor.setPlainText('{"amount": ')
    page.as_json.click()
    assert not page.control.isHidden(), "what is half typed is no case yet, and is not hidden"
    page.control.editor.setPlainText("{}")
    page.as_json.click()
    page.show_one("letter")
    page.as_json.click()
    assert next(box.plan.title for box in page.findChildren(FieldBox) if box.isVisible()) == "Amount"


def test_a_flow_that_asks_for_no_fields_has_its_cases_as_json(services: Services, qtbot: QtBot) -> None:
    services.document.do(set_flow_field(FLOW, ("input_schema",), {"type": "object"}))
    page = Samples(services, FLOW)
    qtbot.addWidget(page)
    page.show()
    assert page.fields.isHidden()
    assert page.control.isVisible()
    assert page.as_json.isHidden()
