"""Seat lanes: where they are put, what they say in their form, and what the approvals in them get."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from designer.canvas.canvas import Canvas
from designer.canvas.menu import entries
from designer.document.edits import layout_of
from designer.window.main_window import MainWindow
from runtime.model.package import pack
from tests.designer.canvas.conftest import Hand, history

FLOW = "billing_dispute"


def test_a_lane_and_a_note_are_put_where_the_menu_was_opened(canvas: Canvas) -> None:
    """They came into the middle of the view, onto the steps there."""
    at = QPointF(700, 420)
    for title, sort in (("Add a seat lane", "lane"), ("Add a note", "note")):
        canvas.stage.services.selection.select()
        next(entry[2] for entry in entries(canvas, at) if entry is not None and entry[0] == title)()  # type: ignore[operator]
        (drawn,) = canvas.stage.services.selection.drawn
        item = canvas.stage.drawing.items[drawn]
        assert item.sort == sort
        assert item.rect.contains(at)
        canvas.floating.typing.close(keep=False)


def test_a_lane_goes_around_what_is_selected(canvas: Canvas) -> None:
    canvas.stage.services.selection.select(["ask", "end"])
    canvas.add_lane()
    (lane,) = canvas.stage.layout.lanes
    assert lane.owner is None, "they share none"
    assert canvas.stage.drawing.items[lane.id].rect.contains(canvas.stage.bounds(("ask", "end")))


def test_what_a_lane_gives_is_chosen_in_its_form_and_the_approvals_in_it_get_it(window: MainWindow) -> None:
    """Nobody could say which seat a lane stands for."""
    canvas, services = window.canvas, window.services
    services.selection.select(["approve_refund"])
    canvas.add_lane()
    (lane,) = services.selection.drawn
    canvas.frames.set_lane(lane, "owner", None)
    before = pack(services.document.project)
    window.show_panel("form")
    panel = window.panel("form")
    form = panel.lane  # type: ignore[union-attr]
    assert form is not None
    combo = form.boxes["owner"].control.combo
    shown = [combo.itemText(number) for number in range(combo.count())]
    title = services.document.project.role("agents").title  # type: ignore[union-attr]
    combo.setCurrentIndex(shown.index(title))
    combo.activated.emit(combo.currentIndex())
    found = next(one for one in layout_of(services.document.project, FLOW).lanes if one.id == lane)
    assert found.owner == "agents"
    flow = services.flow
    assert flow is not None
    step = flow.node("approve_refund")
    assert step is not None
    assert (step.owner, step.config["role"]) == ("agents", "agents")
    assert services.document.history.undoText() == "Change owner of lane"
    services.document.undo()
    assert pack(services.document.project) == before
    assert combo.currentText() != title
    services.selection.select(["approve_refund"])
    assert panel.lane is None  # type: ignore[union-attr]


def test_a_lane_that_gives_nothing_any_more_says_so_in_no_field(canvas: Canvas) -> None:
    canvas.add_lane(QPointF(600, 600))
    (lane,) = canvas.stage.layout.lanes
    canvas.frames.set_lane(lane.id, "seat", "agent")
    canvas.frames.set_lane(lane.id, "seat", None)
    (after,) = canvas.stage.layout.lanes
    assert "seat" not in after.model_dump(exclude_unset=True)
    assert history(canvas) == ["Add lane", "Change seat of lane", "Change seat of lane"]


def test_a_lane_takes_what_stands_in_it_along(canvas: Canvas) -> None:
    """It went alone, and its approvals were in no lane any more."""
    stage, hand = canvas.stage, Hand(canvas)
    stage.services.selection.select(["ask"])
    canvas.add_lane()
    (lane,) = stage.layout.lanes
    before = {node: item.pos() for node, item in stage.projector.items.items()}
    rect = QRectF(stage.drawing.items[lane.id].rect)
    top = hand.at(rect.left() + 60, rect.top() + 10)
    hand.drag(top, top + QPoint(0, 160), keys=Qt.KeyboardModifier.AltModifier)
    ways = {node: item.pos() - before[node] for node, item in stage.projector.items.items()}
    assert {node for node, way in ways.items() if not way.isNull()} == {"ask"}
    assert stage.drawing.items[lane.id].rect.topLeft() - rect.topLeft() == ways["ask"]
    assert history(canvas) == ["Add lane", "Move 2 things"]
    hand.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert stage.projector.items["ask"].y() == before["ask"].y() + ways["ask"].y() + 20
    for _ in range(2):
        stage.services.document.undo()
    assert {node: item.pos() for node, item in stage.projector.items.items()} == before


def test_a_lane_lights_up_for_an_approval_that_is_dragged_into_it_and_for_no_other_step(canvas: Canvas) -> None:
    hand = Hand(canvas)
    canvas.add_lane(QPointF(560, 300))
    (lane,) = canvas.stage.layout.lanes
    item = canvas.stage.drawing.items[lane.id]
    for node, lit in (("ask", True), ("note", False)):
        to = hand.at(item.rect.center().x(), item.rect.center().y())
        hand.drag(hand.middle(node), to, release=False)
        assert item.state.wanted == lit, node
        hand.key(Qt.Key.Key_Escape)
        assert not item.state.wanted
