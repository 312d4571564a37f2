"""The folder of an open project with unsaved work becomes another: another branch is checked out, or it is moved, or it
may only be read. Nothing is lost, and people are asked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.window.main_window import MainWindow
from runtime.model.files import load_project
from tests.designer.keeping.test_after_crash import FLOW, WAIT, change_on_disk, notices, rename, title_of


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True, env=environment)


@pytest.fixture
def branches(project_folder: Path) -> Path:
    """A repository on ``main``; on ``other`` a colleague calls a step otherwise."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed here")
    git(project_folder, "init")
    git(project_folder, "add", ".")
    git(project_folder, "commit", "-m", "As it is")
    git(project_folder, "checkout", "-b", "other")
    change_on_disk(project_folder, "refund", "Theirs")
    git(project_folder, "add", ".")
    git(project_folder, "commit", "-m", "Theirs")
    git(project_folder, "checkout", "main")
    return project_folder


@pytest.mark.parametrize("way", ["Merge", "Keep mine", "Take theirs"])
def test_another_branch_is_checked_out_while_work_is_not_saved(
    branches: Path, window: MainWindow, qtbot: QtBot, way: str
) -> None:
    keeper = window.services.extras["keeper"]
    rename(window, "route", "Mine")
    with qtbot.waitSignal(keeper.collided, timeout=WAIT):
        git(branches, "checkout", "other")
    assert title_of(window, "route") == "Mine"
    (told,) = notices(window)
    assert told.text.text() == "Somebody else changed this project's files while you did. Merge keeps both."
    assert set(told.buttons) == {"Compare", "Merge", "Take theirs", "Keep mine"}
    told.buttons[way].click()
    theirs = ("Who decides?", "Theirs") if way == "Take theirs" else ("Mine", "Theirs")
    if way == "Keep mine":
        theirs = ("Mine", "Refund the money")
    qtbot.waitUntil(lambda: (title_of(window, "route"), title_of(window, "refund")) == theirs, timeout=WAIT)
    if way == "Take theirs":
        window.run("edit.undo")
        assert title_of(window, "route") == "Mine", "mine is one undo away"
    else:
        with qtbot.waitSignal(keeper.saved, timeout=WAIT):
            window.run("file.save")
        flow = load_project(branches).flows[FLOW]
        assert tuple(flow.node(node).title for node in ("route", "refund")) == theirs  # type: ignore[union-attr]


def test_the_folder_is_moved_while_work_is_not_saved_and_comes_back(
    project_folder: Path, window: MainWindow, qtbot: QtBot
) -> None:
    keeper = window.services.extras["keeper"]
    rename(window, "route", "Mine")
    away = project_folder.with_name("away")
    with qtbot.waitSignal(keeper.unreadable, timeout=WAIT):
        project_folder.rename(away)
    assert keeper.dirty
    (told,) = notices(window)
    assert "moved, or taken away. Your version stays here." in told.text.text()
    with qtbot.waitSignal(keeper.readable, timeout=WAIT):
        away.rename(project_folder)
    qtbot.waitUntil(lambda: not notices(window), timeout=WAIT)
    with qtbot.waitSignal(keeper.saved, timeout=WAIT):
        window.run("file.save")
    assert load_project(project_folder).flows[FLOW].node("route").title == "Mine"  # type: ignore[union-attr]


def test_another_folder_is_put_in_the_place_of_the_project(
    project_folder: Path, window: MainWindow, qtbot: QtBot
) -> None:
    keeper = window.services.extras["keeper"]
    other = Path(shutil.copytree(project_folder, project_folder.with_name("other")))
    change_on_disk(other, "refund", "Theirs")
    rename(window, "route", "Mine")
    with qtbot.waitSignal(keeper.collided, timeout=WAIT):
        project_folder.rename(project_folder.with_name("away"))
        other.rename(project_folder)
    with qtbot.waitSignal(keeper.collided, timeout=WAIT):
        change_on_disk(project_folder, "refund", "Theirs again")  # the other one is watched from now on
    assert title_of(window, "route") == "Mine"
