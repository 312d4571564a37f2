"""A folder that does not answer, as in a network that is away: it holds up nobody, and who asked may leave it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.keeping.opening import Opened, open_place
from designer.pieces.emptying import widgets_in
from designer.window import desktop as desktop_module
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.notice import Notice
from designer.window.welcome import Welcome

WAIT = 20_000


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, threading.Event]]:
    """A folder that answers once the event is set."""
    place, answers = tmp_path / "away", threading.Event()

    def open_or_hang(wanted: Path) -> Opened:
        if wanted == place:
            answers.wait()
        return open_place(wanted)

    monkeypatch.setattr(desktop_module, "open_place", open_or_hang)
    yield place, answers
    answers.set()


def opening(where: Welcome | MainWindow) -> Notice | None:
    layout = where.notices if isinstance(where, Welcome) else where.work.notices
    shown = (one for one in widgets_in(layout) if isinstance(one, Notice))
    return next((one for one in shown if one.name.startswith("opening")), None)


def test_another_project_opens_meanwhile_and_the_first_can_be_left(
    desktop: Desktop, project_folder: Path, away: tuple[Path, threading.Event], qtbot: QtBot
) -> None:
    """All folders were read one after the other: none could be opened any more, and no setting was kept."""
    place, _answers = away
    welcome = desktop.show_welcome()
    desktop.open_from(place, welcome)
    qtbot.waitUntil(lambda: opening(welcome) is not None, timeout=WAIT)
    desktop.open(project_folder)
    qtbot.waitUntil(lambda: len(desktop.windows) == 1, timeout=WAIT)
    (window,) = desktop.windows
    desktop.open_from(place, window)
    qtbot.waitUntil(lambda: opening(window) is not None, timeout=WAIT)
    notice = opening(window)
    assert notice is not None
    assert notice.text.text() == f"Opening {place} … It takes long to answer."
    notice.buttons["Cancel"].click()
    assert opening(window) is None
    assert desktop.beside.busy, "the first one is still waited for"


def test_what_was_left_is_told_to_nobody(
    desktop: Desktop, away: tuple[Path, threading.Event], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, answers = away
    told: list[Path] = []
    monkeypatch.setattr(desktop, "_not_opened", lambda place, *_: told.append(place))
    desktop.open_from(place)
    qtbot.waitUntil(lambda: desktop.welcome is not None and opening(desktop.welcome) is not None, timeout=WAIT)
    welcome = desktop.welcome
    assert welcome is not None
    notice = opening(welcome)
    assert notice is not None
    notice.buttons["Cancel"].click()
    answers.set()
    qtbot.waitUntil(lambda: not desktop.beside._asked, timeout=WAIT)
    assert told == []


def test_what_a_crash_left_of_a_project_that_is_away_holds_up_nothing(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(desktop_module, "left_anywhere", lambda _home: answers.wait() and [])
    desktop.show_welcome()
    desktop.open(project_folder)
    qtbot.waitUntil(lambda: len(desktop.windows) == 1, timeout=WAIT)
    desktop.worker.finish()  # as the end of the process does
    answers.set()
