"""A long rehearsal is played and shown in slices: the window lives between them, and whoever stops it is heard."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from designer.document.clock import now
from designer.services import Services
from designer.session.answers import Answers
from designer.session.rehearsal import Rehearsal
from designer.session.rehearsing import PLAYED, SHOWN
from designer.session.session import Session
from runtime.engine.playing import START_AT
from runtime.model.flow import Edge, Flow, Node, Outcome
from tests.benchmarks.turns_project import STEPS, turns_project

EFFECTS = 3 * PLAYED + 7


@pytest.fixture
def session(services: Services) -> Session:
    """Its project has a flow of many effects, one behind the other."""
    flow = flow_of(EFFECTS)
    project = services.document.project
    services.document.replace(project.model_copy(update={"flows": {**project.flows, flow.id: flow}}))
    found = services.extras["session"]
    assert isinstance(found, Session)
    return found


def flow_of(effects: int) -> Flow:
    read = {"connection": "crm", "method": "GET", "path": "/customers/1"}
    middle = [
        Node(id=f"read_{n}", type="adapters/http_request", version=1, title=f"Read {n}", config=read)
        for n in range(effects)
    ]
    nodes = [
        Node(id="start", type="triggers/manual", version=1),
        *middle,
        Node(id="finished", type="control/end", version=1, config={"outcome": "finished"}),
    ]
    ports = ["started", *("done" for _ in middle)]
    edges = [
        Edge.model_validate({"from": one.id, "port": port, "to": other.id})
        for one, port, other in zip(nodes, ports, nodes[1:], strict=False)
    ]
    outcomes = (Outcome(id="finished", title="Finished"),)
    return Flow(format_version=1, id="many", outcomes=outcomes, nodes=tuple(nodes), edges=tuple(edges))


def test_many_effects_are_answered_in_several_turns(session: Session, qtbot: QtBot) -> None:
    said: list[str] = []
    session.said.connect(said.append)
    grown: list[int] = []
    session.story_changed.connect(lambda: grown.append(session.story.last_seq if session.story is not None else 0))
    session.rehearse("many", {})
    assert session.story is not None
    assert not session.story.ended, "the window goes first"
    assert session.story.last_seq == 0, "a large flow is read in one turn and played from the next"
    assert said == []
    qtbot.waitUntil(lambda: session.story is not None and session.story.ended, timeout=20_000)
    assert session.earlier.outcome_title("many", "finished") == "Finished"
    assert len([span for span in session.story.trace.spans if span.kind == "effect"]) == EFFECTS
    assert len(said) == 1
    assert 0 < grown[1] < 2 * EFFECTS


def test_whoever_stops_it_is_heard_and_nothing_comes_afterwards(session: Session, qtbot: QtBot) -> None:
    session.rehearse("many", {})
    story = session.story
    assert story is not None
    reached = story.last_seq
    session.stop()
    qtbot.wait(100)
    assert story.last_seq == reached
    assert not session.rehearsing


def test_another_rehearsal_ends_the_one_before(session: Session, qtbot: QtBot) -> None:
    session.rehearse("many", {})
    first = session.story
    session.rehearse("many", {})
    second = session.story
    assert first is not None
    assert second is not None
    reached = first.last_seq
    qtbot.waitUntil(lambda: second.ended, timeout=20_000)
    assert session.story is second
    assert first.last_seq == reached


def test_many_events_of_one_answer_are_shown_in_several_turns(services: Services, qtbot: QtBot) -> None:
    project = turns_project()
    flow = project.flows["large"]
    services.document.replace(project)
    session = services.extras["session"]
    grown: list[int] = []
    session.story_changed.connect(lambda: grown.append(session.story.last_seq))
    session.rehearse(flow.id, {"case": "1"})
    qtbot.waitUntil(lambda: session.story.last_seq > 2 * SHOWN, timeout=20_000)
    assert max(after - before for before, after in pairwise(grown)) == SHOWN


def test_many_steps_that_ask_for_nothing_are_played_in_several_turns(services: Services) -> None:
    project = turns_project()
    services.document.replace(project)
    rehearsal = Rehearsal(project, "large", services.registry, Answers(), start_at=now())
    pieces = rehearsal.start_in_pieces({"case": "1"})
    assert sum(1 for _ in pieces) > PLAYED
    assert rehearsal.advance() == "waits"
    assert len(rehearsal.simulation.entries()) > STEPS


def test_what_was_left_in_the_middle_is_played_to_its_end_first(services: Services) -> None:
    project = turns_project()
    services.document.replace(project)

    def rehearsal() -> Rehearsal:
        return Rehearsal(project, "large", services.registry, Answers(), start_at=START_AT)

    whole, left = rehearsal(), rehearsal()
    whole.start({"case": "1"})
    pieces = left.start_in_pieces({"case": "1"})
    for _ in range(5):
        next(pieces)
    del pieces  # whoever went through it is gone
    assert left.simulation.entries(left.run) == []
    assert left.advance() == whole.advance()
    assert left.simulation.entries() == whole.simulation.entries()


def test_a_large_flow_that_refuses_its_start_shows_the_run_before_it_again(services: Services, qtbot: QtBot) -> None:
    project = turns_project()
    flow = project.flows["large"].model_copy(update={"input_schema": {"type": "object", "required": ["case"]}})
    services.document.replace(project.model_copy(update={"flows": {**project.flows, "large": flow}}))
    session = services.extras["session"]
    session.rehearse("two_hundred", {})
    before = session.story
    told: list[str] = []
    session.problem.connect(lambda what, todo: told.append(f"{what} {todo}"))
    session.rehearse("large", {})
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "Correct the sample" in told[0]
    assert session.story is before
    assert not session.rehearsing


def test_who_looks_elsewhere_meanwhile_does_not_end_it(session: Session, qtbot: QtBot) -> None:
    session.rehearse("many", {})
    assert session.story is not None
    assert not session.story.ended
    session.look_into(session.story.run)
    qtbot.waitUntil(lambda: session.story is not None and session.story.ended, timeout=20_000)


def test_what_was_stopped_is_not_looked_for_in_a_runtime(session: Session) -> None:
    told: list[str] = []
    session.problem.connect(lambda what, todo: told.append(f"{what} {todo}"))
    session.rehearse("many", {})
    session.stop()
    assert session.story is not None
    session.look_into(session.story.run)
    assert told == ["This rehearsal was stopped. Run it again to look into the runs that it calls."]
    assert session.runtime.state == "off"
