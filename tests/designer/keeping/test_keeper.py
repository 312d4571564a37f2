"""Saving, changes from outside, and what a crash left, through the application as people meet it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from designer.document.commands.change_flows import add_flow, delete_flow
from designer.document.commands.set_field import set_field
from designer.keeping.merging import Conflict
from designer.keeping.opening import open_place
from designer.pieces.emptying import widgets_in
from designer.window import choosing
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.merge_choices import AT_ONCE, MergeChoices
from designer.window.notice import Notice
from runtime.model.files import load_project
from runtime.model.package import pack
from runtime.model.saving import save_project

FLOW = "billing_dispute"
WAIT = 20_000
"""a busy machine is late with everything"""


def rename(window: MainWindow, node: str, title: str) -> None:
    window.services.document.do(set_field(FLOW, node, "title", title))


def title_of(window: MainWindow, node: str) -> str:
    return window.services.document.project.flows[FLOW].node(node).title


def save(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.services.extras["keeper"].saved, timeout=WAIT):
        window.run("file.save")


def notice(window: MainWindow, name: str) -> Notice | None:
    for shown in widgets_in(window.work.notices):
        if isinstance(shown, Notice) and shown.name == name:
            return shown
    return None


def change_on_disk(folder: Path, node: str, title: str) -> None:
    project = set_field(FLOW, node, "title", title).apply(load_project(folder))
    save_project(project, folder)


def test_saving_writes_the_files_and_says_so(window: MainWindow, project_folder: Path, qtbot: QtBot) -> None:
    assert window.top_bar.saved.text() == "Saved"
    rename(window, "route", "Elsewhere")
    assert window.top_bar.saved.text() == "Not saved"
    save(window, qtbot)
    assert window.top_bar.saved.text() == "Saved just now"
    assert pack(load_project(project_folder)) == pack(window.services.document.project)


def test_a_deleted_flow_is_gone_from_the_folder_after_saving(
    window: MainWindow, project_folder: Path, qtbot: QtBot
) -> None:
    window.services.document.do(add_flow("other", "Other"))
    save(window, qtbot)
    assert (project_folder / "flows/other.flow.json").is_file()
    window.services.document.do(delete_flow("other"))
    save(window, qtbot)
    assert not (project_folder / "flows/other.flow.json").exists()


def test_a_change_from_outside_is_shown_while_nothing_is_unsaved(
    window: MainWindow, project_folder: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.services.extras["keeper"].reloaded, timeout=WAIT):
        change_on_disk(project_folder, "route", "Theirs")
    assert title_of(window, "route") == "Theirs"
    assert window.services.document.saved


def test_our_own_saving_is_no_change_from_outside(window: MainWindow, qtbot: QtBot) -> None:
    rename(window, "route", "Mine")
    save(window, qtbot)
    with qtbot.assertNotEmitted(window.services.extras["keeper"].reloaded, wait=900):
        pass
    assert title_of(window, "route") == "Mine"


@pytest.fixture
def collision(window: MainWindow, project_folder: Path, qtbot: QtBot) -> Notice:
    rename(window, "route", "Mine")
    with qtbot.waitSignal(window.services.extras["keeper"].collided, timeout=WAIT):
        change_on_disk(project_folder, "refund", "Theirs")
    found = notice(window, "collision")
    assert found is not None
    return found


def test_both_changed_and_merge_keeps_both(
    window: MainWindow, project_folder: Path, collision: Notice, qtbot: QtBot
) -> None:
    collision.buttons["Merge"].click()
    qtbot.waitUntil(lambda: title_of(window, "refund") == "Theirs")
    assert title_of(window, "route") == "Mine"
    save(window, qtbot)
    assert load_project(project_folder).flows[FLOW].node("refund").title == "Theirs"


def test_both_changed_and_theirs_is_taken_mine_is_one_undo_away(window: MainWindow, collision: Notice) -> None:
    collision.buttons["Take theirs"].click()
    assert (title_of(window, "route"), title_of(window, "refund")) == ("Who decides?", "Theirs")
    assert window.services.document.saved
    window.run("edit.undo")
    assert title_of(window, "route") == "Mine"


def test_both_changed_and_mine_is_kept_and_saved_over_theirs(
    window: MainWindow, project_folder: Path, collision: Notice, qtbot: QtBot
) -> None:
    collision.buttons["Keep mine"].click()
    save(window, qtbot)
    assert load_project(project_folder).flows[FLOW].node("refund").title == "Refund the money"
    assert load_project(project_folder).flows[FLOW].node("route").title == "Mine"


def test_saving_never_writes_over_a_change_that_was_not_asked_about(
    window: MainWindow, project_folder: Path, qtbot: QtBot
) -> None:
    keeper = window.services.extras["keeper"]
    keeper._watch.close()  # the system told us nothing
    rename(window, "route", "Mine")
    change_on_disk(project_folder, "refund", "Theirs")
    with qtbot.waitSignal(keeper.collided, timeout=WAIT):
        window.run("file.save")
    assert load_project(project_folder).flows[FLOW].node("refund").title == "Theirs"


def test_saving_while_the_other_version_is_not_answered_says_that_nothing_was_saved(
    window: MainWindow, collision: Notice, qtbot: QtBot
) -> None:
    keeper = window.services.extras["keeper"]
    with qtbot.waitSignal(keeper.collided, timeout=WAIT):
        window.run("file.save")
    assert "Nothing was saved" in window.status.said.text()
    assert notice(window, "collision") is not None


def test_a_file_that_somebody_leaves_broken_takes_nothing_away_and_can_be_mended(
    window: MainWindow, project_folder: Path, qtbot: QtBot
) -> None:
    """A merge by git that stopped half-way emptied the window: its flow could not be read, so it was gone."""
    file = project_folder / "flows" / f"{FLOW}.flow.json"
    whole = file.read_bytes()
    file.write_bytes(b"<<<<<<< HEAD\n" + whole)
    qtbot.waitUntil(lambda: notice(window, "unreadable") is not None, timeout=WAIT)
    assert title_of(window, "route") == "Who decides?"
    told = notice(window, "unreadable")
    assert told is not None
    assert file.name in told.text.text()
    file.write_bytes(whole)
    qtbot.waitUntil(lambda: notice(window, "unreadable") is None, timeout=WAIT)
    assert window.services.document.saved


def test_mine_can_be_kept_over_a_file_that_cannot_be_read(
    window: MainWindow, project_folder: Path, qtbot: QtBot
) -> None:
    (project_folder / "project.json").write_bytes(b"{")
    qtbot.waitUntil(lambda: notice(window, "unreadable") is not None, timeout=WAIT)
    told = notice(window, "unreadable")
    assert told is not None
    told.buttons["Keep mine"].click()
    assert not window.services.document.saved
    save(window, qtbot)
    assert load_project(project_folder) == window.services.document.project


def test_a_folder_that_is_taken_away_is_written_anew_when_asked(
    window: MainWindow, project_folder: Path, qtbot: QtBot
) -> None:
    shutil.rmtree(project_folder)
    qtbot.waitUntil(lambda: notice(window, "unreadable") is not None, timeout=WAIT)
    told = notice(window, "unreadable")
    assert told is not None
    assert told.text.text().startswith("The project's folder can't be read any more")
    told.buttons["Keep mine"].click()
    save(window, qtbot)
    assert load_project(project_folder) == window.services.document.project


def test_saving_leaves_a_file_that_could_not_be_read_as_it_stands(
    desktop: Desktop, project_folder: Path, qtbot: QtBot
) -> None:
    """It was removed: what is not in the project that was read was taken for deleted."""
    cut = project_folder / "flows" / "cut.flow.json"
    cut.write_bytes(b'{"id": "cut", "nodes": [')
    window = desktop.show_project(open_place(project_folder))
    for title in ("Mine", "Mine again"):
        rename(window, "route", title)
        save(window, qtbot)
        assert cut.read_bytes() == b'{"id": "cut", "nodes": ['
    assert notice(window, "collision") is None


def test_a_collision_that_is_told_again_while_it_is_merged_is_over_with_the_merge(
    window: MainWindow, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = window.services.extras["keeper"]
    rename(window, "route", "Mine")
    with qtbot.waitSignal(keeper.collided, timeout=WAIT) as told:
        change_on_disk(project_folder, "route", "Theirs")
    (opened,) = told.args

    def decide(_dialog: MergeChoices) -> int:
        with qtbot.waitSignal(keeper.collided, timeout=WAIT):
            keeper._outside(opened)  # as after a save that was refused
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(MergeChoices, "exec", decide)
    found = notice(window, "collision")
    assert found is not None
    found.buttons["Merge"].click()
    qtbot.waitUntil(lambda: "are merged" in window.status.said.text(), timeout=WAIT)
    assert notice(window, "collision") is None

    with qtbot.assertNotEmitted(keeper.collided, wait=300):
        keeper._outside(opened)
    save(window, qtbot)


def test_a_collision_is_over_when_somebody_takes_their_change_back(
    window: MainWindow, project_folder: Path, collision: Notice, qtbot: QtBot
) -> None:
    change_on_disk(project_folder, "refund", "Refund the money")
    qtbot.waitUntil(lambda: notice(window, "collision") is None, timeout=WAIT)
    assert title_of(window, "route") == "Mine"
    save(window, qtbot)


def test_one_field_changed_by_both_is_chosen(
    window: MainWindow, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(window, "route", "Mine")
    with qtbot.waitSignal(window.services.extras["keeper"].collided, timeout=WAIT):
        change_on_disk(project_folder, "route", "Theirs")

    def choose(dialog: MergeChoices) -> int:
        (path,) = dialog.choices
        dialog.buttons[path, "theirs"].click()
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(MergeChoices, "exec", choose)
    found = notice(window, "collision")
    assert found is not None
    found.buttons["Merge"].click()
    qtbot.waitUntil(lambda: title_of(window, "route") == "Theirs")


def test_what_is_changed_while_both_versions_are_merged_is_not_lost(
    window: MainWindow, collision: Notice, qtbot: QtBot
) -> None:
    collision.buttons["Merge"].click()
    rename(window, "work_out", "Meanwhile")
    qtbot.waitUntil(lambda: title_of(window, "refund") == "Theirs")
    assert (title_of(window, "route"), title_of(window, "work_out")) == ("Mine", "Meanwhile")


def test_many_places_to_decide_come_a_few_at_a_time(window: MainWindow, qtbot: QtBot) -> None:
    project = window.services.document.project
    conflicts = [
        Conflict(("flows", FLOW, "nodes", node.id, "title"), node.title, "Mine", "Theirs")
        for node in project.flows[FLOW].nodes[: AT_ONCE + 3]
    ]
    dialog = MergeChoices(window, project, conflicts)
    qtbot.addWidget(dialog)
    assert len(dialog.buttons) == 2 * AT_ONCE
    assert len(dialog.choices) == len(conflicts), "mine holds until it is decided otherwise"
    qtbot.waitUntil(lambda: len(dialog.buttons) == 2 * len(conflicts))


# --- the journal ---


def test_a_saved_project_leaves_no_journal(window: MainWindow, desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    rename(window, "route", "Saved")
    window.services.extras["keeper"].flush()
    assert list((tmp_path / "home/designer/journals").glob("*.changes"))
    save(window, qtbot)
    window.services.extras["keeper"].worker.finish()
    assert not list((tmp_path / "home/designer/journals").glob("*.changes"))


# --- asking ---


@pytest.mark.parametrize(("answer", "closed"), [("discard", True), ("cancel", False), (None, False)])
def test_closing_asks_about_what_is_not_saved(
    window: MainWindow, desktop: Desktop, answer: str | None, closed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(window, "route", "Mine")
    monkeypatch.setattr(window, "ask", lambda *_: answer)
    assert window.close() is closed
    assert (window in desktop.windows) is not closed


def test_closing_with_save_saves_and_closes(
    window: MainWindow, desktop: Desktop, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(window, "route", "Mine")
    monkeypatch.setattr(window, "ask", lambda *_: "save")
    assert window.close() is False
    qtbot.waitUntil(lambda: window not in desktop.windows, timeout=WAIT)
    assert load_project(project_folder).flows[FLOW].node("route").title == "Mine"


def test_a_new_project_takes_the_name_of_the_folder_it_is_saved_in(
    desktop: Desktop, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = desktop.new()
    folder = tmp_path / "customer_refunds"
    folder.mkdir()
    monkeypatch.setattr(choosing, "choose_folder", lambda *_args: folder)
    save(window, qtbot)
    saved = load_project(folder)
    assert (saved.id, saved.file.name) == ("customer_refunds", "Customer refunds")
    assert window.services.document.folder == folder
    assert window.top_bar.saved.text() == "Saved just now"
