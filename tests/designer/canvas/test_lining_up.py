"""Aligning, distributing and straightening what is selected: steps, notes, lanes and groups alike."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.canvas.menu import entries
from runtime.model.package import pack
from runtime.model.project import Project
from tests.designer.canvas.conftest import history
from tests.designer.canvas.test_inserting import moved, places, row

NOTE = {"id": "n", "text": "Hm", "x": Decimal(100), "y": Decimal(-300)}
LANE = {"id": "l", "x": Decimal(-40), "y": Decimal(340), "width": Decimal(300), "height": Decimal(160)}
IN_LANE = {
    "id": "m",
    "text": "in it",
    "x": Decimal(190),
    "y": Decimal(360),
    "width": Decimal(60),
    "height": Decimal(40),
}


@pytest.fixture
def drawn(make_canvas: Callable[[Project], Canvas]) -> Canvas:
    return make_canvas(
        row(notes=[NOTE, IN_LANE], lanes=[LANE], groups=[{"id": "g", "title": "G", "nodes": ["b", "c"]}])
    )


def test_notes_lanes_and_groups_are_aligned_with_steps_in_one_step(drawn: Canvas) -> None:
    before, document = places(drawn), drawn.stage.services.document
    packed = pack(document.project)
    drawn.stage.services.selection.select(["d", "b"], (), ["n", "l", "g"])
    drawn.align("left")
    rects = {one: item.rect for one, item in drawn.stage.drawing.items.items()}
    left = rects["l"].left()
    assert left == -40
    assert rects["n"].left() == left
    assert rects["g"].left() == left
    assert drawn.stage.projector.items["d"].x() == left
    ways = moved(drawn, before)
    assert ways["b"] == ways["c"], "what is in a group goes with it"
    assert set(ways) == {"b", "c", "d"}
    assert history(drawn) == ["Align"]
    document.undo()
    assert pack(document.project) == packed


def test_a_lane_takes_its_steps_and_notes_along_and_they_are_no_things_of_their_own(drawn: Canvas) -> None:
    before = places(drawn)
    drawn.stage.services.selection.select(["a", "lone"], (), ["l", "m"])
    drawn.align("top")
    rects = {one: item.rect for one, item in drawn.stage.drawing.items.items()}
    assert rects["l"].top() == 0
    assert rects["m"].top() == 20
    assert moved(drawn, before) == {"lone": (0, -340)}


def test_three_of_any_sort_are_distributed(drawn: Canvas) -> None:
    drawn.stage.services.selection.select(["a"], (), ["n", "l"])
    drawn.distribute("down")
    rects = {one: item.rect for one, item in drawn.stage.drawing.items.items()}
    a = body(drawn.stage.projector.items["a"])
    assert a.top() - rects["n"].bottom() == rects["l"].top() - a.bottom()


def test_the_menu_offers_it_for_a_step_and_a_note(drawn: Canvas) -> None:
    drawn.stage.services.selection.select(["a"], (), ["n"])
    assert {"Align", "Delete", "Group"} <= {entry[0] for entry in entries(drawn, drawn.camera.centre) if entry}


def test_lines_are_made_straight_in_one_step_and_only_among_what_is_selected(
    make_canvas: Callable[[Project], Canvas],
) -> None:
    spots = {"a": (0, 0), "b": (220, 12), "c": (440, 0), "d": (660, -20), "aside": (440, 200), "lone": (0, 400)}
    canvas = make_canvas(row(spots))
    before = places(canvas)
    canvas.stage.services.selection.select(["a", "b", "c"])
    canvas.straighten()
    assert moved(canvas, before) == {"b": (0, -12)}
    canvas.stage.services.selection.select()
    canvas.straighten()
    assert moved(canvas, before) == {"b": (0, -12), "d": (0, 20)}
    canvas.settle()
    assert all(len(canvas.stage.projector.pipes[key].points) == 2 for key in (("a", "done", "b"), ("c", "done", "d")))
    assert history(canvas) == ["Straighten lines", "Straighten lines"]
    canvas.straighten()
    assert len(history(canvas)) == 2, "nothing is left to do"


def test_steps_stay_in_their_lane_when_lines_are_made_straight(make_canvas: Callable[[Project], Canvas]) -> None:
    lanes = [{"id": "l", "x": Decimal(200), "y": Decimal(-30), "width": Decimal(216), "height": Decimal(140)}]
    canvas = make_canvas(
        row(
            {"a": (0, 0), "b": (220, 30), "c": (440, 0), "d": (660, 0), "aside": (440, 300), "lone": (0, 400)},
            lanes=lanes,
        )
    )
    before = places(canvas)
    canvas.straighten()
    assert "b" not in moved(canvas, before)
