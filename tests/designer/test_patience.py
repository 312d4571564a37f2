"""Work on a thread asks the window for leave: it is given when the window has nothing else to do."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer import patience
from designer.document.checking import Checking
from designer.document.document import Document
from designer.patience import Patience
from nodes.pacing import checkpoint
from nodes.registry import built_ins
from runtime.model import drawing
from runtime.model.files import load_project
from tests.benchmarks.turns_project import EXAMPLE

GIVEN_UP_S = 30.0


class Work(Thread):
    """Rests once, and says when it began to and what it was told."""

    def __init__(self, asked: Patience) -> None:
        super().__init__(daemon=True)
        self.asked, self.asks, self.told = asked, Event(), Event()
        self.goes_on: bool | None = None

    def run(self) -> None:
        self.asks.set()
        self.goes_on = self.asked.rest()
        self.told.set()


def test_leave_is_given_between_two_turns_of_the_window_and_never_inside_one(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LEAVE_S", GIVEN_UP_S)
    work, order = Work(Patience()), list[str]()

    def turn() -> None:
        work.start()
        assert work.asks.wait(GIVEN_UP_S)
        QTimer.singleShot(0, lambda: order.append("more of the window"))
        sum(range(3_000_000))  # Python would give the lock to the thread many times
        order.append("told" if work.told.is_set() else "the turn ended")

    QTimer.singleShot(0, turn)
    qtbot.waitUntil(work.told.is_set, timeout=int(GIVEN_UP_S * 1_000))
    assert order[0] == "the turn ended"
    assert work.goes_on is True


def test_work_that_nobody_waits_for_asks_no_more(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LEAVE_S", GIVEN_UP_S)
    asked = Patience()
    asked.end()
    work = Work(asked)
    work.start()
    work.join(GIVEN_UP_S / 2)
    assert work.goes_on is False


def test_work_goes_on_without_leave_where_the_window_waits_for_it(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LEAVE_S", 0.01)
    work = Work(Patience())
    work.start()
    work.join(GIVEN_UP_S)
    assert work.goes_on is True


def test_the_check_asks_at_every_step_and_expression(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    project = load_project(EXAMPLE)
    rests: list[object] = []

    def rest(asked: Patience) -> bool:
        rests.append(asked)
        return True

    monkeypatch.setattr(Patience, "rest", rest)
    checking = Checking(Document(project), built_ins())
    with qtbot.waitSignal(checking.changed, timeout=int(GIVEN_UP_S * 1_000)):
        pass
    checking.close()
    assert len(rests) > sum(len(flow.nodes) for flow in project.flows.values()) + 100
    before = len(rests)
    checkpoint()
    assert len(rests) == before, "only while it is checked"


def test_decisions_are_looked_at_again_only_when_they_changed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    analysed = drawing.analysed_tables
    monkeypatch.setattr(drawing, "analysed_tables", lambda files: looked.append(files) or analysed(files))
    project = load_project(EXAMPLE)
    document = Document(project)
    checking = Checking(document, built_ins())

    def checked(decisions: dict[str, bytes]) -> int:
        """How often tables were analysed for the project with these."""
        looked.clear()
        document.replace(project.model_copy(update={"decisions": decisions}))
        with qtbot.waitSignal(checking.changed, timeout=int(GIVEN_UP_S * 1_000)):
            checking._begin()
        return len(looked)

    files = dict(project.decisions)
    first = checking.problems
    assert checked(files) == 1
    assert checked(dict(files)) == 0
    name = next(iter(files))
    broken = {**files, name: files[name].replace(b"<text>", b"<text>&lt; &lt; ")}
    assert checked(broken) == 1
    assert checking.problems != first
    checking.close()
