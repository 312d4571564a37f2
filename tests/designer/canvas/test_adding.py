"""Adding by the pointer and by name: where the list opens, what the + means, and what is meant between close cards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body, hit_at
from designer.canvas.overlays.ground import SHADOW
from designer.canvas.painting.ports import plus_at
from tests.designer.canvas.conftest import Hand, edges


def place(canvas: Canvas, node: str) -> tuple[float, float]:
    item = canvas.stage.projector.items[node]
    return item.x(), item.y()


@pytest.mark.parametrize("zoom", [0.7, 1.0, 1.5])
def test_the_list_of_steps_opens_beside_the_step_it_is_asked_for(canvas: Canvas, hand: Hand, zoom: float) -> None:
    """Near the right border it lay over the step."""
    item = canvas.stage.projector.items["note"]
    canvas.viewer.look_at(QPointF(item.x() - 250 / zoom, item.y()), zoom)
    canvas.stage.services.selection.select(["note"])
    hand.key(Qt.Key.Key_Tab)
    popup = canvas.floating.quick_add
    assert popup.isVisible()
    inner = popup.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    assert not inner.intersects(canvas.floating.on_view(body(item)))
    assert canvas.viewer.zoom == zoom
    hand.key(Qt.Key.Key_Escape)


def test_nothing_is_under_a_pointer_that_has_moved_over_the_list(canvas: Canvas, hand: Hand) -> None:
    """The edge to the new step was lit, since the pointer had been there before the list opened."""
    item = canvas.stage.projector.items["note"]
    spot = item.card.ports[0]
    hand.click(hand.middle("note"))
    hand.move(hand.at(item.x() + spot.x + 26, item.y() + spot.y))
    hand.click(hand.at(item.x() + spot.x + 26, item.y() + spot.y))
    QTest.keyClicks(canvas.floating.quick_add.line, "set")
    QTest.keyClick(canvas.floating.quick_add.line, Qt.Key.Key_Return)
    assert not [pipe for pipe in canvas.stage.projector.pipes.values() if pipe.state.hovered]
    assert canvas.hands.edge_plus.key is None


def test_a_step_stands_as_far_behind_a_named_outcome_whether_asked_for_by_key_or_by_its_plus(
    canvas: Canvas, hand: Hand
) -> None:
    places = []
    for by_key in (True, False):
        canvas.stage.services.selection.select(["ask"])
        item = canvas.stage.projector.items["ask"]
        spot = item.card.port("reject")
        assert spot is not None
        if by_key:
            hand.key(Qt.Key.Key_Tab)
        else:
            at = item.pos() + plus_at(spot)
            hand.click(hand.at(at.x(), at.y()))
        QTest.keyClicks(canvas.floating.quick_add.line, "set")
        QTest.keyClick(canvas.floating.quick_add.line, Qt.Key.Key_Return)
        added = next(edge[2] for edge in edges(canvas) if edge[:2] == ("ask", "reject"))
        places.append(place(canvas, added))
        canvas.stage.services.document.undo()
        canvas.settle()
    assert places[0] == places[1]
    assert places[0][0] >= item.x() + item.card.width + 100


def test_a_click_on_the_shadow_of_the_pad_is_meant_for_what_lies_under_it(canvas: Canvas, hand: Hand) -> None:
    """The upper part of cards near the pad could not be clicked or dragged."""
    canvas.deeds.moved({"end": (343.0, -57.0)})
    hand.click(hand.middle("ask"))
    pad = canvas.floating.pad
    pad.stand_by(canvas.floating.on_view(body(canvas.stage.projector.items["ask"])), canvas.floating.room)
    pad._appear()
    item = canvas.stage.projector.items["end"]
    at = canvas.floating.on_view(body(item)).center()
    inner = pad.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    assert pad.geometry().contains(at)
    assert not inner.contains(at)
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at - pad.pos())
    assert canvas.stage.services.selection.nodes == ("end",)
    QTest.mouseRelease(hand.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert canvas.hands.gesture is None


@pytest.mark.parametrize("share", [0.4, 0.5, 0.6])
@pytest.mark.parametrize(("gap", "zoom"), [(60.0, 0.6), (28.0, 1.0), (42.0, 0.65), (28.0, 1.5), (60.0, 1.0)])
def test_between_cards_that_stand_close_together_a_step_can_be_put_too(
    canvas: Canvas, hand: Hand, gap: float, zoom: float, share: float
) -> None:
    """After tidying up no edge without a name was long enough for its +, and all of it was its end."""
    start = canvas.stage.projector.items["start"]
    canvas.deeds.moved({"ask": (start.card.width + gap, -8.0)})
    canvas.settle()
    canvas.viewer.look_at(QPointF(200, 50), zoom)
    (x1, y1), (x2, _) = (canvas.stage.projector.pipes["start", "started", "ask"].points[n] for n in (0, -1))
    middle = hand.at(x1 + (x2 - x1) * share, y1)
    hand.move(middle)
    assert canvas.hands.edge_plus.key == ("start", "started", "ask")
    hand.click(middle)
    QTest.keyClicks(canvas.floating.quick_add.line, "set")
    QTest.keyClick(canvas.floating.quick_add.line, Qt.Key.Key_Return)
    assert ("start", "started", "ask") not in edges(canvas)
    cards = [body(item) for item in canvas.stage.projector.items.values()]
    assert not [one for n, one in enumerate(cards) for other in cards[n + 1 :] if one.intersects(other)]


def test_of_several_selected_steps_none_offers_what_could_follow(canvas: Canvas, hand: Hand) -> None:
    """Their names and buttons lay on one another."""
    selection, items = canvas.stage.services.selection, canvas.stage.projector.items
    at = items["note"].pos() + plus_at(items["note"].card.ports[0])
    selection.select(["ask", "note"])
    assert [item.state.alone for item in (items["ask"], items["note"])] == [False, False]
    assert hit_at(canvas.viewer, at).kind != "plus"
    selection.select(["note"])
    assert items["note"].state.alone
    assert hit_at(canvas.viewer, at).kind == "plus"
