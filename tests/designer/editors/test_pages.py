"""Pages in place of the canvas: each edit is a command, and the page follows the document."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from designer.document.command import Command
from designer.document.commands.retitle import retitle_outcome
from designer.document.commands.set_field import UNSET, set_field
from designer.document.commands.set_flow_field import add_outcome, set_flow_field
from designer.document.commands.set_part import set_sample
from designer.editors import found_editors
from designer.editors.connections.page import Connections
from designer.editors.flow_settings.page import FlowSettings, zone_names
from designer.editors.form.page import FormPage
from designer.editors.form.preview import PHONE, TaskPreview
from designer.editors.samples.page import Samples
from designer.editors.secrets.keeper import NOT_STARTED, SecretKeeper, refusal
from designer.editors.secrets.page import SecretDialog, Secrets
from designer.forms.name_dialog import NameDialog
from designer.forms.schema_fields import SchemaControl
from designer.services import Services
from runtime.connections.environment import Environment
from runtime.model.flow import Flow
from runtime.model.package import pack

FLOW = "billing_dispute"


def _flow(services: Services) -> Flow:
    return services.document.project.flows[FLOW]


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


def test_what_a_test_said_of_one_connection_is_not_said_of_the_next(
    services: Services, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    page = Connections(services, "crm")
    qtbot.addWidget(page)
    page.here.rows["local"].test.click()
    assert page.here.rows["local"].tried.words.text()
    page.delete()
    assert page.name == "billing"
    assert page.here.rows["local"].tried.words.text() == ""


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


def test_connections_are_described_and_renamed_where_they_are_used(
    services: Services, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    (tmp_path / "environments").mkdir()
    binding = {"connections": {"crm": {"url": "https://crm.example/api", "secret": "file:CRM_KEY"}}}
    (tmp_path / "environments" / "local.json").write_text(json.dumps(binding))
    page = Connections(services, "crm")
    qtbot.addWidget(page)
    assert page.here.rows["local"].fields["url"].text() == "https://crm.example/api"
    assert page.here.rows["local"].fields["secret"].text() == "file:CRM_KEY"
    assert "secret" not in page.settings
    assert "url" not in page.settings
    page.rename("customers")
    node = _flow(services).node("get_customer")
    assert node is not None
    assert node.config["connection"] == "customers"
    page.new()
    assert page.name == "new_system"
    assert services.document.project.connections["new_system"].kind == "http"


def test_environments_are_added_renamed_and_removed_as_steps_of_the_history(
    services: Services, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    services.document.do(set_environments("test", "production"))
    page = Connections(services, "crm")
    qtbot.addWidget(page)
    assert list(page.here.rows) == ["test", "production", "local"]
    page.here.add_one("audit")
    assert services.document.project.file.environments == ("test", "production", "audit")
    assert list(page.here.rows) == ["test", "production", "audit", "local"]
    page.here.add_one("test")
    assert "already" in page.here.complaint.message
    row = page.here.rows["test"]
    row.fields["url"].setText("https://crm.test.example/api")
    row.keep()
    page.here.rename("test", "staging")
    assert list(page.here.rows) == ["staging", "production", "audit", "local", "test"]
    assert page.here.rows["staging"].fields["url"].text() == "https://crm.test.example/api"
    page.here.remove("production")
    assert services.document.project.file.environments == ("staging", "audit")
    services.document.undo()
    page.here.set_aside("test")
    assert list(page.here.rows) == ["staging", "production", "audit", "local"]
    assert (tmp_path / "environments" / "test.json.bak").exists()


def test_what_this_machine_says_of_an_environment_goes_along_with_its_name_and_back(
    services: Services, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    services.document.do(set_environments("test", "production"))
    page = Connections(services, "crm")
    qtbot.addWidget(page)
    folder, here, document = tmp_path / "environments", page.here, services.document

    def type_in(environment: str, secret: str, *, leave: bool = True) -> None:
        row = here.rows[environment]
        row.fields["url"].setText("https://crm.test.example/api")
        row.fields[next(key for key in row.fields if key != "url")].setText(secret)
        if leave:
            row.keep()

    def files() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}

    type_in("test", "file:ONE")
    before = files()
    here.rename("test", "staging")
    assert set(files()) == {"staging.json", "test.json"}
    document.undo()
    assert files() == before
    assert list(here.rows) == ["test", "production", "local"]
    document.redo()
    assert files()["staging.json"] == before["test.json"]

    type_in("staging", "file:TWO", leave=False)  # and undone with the cursor still in the field
    document.undo()
    assert b"file:TWO" in files()["staging.json"], "what was typed for the new name stays under it"
    assert b"file:ONE" in files()["test.json"]
    assert list(here.rows) == ["test", "production", "local", "staging"]
    document.redo()
    assert b"file:TWO" in files()["staging.json"]

    document.undo()
    type_in("test", "file:THREE")
    here.set_aside("staging")
    here.rename("test", "acceptance")
    assert b"file:THREE" in files()["acceptance.json"]
    (folder / "test.json").unlink()
    document.undo()
    assert b"file:THREE" in files()["test.json"], "the only one is never taken away"


def set_environments(*names: str) -> Command:
    """The project with these environments."""
    return Command(
        "Environments",
        lambda project: project.model_copy(update={"file": project.file.model_copy(update={"environments": names})}),
    )


def test_an_address_is_this_machines_and_the_runtime_reads_it(
    services: Services, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    file = tmp_path / "environments" / "local.json"
    file.parent.mkdir()
    file.write_text(
        json.dumps({"limits": {"attempts_at_once": 4}, "connections": {"crm": {"url": "https://a.example"}}})
    )
    before, project = file.read_bytes(), services.document.project
    page = Connections(services, "crm")
    qtbot.addWidget(page)
    page.show()
    row = page.here.rows["local"]

    row.fields["url"].setText("ftp://b.example")
    row.keep()
    assert "https://" in row.complaint.message
    row.fields["url"].setText("https://b.example/api")
    row.fields["secret"].setText("pass-word-1")
    row.keep()
    assert "never the secret itself" in row.complaint.message
    assert row.complaint.repair.text() == "Open secrets"
    assert row.fields["secret"].text() == ""
    assert file.read_bytes() == before, "nothing that is wrong is written"

    row.fields["secret"].setText("file:CRM_KEY")
    row.keep()
    read = Environment.load("local", home=tmp_path)
    assert read.bindings["crm"].url == "https://b.example/api"
    assert read.bindings["crm"].fields["secret"] == "file:CRM_KEY"
    assert read.limits.attempts_at_once == 4
    assert services.document.project is project, "the project holds no address"
    row.back.click()
    assert file.read_bytes() == before
    assert row.fields["url"].text() == "https://a.example"
    row.fields["url"].setText("")
    row.keep()
    assert Environment.load("local", home=tmp_path).bindings == {}


def test_a_file_of_an_environment_that_cannot_be_read_is_not_written_over(
    services: Services, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    file = tmp_path / "environments" / "local.json"
    file.parent.mkdir()
    file.write_text('{"connections": {')
    page = Connections(services, "crm")
    qtbot.addWidget(page)
    page.here.rows["local"].fields["url"].setText("https://b.example")
    page.here.rows["local"].keep()
    assert "not JSON" in page.here.rows["local"].complaint.message
    assert file.read_text() == '{"connections": {'


def test_a_secret_goes_to_the_process_and_nowhere_else(
    services: Services, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    keeper = SecretKeeper()
    with qtbot.waitSignal(keeper.told, timeout=60_000) as told:
        keeper.keep("CRM_KEY", "s3cret-value-1", "crm.example")
    assert told.args[0] is True
    with qtbot.waitSignal(keeper.listed, timeout=60_000) as listed:
        keeper.list_names()
    assert "CRM_KEY" in listed.args[0]
    assert b"s3cret-value-1" not in pack(services.document.project)
    with qtbot.waitSignal(keeper.told, timeout=60_000) as told:
        keeper.keep("not a name", "s3cret-value-1")
    assert told.args[0] is False
    assert "s3cret-value-1" not in told.args[1]
    keeper.close()


def test_what_the_runtime_prints_is_told_only_if_it_is_a_sentence_of_its_own(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal("baton: Use another name.\n") == "Use another name."
    monkeypatch.setenv("BATON_RUNTIME", sys.executable)  # a program that is none of ours, and prints why it fails
    keeper = SecretKeeper()
    with qtbot.waitSignal(keeper.told, timeout=60_000) as told:
        keeper.list_names()
    assert told.args == [False, NOT_STARTED]
    keeper.close()


def test_the_dialog_gives_a_value_once(services: Services, qtbot: QtBot) -> None:
    page = Secrets(services)
    qtbot.addWidget(page)
    dialog = SecretDialog("CRM_KEY", page)
    qtbot.addWidget(dialog)
    dialog.value.setText("s3cret")
    assert dialog.take_value() == "s3cret"
    assert dialog.value.text() == ""


def test_a_secret_is_named_as_the_runtime_takes_it_before_its_value_is_given_away(
    services: Services, qtbot: QtBot
) -> None:
    page = Secrets(services)
    qtbot.addWidget(page)
    dialog = SecretDialog("", page)
    qtbot.addWidget(dialog)
    keep = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    dialog.value.setText("s3cret")
    dialog.name.setText("my key")
    assert not keep.isEnabled()
    assert "such as CRM_KEY" in dialog.wrong.text()
    dialog.name.setText("MY_KEY")
    assert keep.isEnabled()
    assert dialog.wrong.isHidden()


def test_forgetting_a_secret_takes_two_presses(
    services: Services, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr(SecretKeeper, "forget", lambda _self, name: forgotten.append(name))
    page = Secrets(services)
    qtbot.addWidget(page)
    page.keeper.listed.emit(["BILLING", "CRM_KEY"])
    row = page.rows.itemAt(1).widget()
    row.forget.click()
    assert forgotten == []
    assert "can't be brought back" in row.words.text()
    row.stay.click()
    row = page.rows.itemAt(1).widget()
    assert "Not used" in row.words.text()
    row.forget.click()
    row.forget.click()
    assert forgotten == ["CRM_KEY"]


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
        last = preview.body.itemAt(preview.body.count() - 1).widget()
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
