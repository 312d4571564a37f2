"""What can't lead on to what follows is never put into an edge: the rest of the flow would be out of reach."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.drops import MIME
from designer.canvas.gestures.hits import body
from designer.canvas.gestures.move import Move
from tests.designer.canvas.conftest import Hand, edges, history

INTO = ("start", "started", "ask")
END = "control/end"


def over(canvas: Canvas, at: QPoint, type_id: str, *, let_go: bool = False) -> None:
    mime = QMimeData()
    mime.setData(MIME, json.dumps({"type": type_id}).encode())
    asked = Qt.DropAction.CopyAction
    held = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event = QDropEvent(QPointF(at), asked, mime, *held) if let_go else QDragEnterEvent(at, asked, mime, *held)
    QApplication.sendEvent(canvas.viewer.viewport(), event)


def middle_of(canvas: Canvas, hand: Hand) -> QPoint:
    at = canvas.stage.projector.pipes[INTO].drawn_path.pointAtPercent(0.5)
    return hand.at(at.x(), at.y())


@pytest.mark.parametrize(("type_id", "said"), [(END, "ends the flow"), ("triggers/manual", "starts a flow")])
def test_it_is_put_beside_the_edge_it_is_dropped_on_and_that_is_said_before(
    canvas: Canvas, hand: Hand, type_id: str, said: str
) -> None:
    before, at = edges(canvas), middle_of(canvas, hand)
    over(canvas, at, type_id)
    words = canvas.hands.drops.words
    assert words is not None
    assert said in words
    assert not canvas.stage.projector.pipes[INTO].state.wanted
    over(canvas, at, type_id, let_go=True)
    canvas.settle()
    assert canvas.hands.drops.words is None
    assert edges(canvas) == before
    (added,) = canvas.stage.services.selection.nodes
    card = body(canvas.stage.projector.items[added])
    assert not canvas.stage.projector.pipes[INTO].crosses(*card.getCoords())
    assert not any(card.intersects(body(item)) for node, item in canvas.stage.projector.items.items() if node != added)


def test_an_edge_that_a_kind_fits_into_lights_up_without_words(canvas: Canvas, hand: Hand) -> None:
    over(canvas, middle_of(canvas, hand), "control/set")
    assert canvas.stage.projector.pipes[INTO].state.wanted
    assert canvas.hands.drops.words is None


def test_a_lone_end_that_is_dragged_over_an_edge_says_that_the_edge_stays(canvas: Canvas, hand: Hand) -> None:
    added = canvas.deeds.add(END, None, (600.0, 300.0), exact=True)
    assert added is not None
    canvas.settle()
    before = edges(canvas)
    hand.drag(hand.middle(added), middle_of(canvas, hand), release=False)
    gesture = canvas.hands.gesture
    assert isinstance(gesture, Move)
    assert gesture.words is not None
    assert "this line stays as it is" in gesture.words
    QTest.mouseRelease(hand.viewport, Qt.MouseButton.LeftButton, pos=middle_of(canvas, hand))
    assert edges(canvas) == before
    assert history(canvas)[-1] == "Move step"


def test_the_list_for_an_edge_leaves_ends_out_and_says_why(canvas: Canvas, hand: Hand) -> None:
    canvas.stage.services.selection.select((), (INTO,))
    hand.key(Qt.Key.Key_Tab)
    listed = canvas.floating.quick_add.list
    assert "End" not in [listed.item(n).text() for n in range(listed.count())]
    QTest.keyClicks(canvas.floating.quick_add.line, "end")
    assert "“End” would cut off what follows here" in [listed.item(n).text() for n in range(listed.count())]
    hand.key(Qt.Key.Key_Escape)


def test_whoever_asks_for_it_by_name_is_refused_with_a_reason(canvas: Canvas) -> None:
    kind = canvas.stage.services.registry.latest(END)
    assert kind is not None
    before = canvas.stage.services.document.project
    assert canvas.deeds.add_told(kind, "Over", after=None, into=INTO) is None  # type: ignore[arg-type]
    assert canvas.stage.services.document.project is before
    assert "would never be reached" in canvas.floating.bubble.words
