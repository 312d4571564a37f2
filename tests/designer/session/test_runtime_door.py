"""What a runtime tells of a run comes in portions: the window lives between two of them, and the order stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from designer.document.document import Document
from designer.session.run_folder import RunFolder
from designer.session.runtime_door import PORTION, RuntimeDoor
from runtime.model.project import Project, ProjectFile

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
