"""Runs that wait: for a run that they call, which is looked into and answered from its parent, and paused ones."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop

from designer.document.document import Document
from designer.keeping.opening import open_place
from designer.panels.inspector.view import Inspector
from designer.panels.test.view import CasePanel
from designer.pieces import LinkButton
from designer.session.session import Session
from designer.session.words import story_words
from designer.window.desktop import Desktop
from nodes.registry import built_ins
from runtime.model.flow import Flow
from runtime.model.project import Project, ProjectFile, Role
from runtime.model.saving import save_project
from runtime.wire import SuspendRequest

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
WAIT: dict[str, Any] = {
    **PLAIN,
    "id": "wait",
    "title": "Wait a day",
    "nodes": [START, {"id": "day", "type": "control/wait", "title": "A day", "config": {"duration": "P1D"}}, END],
    "edges": [
        {"from": "start", "port": "started", "to": "day"},
        {"from": "day", "port": "done", "to": "end"},
    ],
}
PAY: dict[str, Any] = {
    **PLAIN,
    "id": "pay",
    "title": "Pay",
    "nodes": [
        START,
        {
            "id": "pay",
            "type": "adapters/http_request",
            "title": "Pay",
            "config": {"connection": "crm", "method": "POST", "path": "/payments"},
        },
        END,
    ],
    "edges": [
        {"from": "start", "port": "started", "to": "pay"},
        {"from": "pay", "port": "done", "to": "end"},
    ],
}
PROJECT = Project(
    file=ProjectFile(id="calls", name="Calls", version="1.0.0", roles=(Role(id="finance", title="Finance"),)),
    flows={flow["id"]: Flow.model_validate(flow) for flow in (CALLED, ONE, PLAIN, EACH, WAIT, PAY)},
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


@contextmanager
def slow_system() -> Iterator[tuple[str, Event]]:
    """(its address, what it waits for before it answers)."""
    answer = Event()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer.wait(60)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", answer
    finally:
        answer.set()
        server.shutdown()
        server.server_close()


@pytest.mark.slow
def test_who_stops_a_run_reads_what_is_still_under_way(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said "Cancelled" while a payment was on its way."""
    said: list[str] = []
    session.said.connect(said.append)
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    with slow_system() as (address, answer):
        (tmp_path / "environments").mkdir()
        bound = {"format_version": 1, "connections": {"crm": {"url": address}}}
        (tmp_path / "environments" / "local.json").write_text(json.dumps(bound), encoding="utf-8")
        session.where = "real"
        session.start("pay", {})
        until(lambda: session.story is not None and session.story.steps_of("pay"))
        story = session.story
        assert story is not None
        assert said[-1] == "Running."
        session.stop()
        until(lambda: story.state == "cancelling")
        assert story_words(story)[0] == "Being cancelled"
        assert said[-1] == "“Pay”: what is under way is waited for; nothing more is begun."
        answer.set()
        until(lambda: story.ended)
        assert story_words(story)[0] == "Cancelled"


@pytest.mark.slow
def test_a_run_that_was_paused_elsewhere_says_so_and_is_resumed(session: Session) -> None:
    said: list[str] = []
    session.said.connect(said.append)
    session.where = "real"
    session.start("wait", {})
    until(lambda: said and said[-1].startswith("“A day”: Waits until "))
    story = session.story
    assert story is not None
    request = SuspendRequest(by="ops")
    session.runtime.ask(lambda door: door.suspend(story.run, request))
    until(lambda: said[-1] == "The run is paused and goes on once it is resumed.")
    assert story_words(story)[0] == "Paused"
    session.resume()
    until(lambda: said[-1].startswith("“A day”: Waits until "))
    assert story.state == "running"


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
    inspector.back.findChildren(LinkButton)[0].click()
    assert window.services.selection.node == "call"
    assert window.top_bar.run_case.text() == "Rehearsal"


@pytest.mark.slow
def test_a_run_of_a_second_window_says_that_it_is_not_kept(desktop: Desktop, tmp_path: Path) -> None:
    """It waited for a day, and was gone once the window was closed."""
    save_project(PROJECT, tmp_path / "calls")
    first, second = (desktop.show_project(open_place(tmp_path / "calls")) for _ in range(2))
    first.services.extras["session"].runtime.runs.store(practice=False)  # these are the project's own
    session = second.services.extras["session"]
    session.where = "real"
    session.start("wait", {})
    until(lambda: session.story is not None and session.story.standing_at is not None)
    second.show_mode("test")
    panel = second.panel("test")
    assert isinstance(panel, CasePanel)
    assert panel.result.words.text().endswith(
        "This run uses the real systems. "
        "It is not kept when this window is closed, because the project is open in another one, too."
    )
