"""One project, reached on two ways: it is one window, one crash journal and one folder of runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.document.place_key import place_key
from designer.keeping.opening import open_place
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow

WAIT = 20_000


@pytest.fixture
def link(project_folder: Path) -> Path:
    link = project_folder.with_name("shortcut")
    try:
        link.symlink_to(project_folder, target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links for everybody")
    return link


def opened(desktop: Desktop, place: Path, qtbot: QtBot) -> MainWindow:
    told: list[MainWindow | None] = []
    desktop.open(place, lambda window, _opened: told.append(window))
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    assert told[0] is not None
    return told[0]


def test_a_project_that_is_open_is_not_opened_once_more_through_a_link(
    desktop: Desktop, project_folder: Path, link: Path, qtbot: QtBot
) -> None:
    first = opened(desktop, link, qtbot)
    for way in (project_folder, link, link / "project.json", project_folder / "flows" / ".."):
        assert opened(desktop, way, qtbot) is first
    assert desktop.windows == [first]
    assert place_key(link) == place_key(project_folder)


def test_a_project_that_is_asked_for_twice_at_once_is_opened_once(
    desktop: Desktop, project_folder: Path, link: Path, qtbot: QtBot
) -> None:
    told: list[MainWindow | None] = []
    for way in (project_folder, link, project_folder):
        desktop.open(way, lambda window, _opened: told.append(window))
    qtbot.waitUntil(lambda: len(told) == 3, timeout=WAIT)
    assert told == desktop.windows * 3
    assert opened(desktop, link, qtbot) is told[0]


def test_where_a_project_was_saved_anew_it_is_open_from_then_on(
    desktop: Desktop, project_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = desktop.show_project(open_place(project_folder))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with qtbot.waitSignal(window.services.extras["keeper"].saved, timeout=WAIT):
        window.services.extras["keeper"].save_in(elsewhere)
    assert opened(desktop, elsewhere, qtbot) is window
    assert opened(desktop, project_folder, qtbot) is not window
