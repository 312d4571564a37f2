"""Tidy up on the canvas keeps groups and lanes together; a group that is unfolded later finds room."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import QRectF

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.document.commands.move import move
from designer.window.main_window import MainWindow
from runtime.model.project import Project
from tests.designer.canvas.test_routing import FLOW, wide

GROUPED = {"one": ("n1", "n2", "n3"), "two": ("n7", "n9"), "small": ("n11", "n12", "n15")}


def grouped(*folded: str) -> Project:
    """Sixteen steps in two rows; three groups, the second across a stranger, and a lane around two steps."""
    project = wide(16)
    layout = dict(project.layouts[FLOW])
    layout["groups"] = [
        {"id": name, "title": name.title(), "nodes": list(nodes), "folded": name in folded}
        for name, nodes in GROUPED.items()
    ]
    layout["lanes"] = [
        {"id": "lane", "title": "Seat: Finance", "x": Decimal(4 * 320 - 40), "y": Decimal(-60),
         "width": Decimal(560), "height": Decimal(200)}
    ]  # fmt: skip
    layout["notes"] = [{"id": "note", "text": "Read me", "x": Decimal(40), "y": Decimal(500)}]
    return project.model_copy(update={"layouts": {FLOW: layout}})


def assert_frames_hold(canvas: Canvas) -> None:
    """Each frame holds its steps and no other card, and overlaps no other frame."""
    stage = canvas.stage
    rects = {name: QRectF(stage.drawing.items[name].rect) for name in (*GROUPED, "lane")}
    members = {**GROUPED, "lane": ("n4", "n5")}
    for name, rect in rects.items():
        for node, item in stage.projector.items.items():
            if not item.isVisible():
                continue
            if node in members[name]:
                assert rect.contains(body(item)), (name, node)
            else:
                assert not rect.intersects(body(item)), (name, node)
        for other, beside in rects.items():
            assert name == other or not rect.intersects(beside), (name, other)


@pytest.mark.parametrize("folded", [(), ("small",), tuple(GROUPED)], ids=["open", "one folded", "all folded"])
def test_groups_and_lanes_are_kept_and_it_is_one_step(
    make_canvas: Callable[[Project], Canvas], folded: tuple[str, ...]
) -> None:
    canvas = make_canvas(grouped(*folded))
    document = canvas.stage.services.document
    before = document.project
    canvas.tidy_up()
    canvas.settle()
    assert_frames_hold(canvas)
    shown = {key: pipe.points for key, pipe in canvas.stage.projector.pipes.items() if pipe.isVisible()}
    assert shown == {key: tuple(way) for key, way in canvas.stage.projector.tidied.routes.items()}
    assert document.history.index() == 1
    after = document.project
    document.undo()
    assert document.project == before
    document.redo()
    assert document.project == after
    canvas.tidy_up()
    canvas.settle()
    assert document.project == after, "it is stable"
    assert {str(note.text) for note in canvas.stage.layout.notes} == {"Read me"}


@pytest.mark.parametrize("together", [True, False])
def test_what_is_unfolded_after_tidy_up_finds_room(make_canvas: Callable[[Project], Canvas], together: bool) -> None:
    canvas = make_canvas(grouped(*GROUPED))
    document = canvas.stage.services.document
    canvas.tidy_up()
    canvas.settle()
    tidied = document.project
    if together:
        canvas.unfold_all()
        assert document.history.index() == 2, "what stood in the way moved aside"
    else:
        for name in ("small", "one", "two"):
            canvas.frames.edit(name, fold=True)
        assert document.history.index() == 3, "the last one had room"
    assert_frames_hold(canvas)
    while document.history.index() > 1:
        document.undo()
    assert document.project == tidied


def test_where_there_is_room_nothing_moves(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(grouped())
    canvas.tidy_up()
    canvas.settle()
    places = canvas.stage.layout.nodes
    canvas.fold_all()
    canvas.unfold_all()
    assert canvas.stage.layout.nodes == places


def test_selected_steps_land_in_no_group_of_others(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(grouped())
    stage = canvas.stage
    canvas.tidy_up()
    canvas.settle()
    chosen = ("n6", "n8", "n10")
    rect = stage.drawing.items["one"].rect
    stage.services.document.do(move(FLOW, {node: (rect.x() + 60 * at, rect.y()) for at, node in enumerate(chosen)}))
    stage.services.selection.select(chosen)
    canvas.tidy_up()
    canvas.settle()
    assert_frames_hold(canvas)


def test_steps_that_leave_their_group_for_another_one_do_so_with_a_word(window: MainWindow) -> None:
    layout = window.canvas.stage.layout
    first, second = layout.groups[:2]
    window.services.selection.select((first.nodes[0], second.nodes[0]))
    window.run("flow.group")
    said = window.status.said.text()
    assert f"have left “{first.title}” and “{second.title}”" in said
    window.run("edit.undo")
    assert window.canvas.stage.layout == layout
