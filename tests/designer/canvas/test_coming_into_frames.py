"""What comes into a frame is shown before it is let go; a group and its name are one step of the history."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from designer.canvas.canvas import Canvas
from runtime.model.package import pack
from runtime.model.project import Project
from tests.designer.canvas.conftest import Hand, history
from tests.designer.canvas.test_inserting import row
from tests.designer.canvas.test_unfit_for_edges import over

LANE = {
    "id": "l", "owner": "finance", "x": Decimal(-40), "y": Decimal(340), "width": Decimal(300), "height": Decimal(160),
}  # fmt: skip


@pytest.fixture
def framed(make_canvas: Callable[[Project], Canvas]) -> Canvas:
    return make_canvas(row(lanes=[LANE], groups=[{"id": "g", "title": "Facts", "nodes": ["b", "c"]}]))


def lit(canvas: Canvas) -> set[str]:
    return {one for one, item in canvas.stage.drawing.items.items() if item.state.wanted}


def near(canvas: Canvas, node: str, dx: int, dy: int) -> QPoint:
    hand = Hand(canvas)
    return hand.middle(node) + QPoint(dx, dy)


def test_a_kind_from_the_palette_lights_the_group_it_would_belong_to(framed: Canvas) -> None:
    at = near(framed, "b", 0, -46)
    over(framed, at, "control/set")
    assert lit(framed) == {"g"}
    over(framed, at, "control/set", let_go=True)
    assert lit(framed) == set()
    (added,) = framed.stage.services.selection.nodes
    assert framed.stage.grouping.around_step(added) == ["g"]


def test_an_approval_lights_the_lane_that_gives_it_a_seat_and_others_do_not(framed: Canvas) -> None:
    at = Hand(framed).at(200, 470)
    over(framed, at, "approval")
    assert lit(framed) == {"l"}
    over(framed, at, "control/set")
    assert lit(framed) == set()


def test_words_say_into_which_group_a_dragged_step_would_come(framed: Canvas) -> None:
    hand = Hand(framed)
    hand.drag(hand.middle("lone"), near(framed, "b", 110, 40), release=False)
    assert lit(framed) == {"g"}
    at = near(framed, "b", 110, 40) + QPoint(18 + 4, 18 + 12)
    ground = QColor(framed.stage.scenery.palette.surface.raised)
    assert framed.viewer.grab().toImage().pixelColor(at) == ground, "the caption's ground"
    QTest.mouseRelease(hand.viewport, Qt.MouseButton.LeftButton, pos=near(framed, "b", 110, 40))
    assert history(framed) == ["Move step into “Facts”"]


@pytest.mark.parametrize("late", [False, True])
def test_a_group_and_its_name_are_one_step_if_nothing_was_done_between(framed: Canvas, late: bool) -> None:
    document = framed.stage.services.document
    before = pack(document.project)
    framed.stage.services.selection.select(["a", "lone"])
    framed.group_selection()
    line = framed.floating.typing.editor
    assert isinstance(line, QLineEdit)
    if late:
        framed.deeds.moved({"d": (900.0, 0.0)})
    line.setText("Both")
    framed.floating.typing.close(keep=True)
    assert next(group.title for group in framed.stage.layout.groups if "a" in group.nodes) == "Both"
    assert history(framed) == (["Add group", "Move step", "Rename"] if late else ["Add group"])
    for _ in history(framed):
        document.undo()
    assert pack(document.project) == before
    document.redo()
    if not late:
        assert "Both" in {group.title for group in framed.stage.layout.groups}


def test_a_group_that_keeps_the_name_it_is_given_is_there(framed: Canvas) -> None:
    framed.stage.services.selection.select(["a", "lone"])
    framed.group_selection()
    framed.floating.typing.close(keep=False)
    assert [group.title for group in framed.stage.layout.groups] == ["Facts", "Group"]
