"""The first window: examples to try, own work to begin or go on with."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.canvas.gestures.hits import body_and_names
from designer.keeping.opening import open_place
from designer.pieces.emptying import widgets_in
from designer.window import choosing
from designer.window.desktop import Desktop
from designer.window.dropping import dropped_place
from designer.window.findings_list import FindingsList
from designer.window.notice import Notice
from designer.window.pulse import Pulse
from designer.window.recent_projects import RecentProjects
from designer.window.welcome import Welcome
from runtime.model.files import load_project
from runtime.model.package import pack, pack_to_file


def test_try_it_opens_a_copy_that_is_not_the_example(desktop: Desktop, qtbot: QtBot) -> None:
    welcome = desktop.show_welcome()
    assert welcome.try_buttons
    welcome.try_buttons[0].click()
    (window,) = desktop.windows
    assert window.services.document.project.id == "billing_dispute"
    assert window.services.document.folder is None
    assert window.top_bar.saved.text() == "Not saved yet"
    qtbot.waitUntil(lambda: desktop.welcome is None)


def test_make_it_yours_saves_the_copy(
    desktop: Desktop, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.show_welcome().try_buttons[0].click()
    (window,) = desktop.windows
    notice = next(widgets_in(window.work.notices))
    assert isinstance(notice, Notice)
    monkeypatch.setattr(choosing, "choose_folder", lambda *_: tmp_path / "mine")
    with qtbot.waitSignal(window.services.extras["keeper"].saved):
        notice.buttons["Make it yours"].click()
    assert pack(load_project(tmp_path / "mine")) == pack(window.services.document.project)
    assert desktop.preferences.recent == (tmp_path / "mine",)


def test_a_new_flow_begins_with_its_trigger(desktop: Desktop) -> None:
    welcome = desktop.show_welcome()
    welcome.new_button.click()
    (window,) = desktop.windows
    assert window.work.stack.currentWidget() is window.work.start
    window.work.start.buttons[0].click()
    assert [node.type for node in window.services.flow.nodes] == ["triggers/manual"]
    assert window.work.stack.currentWidget() is window.canvas


def test_recent_projects_stand_on_the_page(desktop: Desktop, project_folder: Path, qtbot: QtBot) -> None:
    desktop.preferences.opened(project_folder)
    welcome = desktop.show_welcome()
    (card,) = welcome.recent_buttons
    assert card.accessibleName().startswith(f"{project_folder.name}: ")
    card.click()
    qtbot.waitUntil(lambda: bool(desktop.windows) and desktop.welcome is None, timeout=10_000)
    assert desktop.windows[0].services.document.folder == project_folder


def test_who_comes_back_finds_the_recent_projects_first(
    desktop: Desktop, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def places(welcome: Welcome) -> list[int]:
        QTest.qWait(50)
        columns = (welcome.recent_buttons, [welcome.new_button], welcome.try_buttons)
        return [cards[0].mapTo(welcome, QPoint()).y() for cards in columns if cards]

    new = desktop.show_welcome()
    own, examples = places(new)
    assert examples < own, "somebody new begins with an example"
    assert new.try_buttons[0].property("kind") == "primary"
    new.close()
    QTest.qWait(50)
    desktop.preferences.opened(project_folder)
    monkeypatch.setattr(Path, "home", lambda: project_folder.parent)
    back = desktop.show_welcome()
    assert places(back) == sorted(places(back))
    assert back.recent_buttons[0].accessibleName() == f"{project_folder.name}: ~"
    assert back.try_buttons[0].property("kind") != "primary"
    assert back.recent_buttons[0].width() == back.new_button.width(), "in one column with what is below"


def test_a_package_opens_and_asks_where_to_be_saved(desktop: Desktop, project_folder: Path, tmp_path: Path) -> None:
    pack_to_file(project_folder, tmp_path / "p.baton")
    window = desktop.show_project(open_place(tmp_path / "p.baton"))
    assert window.services.document.folder is None
    assert len(window.services.flow.nodes) == 39


def test_what_is_no_project_is_explained_in_a_list(
    desktop: Desktop, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(FindingsList, "exec", lambda dialog: said.extend(dialog.lines))
    desktop.open_from(tmp_path)
    qtbot.waitUntil(lambda: bool(said))
    assert "holds no project.json" in said[0]
    (tmp_path / "p.baton").write_bytes(b"no zip")
    said.clear()
    desktop.open_from(tmp_path / "p.baton")
    qtbot.waitUntil(lambda: bool(said))
    assert "not a Baton package" in said[0]


def test_an_open_project_is_not_opened_twice(desktop: Desktop, project_folder: Path, qtbot: QtBot) -> None:
    desktop.show_project(open_place(project_folder))
    desktop.open_from(project_folder)
    qtbot.wait(100)
    assert len(desktop.windows) == 1


def test_one_local_folder_or_package_may_be_dropped(project_folder: Path, tmp_path: Path) -> None:
    def dropped(*urls: QUrl) -> Path | None:
        mime = QMimeData()
        mime.setUrls(list(urls))
        return dropped_place(mime)

    folder = QUrl.fromLocalFile(str(project_folder))
    assert dropped(folder) == project_folder
    assert dropped(QUrl.fromLocalFile(str(tmp_path / "x.baton"))) == tmp_path / "x.baton"
    assert dropped(folder, folder) is None
    assert dropped(QUrl("https://example.com/x.baton")) is None
    assert dropped(QUrl.fromLocalFile(str(tmp_path / "x.exe"))) is None


def test_the_first_run_of_an_example_stops_for_a_person(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.show_welcome().try_buttons[0].click()
    (window,) = desktop.windows
    window.top_bar.run.click()
    session = window.services.extras["session"]
    qtbot.waitUntil(lambda: session.story is not None and bool(session.tasks), timeout=10_000)
    assert [task.step for task in session.tasks] == ["approve_refund#1"]
    qtbot.wait(400)  # the camera glides, panels open meanwhile
    view = window.canvas
    view.camera.finish()
    shown = view._viewer.mapFromScene(body_and_names(view.stage.projector.items["approve_refund"])).boundingRect()
    assert view._viewer.viewport().rect().contains(shown), "the step that waits is seen with its ways on"
    assert not any(there.intersects(shown) for there in view.camera.covered())
    assert window.status.said.text() == "“Finance approves” waits for Finance."


def test_run_beats_a_few_times_in_an_example_and_no_longer_once_it_is_pressed(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.show_welcome().try_buttons[0].click()
    (window,) = desktop.windows
    (pulse,) = window.top_bar.findChildren(Pulse)
    assert pulse.beating
    assert pulse.geometry().contains(window.top_bar.run.geometry().translated(window.top_bar.run.parentWidget().pos()))
    window.top_bar.run.pressed.emit()
    qtbot.waitUntil(lambda: not window.top_bar.findChildren(Pulse))


def test_with_reduced_motion_nothing_beats(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.theme.reduce_motion = True
    desktop.show_welcome().try_buttons[0].click()
    (window,) = desktop.windows
    qtbot.waitUntil(lambda: not window.top_bar.findChildren(Pulse))


def test_nothing_beats_in_a_project_of_ones_own(desktop: Desktop, project_folder: Path) -> None:
    window = desktop.show_project(open_place(project_folder))
    assert window.top_bar.findChildren(Pulse) == []


def test_recent_projects_are_chosen_by_keys_and_an_empty_list_says_what_comes_there(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    empty = RecentProjects(None, desktop.preferences, desktop.theme)
    qtbot.addWidget(empty)
    empty.show()
    assert not empty.list.isVisible()
    assert not empty.take.isVisible()

    for number in range(2):
        desktop.preferences.opened(tmp_path / (f"{number}_a_name_that_is_longer_than_the_dialog_is_wide" * 3))
    dialog = RecentProjects(None, desktop.preferences, desktop.theme)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.list.visualItemRect(dialog.list.item(0)).width() <= dialog.list.viewport().width()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert dialog.chosen == desktop.preferences.recent[1]
    assert dialog.result() == RecentProjects.DialogCode.Accepted


def test_what_is_dropped_is_never_said_to_be_moved(desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    """A file manager that proposed a move was told "moved", and may then delete the project; and it stood still for as
    long as we said what was wrong with what it had dropped.
    """
    said: list[Path] = []
    desktop.open_from = lambda place, _parent=None: said.append(place)  # type: ignore[method-assign,assignment]
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier)
    for opened in (desktop.show_welcome, desktop.new):
        target = opened()
        enters = QDragEnterEvent(QPoint(60, 60), both, mime, *keys)
        falls = QDropEvent(QPointF(60, 60), both, mime, *keys)
        for event in (enters, falls):
            event.setDropAction(Qt.DropAction.MoveAction)
            QApplication.sendEvent(target, event)
            assert event.isAccepted()
            assert event.dropAction() is Qt.DropAction.CopyAction
        assert said == []
        qtbot.waitUntil(lambda: said == [tmp_path])
        said.clear()
