"""What people do with the mouse, by real events on the viewport: each gesture is one step of the history, or none."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.drops import MIME
from designer.canvas.gestures.hits import body
from tests.designer.canvas.conftest import Hand, edges, history

LEFT = Qt.MouseButton.LeftButton


def place(canvas: Canvas, node: str) -> tuple[float, float]:
    item = canvas.stage.projector.items[node]
    return item.x(), item.y()


def test_a_drag_from_port_to_card_connects_in_one_step(canvas: Canvas, hand: Hand) -> None:
    hand.drag(hand.port("ask", "reject"), hand.middle("note"))

    assert ("ask", "reject", "note") in edges(canvas)
    assert history(canvas) == ["Connect"]
    assert ("ask", "reject", "note") in canvas.stage.projector.pipes


def test_while_dragging_only_legal_targets_keep_their_colours(canvas: Canvas, hand: Hand) -> None:
    hand.drag(hand.port("ask", "reject"), hand.at(500, 200), release=False)

    faded = {node for node, item in canvas.stage.projector.items.items() if item.state.faded}
    assert faded == {"start"}
    hand.key(Qt.Key.Key_Escape)
    assert not any(item.state.faded for item in canvas.stage.projector.items.values())
    assert history(canvas) == []


def test_a_refusal_says_why_and_stays_until_the_next_click(canvas: Canvas, hand: Hand) -> None:
    hand.drag(hand.port("ask", "reject"), hand.middle("start"))

    assert canvas.floating.bubble.words == (
        "“Start” starts the flow, so nothing can lead into it. To repeat the flow, connect to “Ask finance”."
    )
    hand.move(hand.at(500, 300))
    assert canvas.floating.bubble.isVisible()
    hand.click(hand.at(520, 330))
    assert not canvas.floating.bubble.isVisible()
    assert history(canvas) == []


def test_an_end_is_plugged_in_elsewhere_by_its_arrow(canvas: Canvas, hand: Hand) -> None:
    end = canvas.stage.projector.items["end"]
    hand.drag(hand.at(end.x() - 14, end.y() + 18), hand.middle("note"))

    assert ("ask", "approve", "note") in edges(canvas)
    assert ("ask", "approve", "end") not in edges(canvas)
    assert history(canvas) == ["Connect elsewhere"]


def test_an_end_let_go_on_empty_canvas_is_disconnected_and_esc_keeps_it(canvas: Canvas, hand: Hand) -> None:
    end = canvas.stage.projector.items["end"]
    grip = hand.at(end.x() - 14, end.y() + 18)
    hand.drag(grip, hand.at(620, 300), release=False)
    hand.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(hand.viewport, LEFT, Qt.KeyboardModifier.NoModifier, hand.at(620, 300))
    assert ("ask", "approve", "end") in edges(canvas)
    assert canvas.stage.projector.pipes["ask", "approve", "end"].isVisible()

    hand.drag(grip, hand.at(620, 300))
    assert ("ask", "approve", "end") not in edges(canvas)
    assert history(canvas) == ["Remove connection"]


def test_a_card_is_moved_by_one_step_and_snaps_to_its_row(canvas: Canvas, hand: Hand) -> None:
    hand.drag(hand.middle("note"), hand.middle("note") + QPoint(203, -37))

    x, y = place(canvas, "note")
    assert (x % 20, y % 20) == (0, 0)
    assert history(canvas) == ["Move step"]
    canvas.stage.services.document.undo()
    assert place(canvas, "note") == (240, 260)


def test_guides_make_a_straight_row_and_alt_switches_them_off(canvas: Canvas, hand: Hand) -> None:
    # The line of "ask" lies at y 24; the card's own line is 20 below its top.
    hand.drag(hand.middle("note"), hand.middle("note") + QPoint(600, -253))
    assert place(canvas, "note")[1] + 20 == 24
    canvas.stage.services.document.undo()

    hand.drag(hand.middle("note"), hand.middle("note") + QPoint(203, 37), keys=Qt.KeyboardModifier.AltModifier)
    assert place(canvas, "note") == (443, 297)


def test_esc_puts_a_dragged_card_back(canvas: Canvas, hand: Hand) -> None:
    hand.drag(hand.middle("ask"), hand.middle("ask") + QPoint(120, 80), release=False)
    assert place(canvas, "ask") != (240, -8)
    hand.key(Qt.Key.Key_Escape)

    assert place(canvas, "ask") == (240, -8)
    assert history(canvas) == []


def test_several_cards_move_together(canvas: Canvas, hand: Hand) -> None:
    hand.click(hand.middle("ask"))
    hand.click(hand.middle("note"), Qt.KeyboardModifier.ShiftModifier)
    hand.drag(hand.middle("ask"), hand.middle("ask") + QPoint(40, 60), keys=Qt.KeyboardModifier.NoModifier)

    before = {"ask": (240, -8), "note": (240, 260)}
    ways = {(place(canvas, n)[0] - x, place(canvas, n)[1] - y) for n, (x, y) in before.items()}
    assert len(ways) == 1
    assert ways != {(0.0, 0.0)}
    assert history(canvas) == ["Move 2 steps"]


def test_a_rubber_band_selects_what_it_touches(canvas: Canvas, hand: Hand) -> None:
    hand.drag(hand.at(200, -60), hand.at(520, 320))

    assert set(canvas.stage.services.selection.nodes) == {"ask", "note"}
    hand.click(hand.at(560, 330))
    assert canvas.stage.services.selection.nodes == ()


def test_a_lone_step_dropped_on_an_edge_is_inserted_in_one_step(canvas: Canvas, hand: Hand) -> None:
    pipe = canvas.stage.projector.pipes["ask", "approve", "end"]
    middle = pipe.drawn_path.pointAtPercent(0.75)
    hand.drag(hand.middle("note"), hand.at(middle.x(), middle.y()))

    assert {("ask", "approve", "note"), ("note", "done", "end")} <= edges(canvas)
    assert ("ask", "approve", "end") not in edges(canvas)
    assert len(history(canvas)) == 1
    canvas.stage.services.document.undo()
    assert ("ask", "approve", "end") in edges(canvas)
    assert place(canvas, "note") == (240, 260)


def test_an_edge_let_go_on_empty_canvas_asks_what_to_add(canvas: Canvas, hand: Hand) -> None:
    hand.drag(hand.port("ask", "reject"), hand.at(600, 260))
    popup = canvas.floating.quick_add
    assert popup.isVisible()

    QTest.keyClicks(popup.line, "audit")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)

    (added,) = {edge for edge in edges(canvas) if edge[:2] == ("ask", "reject")}
    assert canvas.stage.services.selection.nodes == (added[2],)
    flow = canvas.stage.flow
    assert flow is not None
    node = flow.node(added[2])
    assert node is not None
    assert node.type == "logging/note"
    assert len(history(canvas)) == 1


def test_the_plus_on_an_edge_inserts_a_step(canvas: Canvas, hand: Hand) -> None:
    pipe = canvas.stage.projector.pipes["ask", "approve", "end"]
    middle = pipe.drawn_path.pointAtPercent(0.7)
    hand.move(hand.at(middle.x(), middle.y()))
    assert canvas.hands.edge_plus.key == ("ask", "approve", "end")
    at = canvas.hands.edge_plus.at
    assert at is not None

    hand.click(hand.at(at.x(), at.y()))
    QTest.keyClicks(canvas.floating.quick_add.line, "set")
    QTest.keyClick(canvas.floating.quick_add.line, Qt.Key.Key_Return)

    (into,) = [edge for edge in edges(canvas) if edge[:2] == ("ask", "approve")]
    assert (into[2], "done", "end") in edges(canvas)


def test_the_plus_at_a_way_out_that_leads_nowhere_adds_behind_it(canvas: Canvas, hand: Hand) -> None:
    hand.click(hand.middle("note"))
    item = canvas.stage.projector.items["note"]
    spot = item.card.ports[0]
    hand.click(hand.at(item.x() + spot.x + 26, item.y() + spot.y))
    QTest.keyClicks(canvas.floating.quick_add.line, "end")
    QTest.keyClick(canvas.floating.quick_add.line, Qt.Key.Key_Return)

    (added,) = [edge[2] for edge in edges(canvas) if edge[0] == "note"]
    end = canvas.stage.projector.items[added]
    assert end.card.height != item.card.height
    assert end.y() + end.card.enter_y == item.y() + spot.y, "the edge goes straight"


def drop(canvas: Canvas, hand: Hand, mime: QMimeData, at: QPoint) -> bool:
    where = QPointF(at)
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(hand.viewport, enter)
    taken = enter.isAccepted()
    falls = QDropEvent(where, Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(hand.viewport, falls)
    return taken and falls.isAccepted()


def palette_drag(**said: object) -> QMimeData:
    mime = QMimeData()
    mime.setData(MIME, QByteArray(json.dumps(said).encode()))
    return mime


def test_a_note_is_resized_by_its_corner_and_the_history_says_so(canvas: Canvas, hand: Hand) -> None:
    canvas.add_note()
    canvas.floating.typing.close(keep=False)
    (note,) = canvas.stage.layout.notes
    before = QRectF(canvas.stage.drawing.items[note.id].rect)
    corner = hand.at(before.right() - 3, before.bottom() - 3)
    hand.drag(corner, corner + QPoint(60, 40))
    after = canvas.stage.drawing.items[note.id].rect
    assert (after.x(), after.y()) == (before.x(), before.y())
    assert (after.width(), after.height()) == (190, 150), "by the grid"
    assert history(canvas) == ["Add note", "Resize note"]
    canvas.stage.services.document.undo()
    assert canvas.stage.drawing.items[note.id].rect == before


def test_a_kind_that_is_dropped_on_a_short_edge_covers_no_card(canvas: Canvas, hand: Hand) -> None:
    """It lay over both steps that the edge connects, and their titles could not be read."""
    items = canvas.stage.projector.items
    middle = canvas.stage.projector.pipes["start", "started", "ask"].drawn_path.pointAtPercent(0.5)
    assert drop(canvas, hand, palette_drag(type="logging/note"), hand.at(middle.x(), middle.y()))
    (added,) = [edge[2] for edge in edges(canvas) if edge[0] == "start"]
    assert (added, "done", "ask") in edges(canvas)
    others = [body(item) for name, item in items.items() if name != added]
    assert not [rect for rect in others if rect.intersects(body(items[added]))]


def test_a_kind_from_the_palette_is_dropped_where_the_pointer_is(canvas: Canvas, hand: Hand) -> None:
    mime = palette_drag(type="adapters/http_request", version=1, config={"connection": "crm"})
    assert drop(canvas, hand, mime, hand.at(700, 300))

    (added,) = canvas.stage.services.selection.nodes
    assert place(canvas, added) == (620, 260)
    flow = canvas.stage.flow
    assert flow is not None
    node = flow.node(added)
    assert node is not None
    assert node.config == {"connection": "crm"}


def test_a_kind_dropped_on_an_edge_takes_it_over(canvas: Canvas, hand: Hand) -> None:
    middle = canvas.stage.projector.pipes["ask", "approve", "end"].drawn_path.pointAtPercent(0.75)
    drop(canvas, hand, palette_drag(type="control/set"), hand.at(middle.x(), middle.y()))

    (added,) = canvas.stage.services.selection.nodes
    assert {("ask", "approve", added), (added, "done", "end")} <= edges(canvas)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"type": 3}', b"\xff\xfe", b'{"type":' + b"[" * 5000, b"x" * 100_000])
def test_a_hostile_drag_is_refused(canvas: Canvas, hand: Hand, data: bytes) -> None:
    mime = QMimeData()
    mime.setData(MIME, QByteArray(data))
    assert not drop(canvas, hand, mime, hand.at(700, 300))
    assert history(canvas) == []


def test_files_and_texts_are_never_taken(canvas: Canvas, hand: Hand) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/etc/passwd")])
    mime.setText("nodegraphqt::node:x")
    mime.setData("nodegraphqt/nodes", QByteArray(b"nodegraphqt::node:baton.StepNode"))
    assert not drop(canvas, hand, mime, hand.at(700, 300))
    assert history(canvas) == []


def test_the_middle_button_and_the_space_bar_pan(canvas: Canvas, hand: Hand) -> None:
    before = canvas.camera.centre
    hand.drag(hand.at(500, 300), hand.at(500, 300) + QPoint(90, 40), button=Qt.MouseButton.MiddleButton)
    moved = canvas.camera.centre - before
    assert (round(moved.x()), round(moved.y())) == (-90, -40)

    QTest.keyPress(canvas.viewer, Qt.Key.Key_Space)
    at = hand.at(500, 300)
    hand.drag(at, at - QPoint(90, 40))
    QTest.keyRelease(canvas.viewer, Qt.Key.Key_Space)
    back = canvas.camera.centre - before
    assert (round(back.x()), round(back.y())) == (0, 0)


def test_the_wheel_zooms_about_the_pointer(canvas: Canvas, hand: Hand) -> None:
    at = hand.middle("end")
    event = QWheelEvent(
        QPointF(at), QPointF(hand.viewport.mapToGlobal(at)), QPoint(), QPoint(0, -360), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(hand.viewport, event)

    assert canvas.zoom == pytest.approx(1.0015**-360)
    away = hand.middle("end") - at
    assert abs(away.x()) <= 1
    assert abs(away.y()) <= 1


def test_a_double_click_opens_a_step_and_asks_on_empty_canvas(canvas: Canvas, hand: Hand) -> None:
    opened: list[str] = []
    canvas.step_opened.connect(opened.append)
    QTest.mouseDClick(hand.viewport, LEFT, Qt.KeyboardModifier.NoModifier, hand.middle("ask"))
    assert opened == ["ask"]

    QTest.mouseDClick(hand.viewport, LEFT, Qt.KeyboardModifier.NoModifier, hand.at(700, 320))
    assert canvas.floating.quick_add.isVisible()
    QTest.keyClick(canvas.floating.quick_add.line, Qt.Key.Key_Escape)
    assert not canvas.floating.quick_add.isVisible()
    assert history(canvas) == []


def test_a_fixed_flow_can_be_looked_at_and_not_changed(canvas: Canvas, hand: Hand) -> None:
    flow = canvas.stage.flow
    assert flow is not None
    canvas.show_fixed(flow, canvas.stage.services.document.project.layouts[flow.id])
    canvas.settle()
    canvas.viewer.look_at(QPointF(420, 150), 1.0)

    hand.drag(hand.middle("note"), hand.middle("note") + QPoint(100, 60))
    hand.drag(hand.port("ask", "reject"), hand.middle("note"))
    hand.key(Qt.Key.Key_Delete)
    hand.key(Qt.Key.Key_A)
    assert history(canvas) == []
    assert not canvas.floating.quick_add.isVisible()

    hand.click(hand.middle("ask"))
    assert canvas.stage.services.selection.nodes == ("ask",)
    canvas.show_document()
    assert canvas.editable
