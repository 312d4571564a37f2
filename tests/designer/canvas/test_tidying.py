"""Tidy up: on a thread, one step of the history, with the routes drawn for it; a selection leaves the rest alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtTest import QTest

from designer.canvas import following, tidying
from designer.canvas.arranging import Question
from designer.canvas.arranging import answer as real_answer
from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.document.commands.delete import delete
from designer.document.commands.move import move
from designer.layout import Arrangement
from runtime.model.flow import Edge
from runtime.model.project import Project
from tests.designer.canvas.conftest import SMALL, small_project
from tests.designer.canvas.test_routing import FLOW, until, wide


@pytest.fixture
def canvas(make_canvas: Callable[[Project], Canvas]) -> Canvas:
    return make_canvas(wide(30))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Arranging waits for it."""
    go = threading.Event()

    def answer(question: Question) -> Arrangement:
        assert threading.current_thread() is not threading.main_thread()
        assert go.wait(10)
        return real_answer(question)

    monkeypatch.setattr(tidying, "answer", answer)
    return go


def places(canvas: Canvas) -> dict[str, tuple[float, float]]:
    return {node: (item.x(), item.y()) for node, item in canvas.stage.projector.items.items()}


def routes(canvas: Canvas) -> dict[tuple[str, str, str], list[tuple[float, float]]]:
    return {key: list(pipe.points) for key, pipe in canvas.stage.projector.pipes.items()}


def titles(canvas: Canvas) -> list[str]:
    history = canvas.stage.services.document.history
    return [history.text(number) for number in range(history.index())]


def test_it_runs_on_a_thread_and_is_one_step_of_the_history(canvas: Canvas, held: threading.Event) -> None:
    before = places(canvas)
    canvas.tidy_up()
    assert canvas.tidying.busy
    assert places(canvas) == before
    held.set()
    until(lambda: not canvas.tidying.busy)
    assert titles(canvas) == ["Tidy up"]
    after, drawn = places(canvas), routes(canvas)
    assert after != before
    canvas.stage.services.document.undo()
    assert places(canvas) == before
    canvas.stage.services.document.redo()
    assert places(canvas) == after
    assert routes(canvas) == drawn


def worded() -> Project:
    """Cards as wide as their words: no whole numbers."""
    project = small_project()
    flow = project.flows[SMALL]
    words = {"start": "A letter came", "note": "Write it all down", "end": "It was paid"}
    nodes = tuple(node.model_copy(update={"title": words.get(node.id, node.title)}) for node in flow.nodes)
    edge = Edge.model_validate({"from": "ask", "port": "reject", "to": "note"})
    changed = flow.model_copy(update={"nodes": nodes, "edges": (*flow.edges, edge)})
    return project.model_copy(update={"flows": {SMALL: changed}})


@pytest.mark.parametrize("project", [wide(30), worded()], ids=["wide", "worded"])
def test_edges_run_as_they_were_arranged_from_port_to_input_and_through_no_card(
    make_canvas: Callable[[Project], Canvas], project: Project
) -> None:
    canvas = make_canvas(project)
    canvas.tidy_up()
    canvas.settle()
    projector = canvas.stage.projector
    found = projector.tidied
    assert {key: pipe.points for key, pipe in projector.pipes.items()} == {k: tuple(r) for k, r in found.routes.items()}
    for key, pipe in projector.pipes.items():
        source, target = projector.items[key[0]], projector.items[key[2]]
        spot = source.card.port(key[1])
        assert spot is not None
        assert pipe.points[0] == (source.x() + spot.x, source.y() + spot.y)
        x, y = pipe.points[-1]
        assert (x, y) == (target.x(), target.y() + (target.card.enter_y or 0)) or y == target.y()
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(pipe.points))
        others = [body(item).adjusted(1, 1, -1, -1) for node, item in projector.items.items() if node not in key]
        assert not any(pipe.crosses(*rect.getCoords()) for rect in others)


def test_an_answer_for_another_state_of_the_flow_is_not_taken(canvas: Canvas, held: threading.Event) -> None:
    canvas.tidy_up()
    canvas.stage.services.document.do(delete(FLOW, ["n3"]))
    held.set()
    until(lambda: not canvas.tidying.busy)
    assert titles(canvas)[-1] == "Tidy up"
    assert "n3" not in canvas.stage.layout.nodes
    assert len(canvas.stage.layout.nodes) == 29


