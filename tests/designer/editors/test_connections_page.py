"""The page of connections, and of what environments say of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.document.command import Command
from designer.editors.connections.page import Connections
from designer.services import Services
from runtime.connections.environment import Environment
from runtime.model.flow import Flow

FLOW = "billing_dispute"


def _flow(services: Services) -> Flow:
    return services.document.project.flows[FLOW]


def set_environments(*names: str) -> Command:
    """The project with these environments."""
    return Command(
        "Environments",
        lambda project: project.model_copy(update={"file": project.file.model_copy(update={"environments": names})}),
    )


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
