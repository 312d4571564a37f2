"""After tidying up, notes lie on no card, edge or other note, and lanes without steps lie beside all steps."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import combinations

from PySide6.QtCore import QRectF

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.canvas.projection.drawing import lane_rect
from runtime.model.package import pack
from runtime.model.project import Project
from tests.designer.canvas.conftest import history
from tests.designer.canvas.test_inserting import row

SCATTERED = {"a": (0, 0), "b": (60, 300), "c": (700, 120), "d": (300, 500), "aside": (0, 700), "lone": (500, 300)}


def note(number: int, x: int, y: int) -> dict[str, object]:
    return {"id": f"n{number}", "text": "Hm", "x": Decimal(x), "y": Decimal(y)}


def tidied(canvas: Canvas) -> None:
    canvas.tidy_up()
    canvas.settle()


def test_notes_lie_on_nothing(make_canvas: Callable[[Project], Canvas]) -> None:
    notes = [
        note(n, x, y) for n, (x, y) in enumerate([(20, 40), (40, 20), (200, 30), (720, 60), (320, 380), (10, 640)])
    ]
    canvas = make_canvas(row(SCATTERED, notes=notes))
    before = pack(canvas.stage.services.document.project)
    tidied(canvas)
    rects = {one.id: canvas.stage.drawing.items[one.id].rect for one in canvas.stage.layout.notes}
    cards = [body(item) for item in canvas.stage.projector.items.values()]
    for name, rect in rects.items():
        assert not [card for card in cards if card.intersects(rect)], name
        assert not [key for key, pipe in canvas.stage.projector.pipes.items() if pipe.crosses(*rect.getCoords())], name
    assert not [pair for pair in combinations(rects, 2) if rects[pair[0]].intersects(rects[pair[1]])]
    assert history(canvas) == ["Tidy up"]
    canvas.stage.services.document.undo()
    assert pack(canvas.stage.services.document.project) == before


def test_a_lane_without_steps_gets_none_by_tidying_up(make_canvas: Callable[[Project], Canvas]) -> None:
    lanes = [
        {"id": "empty", "x": Decimal(200), "y": Decimal(-60), "width": Decimal(260), "height": Decimal(160)},
        {"id": "empty_too", "x": Decimal(430), "y": Decimal(-60), "width": Decimal(200), "height": Decimal(160)},
        {"id": "far", "x": Decimal(-3000), "y": Decimal(0), "width": Decimal(200), "height": Decimal(160)},
        {"id": "used", "x": Decimal(-30), "y": Decimal(-50), "width": Decimal(220), "height": Decimal(130)},
    ]
    canvas = make_canvas(row(SCATTERED, lanes=lanes))
    tidied(canvas)
    rects = {lane.id: lane_rect(lane) for lane in canvas.stage.layout.lanes}
    cards = [body(item) for item in canvas.stage.projector.items.values()]
    for name in ("empty", "empty_too", "far"):
        assert not [card for card in cards if card.intersects(rects[name])], name
    assert rects["far"] == QRectF(-3000, 0, 200, 160)
    assert rects["empty"].size() == QRectF(0, 0, 260, 160).size()
    assert not [pair for pair in combinations(rects, 2) if rects[pair[0]].intersects(rects[pair[1]])]
    assert rects["used"].contains(body(canvas.stage.projector.items["a"]))
