"""What is typed in one field and then in another is two steps of the history, however quickly one follows the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from designer.document.commands.set_part import set_form
from designer.editors.connections.page import Connections
from designer.editors.flow_settings.page import FlowSettings
from designer.editors.form.page import FormPage
from designer.forms.schema_fields import SchemaControl
from designer.services import Services

FLOW = "billing_dispute"
FORM = {"type": "object", "properties": {"why": {"type": "string"}, "since": {"type": "string"}}}


def _titles(control: SchemaControl) -> tuple[QLineEdit, QLineEdit]:
    return control.rows[0].title, control.rows[1].title


def _form_of_a_step(services: Services) -> Any:
    page = FormPage(services, f"{FLOW}/approve_refund")
    page.control.add_field()
    return page, lambda: _titles(page.control)


def _form_of_the_project(services: Services) -> Any:
    services.document.do(set_form("evidence", FORM))
    page = FormPage(services, "evidence")
    return page, lambda: _titles(page.control)


def _input(services: Services) -> Any:
    page = FlowSettings(services, FLOW)
    return page, lambda: _titles(page.input)


def _connection(services: Services) -> Any:
    page = Connections(services, "crm")

    def lines() -> tuple[QLineEdit, QLineEdit]:
        return tuple(page.boxes[name].control.focus_target() for name in ("title", "suggested_url"))  # type: ignore[return-value]

    return page, lines


@pytest.mark.parametrize("made", [_form_of_a_step, _form_of_the_project, _input, _connection])
def test_undo_takes_back_one_field(made: Callable[[Services], Any], services: Services, qtbot: QtBot) -> None:
    page, lines = made(services)
    qtbot.addWidget(page)
    first, second = lines()
    began = [line.text() for line in (first, second)]
    count = services.document.history.count()
    for line in (first, second):
        line.selectAll()
        QTest.keyClicks(line, "Abc")
    assert services.document.history.count() == count + 2
    services.document.undo()
    first, second = lines()
    assert (first.text(), second.text()) == ("Abc", began[1])
    services.document.undo()
    assert [line.text() for line in lines()] == began


def test_what_is_clicked_is_a_step_of_its_own(services: Services, qtbot: QtBot) -> None:
    page, _ = _form_of_a_step(services)
    qtbot.addWidget(page)
    row, other = page.control.rows[:2]
    before, count = services.document.project, services.document.history.count()
    row.required.click()
    other.required.click()
    other._owner.turn(other, "number")
    page.control.add_field()
    assert services.document.history.count() == count + 4
    for _ in range(4):
        services.document.undo()
    assert services.document.project is before
