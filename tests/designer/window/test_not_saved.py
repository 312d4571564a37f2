"""A project that can't be saved where it is: what is said, and the way out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import set_field
from designer.keeping.home import designer_home
from designer.window import choosing
from designer.window.findings_list import FindingsList
from designer.window.main_window import MainWindow
from runtime.model import on_disk
from runtime.model.files import load_project
from runtime.model.package import pack


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
    qtbot.waitUntil(lambda: window.services.document.folder == elsewhere, timeout=20_000)
    assert (elsewhere / "project.json").exists()
    assert set(offered) == {"Copy", "Save in another folder …", "Close"}


@contextmanager
def no_room() -> Iterator[None]:
    """No file may grow beyond a few bytes: what a full disk does to whoever writes, for this process alone."""
    resource = pytest.importorskip("resource", reason="this system has no such limit")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_nobody_is_promised_the_crash_journal(
    window: MainWindow, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was, as the journal had not been tried yet when saving failed, and stands on the same disk."""
    said: list[str] = []
    monkeypatch.setattr(FindingsList, "exec", lambda shown: said.append(words_in(shown)))
    before, keeper = pack(load_project(project_folder)), window.services.extras["keeper"]
    ended: list[bool] = []
    with no_room():
        window.services.document.do(set_field("billing_dispute", "route", "title", "Which way?"))
        keeper.save(then=ended.append)
        qtbot.waitUntil(lambda: ended == [False], timeout=20_000)
    assert "your changes stand in this window alone" in said[0]
    assert "file too large" in said[0]
    assert pack(load_project(project_folder)) == before
    assert not [*project_folder.rglob("*.tmp"), *designer_home().rglob("*.tmp")]
    keeper.save(then=ended.append)  # there is room again
    qtbot.waitUntil(lambda: ended == [False, True], timeout=20_000)
    assert load_project(project_folder).flows["billing_dispute"].node("route").title == "Which way?"
    qtbot.waitUntil(lambda: not keeper.journal.failing, timeout=20_000)


def test_where_the_journal_has_room_it_is_said(
    window: MainWindow, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(FindingsList, "exec", lambda shown: said.append(words_in(shown)))
    shutil.rmtree(project_folder / on_disk.OWN_FOLDER, ignore_errors=True)
    (project_folder / on_disk.OWN_FOLDER).write_text("a file where a folder has to be")
    window.services.document.do(set_field("billing_dispute", "route", "title", "Which way?"))
    window.services.extras["keeper"].save()
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert "Your changes are kept here and in the crash journal." in said[0]
    (journal,) = designer_home().glob("journals/*.changes")
    assert "Which way?" in journal.read_text(encoding="utf-8")


def words_in(shown: FindingsList) -> str:
    return "\n".join((*(label.text() for label in shown.findChildren(QLabel)), *shown.lines))
