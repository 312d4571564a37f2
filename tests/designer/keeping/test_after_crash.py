"""What a crash left, as people meet it: in the window of its project, on the first page, and where the disk is full."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from designer.document.commands.change_flows import add_flow
from designer.document.commands.set_field import set_field
from designer.keeping.home import designer_home
from designer.keeping.opening import open_place
from designer.pieces.emptying import widgets_in
from designer.window import choosing, crash_talk
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.merge_choices import MergeChoices
from designer.window.notice import Notice
from designer.window.welcome import Welcome
from runtime.model.files import load_project
from runtime.model.saving import save_project

FLOW = "billing_dispute"
WAIT = 20_000


def rename(window: MainWindow, node: str, title: str) -> None:
    window.services.document.do(set_field(FLOW, node, "title", title))


def title_of(window: MainWindow, node: str) -> str:
    return window.services.document.project.flows[FLOW].node(node).title


def change_on_disk(folder: Path, node: str, title: str) -> None:
    save_project(set_field(FLOW, node, "title", title).apply(load_project(folder)), folder)


def notices(place: MainWindow | Welcome) -> list[Notice]:
    layout = place.work.notices if isinstance(place, MainWindow) else place.notices
    shown = widgets_in(layout)
    return [widget for widget in shown if isinstance(widget, Notice)]


def offered(window: MainWindow, name: str = "kept") -> Notice | None:
    return next((one for one in notices(window) if one.name == name), None)


def crash(window: MainWindow) -> None:
    """The window is gone without a word: its lock is free, its journal stays."""
    keeper = window.services.extras["keeper"]
    keeper.flush()
    keeper._watch and keeper._watch.close()
    keeper.journal.unlock()
    window.keeping = None
    window.close()


def opened(desktop: Desktop, folder: Path, qtbot: QtBot) -> MainWindow:
    """The project, once it was looked whether a crash left anything."""
    window = desktop.show_project(open_place(folder))
    window.services.extras["keeper"].worker.finish()
    qtbot.wait(1)
    return window


def first_page(desktop: Desktop, qtbot: QtBot) -> Welcome:
    welcome = desktop.show_welcome()
    desktop.worker.finish()
    qtbot.wait(1)
    return welcome


def test_the_work_is_offered_in_steps_as_the_history_names_them_and_back(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(desktop, project_folder, qtbot)
    for typed in ("K", "Ke", "Kep", "Kept"):
        rename(first, "route", typed)
    rename(first, "refund", "Kept, too")
    crash(first)

    second = opened(desktop, project_folder, qtbot)
    found = offered(second)
    assert found is not None
    assert found.text.text() == (
        "We kept 2 changes that were not saved when Baton last ended: "
        "Change title of “Kept”, Change title of “Kept, too”."
    )
    assert title_of(second, "route") == "Who decides?"
    found.buttons["Bring back"].click()
    qtbot.waitUntil(lambda: title_of(second, "route") == "Kept", timeout=WAIT)
    assert title_of(second, "refund") == "Kept, too"
    assert not second.services.document.saved

    crash(second)  # it is in the next journal by then
    third = opened(desktop, project_folder, qtbot)
    again = offered(third)
    assert again is not None
    assert "We kept 2 changes" in again.text.text()
    monkeypatch.setattr(crash_talk, "ask", lambda *_: "no")
    again.buttons["Discard"].click()
    again = offered(third)
    assert again is not None, "one click alone gives nothing up"
    monkeypatch.setattr(crash_talk, "ask", lambda *_: "yes")
    again.buttons["Discard"].click()
    third.services.extras["keeper"].worker.finish()
    third.close()
    fourth = opened(desktop, project_folder, qtbot)
    assert offered(fourth) is None
    assert title_of(fourth, "route") == "Who decides?"


def test_nothing_is_offered_where_all_was_undone(desktop: Desktop, project_folder: Path, qtbot: QtBot) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    first.services.extras["keeper"].flush()
    assert list(designer_home().glob("journals/*.changes"))
    first.run("edit.undo")
    crash(first)
    assert not list(designer_home().glob("journals/*.changes"))
    assert notices(first_page(desktop, qtbot)) == []
    assert offered(opened(desktop, project_folder, qtbot)) is None


def test_undoing_what_was_saved_is_a_change_as_well(desktop: Desktop, project_folder: Path, qtbot: QtBot) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Saved")
    with qtbot.waitSignal(first.services.extras["keeper"].saved, timeout=WAIT):
        first.run("file.save")
    first.run("edit.undo")
    rename(first, "refund", "Kept")
    crash(first)
    found = offered(opened(desktop, project_folder, qtbot))
    assert found is not None
    assert found.text.text().endswith(": Undo change title of “Saved”, Change title of “Kept”.")


def test_nothing_is_offered_where_the_folder_holds_it_meanwhile(
    desktop: Desktop, project_folder: Path, qtbot: QtBot
) -> None:
    """Saved on another machine, and brought here by whatever keeps the folders alike."""
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    crash(first)
    change_on_disk(project_folder, "route", "Kept")
    assert notices(first_page(desktop, qtbot)) == []
    assert not list(designer_home().glob("journals/*.kept"))


def test_kept_work_is_merged_with_what_the_disk_holds_meanwhile(
    desktop: Desktop, project_folder: Path, qtbot: QtBot
) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    crash(first)
    change_on_disk(project_folder, "refund", "Theirs")
    second = opened(desktop, project_folder, qtbot)
    found = offered(second)
    assert found is not None
    found.buttons["Bring back"].click()
    qtbot.waitUntil(lambda: title_of(second, "route") == "Kept", timeout=WAIT)
    assert title_of(second, "refund") == "Theirs"


def test_what_is_changed_while_kept_work_is_brought_back_is_not_lost(
    desktop: Desktop, project_folder: Path, qtbot: QtBot
) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    crash(first)
    second = opened(desktop, project_folder, qtbot)
    found = offered(second)
    assert found is not None
    found.buttons["Bring back"].click()
    rename(second, "refund", "Meanwhile")
    qtbot.waitUntil(lambda: title_of(second, "route") == "Kept", timeout=WAIT)
    assert title_of(second, "refund") == "Meanwhile"


def test_what_the_disk_holds_otherwise_meanwhile_is_asked_about(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    rename(first, "refund", "Kept, too")
    crash(first)
    change_on_disk(project_folder, "route", "Theirs")
    second = opened(desktop, project_folder, qtbot)

    def choose(dialog: MergeChoices) -> int:
        (path,) = dialog.choices
        dialog.buttons[path, "theirs"].click()
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(MergeChoices, "exec", choose)
    found = offered(second)
    assert found is not None
    found.buttons["Bring back"].click()
    qtbot.waitUntil(lambda: title_of(second, "refund") == "Kept, too", timeout=WAIT)
    assert title_of(second, "route") == "Theirs"


def test_what_two_windows_on_one_project_left_is_offered_one_after_the_other(
    desktop: Desktop, project_folder: Path, qtbot: QtBot
) -> None:
    """The second stands in for another process: its journal has a name of its own."""
    one = opened(desktop, project_folder, qtbot)
    other = opened(desktop, project_folder, qtbot)
    rename(one, "route", "Of one")
    rename(other, "refund", "Of the other")
    crash(one)
    crash(other)
    third = opened(desktop, project_folder, qtbot)
    for node, title in (("route", "Of one"), ("refund", "Of the other")):
        qtbot.waitUntil(lambda: offered(third) is not None, timeout=WAIT)
        found = offered(third)
        assert found is not None
        found.buttons["Bring back"].click()
        qtbot.waitUntil(lambda node=node, title=title: title_of(third, node) == title, timeout=WAIT)
    third.services.extras["keeper"].worker.finish()
    qtbot.wait(1)
    assert offered(third) is None


def test_what_was_never_saved_is_offered_on_the_first_page(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.new()
    window.services.document.do(add_flow("refunds", "Refunds"))
    crash(window)
    (found,) = notices(first_page(desktop, qtbot))
    assert "We kept 1 change to “New project”" in found.text.text()
    found.buttons["Open"].click()
    (back,) = desktop.windows
    assert "refunds" in back.services.document.project.flows
    assert not back.services.document.saved
    crash(back)
    qtbot.waitUntil(lambda: desktop.welcome is None, timeout=WAIT)
    (again,) = notices(first_page(desktop, qtbot))
    assert "We kept 1 change to “New project”" in again.text.text()


def test_a_project_that_was_moved_is_found_again(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    crash(first)
    moved = project_folder.with_name("elsewhere")
    project_folder.rename(moved)
    (found,) = notices(first_page(desktop, qtbot))
    assert f"Its folder is not there any more: {project_folder}" in found.text.text()
    monkeypatch.setattr(choosing, "choose_folder", lambda *_: moved)
    found.buttons["Find its folder …"].click()
    qtbot.waitUntil(lambda: bool(desktop.windows), timeout=WAIT)
    (window,) = desktop.windows
    qtbot.waitUntil(lambda: offered(window) is not None, timeout=WAIT)


def bring_back(window: MainWindow, qtbot: QtBot, node: str, title: str) -> None:
    notice = offered(window)
    assert notice is not None
    notice.buttons["Bring back"].click()
    qtbot.waitUntil(lambda: title_of(window, node) == title, timeout=WAIT)


def held_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """The journals can't be moved: somebody else owns their folder, or a program has them open."""

    def refuse(file: Path, _target: object) -> Path:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(Path, "rename", refuse)


