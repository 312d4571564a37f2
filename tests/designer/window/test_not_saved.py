"""A project that can't be saved where it is: what is said, and the way out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import set_field
from designer.window import choosing
from designer.window.findings_list import FindingsList
from designer.window.main_window import MainWindow
from runtime.model import on_disk


def test_what_can_not_be_saved_here_can_be_saved_elsewhere(
    window: MainWindow, project_folder: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that may only be read, the list said so and had nothing but Close."""
    shutil.rmtree(project_folder / on_disk.OWN_FOLDER, ignore_errors=True)
    (project_folder / on_disk.OWN_FOLDER).write_text("a file where a folder has to be")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(choosing, "choose_folder", lambda *_asked: elsewhere)
    offered: list[str] = []

    def press(shown: FindingsList) -> None:
        buttons = {button.text(): button for button in shown.findChildren(QPushButton)}
        offered.extend(buttons)
        buttons["Save in another folder …"].click()

    monkeypatch.setattr(FindingsList, "exec", press)
    window.services.document.do(set_field("billing_dispute", "route", "title", "Which way?"))
    window.services.extras["keeper"].save()
    qtbot.waitUntil(lambda: window.services.document.folder == elsewhere)
    assert (elsewhere / "project.json").exists()
    assert set(offered) == {"Copy", "Save in another folder …", "Close"}
