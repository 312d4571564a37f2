"""A project of which a file can't be read: said as long as it holds, and nothing is released without it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.keeping.opening import open_place, projects_near
from designer.pieces.emptying import widgets_in
from designer.window import choosing
from designer.window.desktop import Desktop
from designer.window.findings_list import FindingsList
from designer.window.main_window import MainWindow
from designer.window.notice import Notice

FLOW = "billing_dispute"
WAIT = 20_000


def told(window: MainWindow) -> Notice | None:
    shown = widgets_in(window.work.notices)
    return next((one for one in shown if isinstance(one, Notice) and one.name == "findings"), None)


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    shown: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(FindingsList, "exec", lambda dialog: shown.append((dialog.windowTitle(), dialog.lines)))
    return shown


def test_a_flow_that_cannot_be_read_is_not_taken_for_none(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, lists: list[tuple[str, list[str]]]
) -> None:
    file = project_folder / "flows" / f"{FLOW}.flow.json"
    whole = file.read_bytes()
    file.write_bytes(b"<<<<<<< HEAD\n" + whole)
    window = desktop.show_project(open_place(project_folder))
    assert window.work.start.title.text() == "The flow of this project can't be read"
    assert not window.work.start.flow.isVisible()
    found = told(window)
    assert found is not None
    assert found.text.text().startswith("1 file of this project can't be read. It stays as it is")
    found.buttons["Show"].click()
    assert "A merge is not settled here" in lists[0][1][0]
    assert told(window) is not None, "it holds still"
    file.write_bytes(whole)
    qtbot.waitUntil(lambda: window.services.selection.flow == FLOW, timeout=WAIT)
    assert FLOW in window.services.document.project.flows
    assert told(window) is None


def test_nothing_is_released_without_a_file_that_cannot_be_read(
    desktop: Desktop,
    project_folder: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    lists: list[tuple[str, list[str]]],
) -> None:
    (project_folder / "flows" / "other.flow.json").write_bytes(b'{"id": "other"')
    window = desktop.show_project(open_place(project_folder))
    target = tmp_path / "out.baton"
    monkeypatch.setattr(choosing, "choose_target", lambda *_: target)
    for action in ("file.pack", "file.publish"):
        window.run(action)
    assert [title for title, _ in lists] == ["Files that can't be read"] * 2
    assert not target.exists()


def test_a_project_above_or_below_what_was_chosen_is_offered(project_folder: Path, tmp_path: Path) -> None:
    assert projects_near(project_folder / "flows") == (project_folder,)
    assert projects_near(project_folder / "README.md") == (project_folder,)
    (tmp_path / "home").mkdir(exist_ok=True)
    assert projects_near(project_folder.parent) == (project_folder,)
    other = Path(shutil.copytree(project_folder, tmp_path / "other"))
    assert projects_near(tmp_path) == (project_folder, other)
    assert projects_near(tmp_path / "nowhere") == ()
