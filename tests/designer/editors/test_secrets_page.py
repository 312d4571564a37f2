"""The page where secrets are typed on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.editors.secrets.keeper import NOT_STARTED, SecretKeeper, refusal
from designer.editors.secrets.page import SecretDialog, Secrets
from designer.pieces.emptying import widgets_in
from designer.services import Services
from runtime.model.package import pack

FLOW = "billing_dispute"


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
    row = [*widgets_in(page.rows)][1]
    row.forget.click()
    assert forgotten == []
    assert "can't be brought back" in row.words.text()
    row.stay.click()
    row = [*widgets_in(page.rows)][1]
    assert "Not used" in row.words.text()
    row.forget.click()
    row.forget.click()
    assert forgotten == ["CRM_KEY"]
