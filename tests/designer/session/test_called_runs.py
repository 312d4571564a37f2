"""Runs that a run calls: a rehearsal answers what they ask for, and each is looked into, from its parent and back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop

from designer.document.document import Document
from designer.keeping.opening import open_place
from designer.panels.inspector.view import Inspector
from designer.pieces import LinkButton
from designer.session.session import Session
from designer.window.desktop import Desktop
from nodes.registry import built_ins
from runtime.model.flow import Flow
from runtime.model.project import Project, ProjectFile, Role
from runtime.model.saving import save_project

START = {"id": "start", "type": "triggers/manual", "title": "Start"}
END = {"id": "end", "type": "control/end", "title": "End", "config": {"outcome": "ok"}}
CHOICES = [{"port": "yes", "title": "Yes"}, {"port": "no", "title": "No"}]
OUTCOMES = [{"id": "ok", "title": "All well"}]
CALLED: dict[str, Any] = {
    "id": "called",
    "title": "Ask and decide",
    "outcomes": OUTCOMES,
    "nodes": [
        START,
        {"id": "ask", "type": "adapters/http_request", "title": "Ask", "config": {"connection": "crm", "path": "/x"}},
        {
            "id": "decide",
            "type": "approval",
            "title": "Decide",
            "config": {"role": "finance", "title": "Well?", "choices": CHOICES},
        },
        END,
    ],
    "edges": [
        {"from": "start", "port": "started", "to": "ask"},
        {"from": "ask", "port": "done", "to": "decide"},
        {"from": "decide", "port": "yes", "to": "end"},
        {"from": "decide", "port": "no", "to": "end"},
    ],
}
ONE: dict[str, Any] = {
    "id": "one",
    "title": "Call it once",
    "outcomes": OUTCOMES,
    "nodes": [
        START,
        {"id": "call", "type": "control/subflow", "title": "Call", "config": {"flow": "called", "outcomes": ["ok"]}},
        END,
    ],
    "edges": [
        {"from": "start", "port": "started", "to": "call"},
        {"from": "call", "port": "ok", "to": "end"},
    ],
}
PLAIN: dict[str, Any] = {
    **CALLED,
    "id": "plain",
    "title": "Only ends",
    "nodes": [START, END],
    "edges": [{"from": "start", "port": "started", "to": "end"}],
}
EACH: dict[str, Any] = {
    **ONE,
    "id": "each",
    "title": "Call it for each",
    "nodes": [
        START,
        {
            "id": "call",
            "type": "control/for_each",
            "title": "Call",
            "config": {"flow": "plain", "items": {"feel": "[1, 2, 3]"}, "inputs": {}},
        },
        END,
    ],
    "edges": [
        {"from": "start", "port": "started", "to": "call"},
        {"from": "call", "port": "done", "to": "end"},
    ],
}
PROJECT = Project(
    file=ProjectFile(id="calls", name="Calls", version="1.0.0", roles=(Role(id="finance", title="Finance"),)),
    flows={flow["id"]: Flow.model_validate(flow) for flow in (CALLED, ONE, PLAIN, EACH)},
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(Document(PROJECT, None), built_ins(), tmp_path)
    yield made
    made.close()


def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def called_by(session: Session, step: str = "call#1") -> list[str]:
    assert session.story is not None
    span = session.story.span(step)
    assert span is not None
    return [child.run for child in span.children]


def test_a_rehearsal_answers_what_a_called_run_asks_for_and_its_task_is_answered_in_it(session: Session) -> None:
    """It waited for ever: only the effects of the run itself were answered, and nobody saw the task."""
    said: list[str] = []
    session.said.connect(said.append)
    session.rehearse("one", {})
    parent = session.story
    assert parent is not None
    assert said[-1] == "“Call”: Waits for the run that it called."
    [child] = called_by(session)

    session.look_into(child)

    assert session.story is not None
    assert (session.story.run, session.story.flow_id, session.story.rehearsed) == (child, "called", True)
    [task] = session.tasks
    assert task.step_title == "Decide"
    session.answer(task, "yes", "ines")
    assert session.story.ended
    assert session.story.outcome_title() == "All well"
    assert session.story.called_by == (parent.run, "call#1")

    session.look_into(parent.run)

    assert session.story is not None
    assert session.story.run == parent.run
    assert session.story.ended
    assert session.story.called_by is None


@pytest.mark.slow
def test_a_called_run_of_the_runtime_is_looked_into_and_answered(session: Session) -> None:
    session.where = "real"
    session.start("each", {})
    until(lambda: session.story is not None and session.story.ended)
    assert session.story is not None
    parent, children = session.story.run, called_by(session)
    assert len(children) == 3
    session.look_into(children[1])
    until(lambda: session.story is not None and session.story.run == children[1] and session.story.ended)
    assert (session.story.flow_id, session.story.called_by) == ("plain", (parent, "call#1"))
    session.look_into(parent)
    until(lambda: session.story is not None and session.story.run == parent and session.story.ended)


def test_a_called_run_is_a_click_away_and_so_is_the_way_back(desktop: Desktop, tmp_path: Path) -> None:
    save_project(PROJECT, tmp_path / "calls")
    window = desktop.show_project(open_place(tmp_path / "calls"))
    window.show_flow("one")
    session = window.services.extras["session"]
    session.rehearse("one", {})
    window.show_mode("test")
    window.services.selection.select(("call",))
    inspector = window.show_panel("inspector")
    assert isinstance(inspector, Inspector)
    assert [words for _, words in inspector.called.shown] == ["Ask and decide: under way"]
    assert inspector.back.isHidden()

    inspector.called.findChildren(LinkButton)[0].click()

    assert window.mode == "replay"
    assert window.services.selection.node == "decide"
    assert not inspector.answering.isHidden(), "what it waits for is before one's eyes"
    assert window.top_bar.run_case.text() == "Ask and decide: Rehearsal"
    inspector.back.click()
    assert window.services.selection.node == "call"
    assert window.top_bar.run_case.text() == "Rehearsal"
