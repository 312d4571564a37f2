"""A large flow is read in several turns of the window, for a rehearsal and for a run that is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.services import Services
from designer.session import story as stories
from designer.session.rehearsing import READ
from designer.session.session import Session
from nodes.registry import built_ins
from runtime.engine import compiling, playing
from runtime.engine.compiling import compile_in_pieces
from runtime.model.content_hash import content_hash
from runtime.model.package import pack
from tests.designer.session.test_rehearsing import flow_of

FLOW = flow_of(READ + 50)
STEPS = len(FLOW.nodes)


def test_a_plan_is_made_in_a_piece_for_each_node() -> None:
    assert sum(1 for _ in compile_in_pieces(FLOW, built_ins())) >= STEPS


@pytest.fixture
def session(services: Services, monkeypatch: pytest.MonkeyPatch, turns: list[int]) -> Session:
    """``turns``: after each turn of the window, how many nodes were read in it."""

    def counted(*given: Any, **more: Any) -> Any:
        pieces = compile_in_pieces(*given, **more)
        while True:
            try:
                next(pieces)
            except StopIteration as end:
                return end.value
            turns[-1] += 1
            yield

    for module in (playing, stories, compiling):
        monkeypatch.setattr(module, "compile_in_pieces", counted)
    project = services.document.project
    services.document.replace(project.model_copy(update={"flows": {FLOW.id: FLOW}}))
    found = services.extras["session"]
    assert isinstance(found, Session)
    return found


@pytest.fixture
def turns(qtbot: QtBot) -> Any:
    counts = [0]
    every = QTimer(interval=0)
    every.timeout.connect(lambda: counts.append(0))
    every.start()
    yield counts
    every.stop()


def test_a_rehearsal_reads_it_in_several_turns(session: Session, qtbot: QtBot, turns: list[int]) -> None:
    session.rehearse(FLOW.id, {})
    qtbot.waitUntil(lambda: session.story is not None and session.story.last_seq > 0, timeout=10_000)
    session.stop()
    assert sum(turns) >= STEPS, "it was read once"
    assert max(turns) <= READ


def test_whoever_stops_it_meanwhile_is_heard(session: Session, qtbot: QtBot, turns: list[int]) -> None:
    session.rehearse(FLOW.id, {})
    while not sum(turns):  # turn by turn: on a busy machine a wait would look again when all is read
        QApplication.processEvents()
    session.stop()
    read = sum(turns)
    qtbot.wait(20)
    assert sum(turns) == read < STEPS


def test_a_run_that_is_opened_is_read_first_and_then_followed(
    session: Session, services: Services, qtbot: QtBot, turns: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Callable[[Any], object]] = []
    followed: list[str] = []
    monkeypatch.setattr(session.runtime, "ask", lambda _ask, then, *_more, **_place: answers.append(then))
    monkeypatch.setattr(session.runtime, "follow", lambda run, *_more, **_place: followed.append(run))
    project = services.document.project
    session.open_run("run-a", FLOW.id, content_hash(project), practice=True)
    answers.pop()(pack(project))
    assert session.story is not None
    assert session.story.run == "run-a"
    assert followed == [], "its events come when it is read"
    qtbot.waitUntil(lambda: bool(followed), timeout=10_000)
    assert sum(turns) >= STEPS, "it was read once"
    assert max(turns) <= READ