def test_what_was_moved_meanwhile_is_arranged_too(canvas: Canvas, held: threading.Event) -> None:
    canvas.tidy_up()
    canvas.stage.services.document.do(move(FLOW, {"n3": (5_000, 5_000)}))
    held.set()
    until(lambda: not canvas.tidying.busy)
    assert titles(canvas) == ["Move step", "Tidy up"]
    assert places(canvas)["n3"] != (5_000, 5_000)
    canvas.stage.services.document.undo()
    assert places(canvas)["n3"] == (5_000, 5_000)


def test_nothing_comes_to_a_flow_that_was_left_or_to_the_one_that_is_shown_then(
    make_canvas: Callable[[Project], Canvas], held: threading.Event
) -> None:
    project, other = wide(30), small_project()
    both = {"flows": {**other.flows, **project.flows}, "layouts": {**other.layouts, **project.layouts}}
    canvas = make_canvas(project.model_copy(update=both))
    selection = canvas.stage.services.selection
    selection.show_flow(FLOW)
    before = canvas.stage.services.document.project
    canvas.tidy_up()
    selection.show_flow(SMALL)
    held.set()
    canvas.tidying._pool.waitForDone()
    until(lambda: not canvas.tidying.busy)
    QTest.qWait(1)
    assert canvas.stage.services.document.project is before


def test_a_selection_is_tidied_among_the_others_which_stay(canvas: Canvas) -> None:
    stage = canvas.stage
    chosen = ["n11", "n12", "n13"]
    stage.services.document.do(move(FLOW, {"n11": (300, 400), "n12": (330, 420), "n13": (300, 440)}))
    canvas.settle()
    before, drawn = places(canvas), routes(canvas)
    stage.services.selection.select(chosen)
    canvas.tidy_up()
    canvas.settle()
    after = places(canvas)
    assert {node for node in before if before[node] != after[node]} == set(chosen)
    bodies = {node: body(item) for node, item in stage.projector.items.items()}
    for node in chosen:
        assert not [other for other in bodies if other != node and bodies[other].intersects(bodies[node])]
    covered = QRectF()
    for node in chosen:
        covered = covered.united(bodies[node].adjusted(-10, -10, 10, 10))
    for key, pipe in stage.projector.pipes.items():
        if key[0] not in chosen and key[2] not in chosen and not pipe.crosses(*covered.getCoords()):
            assert list(pipe.points) == drawn[key]


def test_a_card_that_moved_since_has_a_route_of_its_own(canvas: Canvas) -> None:
    canvas.tidy_up()
    canvas.settle()
    stage, arranged = canvas.stage, routes(canvas)
    x, y = places(canvas)["n3"]
    stage.services.document.do(move(FLOW, {"n3": (x, y + 40)}))
    canvas.settle()
    for key in stage.projector.edges_of("n3"):
        assert list(stage.projector.pipes[key].points) != arranged[key]
    stage.services.document.undo()
    canvas.settle()
    assert {key: routes(canvas)[key] for key in stage.projector.edges_of("n3")} == {
        key: arranged[key] for key in stage.projector.edges_of("n3")
    }


def test_a_flow_that_nobody_has_drawn_stands_as_tidying_up_would_put_it(
    make_canvas: Callable[[Project], Canvas],
) -> None:
    """It stood in plain columns: ends under the names of outcomes, lines through names, starts beside their line."""
    drawn = small_project()
    canvas = make_canvas(Project(file=drawn.file, flows=drawn.flows))
    document = canvas.stage.services.document
    items = canvas.stage.projector.items
    first, asked = items["start"], items["ask"]
    assert first.y() + first.card.height / 2 == asked.y() + asked.card.enter_y, "the first line is straight"
    before = places(canvas)
    assert document.history.index() == 0
    assert not document.project.layouts

    canvas.tidy_up()
    until(lambda: not canvas.tidying.busy)
    assert places(canvas) == before
    document.undo()

    x, y = before["note"]
    assert document.do(move(SMALL, canvas.stage.with_unplaced({"note": (x, y + 200)})))
    assert places(canvas) == {**before, "note": (x, y + 200)}, "the others stay where they were seen"


def test_a_large_flow_that_nobody_has_drawn_is_not_arranged_before_it_is_seen(
    make_canvas: Callable[[Project], Canvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "ARRANGED_AT_ONCE", 3)
    drawn = small_project()
    canvas = make_canvas(Project(file=drawn.file, flows=drawn.flows))
    before = places(canvas)
    canvas.tidy_up()
    until(lambda: not canvas.tidying.busy)
    assert places(canvas) != before
