"""Pages in place of the canvas: each edit is a command, and the page follows the document."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.editors import found_editors
from designer.editors.connections.page import Connections
from designer.editors.samples.page import Samples
from designer.forms.name_dialog import NameDialog
from designer.services import Services

FLOW = "billing_dispute"


@pytest.mark.parametrize("name", ["flow_settings", "samples", "connections", "form", "secrets"])
def test_each_page_is_found_and_showing_it_changes_nothing(name: str, services: Services, qtbot: QtBot) -> None:
    before = services.document.project
    editor = found_editors()[name]
    page = editor.build(services, FLOW if name != "form" else f"{FLOW}/approve_refund")
    qtbot.addWidget(page)
    assert editor.name_of(services, FLOW)
    page.resize(900, 700)
    if name != "secrets":
        page.show()
    assert services.document.project is before


def test_samples_are_made_judged_renamed_and_deleted(services: Services, qtbot: QtBot) -> None:
    page = Samples(services, FLOW)
    qtbot.addWidget(page)
    assert page.name == "automatic"
    assert not page.verdict.isHidden()
    page.new_sample()
    assert page.name == "new_sample"
    page.control.editor.selectAll()
    QTest.keyClicks(page.control.editor, '{"dispute": 5}')
    assert services.document.project.samples[FLOW]["new_sample"] == {"dispute": 5}
    assert "would refuse" in page.complaint.message
    page.rename("odd_one")
    assert "odd_one" in services.document.project.samples[FLOW]
    page.delete()
    assert "odd_one" not in services.document.project.samples[FLOW]
    page.take_run()
    assert "no run of this flow" in page.complaint.message


def test_what_is_no_case_yet_is_said_alone(services: Services, qtbot: QtBot) -> None:
    page = Samples(services, FLOW)
    qtbot.addWidget(page)
    for typed, said in (('{"dispute": ', "It is kept here"), ("", "The sample stays")):
        page.control.editor.selectAll()
        QTest.keyClicks(page.control.editor, typed) if typed else QTest.keyClick(page.control.editor, Qt.Key.Key_Delete)
        assert said in page.wrong.message
        assert page.verdict.isHidden(), "nothing is said of the case that is kept"
    QTest.keyClicks(page.control.editor, "{}")
    assert page.wrong.message == ""
    assert "would refuse" in page.complaint.message


def test_a_name_that_is_refused_is_told(services: Services, qtbot: QtBot) -> None:
    page = Samples(services, FLOW)
    qtbot.addWidget(page)
    page.rename("Two bills!")
    assert "can't be its name" in page.complaint.message
    assert page.name == "automatic"
    connections = Connections(services, "crm")
    qtbot.addWidget(connections)
    connections.rename("billing")
    assert "already" in connections.complaint.message
    assert connections.name == "crm"


def test_a_name_is_typed_in_words_and_what_it_becomes_is_shown(qtbot: QtBot) -> None:
    dialog = NameDialog(None, "Rename sample", "What it holds stays.", "automatic", ["automatic", "two_bills"])
    qtbot.addWidget(dialog)
    assert dialog.keep.text() == "Rename"
    dialog.field.setText("Three bills, one paid")
    assert dialog.name == "three_bills_one_paid"
    assert dialog.told.text() == "Kept as three_bills_one_paid. What it holds stays."
    dialog.field.setText("Two bills")
    assert not dialog.keep.isEnabled()
    assert "“two_bills” is there already" in dialog.told.text()
    dialog.field.setText(" ")
    assert not dialog.keep.isEnabled()
    dialog.field.setText("automatic")
    assert dialog.keep.isEnabled()
