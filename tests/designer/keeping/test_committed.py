"""The version that was committed last: what has changed since, and why there is none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import set_field
from designer.keeping.committed import NotCommitted, committed
from designer.window.comparison import Comparison
from designer.window.main_window import MainWindow
from runtime.model.files import load_project
from runtime.model.package import pack
from runtime.model.saving import save_project

FLOW = "billing_dispute"
WAIT = 20_000

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


@pytest.fixture
def kept(project_folder: Path) -> Path:
    """The project in a folder of a repository, committed."""
    git(project_folder.parent, "init", "-q")
    git(project_folder.parent, "add", project_folder.name)
    git(project_folder.parent, "commit", "-q", "-m", "The first")
    return project_folder


def test_the_last_commit_is_read_and_not_what_stands_there_since(kept: Path) -> None:
    before = load_project(kept)
    save_project(set_field(FLOW, "route", "title", "Since").apply(before), kept)
    git(kept, "add", ".")
    assert pack(committed(kept)) == pack(before)


def test_nothing_that_the_folder_names_is_started(kept: Path, tmp_path: Path) -> None:
    started, script = tmp_path / "started", tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch '{started}'\n")
    script.chmod(0o755)
    for name in ("core.fsmonitor", "filter.own.smudge", "filter.own.clean", "diff.own.textconv", "core.pager"):
        git(kept, "config", name, str(script))
    (kept / ".gitattributes").write_text("* filter=own diff=own\n")
    committed(kept)
    assert not started.exists()


def test_why_there_is_none_is_said(project_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def why() -> str:
        with pytest.raises(NotCommitted) as raised:
            committed(project_folder)
        return str(raised.value)

    assert why() == "Its folder is not kept in git."
    git(project_folder.parent, "init", "-q")
    assert why() == "Nothing was committed in its folder yet."
    git(project_folder.parent, "commit", "-q", "--allow-empty", "-m", "Nothing")
    assert why() == "Nothing of this project was committed yet."
    monkeypatch.setenv("PATH", str(project_folder))
    assert why() == "Git is not installed on this computer."


def test_the_window_shows_what_has_changed_since(
    kept: Path, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(Comparison, "exec", lambda dialog: shown.append((dialog.windowTitle(), dialog.summary.text())))
    window.services.document.do(set_field(FLOW, "route", "title", "Other"))
    window.run("flow.compare_committed")
    qtbot.waitUntil(lambda: bool(shown), timeout=WAIT)
    assert shown == [("Compared with the last commit", "1 changed.")]


def test_the_window_says_why_there_is_none(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(window, "ask", lambda _title, text, *_: asked.append(text))
    window.run("flow.compare_committed")
    qtbot.waitUntil(lambda: bool(asked), timeout=WAIT)
    assert asked == ["Its folder is not kept in git."]
    assert window.status.said.text() == ""
