"""Groups within groups on the canvas: drawn, folded, moved, tidied up, opened where others have come near."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.canvas.arranging import answer, ask
from designer.canvas.canvas import Canvas
from designer.canvas.looks import StepLook
from designer.canvas.painting.drawn import FOLDED
from designer.canvas.projection.drawing import AROUND, HEAD
from designer.document.commands.connect import connect
from designer.document.edits import change_layout
from runtime.model.layout import CanvasGroup
from runtime.model.package import pack
from runtime.model.project import Project
from tests.designer.canvas.conftest import SMALL, Hand, edges, history, small_project

OUTER, INNER = "outer", "inner"


@pytest.fixture
def canvas(make_canvas: Callable[[Project], Canvas]) -> Canvas:
    """(start, (ask, note)) end"""
    groups = (
        CanvasGroup(id=OUTER, title="Outer", nodes=("start",)),
        CanvasGroup(id=INNER, title="Inner", nodes=("ask", "note"), inside=OUTER),
    )
    whole = change_layout(small_project(), SMALL, lambda layout: layout.model_copy(update={"groups": groups}))
    return make_canvas(whole)


def rect(canvas: Canvas, group: str) -> tuple[float, float, float, float]:
    found = canvas.stage.drawing.items[group].rect
    return found.x(), found.y(), found.width(), found.height()


def shown(canvas: Canvas, group: str) -> bool:
    return canvas.stage.drawing.items[group].isVisible()


def test_the_frame_of_a_group_is_around_the_frames_in_it(canvas: Canvas) -> None:
    x, y, width, height = rect(canvas, INNER)
    left, top, wide, high = rect(canvas, OUTER)
    assert left == -AROUND
    assert top == y - HEAD
    assert left + wide == x + width + AROUND
    assert top + high == y + height + AROUND
    assert canvas.stage.drawing.items[OUTER].count == 3
    items = canvas.stage.drawing.items
    assert items[INNER].zValue() > items[OUTER].zValue(), "a click on the inner name must not get the outer frame"


def test_a_folded_group_hides_the_groups_in_it_and_a_folded_one_is_a_card_in_an_open_one(canvas: Canvas) -> None:
    canvas.frames.edit(INNER, fold=True)
    assert rect(canvas, INNER)[2:] == FOLDED
    assert shown(canvas, INNER)
    assert rect(canvas, OUTER)[3] == rect(canvas, INNER)[1] + FOLDED[1] + AROUND - rect(canvas, OUTER)[1]
    canvas.frames.edit(OUTER, fold=True)
    assert not shown(canvas, INNER)
    assert rect(canvas, OUTER)[2:] == FOLDED
    items, pipes = canvas.stage.projector.items, canvas.stage.projector.pipes
    assert not [node for node in ("start", "ask", "note") if items[node].isVisible()]
    assert not pipes["start", "started", "ask"].isVisible()
    x, y, width, _ = rect(canvas, OUTER)
    assert pipes["ask", "approve", "end"].points[0] == (x + width, y + 32), "the line leaves the card that is seen"
    canvas.frames.edit(OUTER, fold=True)
    assert shown(canvas, INNER)
    assert rect(canvas, INNER)[2:] == FOLDED, "what was folded in it is so still"


def test_lines_follow_a_folded_group_while_it_is_dragged(canvas: Canvas, hand: Hand) -> None:
    canvas.frames.edit(INNER, fold=True)
    x, y, *_ = rect(canvas, INNER)
    start = hand.at(x + 90, y + 50)
    hand.drag(start, hand.at(x + 90, y + 150), release=False)
    left, top, *_ = rect(canvas, INNER)
    assert top > y + 80
    assert canvas.stage.projector.pipes["start", "started", "ask"].points[-1] == (left, top + 32)


def test_dragging_the_outer_frame_takes_everything_along(canvas: Canvas, hand: Hand) -> None:
    before = {node: item.pos() for node, item in canvas.stage.projector.items.items()}
    x, y, *_ = rect(canvas, OUTER)
    hand.drag(hand.at(x + 90, y + 10), hand.at(x + 90, y + 130), keys=Qt.KeyboardModifier.AltModifier)
    moved = {node for node, item in canvas.stage.projector.items.items() if item.pos() != before[node]}
    assert moved == {"start", "ask", "note"}


@pytest.mark.parametrize("folded", [(), (INNER,), (OUTER,), (INNER, OUTER)])
@pytest.mark.parametrize("only", [None, ["ask", "note"], ["ask", "note", "start"], ["start", "end"]])
def test_tidied_up_all_frames_lie_where_the_arrangement_says(
    canvas: Canvas, folded: tuple[str, ...], only: list[str] | None
) -> None:
    for group in folded:
        canvas.frames.edit(group, fold=True)
    question = ask(canvas.stage.projector, canvas.stage.layout, only)
    assert question is not None
    frames = answer(question).frames
    canvas.tidying.begin(only)
    canvas.settle()
    assert frames.keys() >= ({OUTER, INNER} if only is None else set())
    for group, (x, y, width, height) in frames.items():
        assert rect(canvas, group) == (
            pytest.approx(x, abs=1), pytest.approx(y, abs=1), pytest.approx(width, abs=1), pytest.approx(height, abs=1)
        )  # fmt: skip
    item = canvas.stage.projector.items["end"]
    x, y, width, height = rect(canvas, OUTER)
    assert item.x() > x + width or item.y() > y + height or item.y() + item.card.height < y or item.x() < x


def test_a_group_that_opens_makes_room_in_and_around_the_group_that_it_lies_in(canvas: Canvas) -> None:
    canvas.frames.edit(INNER, fold=True)
    x, y, _, height = rect(canvas, INNER)
    canvas.deeds.moved({"start": (x, y + height + 40), "end": (x, y + height + 160)})
    _, top, _, high = rect(canvas, OUTER)
    assert top + high < canvas.stage.projector.items["end"].y()
    canvas.frames.edit(INNER, fold=True)
    items = canvas.stage.projector.items
    _, y, _, height = rect(canvas, INNER)
    assert items["start"].y() > y + height
    _, top, _, high = rect(canvas, OUTER)
    assert items["end"].y() > top + high
    canvas.stage.services.document.undo()
    assert items["end"].y() < top + high, "only the room that was made is a step of the history"


def test_grouped_by_keys_ungrouped_from_the_inside(canvas: Canvas, hand: Hand) -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    selection = canvas.stage.services.selection
    selection.select(["end"], (), [OUTER])
    hand.key(Qt.Key.Key_G, control)
    hand.key(Qt.Key.Key_Escape)
    known = canvas.stage.drawing.grouping
    (new,) = set(known.steps) - {OUTER, INNER}
    assert known.outer == {INNER: OUTER, OUTER: new}
    selection.select(["ask"])
    hand.key(Qt.Key.Key_G, control | shift)
    assert canvas.stage.drawing.grouping.outer == {OUTER: new}
    assert set(canvas.stage.drawing.members[OUTER]) == {"start", "ask", "note"}


def test_a_step_that_is_dragged_into_a_frame_belongs_to_the_group(canvas: Canvas, hand: Hand) -> None:
    _, y, _, height = rect(canvas, OUTER)
    to = hand.at(80, y + height - 60)
    hand.drag(hand.middle("end"), to, release=False)
    assert canvas.stage.drawing.items[OUTER].state.wanted, "the frame says so while it is dragged"
    QTest.mouseRelease(hand.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, to)
    assert "end" in canvas.stage.drawing.members[OUTER]
    assert "end" not in canvas.stage.drawing.members[INNER]
    assert not canvas.stage.drawing.items[OUTER].state.wanted
    assert history(canvas) == ["Move step into “Outer”"]
    x, y, width, height = rect(canvas, INNER)
    hand.drag(hand.middle("start"), hand.at(x + width / 2, y + height / 2))
    assert "start" in canvas.stage.drawing.members[INNER], "from the outer group into the inner"


def test_a_group_that_is_dragged_into_a_frame_lies_in_it_as_a_group(
    make_canvas: Callable[[Project], Canvas],
) -> None:
    groups = (CanvasGroup(id="one", title="One", nodes=("start", "note")), CanvasGroup(id="two", nodes=("end",)))
    canvas = make_canvas(
        change_layout(small_project(), SMALL, lambda layout: layout.model_copy(update={"groups": groups}))
    )
    hand = Hand(canvas)
    x, y, *_ = rect(canvas, "two")
    left, top, width, height = rect(canvas, "one")
    hand.drag(hand.at(x + 50, y + 10), hand.at(left + width / 2, top + height / 2 + 60))
    assert canvas.stage.drawing.grouping.outer == {"two": "one"}
    assert len(history(canvas)) == 1
    canvas.stage.services.document.undo()
    assert canvas.stage.drawing.grouping.outer == {}


def test_a_step_between_two_of_a_group_belongs_to_it(canvas: Canvas) -> None:
    canvas.stage.services.document.do(connect(SMALL, "ask", "reject", "note"))
    added = canvas.deeds.add("control/set", None, (200.0, 160.0), into=("ask", "reject", "note"))
    assert added in canvas.stage.drawing.members[INNER]
    alone = canvas.deeds.add("control/set", None, (1000.0, 700.0), exact=True)
    assert alone not in canvas.stage.drawing.members[OUTER]


def test_the_keyboard_comes_to_folded_groups_opens_them_and_a_screen_reader_hears_of_it(
    canvas: Canvas, hand: Hand
) -> None:
    selection = canvas.stage.services.selection
    selection.select(["ask"])
    canvas.toggle_fold()
    assert selection.drawn == (INNER,), "what can't be seen is not selected"
    assert selection.nodes == ()
    assert canvas.viewer.accessibleName() == "Inner, group of 2 steps, folded"
    hand.key(Qt.Key.Key_Left)
    assert selection.nodes == ("start",)
    hand.key(Qt.Key.Key_Right)
    assert selection.drawn == (INNER,)
    hand.key(Qt.Key.Key_Right)
    assert selection.nodes == ("end",)
    hand.key(Qt.Key.Key_Left)
    hand.key(Qt.Key.Key_Return)
    assert not canvas.stage.drawing.items[INNER].folded
    selection.select(["ask"])
    canvas.leave_group()
    assert "ask" not in canvas.stage.drawing.members[INNER]
    assert "ask" in canvas.stage.drawing.members[OUTER]


def test_a_folded_group_is_deleted_as_the_one_card_that_it_is_and_an_open_one_as_a_frame(
    canvas: Canvas, hand: Hand
) -> None:
    selection, document = canvas.stage.services.selection, canvas.stage.services.document
    before = pack(document.project)
    selection.select((), (), [OUTER])
    hand.key(Qt.Key.Key_Delete)
    assert set(canvas.stage.projector.items) == {"start", "ask", "note", "end"}
    assert history(canvas) == ["Delete group"]
    document.undo()
    canvas.frames.edit(INNER, fold=True)
    selection.select((), (), [INNER])
    hand.key(Qt.Key.Key_Delete)
    assert set(canvas.stage.projector.items) == {"start", "end"}
    assert ("start", "started", "end") in edges(canvas), "lines heal"
    assert history(canvas) == ["Delete “Inner” with 2 steps"]
    document.undo()
    assert pack(document.project) == before


def test_a_group_that_is_cut_and_pasted_is_there_once(canvas: Canvas, hand: Hand) -> None:
    selection = canvas.stage.services.selection
    selection.select((), (), [OUTER])
    hand.key(Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    assert set(canvas.stage.projector.items) == {"end"}
    assert history(canvas) == ["Cut “Outer” with 3 steps"]
    hand.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert set(canvas.stage.projector.items) == {"start", "ask", "note", "end"}
    (outer,) = canvas.stage.drawing.grouping.outer.values()
    assert set(canvas.stage.drawing.members[outer]) == {"start", "ask", "note"}


def test_no_line_runs_along_the_border_of_a_frame(canvas: Canvas) -> None:
    canvas.stage.services.document.do(connect(SMALL, "note", "done", "end"))
    canvas.deeds.moved({"note": (460.0, 260.0), "end": (900.0, 600.0)})
    canvas.settle()
    borders = [rect(canvas, group) for group in (OUTER, INNER)]
    sides = {side for x, _, width, _ in borders for side in (x, x + width)}
    for key, pipe in canvas.stage.projector.pipes.items():
        for (a, b), (c, d) in pairwise(pipe.points):
            if a == c and abs(b - d) > 20:
                assert min(abs(a - side) for side in sides) >= 10, (key, pipe.points)


def test_a_folded_group_tells_of_the_runs_and_problems_in_it(canvas: Canvas) -> None:
    """Folded, a step that waited for somebody or was broken could not be seen."""
    stage = canvas.stage
    item = stage.drawing.items[OUTER]
    canvas.frames.edit(OUTER, fold=True)
    stage.projector.show_problems({"ask": (2, 0), "note": (0, 1), "end": (5, 0)}, ())
    stage.drawing.show_inside()
    assert (item.state.errors, item.state.warnings) == (2, 1)
    canvas.show_looks({"start": StepLook("done"), "ask": StepLook("waiting_person", "Finance")}, {})
    assert item.state.look == StepLook("waiting_person", "Finance")
    stage.services.selection.select((), (), [OUTER])
    assert canvas.viewer.accessibleName() == "Outer, group of 3 steps, folded, waiting for a person, 3 problems"
    canvas.show_looks({}, {})
    assert item.state.look == StepLook()
    stage.services.selection.select(["ask"])
    assert item.state.selected, "its card stands for a step that was found in it"
    stage.services.selection.select(["end"])
    assert not item.state.selected


def test_the_frame_that_a_step_leaves_does_not_follow_it_into_another(
    make_canvas: Callable[[Project], Canvas],
) -> None:
    groups = (CanvasGroup(id="one", nodes=("start", "note")), CanvasGroup(id="two", nodes=("end", "ask")))
    canvas = make_canvas(
        change_layout(small_project(), SMALL, lambda layout: layout.model_copy(update={"groups": groups}))
    )
    hand = Hand(canvas)
    before = rect(canvas, "one")
    hand.drag(hand.middle("note"), hand.at(530, 92), release=False, keys=Qt.KeyboardModifier.AltModifier)
    assert canvas.stage.drawing.items["two"].state.wanted
    assert rect(canvas, "one")[3] < before[3]
    hand.key(Qt.Key.Key_Escape)
    assert rect(canvas, "one") == before
    assert not canvas.stage.drawing.items["two"].state.wanted
