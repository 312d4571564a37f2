"""Better ways come from a thread in large flows: none is lost, none comes too late, and the window never waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.canvas import routing
from designer.canvas.canvas import Canvas
from designer.document.commands.move import move
from designer.layout import Graph, Point, Route
from designer.layout import route as real_route
from runtime.model.flow import Flow
from runtime.model.project import Project, ProjectFile
from tests.designer.canvas.conftest import Hand

Key = tuple[str, str, str]
FLOW = "wide"


def wide(steps: int, *, hub: bool = False) -> Project:
    """Steps in rows of ten, each leading to the next two; or all to the first."""
    nodes = [{"id": f"n{n}", "type": "adapters/http_request", "title": f"Step {n}"} for n in range(steps)]
    edges = []
    for n in range(steps):
        if hub:
            edges += [{"from": f"n{n}", "port": "done", "to": "n0"}] if n else []
        else:
            edges += [{"from": f"n{n}", "port": port, "to": f"n{n + way}"}
                      for port, way in (("done", 1), ("error", 2)) if n + way < steps]  # fmt: skip
    flow = Flow.model_validate({"id": FLOW, "title": "Wide", "nodes": nodes, "edges": edges})
    places = {f"n{n}": {"x": Decimal(n % 10 * 320), "y": Decimal(n // 10 * 160)} for n in range(steps)}
    return Project(file=ProjectFile(id="p"), flows={FLOW: flow}, layouts={FLOW: {"format_version": 1, "nodes": places}})


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come"
        QApplication.processEvents()
        time.sleep(0.002)


class Slow:
    """A thread's work that waits until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.stopped = False
        self.given: dict[Key, Route] = {}
        monkeypatch.setattr(routing, "route", self)

    def __call__(
        self, graph: Graph, at: Mapping[str, Point], only: Collection[Key], beside: Mapping[Key, Route],
        go_on: Callable[[], bool],
    ) -> dict[Key, Route]:  # fmt: skip
        self.begun.set()
        while not self.go.wait(0.002):
            if not go_on():
                self.stopped = True
                return {}
        found = real_route(graph, at, only, beside)
        self.given |= found
        return found


def test_edges_keep_their_turn_when_something_changes_while_they_are_sought(
    make_canvas: Callable[[Project], Canvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = make_canvas(wide(100))
    stage, document = canvas.stage, canvas.stage.services.document
    assert len(stage.projector.pipes) > routing.AT_ONCE
    slow = Slow(monkeypatch)
    document.do(move(FLOW, {"n5": (1600, 61)}))
    until(slow.begun.is_set)
    assert canvas._routing.busy
    document.do(move(FLOW, {"n55": (1600, 861)}))
    slow.go.set()
    until(lambda: not canvas._routing.busy)
    touched = stage.projector.edges_of("n5") | stage.projector.edges_of("n55")
    assert {key: list(stage.projector.pipes[key].points) for key in touched} == {
        key: slow.given[key] for key in touched
    }


def test_the_work_for_a_flow_that_is_left_ends(
    make_canvas: Callable[[Project], Canvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = make_canvas(wide(100))
    slow = Slow(monkeypatch)
    canvas.stage.services.document.do(move(FLOW, {"n5": (1600, 61)}))
    until(slow.begun.is_set)
    canvas.stage.services.selection.show_flow(None)
    assert not canvas._routing.busy
    until(lambda: slow.stopped)


def test_what_comes_late_does_not_move_an_edge_that_is_dragged(
    make_canvas: Callable[[Project], Canvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = make_canvas(wide(100))
    stage = canvas.stage
    canvas.reveal("n5")
    canvas.settle()
    hand = Hand(canvas)
    slow = Slow(monkeypatch)
    stage.services.document.do(move(FLOW, {"n5": (1600, 61)}))
    until(slow.begun.is_set)
    hand.drag(hand.middle("n5"), hand.middle("n5") + hand.at(30, 45) - hand.at(0, 0), release=False)
    held = {key: stage.projector.pipes[key].points for key in stage.projector.edges_of("n5")}
    assert all(stage.projector.pipes[key].bent for key in held)
    slow.go.set()
    until(lambda: canvas._routing._job is None)
    assert {key: stage.projector.pipes[key].points for key in held} == held
    hand.key(Qt.Key.Key_Escape)
    until(lambda: not canvas._routing.busy)
    assert not any(stage.projector.pipes[key].bent for key in held)


def test_a_small_flow_takes_what_the_moment_allows_and_the_rest_later(
    make_canvas: Callable[[Project], Canvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = make_canvas(wide(30))
    stage = canvas.stage
    monkeypatch.setattr(routing, "AT_ONCE_S", 0.0)
    stage.services.document.do(move(FLOW, {"n5": (1600, 61)}))
    assert canvas._routing.busy, "no time was allowed, so nothing can be there"
    until(lambda: not canvas._routing.busy)
    found = {key: stage.projector.pipes[key].points for key in stage.projector.pipes}
    monkeypatch.setattr(routing, "AT_ONCE_S", 60.0)
    stage.services.document.undo()
    stage.services.document.redo()
    assert not canvas._routing.busy
    assert {key: pipe.points for key, pipe in stage.projector.pipes.items()} == found


@pytest.mark.parametrize("end", ["esc", "drop"])
def test_very_many_edges_are_dragged_as_one_stroke(make_canvas: Callable[[Project], Canvas], end: str) -> None:
    canvas = make_canvas(wide(45, hub=True))
    projector: Any = canvas.stage.projector
    before = {key: pipe.points for key, pipe in projector.pipes.items()}
    canvas.reveal("n0")
    canvas.settle()
    hand = Hand(canvas)
    start = hand.middle("n0")
    hand.drag(start, start + hand.at(0, 90) - hand.at(0, 0), release=False)
    assert all(pipe.lent and not pipe.isVisible() for pipe in projector.pipes.values())
    strands = projector._strands
    assert strands.isVisible()
    assert strands._path.elementCount() == 44 * 4
    at = projector.items["n0"].y() + projector.items["n0"].card.enter_y
    assert strands._path.elementAt(3).y == pytest.approx(at)
    if end == "esc":
        hand.key(Qt.Key.Key_Escape)
    else:
        QTest.mouseRelease(hand.viewport, Qt.MouseButton.LeftButton, pos=start + hand.at(0, 90) - hand.at(0, 0))
    canvas.settle()
    assert not strands.isVisible()
    assert all(pipe.isVisible() and not pipe.lent and not pipe.bent for pipe in projector.pipes.values())
    assert ({key: pipe.points for key, pipe in projector.pipes.items()} == before) == (end == "esc")
