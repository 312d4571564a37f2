"""A flow of hundreds of steps: its edges are made a turn later, and what was shown before goes little by little."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.canvas.canvas import Canvas
from designer.canvas.projection.pipe import LeanPipe
from designer.document.command import Command
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.delete import delete
from designer.document.commands.move import move
from designer.document.commands.notes import group_steps
from designer.document.commands.set_field import set_field
from runtime.model.flow import Edge, Flow, Node
from runtime.model.project import Project
from tests.designer.canvas.conftest import SMALL, small_project
from tests.designer.canvas.test_projection import assert_same

LARGE = "very_large"
STEPS = 400
COMMANDS: dict[str, Callable[[], Command]] = {
    "move": lambda: move(LARGE, {"step_7": (-300, 900)}),
    "delete": lambda: delete(LARGE, ["step_7", "step_8"], []),
    "retitle": lambda: set_field(LARGE, "step_7", "title", "Another"),
    "insert": lambda: add_node(
        LARGE, new_node("new", "logging/note", 1, "New"), (0, 0), into=("step_7", "done", "step_8"), leave_by="done"
    ),
    "group": lambda: group_steps(LARGE, "g1", ["step_7", "step_8"]),
}


@pytest.fixture
def large(make_canvas: Callable[[Project], Canvas]) -> Canvas:
    """The small flow is shown, the large one is there."""
    names = [f"step_{number}" for number in range(STEPS)]
    nodes = tuple(Node(id=name, type="logging/note", version=1, config={"text": name}) for name in names)
    leads = [(name, "done", to) for name, to in pairwise(names)] + [("step_9", "error", "step_2")]
    edges = tuple(Edge.model_validate({"from": step, "port": port, "to": to}) for step, port, to in leads)
    flow = Flow(id=LARGE, title="Large", nodes=nodes, edges=edges)
    places = {name: {"x": Decimal(240 * number), "y": Decimal(0)} for number, name in enumerate(names)}
    layout = {"format_version": 1, "nodes": places}
    small = small_project()
    return make_canvas(
        small.model_copy(update={"flows": {**small.flows, LARGE: flow}, "layouts": {**small.layouts, LARGE: layout}})
    )


def drawn(canvas: Canvas) -> int:
    return sum(isinstance(item, LeanPipe) for item in canvas.viewer.scene().items())


def test_edges_come_with_the_next_turn_and_are_routed(large: Canvas, qtbot: QtBot) -> None:
    large.stage.services.selection.show_flow(LARGE)
    assert len(large.stage.projector.items) == STEPS
    assert drawn(large) == 0
    QApplication.processEvents()
    assert drawn(large) == STEPS
    assert large._routing.busy
    qtbot.waitUntil(lambda: not large._routing.busy, timeout=60_000)
    assert_same(large)


def test_no_picture_is_painted_without_them(large: Canvas) -> None:
    large.stage.services.selection.show_flow(LARGE)
    large.viewer.grab()
    assert drawn(large) == STEPS


@pytest.mark.parametrize("what", COMMANDS)
def test_what_is_changed_before_they_are_there_is_right(large: Canvas, what: str) -> None:
    large.stage.services.selection.show_flow(LARGE)
    assert large.stage.services.document.do(COMMANDS[what]())
    assert_same(large)
    large.stage.services.document.undo()
    assert_same(large)


def test_of_what_was_shown_before_nothing_stays(large: Canvas, qtbot: QtBot) -> None:
    show = large.stage.services.selection.show_flow
    show(LARGE)
    QApplication.processEvents()
    projector = large.stage.projector
    shown = [weakref.ref(item) for item in (*projector.items.values(), *projector.pipes.values())]
    show(SMALL)
    assert drawn(large) == 2
    qtbot.waitUntil(lambda: not any(item() for item in shown), timeout=60_000)
