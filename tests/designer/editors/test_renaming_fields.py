"""A field with another name: what reads it goes along, as one step of the history, however late its row is left; a name
that is taken is refused.
"""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import set_field
from designer.editors.flow_settings.page import FlowSettings
from designer.editors.form.page import FormPage
from designer.forms.schema_row import SchemaRow
from designer.services import Services
from runtime.model.flow import Flow
from runtime.model.package import pack

FLOW = "billing_dispute"


def _flow(services: Services) -> Flow:
    return services.document.project.flows[FLOW]


@pytest.fixture
def page(services: Services, qtbot: QtBot) -> FlowSettings:
    made = FlowSettings(services, FLOW)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def begin(row: SchemaRow, qtbot: QtBot) -> None:
    """The whole name is about to be typed over."""
    row.name.setFocus()
    qtbot.waitUntil(row.name.hasFocus)
    row.name.selectAll()


def type_name_slowly(row: SchemaRow, text: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is thought about: each letter comes later than steps of the history join by themselves."""
    clock = itertools.count(1_000.0, 60.0)
    monkeypatch.setattr("designer.document.document.time.monotonic", lambda: next(clock))
    begin(row, qtbot)
    QTest.keyClicks(row.name, text)
    row.title.setFocus()
    monkeypatch.undo()


def test_a_field_name_that_is_taken_leaves_the_field_as_it_was(
    page: FlowSettings, services: Services, qtbot: QtBot
) -> None:
    row = page.input.rows[0]
    begin(row, qtbot)
    QTest.keyClicks(row.name, "customer")
    assert "Another field" in row._wrong.text()
    row.title.setFocus()
    assert row.name.text() == "dispute"
    assert row._wrong.isHidden()
    assert list(_flow(services).input_schema["properties"])[:2] == ["dispute", "customer"]
    assert _flow(services).input_schema["required"][0] == "dispute"


def test_a_field_with_another_name_is_read_by_it_as_it_is_typed(
    page: FlowSettings, services: Services, qtbot: QtBot
) -> None:
    before = services.document.project
    row = page.input.rows[1]
    begin(row, qtbot)
    QTest.keyClicks(row.name, "who")
    assert "input.who" in str(_flow(services).node("get_customer"))
    row.title.setFocus()
    assert not [found for found in services.checking.of(FLOW) if "input.customer" in found.message]
    while services.document.history.canUndo():
        services.document.undo()
    assert pack(services.document.project) == pack(before)


def test_another_name_of_an_input_is_one_step_however_late_the_row_is_left(
    page: FlowSettings, services: Services, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = services.document.project
    type_name_slowly(page.input.rows[1], "who", qtbot, monkeypatch)
    qtbot.waitUntil(lambda: "input.who" in str(_flow(services).node("get_customer")))
    assert services.document.history.count() == 1
    assert services.document.history.undoText() == "Call “customer” “who”"
    services.document.undo()
    assert services.document.project is before
    services.document.redo()
    type_name_slowly(page.input.rows[1], "whom", qtbot, monkeypatch)
    qtbot.waitUntil(lambda: "input.whom" in str(_flow(services).node("get_customer")))
    assert services.document.history.count() == 2, "another time is another step"


def test_names_on_the_way_touch_nothing(page: FlowSettings, services: Services, qtbot: QtBot) -> None:
    """A reading of a field that does not exist stays one, also where a name on the way is that of the field."""
    change = set_field(FLOW, "get_customer", ("config", "path"), "/{input.w}/{input.customer}")
    services.document.do(change)
    row = page.input.rows[1]
    begin(row, qtbot)
    for typed in ("w", "wh", "who"):
        QTest.keyClicks(row.name, typed[-1])
        node = _flow(services).node("get_customer")
        assert node is not None
        assert node.config["path"] == f"/{{input.w}}/{{input.{typed}}}", "there is no moment at which it is broken"
        assert typed in services.document.project.samples[FLOW]["letter"]
    services.document.undo()
    assert row.name.text() == "customer"


def test_a_name_that_is_typed_back_is_no_step(
    page: FlowSettings, services: Services, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undo then seemed to do nothing, and the project was to be saved though nothing had changed."""
    before = services.document.project
    type_name_slowly(page.input.rows[1], "customer", qtbot, monkeypatch)
    assert page.input.rows[1].name.text() == "customer"
    assert services.document.project is before
    assert services.document.history.count() == 0
    assert services.document.saved
    type_name_slowly(page.input.rows[1], "who", qtbot, monkeypatch)
    assert "input.who" in str(_flow(services).node("get_customer"))
    assert services.document.history.count() == 1
    services.document.undo()
    assert services.document.project is before


def test_a_name_that_is_saved_half_typed_is_still_carried_whole(
    page: FlowSettings, services: Services, qtbot: QtBot
) -> None:
    row = page.input.rows[1]
    begin(row, qtbot)
    QTest.keyClicks(row.name, "wh")
    services.document.mark_saved()
    saved = services.document.project
    assert "input.wh" in str(_flow(services).node("get_customer"))
    QTest.keyClicks(row.name, "om")
    read = str(_flow(services).node("get_customer"))
    assert "input.whom" in read
    services.document.undo()
    assert services.document.project is saved
    services.document.undo()
    assert "input.customer" in str(_flow(services).node("get_customer"))


def test_what_reads_an_answer_reads_it_by_the_new_name_of_its_field_as_one_step(
    services: Services, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = FormPage(services, f"{FLOW}/approve_refund")
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    before = services.document.project

    def read() -> str:
        return str([node.config for node in _flow(services).nodes])

    assert "approve_refund.form.comment" in read()
    type_name_slowly(page.control.rows[0], "remark", qtbot, monkeypatch)
    qtbot.waitUntil(lambda: "approve_refund.form.remark" in read())
    assert "approve_refund.form.comment" not in read()
    assert "approve_large_refund.form.comment" in read(), "another step's form stays"
    assert services.document.history.count() == 1
    services.document.undo()
    assert services.document.project is before
