"""A flow of hundreds of steps: its edges are made a turn later, and what was shown before goes little by little."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.canvas import following
from designer.canvas.canvas import Canvas
from designer.canvas.looks import StepLook
from designer.canvas.projection.pipe import LeanPipe
from designer.document.command import Command, CommandRefused
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.delete import delete
from designer.document.commands.move import move
from designer.document.commands.notes import group_steps
from designer.document.commands.set_field import set_field
from runtime.model.flow import Edge, Flow, Node
from runtime.model.project import Project
from tests.designer.canvas.conftest import SMALL, small_project
from tests.designer.canvas.test_projection import any_command, assert_same, shared

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


WITH_ALL: dict[str, Callable[[Canvas], object]] = {
    "paste": lambda canvas: (canvas.copy_selection(), canvas.paste()),
    "duplicate": lambda canvas: canvas.duplicate_selection(),
    "delete": lambda canvas: canvas.delete_selection(),
    "cut": lambda canvas: canvas.cut_selection(),
    "align": lambda canvas: canvas.align("left"),
    "distribute": lambda canvas: canvas.distribute("across"),
    "nudge": lambda canvas: canvas.nudge(20, 20),
}


@pytest.fixture
def all_selected(large: Canvas) -> Canvas:
    """Of the large flow, with its edges; steps stand on more than one line."""
    stage = large.stage
    stage.services.selection.show_flow(LARGE)
    stage.services.document.do(move(LARGE, {"step_7": (-300, 900), "step_9": (400, 1_300)}))
    large.settle()
    large.select_all()
    return large


@pytest.mark.parametrize("what", WITH_ALL)
def test_a_change_of_all_is_followed_in_the_next_turns(all_selected: Canvas, qtbot: QtBot, what: str) -> None:
    canvas, viewer, document = all_selected, all_selected.viewer, all_selected.stage.services.document
    for do in (lambda: WITH_ALL[what](canvas), document.undo, document.redo):
        do()
        assert viewer.late()
        viewer.grab()
        assert viewer.late(), "to paint it is no reason to have it all now"
        qtbot.waitUntil(lambda: not viewer.late(), timeout=60_000)
        assert_same(canvas)
        flow, chosen = canvas.stage.flow, canvas.stage.services.selection.nodes
        assert flow is not None
        assert {node for node, item in canvas.stage.projector.items.items() if item.state.selected} == set(chosen)
        assert set(chosen) <= {node.id for node in flow.nodes}


@pytest.mark.parametrize("what", WITH_ALL)
def test_who_asks_before_gets_what_the_document_says(all_selected: Canvas, what: str) -> None:
    document = all_selected.stage.services.document
    for do in (lambda: WITH_ALL[what](all_selected), document.undo, document.redo):
        do()
        assert all_selected.viewer.late()
        assert_same(all_selected)
        assert not all_selected.viewer.late()


def test_a_run_is_shown_once_a_large_change_is(all_selected: Canvas, qtbot: QtBot) -> None:
    all_selected.duplicate_selection()
    all_selected.show_looks({"step_3": StepLook(state="running")}, {})
    assert all_selected.viewer.late()
    qtbot.waitUntil(lambda: not all_selected.viewer.late(), timeout=60_000)
    assert all_selected.stage.projector.items["step_3"].state.look.state == "running"


def test_another_flow_is_shown_while_a_large_change_is_followed(all_selected: Canvas) -> None:
    show, viewer = all_selected.stage.services.selection.show_flow, all_selected.viewer
    all_selected.duplicate_selection()
    show(SMALL)
    assert not viewer.late()
    assert_same(all_selected)
    show(LARGE)
    assert_same(all_selected)


_CANVASES: list[Canvas] = []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_after_any_commands_that_are_followed_late_the_canvas_is_the_document(
    data: st.DataObject, make_canvas: Callable[[Project], Canvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AT_ONCE", -1)
    monkeypatch.setattr(following, "CATCH_MS", 0)
    canvas = shared(make_canvas, _CANVASES)
    document, selection = canvas.stage.services.document, canvas.stage.services.selection
    document.replace(small_project())
    document.history.clear()
    for _ in range(data.draw(st.integers(1, 12))):
        step = data.draw(st.sampled_from(["do", "do", "undo", "redo", "turn", "turn", "select", "ask"]))
        with suppress(CommandRefused):
            if step == "do":
                command = any_command(data.draw, document.project)
                if command is not None:
                    document.do(command)
            elif step in ("undo", "redo"):
                getattr(document, step)()
            elif step == "turn":
                QApplication.processEvents()
            elif step == "select":
                nodes = [node.id for node in document.project.flows[SMALL].nodes]
                selection.select(data.draw(st.lists(st.sampled_from(nodes), unique=True)) if nodes else ())
            else:
                assert_same(canvas)
    assert_same(canvas)
    chosen = {node for node, item in canvas.stage.projector.items.items() if item.state.selected}
    assert chosen == set(selection.nodes)