def test_what_can_not_be_set_aside_is_offered_and_not_written_over(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The project did not open: the refusal went through to whoever opened it."""
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    crash(first)
    held_fast(monkeypatch)
    window = opened(desktop, project_folder, qtbot)
    qtbot.waitUntil(lambda: offered(window) is not None, timeout=WAIT)
    rename(window, "refund", "Since")
    crash(window)
    again = opened(desktop, project_folder, qtbot)
    qtbot.waitUntil(lambda: offered(again) is not None, timeout=WAIT)
    bring_back(again, qtbot, "route", "Kept")
    qtbot.waitUntil(lambda: offered(again) is not None, timeout=WAIT)
    bring_back(again, qtbot, "refund", "Since")


def test_what_can_not_be_moved_to_where_the_project_is_now_is_told_and_stays(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    crash(first)
    moved = project_folder.with_name("elsewhere")
    project_folder.rename(moved)
    welcome = first_page(desktop, qtbot)
    (found,) = notices(welcome)
    held_fast(monkeypatch)
    said: list[str] = []
    monkeypatch.setattr(choosing, "choose_folder", lambda *_: moved)
    monkeypatch.setattr(crash_talk, "ask", lambda _asker, title, *_: said.append(title))
    found.buttons["Find its folder …"].click()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said == ["The kept changes can't be moved to that project now"]
    assert len(notices(welcome)) == 1, "it is still offered"
    assert not desktop.windows


def test_what_was_kept_goes_to_no_other_project(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    crash(first)
    shutil.rmtree(project_folder)
    said: list[str] = []
    welcome = first_page(desktop, qtbot)
    monkeypatch.setattr(choosing, "choose_folder", lambda *_: Path(__file__).parent)
    monkeypatch.setattr(crash_talk, "ask", lambda _asker, title, *_: said.append(title))
    (found,) = notices(welcome)
    found.buttons["Find its folder …"].click()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said == ["That is not the project “Billing disputes”"]
    assert len(notices(welcome)) == 1, "it is still offered"


def test_a_project_whose_folder_went_while_it_was_open_is_kept_whole(
    desktop: Desktop, project_folder: Path, qtbot: QtBot
) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Kept")
    with qtbot.waitSignal(first.services.extras["keeper"].unreadable, timeout=WAIT):
        shutil.rmtree(project_folder)
    assert first.top_bar.saved.text() == "Not saved"
    crash(first)
    (found,) = notices(first_page(desktop, qtbot))
    found.buttons["Open"].click()
    (back,) = desktop.windows
    assert title_of(back, "route") == "Kept"
    assert back.services.document.project.flows.keys() == load_project(EXAMPLE).flows.keys()


def test_a_journal_that_cannot_be_written_is_said_and_written_as_soon_as_it_can_be(
    desktop: Desktop, project_folder: Path, qtbot: QtBot
) -> None:
    journals = designer_home() / "journals"
    window = opened(desktop, project_folder, qtbot)
    keeper = window.services.extras["keeper"]
    rename(window, "route", "First")
    keeper.flush()
    shutil.rmtree(journals)
    journals.write_bytes(b"in the way")
    rename(window, "refund", "Second")
    with qtbot.waitSignal(keeper.journal.failed, timeout=WAIT):
        keeper.flush()
    told = offered(window, "unkept")
    assert told is not None
    assert told.text.text().startswith("What you change can't be kept against a crash now")
    journals.unlink()
    with qtbot.waitSignal(keeper.journal.well, timeout=WAIT):
        pass
    assert offered(window, "unkept") is None
    crash(window)
    second = opened(desktop, project_folder, qtbot)
    found = offered(second)
    assert found is not None
    found.buttons["Bring back"].click()
    qtbot.waitUntil(lambda: title_of(second, "route") == "First", timeout=WAIT)
    assert title_of(second, "refund") == "Second"


def test_a_project_opens_where_nothing_can_be_kept(desktop: Desktop, project_folder: Path, qtbot: QtBot) -> None:
    designer_home().mkdir(parents=True, exist_ok=True)
    (designer_home() / "journals").write_bytes(b"in the way")
    window = opened(desktop, project_folder, qtbot)
    assert title_of(window, "route") == "Who decides?"


EXAMPLE = Path(__file__).parents[3] / "projects" / "billing_dispute"
