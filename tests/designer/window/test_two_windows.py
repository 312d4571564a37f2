"""Two projects in two windows: each has its own work, runs and history; closing one leaves the other as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import set_field
from designer.forms.trying import sample_choice
from designer.keeping.opening import open_place
from designer.theme.alive import alive
from designer.window.desktop import Desktop

FLOW = "billing_dispute"


def test_two_windows_share_nothing_but_the_theme(desktop: Desktop, project_folder: Path, qtbot: QtBot) -> None:
    other_folder = Path(shutil.copytree(project_folder, project_folder.with_name("other")))
    first, second = desktop.show_project(open_place(project_folder)), desktop.show_project(open_place(other_folder))
    first.services.document.do(set_field(FLOW, "route", "title", "Only here"))
    assert first.services.document.history.canUndo()
    assert not second.services.document.history.canUndo()
    assert second.services.document.project.flows[FLOW].node("route").title != "Only here"
    first.show_mode("test")
    assert second.mode == "design"
    for window in (first, second):
        session = window.services.extras["session"]
        session.answers.seen = {}
        session.rehearse(FLOW, window.services.document.project.samples[FLOW]["automatic"])
    assert first.services.extras["session"].story is not second.services.extras["session"].story

    first.services.document.mark_saved()
    first.close()
    QApplication.processEvents()
    assert desktop.windows == [second]
    desktop.theme.choose("dark")  # nobody of the first is left to be painted
    second.services.document.do(set_field(FLOW, "route", "title", "Here now"))
    second.services.document.undo()
    second.show_mode("replay")
    assert second.services.extras["session"].story is not None
    qtbot.waitUntil(lambda: not desktop._sessions)  # the first one's runtime, and its lock, are let go of

    again = desktop.show_project(open_place(project_folder))
    store = again.services.extras["session"].runtime.runs.store(practice=False)
    assert not again.services.extras["session"].runtime.runs.passing
    assert store.parent.parent.name == "runs"


def test_what_a_window_listened_to_goes_with_it(desktop: Desktop, project_folder: Path, qtbot: QtBot) -> None:
    """What is connected to them holds them: each window that was closed left its project behind."""
    window = desktop.show_project(open_place(project_folder))
    services = window.services
    heard = [services.document, services.selection, services.checking, sample_choice(services)]
    heard += [services.extras["keeper"], services.extras["session"]]
    QApplication.processEvents()
    window.close()

    def gone() -> bool:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return not any(alive(one) for one in heard)

    qtbot.waitUntil(gone, timeout=20_000)
