"""Past runs: found again after a restart of the designer, opened on their own version, cleared only when asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from designer.app import make_application
from designer.keeping.opening import open_place
from designer.window import past_runs
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.past_runs import PastRuns

FLOW = "billing_dispute"


def page(*runs: dict[str, Any]) -> SimpleNamespace:
    told = {"case_key": None, "outcome": None, "open_tasks": 0, "open_incidents": 0, "busy": False, "title": "Dispute"}
    told["parent"] = None
    at = dt.datetime(2026, 5, 1, 9, 14, tzinfo=dt.UTC)
    made = [
        SimpleNamespace(run=f"r{n}", flow=FLOW, release="x", started_at=at, **{**told, **run})
        for n, run in enumerate(runs)
    ]
    return SimpleNamespace(runs=made, next=None)


def test_without_past_runs_nothing_is_started_and_a_hint_stands_there(window: MainWindow, qtbot: QtBot) -> None:
    session = window.services.extras["session"]
    dialog = PastRuns(session, window)
    assert dialog._pages.currentWidget() is dialog.nothing
    assert session.runtime.state == "off"
    assert not dialog.clear.isEnabled()
    assert not window.book.action("run.clear_past").isEnabled()


def test_an_answer_that_comes_late_meets_no_list_and_nothing_is_left_of_it(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """Each opening left 44 widgets in the window."""
    session = window.services.extras["session"]
    monkeypatch.setattr(session.earlier, "kept", lambda: (False,))
    asking: list[Any] = []
    monkeypatch.setattr(session.earlier, "recent", lambda then, failed, *, practice: asking.append((then, failed)))
    QTimer.singleShot(0, lambda: next(iter(window.findChildren(PastRuns))).reject())
    window.past_runs()
    qtbot.waitUntil(lambda: not window.findChildren(PastRuns))
    ((then, failed),) = asking
    then(page({"state": "completed"}))
    failed()


def test_the_list_says_how_runs_stand_in_words(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    session = window.services.extras["session"]
    monkeypatch.setattr(session.earlier, "kept", lambda: (True, False))
    asked: list[Any] = []
    monkeypatch.setattr(
        session.earlier, "recent", lambda then, failed, *, practice: asked.append((then, failed, practice))
    )
    monkeypatch.setattr(session.earlier, "begun", lambda runs, then, *, practice: None)
    dialog = PastRuns(session, window)
    dialog.show()
    assert dialog._pages.currentWidget() is dialog.waiting
    assert [dialog.place.itemText(n) for n in range(2)] == ["With practice systems", "With real systems"]
    dialog.place.setCurrentIndex(1)
    dialog.place.activated.emit(1)
    (late, _, first), (then, failed, second) = asked
    assert (first, second) == (True, False)
    late(page({"state": "completed"}))  # the answer about the other place comes too late
    assert dialog.table.rowCount() == 0
    then(
        page(
            {"state": "completed", "outcome": "refunded", "case_key": "D-1"},
            {"state": "running", "open_tasks": 1},
            {"state": "running", "open_incidents": 1},
            {"state": "running"},
            {"state": "cancelled"},
        )
    )
    states = [dialog.table.item(row, 4).text() for row in range(5)]  # type: ignore[union-attr]
    assert states == ["Finished", "Waits for a person", "Stands still", "Waits", "Cancelled"]
    assert dialog.table.item(0, 5).text() == "Refunded"  # type: ignore[union-attr]
    failed()
    assert not dialog.isVisible()


def test_older_runs_that_come_late_are_not_put_behind_those_of_the_other_place(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.services.extras["session"]
    monkeypatch.setattr(session.earlier, "kept", lambda: (True, False))
    asked: list[Any] = []
    monkeypatch.setattr(session.earlier, "recent", lambda then, _failed, **where: asked.append((then, where)))
    monkeypatch.setattr(session.earlier, "begun", lambda runs, then, *, practice: None)
    dialog = PastRuns(session, window)
    asked[0][0](SimpleNamespace(runs=page({"state": "completed", "case_key": "P-2"}).runs, next="r0"))
    dialog.older.click()

    def choose(place: int) -> None:
        dialog.place.setCurrentIndex(place)
        dialog.place.activated.emit(place)

    def cases() -> list[str]:
        return [dialog.table.item(row, 2).text() for row in range(dialog.table.rowCount())]  # type: ignore[union-attr]

    choose(1)
    _, (older, where), (real, _) = asked
    assert where == {"practice": True, "after": "r0"}
    real(page({"state": "completed", "case_key": "R-1"}))
    choose(0)
    older(page({"state": "completed", "case_key": "P-1"}))
    assert cases() == ["R-1"]
    assert dialog._pages.currentWidget() is dialog.waiting
    asked[-1][0](page({"state": "completed", "case_key": "P-2"}))
    assert cases() == ["P-2"]


@pytest.mark.slow
def test_a_run_is_found_after_a_restart_and_cleared_when_asked(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = desktop.show_project(open_place(project_folder))
    session = window.services.extras["session"]
    session.where = "practice"
    sample = window.services.document.project.samples[FLOW]["automatic"]
    session.start(FLOW, sample, by="ana", case={"key": "D-1001"})
    qtbot.waitUntil(lambda: session.story is not None and session.story.ended, timeout=60_000)
    window.close()
    desktop.close()

    again = Desktop(make_application())
    window = again.show_project(open_place(project_folder))
    session = window.services.extras["session"]
    assert window.book.row("run.clear_past").enabled(window.services)
    dialog = PastRuns(session, window)
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 1, timeout=60_000)
    assert dialog.table.item(0, 2).text() == "D-1001"  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: dialog.table.item(0, 3) is not None and "C-1001" in dialog.table.item(0, 3).text())
    dialog.search.setText("c-1001 refunded")
    assert not dialog.table.isRowHidden(0), "by the customer, whatever the case is called"
    dialog.search.setText("4711")
    assert dialog._pages.currentWidget() is dialog.none_like_it
    dialog.accept()
    assert session.story is None, "what is not to be seen is not opened"
    dialog.search.clear()
    dialog.accept()
    qtbot.waitUntil(lambda: session.story is not None and session.story.ended, timeout=10_000)
    assert session.story.outcome_title() == "Refunded"

    monkeypatch.setattr(past_runs, "ask", lambda *_asked: "keep")
    window.run("run.clear_past")
    assert session.earlier.kept() == (True,)
    monkeypatch.setattr(past_runs, "ask", lambda *_asked: "clear")
    window.run("run.clear_past")
    assert session.story is None
    qtbot.waitUntil(lambda: session.earlier.kept() == (), timeout=20_000)
    window.close()
    again.close()
