"""What a slow runtime answers late never takes the place of what the user has asked for since."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from designer.services import Services
from designer.session.following import Following
from designer.session.session import Session
from runtime.model.content_hash import content_hash
from runtime.model.package import pack
from runtime.wire import Problem
from tests.designer.session.test_rehearsing import flow_of

FLOW = flow_of(60)


@pytest.fixture
def held(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[Callable[[Any], object]]:
    """The answers of the runtime are the test's to give: whoever asked is called then."""
    taken: list[Callable[[Any], object]] = []
    runtime = services.extras["session"].runtime
    monkeypatch.setattr(runtime, "ask", lambda _ask, then, *_more, **_place: taken.append(then))
    return taken


@pytest.fixture
def session(services: Services) -> Session:
    project = services.document.project
    services.document.replace(project.model_copy(update={"flows": {FLOW.id: FLOW}}))
    found = services.extras["session"]
    assert isinstance(found, Session)
    return found


def test_a_run_that_begins_late_is_told_and_does_not_drive_away_the_one_that_is_shown(
    session: Session, held: list[Callable[[Any], object]]
) -> None:
    said: list[str] = []
    session.said.connect(said.append)
    session.where = "practice"
    session.start(FLOW.id, {})
    session.where = "samples"
    session.start(FLOW.id, {})
    shown = session.story
    held.pop()("run-a")
    assert session.story is shown
    assert session.rehearsing
    assert said[-1] == "The run that was started before has begun. It is among the past runs."
    session.where = "practice"
    session.start(FLOW.id, {})
    held.pop()("run-b")
    assert session.story is not None
    assert session.story.run == "run-b"


def test_of_two_runs_that_are_opened_the_last_is_shown_whichever_comes_first(
    session: Session, services: Services, held: list[Callable[[Any], object]]
) -> None:
    project = services.document.project
    release, package = content_hash(project), pack(project)
    session.open_run("run-a", FLOW.id, release, practice=True)
    session.open_run("run-b", FLOW.id, release, practice=True)
    first, second = held
    second(package)
    first(package)
    assert session.story is not None
    assert session.story.run == "run-b"


def test_that_a_run_rests_is_not_said_of_the_next_one(session: Session, qtbot: QtBot) -> None:
    door = session.runtime
    rested: list[str] = []
    door.rested.connect(rested.append)
    begun: list[Following] = []

    class Rests:
        def follow(self, run: str, after: int) -> Any:
            yield f"{run} rests"

    def follow(run: str, after: int) -> Following:
        begun.append(Following(Rests(), run, after, door))  # type: ignore[arg-type]
        return begun[-1]

    door._places[True].running = SimpleNamespace(door=Rests(), follow=follow, end=lambda: None)  # type: ignore[assignment]
    door.follow("run-a", practice=True)
    begun[0].wait()
    door.follow("run-b", practice=True)
    begun[1].wait()
    qtbot.waitUntil(lambda: bool(rested))
    qtbot.wait(10)
    assert rested == ["run-b rests"]


def test_a_runtime_that_falls_silent_is_told_and_listened_to_again_from_where_the_run_stood(
    session: Session, services: Services, qtbot: QtBot, held: list[Callable[[Any], object]]
) -> None:
    """Nothing of the run was shown any more, though its runtime went on: after a machine had slept, for example."""
    told: list[str] = []
    session.problem.connect(lambda what, todo: told.append(f"{what} {todo}"))
    heard: list[tuple[str, int]] = []
    begun: list[Following] = []

    class FallsSilent:
        def follow(self, run: str, after: int) -> Any:
            heard.append((run, after))
            if len(heard) == 1:
                raise Problem(504, "SERVER_SLOW", "The runtime did not answer in time.")
            yield f"{run} rests"

    def follow(run: str, after: int) -> Following:
        begun.append(Following(FallsSilent(), run, after, session.runtime))  # type: ignore[arg-type]
        return begun[-1]

    place = session.runtime._places[True]
    place.running = SimpleNamespace(door=FallsSilent(), follow=follow, end=lambda: None)  # type: ignore[assignment]
    place.state = "ready"
    session._watching._again.setInterval(1)
    rested: list[str] = []
    session.runtime.rested.connect(rested.append)
    project = services.document.project
    session.open_run("run-a", FLOW.id, content_hash(project), practice=True)
    held.pop()(pack(project))
    qtbot.waitUntil(lambda: bool(rested))
    assert told == [
        "The runtime did not answer in time. What was done is kept. The run is shown on as soon as the runtime answers."
    ]
    assert heard == [("run-a", 0), ("run-a", 0)]
    for each in begun:
        each.wait()
