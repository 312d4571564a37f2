"""Save a copy: how far it is can be seen, it can be stopped, and saving does not wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.document.commands.set_flow_field import set_flow_field
from designer.keeping import copying
from designer.pieces.emptying import widgets_in
from designer.window import choosing
from designer.window.findings_list import FindingsList
from designer.window.main_window import MainWindow
from designer.window.notice import Notice
from runtime.model.files import load_project


class Held:
    """Writing a copy stops before the fifth file until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        write = copying.write

        def slow(*given: object, progress: Callable[[int, int], object], **more: object) -> object:
            def told(done: int, count: int) -> None:
                progress(done, count)
                if done == 4:
                    self.reached.set()
                    assert self.go.wait(20)
                    progress(done, count)  # a person may have stopped it meanwhile

            return write(*given, progress=told, **more)

        monkeypatch.setattr(copying, "write", slow)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    made = Held(monkeypatch)
    yield made
    made.go.set()


def notice(window: MainWindow) -> Notice | None:
    shown = [*widgets_in(window.work.notices)]
    return next((one for one in shown if isinstance(one, Notice) and one.name == "copy"), None)


def begin(window: MainWindow, folder: Path, held: Held, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Notice:
    monkeypatch.setattr(choosing, "choose_folder", lambda *_: folder)
    window.run("file.save_copy")
    assert held.reached.wait(20)
    qtbot.waitUntil(lambda: notice(window) is not None, timeout=5_000)
    shown = notice(window)
    assert shown is not None
    qtbot.waitUntil(lambda: ": 4 of " in shown.text.text(), timeout=5_000)
    return shown


def test_a_copy_says_how_far_it_is_and_that_it_stands(
    window: MainWindow, tmp_path: Path, held: Held, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    copied = window.services.document.project
    begin(window, tmp_path / "copy", held, monkeypatch, qtbot)
    window.services.document.do(set_flow_field("billing_dispute", ("title",), "Another"))
    with qtbot.waitSignal(window.services.extras["keeper"].saved, timeout=5_000):
        window.run("file.save")  # it does not wait for the copy
    held.go.set()
    qtbot.waitUntil(lambda: "A copy stands in" in window.status.said.text(), timeout=5_000)
    assert notice(window) is None
    assert load_project(tmp_path / "copy") == copied


@pytest.mark.parametrize("there", [False, True])
def test_a_copy_that_is_stopped_leaves_nothing_behind(
    window: MainWindow, tmp_path: Path, held: Held, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, there: bool
) -> None:
    folder = tmp_path / "copy"
    if there:
        folder.mkdir()
    shown = begin(window, folder, held, monkeypatch, qtbot)
    shown.buttons["Cancel"].click()
    held.go.set()
    qtbot.waitUntil(lambda: "The copy was stopped" in window.status.said.text(), timeout=5_000)
    assert notice(window) is None
    assert folder.exists() == there
    assert not there or list(folder.iterdir()) == []


def test_a_copy_that_can_not_be_written_says_why(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr(choosing, "choose_folder", lambda *_: tmp_path / "file" / "copy")
    told: list[str] = []
    monkeypatch.setattr(FindingsList, "exec", lambda dialog: told.append(dialog.windowTitle()))
    window.run("file.save_copy")
    qtbot.waitUntil(lambda: bool(told), timeout=5_000)
    assert told == ["The copy can't be written"]
