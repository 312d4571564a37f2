"""Every menu entry is done once: it works, and undoing all that it did gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from designer.actions import found_actions, why_not
from designer.app import make_application
from designer.document.command import Command
from designer.document.commands.set_field import UNSET, set_field
from designer.keeping.opening import open_place
from designer.window import choosing, main_window
from designer.window.action_book import MENUS
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from runtime.model.files import load_project
from runtime.model.layout import CanvasGroup
from runtime.model.package import pack
from runtime.model.saving import save_project
from tests.designer.conftest import EXAMPLE, FLOW

ACTIONS = [action.id for action in found_actions()]
LEAVING = {"file.close", "file.quit"}
CHANGING = {
    "edit.cut",
    "edit.paste",
    "edit.duplicate",
    "edit.delete",
    "flow.add",
    "flow.delete",
    "flow.note",
    "flow.lane",
    "flow.group",
    "flow.ungroup",
    "flow.leave_group",
    "flow.tidy_up",
    "flow.align_left",
    "flow.align_centre",
    "flow.align_right",
    "flow.align_top",
    "flow.align_middle",
    "flow.align_bottom",
    "flow.distribute_across",
    "flow.distribute_down",
}
"""actions that change the project by themselves, without a dialog"""
SOME = ("get_customer", "get_history", "work_out", "route")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("project") / "billing_dispute"
    save_project(load_project(EXAMPLE), place)
    return place


@pytest.fixture(scope="module")
def open_window(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BATON_HOME", str(tmp_path_factory.mktemp("home")))
        desktop = Desktop(make_application())
        desktop.theme.choose("light")
        window = desktop.show_project(open_place(folder))
        yield window
        for other in [*desktop.windows]:
            other.services.document.mark_saved()
            other.close()
        desktop.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def ready(open_window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """The window in Design, some steps selected, a problem found, dialogs answered by leaving them."""
    window = open_window
    monkeypatch.setattr(QDialog, "exec", lambda _dialog: 0)
    monkeypatch.setattr(choosing, "choose_folder", lambda *_: None)
    monkeypatch.setattr(choosing, "choose_file", lambda *_, **__: None)
    monkeypatch.setattr(choosing, "choose_target", lambda *_: None)
    monkeypatch.setattr(main_window, "ask", lambda *_: None)
    window.show_mode("design")
    window.show_flow(FLOW)
    window.services.selection.select(SOME)
    window.services.checking.check_now()
    yield window
    _put_away(window)
    while window.services.document.history.canUndo():
        window.services.document.undo()
    save_project(load_project(EXAMPLE), folder)
    _settle(window)
    window.services.document.history.clear()


def one_step(window: MainWindow) -> None:
    window.services.selection.select(("route",))


def changed(window: MainWindow) -> None:
    window.services.document.do(set_field(FLOW, "route", "title", "Elsewhere"))


def undone(window: MainWindow) -> None:
    changed(window)
    window.services.document.undo()


def broken(window: MainWindow) -> None:
    window.services.document.do(set_field(FLOW, "get_customer", "config.path", UNSET))
    window.services.checking.check_now()


def copied(window: MainWindow) -> None:
    window.run("edit.copy")


def grouped(window: MainWindow) -> None:
    window.services.document.do(_group())
    window.services.selection.select(drawn=("for_the_test",))


def running(window: MainWindow) -> None:
    window.services.extras["session"].rehearse(
        FLOW, window.services.document.project.samples[FLOW]["automatic"], stepwise=True
    )


def replayed(window: MainWindow) -> None:
    session = window.services.extras["session"]
    session.rehearse(FLOW, window.services.document.project.samples[FLOW]["automatic"])
    window.show_mode("replay")
    session.look_at(session.story.stops()[-1])


def ran_earlier(window: MainWindow) -> None:
    window.services.extras["session"].runtime.runs.store(practice=False).write_bytes(b"")


BEFORE: dict[str, Callable[[MainWindow], None]] = {
    "edit.undo": changed,
    "edit.redo": undone,
    "edit.paste": copied,
    "edit.rename": one_step,
    "edit.replace_kind": one_step,
    "edit.open_form": one_step,
    "edit.where_used": one_step,
    "flow.add_after": one_step,
    "flow.ungroup": grouped,
    "file.save": changed,
    "run.breakpoint": one_step,
    "run.clear_past": ran_earlier,
    "run.only_step": one_step,
    "run.next_problem": broken,
    "run.previous_problem": broken,
    "run.step": running,
    "run.step_back": replayed,
    "run.stop": running,
}
PAGES = {
    "flow.settings": "flow_settings",
    "flow.connections": "connections",
    "flow.samples": "samples",
    "flow.secrets": "secrets",
}
"""actions that open a page in place of the canvas"""
NEEDS_TEST_MODE = {"view.panel_test", "view.panel_inspector", "view.panel_timeline"}


def _group() -> Command:
    from designer.document.edits import change_layout

    group = CanvasGroup(id="for_the_test", title="Group", nodes=("audit_note",))
    return Command(
        "Group",
        lambda project: change_layout(
            project, FLOW, lambda layout: layout.model_copy(update={"groups": (*layout.groups, group)})
        ),
        FLOW,
    )


@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in LEAVING])
def test_an_action_works_and_undo_gives_the_same_bytes(
    name: str, ready: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    window, document = ready, ready.services.document
    opened = load_project(folder)
    before = pack(opened)
    assert pack(document.project) == before
    if name in NEEDS_TEST_MODE:
        window.show_mode("test")
    BEFORE.get(name, lambda _window: None)(window)
    prepared = pack(document.project)
    window.book.refresh()
    made = window.book.action(name)
    assert made.isEnabled(), "nobody could choose it"

    made.trigger()
    _settle(window)
    if name in CHANGING:
        assert pack(document.project) != prepared
    if name in PAGES:
        assert window.work.page is not None
        assert window.work.page.editor == PAGES[name]
        window.work.close_page()

    _put_away(window)
    while document.history.canUndo():
        document.undo()
    assert pack(document.project) == before
    while document.history.canRedo():
        document.redo()
    while document.history.canUndo():
        document.undo()
    assert pack(document.project) == before


@pytest.mark.parametrize("name", sorted(LEAVING))
def test_leaving_closes_the_window(name: str, window: MainWindow, desktop: Desktop) -> None:
    window.run(name)
    assert window not in desktop.windows


def test_every_action_stands_in_a_menu_and_keys_are_unique() -> None:
    actions = found_actions()
    assert {action.menu for action in actions} == set(MENUS)
    keys = [key for action in actions for key in action.keys]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_single_letters_act_only_while_the_canvas_has_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    letters = [action for action in found_actions() if action.keys and len(action.keys[0]) == 1]
    assert letters
    for action in letters:
        assert action.on_canvas
        made = window.book.action(action.id)
        assert made.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut
        assert window.canvas in made.associatedObjects()
        assert window not in made.associatedObjects()


def test_a_key_does_its_action(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.mode == "test"


def _settle(window: MainWindow) -> None:
    keeper = window.services.extras["keeper"]
    window.canvas.settle()
    keeper.worker.finish()
    for _ in range(5):
        QApplication.processEvents()
    keeper.worker.finish()
    QApplication.processEvents()


def _put_away(window: MainWindow) -> None:
    for name in ("find", "keys"):
        for overlay in window.findChildren(QWidget, name):
            overlay.close()
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    desktop = window.services.extras["desktop"]
    for other in [*desktop.windows]:
        if other is not window:
            other.services.document.mark_saved()
            other.close()
    if desktop.welcome is not None:
        desktop.welcome.close()
    window.step_list.close_list()
    window.menu_bar.hide()
    _settle(window)


def test_each_action_that_is_off_says_what_it_needs(ready: MainWindow) -> None:
    ready.services.selection.select(())
    for mode in ("design", "replay"):
        ready.show_mode(mode)  # type: ignore[arg-type]
        ready.book.refresh()
        off = {
            action.id: why_not(action, ready.services) for action in ready.book if not action.enabled(ready.services)
        }
        assert "edit.rename" in off
        assert all(words.endswith(".") and words != "This is not possible here." for words in off.values()), off
        assert all(ready.book.action(name).toolTip() == words for name, words in off.items())
    ready.show_mode("design")
