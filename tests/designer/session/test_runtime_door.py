"""What a runtime tells of a run comes in portions: the window lives between two of them, and the order stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from designer.document.document import Document
from designer.session import aside, runtime_door
from designer.session.run_folder import RunFolder
from designer.session.runtime_door import PORTION, RuntimeDoor
from runtime.model.project import Project, ProjectFile


class Held(QObject):
    """A runtime that ends when the test says so."""

    ready, failed, gone = Signal(), Signal(str), Signal()
    calls = door = None

    def __init__(self, *_where: object, **_how: object) -> None:
        super().__init__()

    def start(self) -> None:
        pass

    def end(self) -> None:
        pass

    def wait_until_gone(self) -> None:
        self.gone.emit()


MANY = 3 * PORTION + 7


@pytest.fixture
def door(tmp_path: Path) -> Iterator[RuntimeDoor]:
    project = Project(file=ProjectFile(format_version=1, id="project", name="Project", version="0.1.0"))
    made = RuntimeDoor(RunFolder(tmp_path, Document(project, None)))
    yield made
    made.close()


def test_a_flood_of_events_comes_in_portions_and_rest_behind_the_last(door: RuntimeDoor, qtbot: QtBot) -> None:
    """A run of two thousand events came in one turn of 150 ms."""
    told: list[Any] = []
    door.came.connect(told.append)
    door.rested.connect(told.append)
    for number in range(MANY):
        door._gathered(door._following, number)
    door._rest(door._following, "rests")
    qtbot.waitUntil(lambda: bool(told) and told[-1] == "rests")
    portions = told[:-1]
    assert [number for portion in portions for number in portion] == list(range(MANY))
    assert max(map(len, portions)) <= PORTION


def test_nothing_of_a_run_comes_once_nobody_follows_it(door: RuntimeDoor, qtbot: QtBot) -> None:
    told: list[Any] = []
    door.came.connect(told.append)
    door.came.connect(lambda _portion: door.unfollow())
    for number in range(MANY):
        door._gathered(door._following, number)
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(50)
    assert len(told) == 1


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Held]:
    """The runtimes that were made, the oldest first."""
    found: list[Held] = []

    def make(*where: object, **how: object) -> Held:
        found.append(Held(*where, **how))
        return found[-1]

    monkeypatch.setattr(runtime_door, "Running", make)
    monkeypatch.setattr(aside, "Running", make)
    return found


def test_clearing_waits_only_for_what_has_runs_open(door: RuntimeDoor, made: list[Held]) -> None:
    """A runtime that had only tried a connection held it up for a minute; one that was begun meanwhile, for good: no
    run was begun any more.
    """
    told: list[str] = []
    door.ask(lambda _door: None)
    door.aside.ask("test", lambda _door: None, lambda _came: None, lambda _problem: None)
    of_runs, _beside = made
    door.clear(lambda: told.append("gone"), lambda problem: told.append(problem.title))
    door.aside.ask("other", lambda _door: None, lambda _came: None, lambda _problem: None)
    assert told == []
    of_runs.gone.emit()
    assert told == ["gone"]
    door.ask(lambda _door: None)
    assert door.state == "starting"


def test_runs_that_the_disk_does_not_let_go_are_told_and_others_can_begin(
    door: RuntimeDoor, made: list[Held], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Permission denied")

    told: list[str] = []
    monkeypatch.setattr(door.runs, "clear", refuse)
    door.clear(lambda: told.append("gone"), lambda problem: told.append(problem.title))
    assert told == ["Not all earlier runs could be removed: Permission denied."]
    door.ask(lambda _door: None)
    assert door.state == "starting"
    assert len(made) == 1


def test_a_home_that_takes_no_runs_fails_the_question(door: RuntimeDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was raised at whoever asked, behind which a run was still being handed over for good."""

    def refuse(*, practice: bool) -> Path:
        raise OSError(28, "No space left on device", practice)

    told: list[str] = []
    monkeypatch.setattr(door.runs, "store", refuse)
    door.failed.connect(told.append)
    door.ask(lambda _door: None, failed=lambda problem: told.append(problem.code))
    assert told == ["This computer refuses to keep runs: No space left on device.", "RUNTIME"]
    assert door.state == "failed"
