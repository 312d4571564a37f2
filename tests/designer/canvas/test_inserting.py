"""A step that is put into an edge finds room: what follows moves aside in the same step, or nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import combinations

from PySide6.QtCore import QPointF, QRectF

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.canvas.projection.drawing import lane_rect
from runtime.model.flow import Flow
from runtime.model.package import pack
from runtime.model.project import Project, ProjectFile
from tests.designer.canvas.conftest import Hand, edges, history

FLOW = "small"
SET = "control/set"
PLACES = {"a": (0, 0), "b": (220, 0), "c": (440, 0), "d": (660, 0), "aside": (440, 200), "lone": (0, 400)}
LINKS = (("a", "b"), ("b", "c"), ("c", "d"), ("a", "aside"), ("d", "a"))


def row(places: Mapping[str, tuple[int, int]] = PLACES, **drawn: object) -> Project:
    """a - b - c - d back to a, close together; aside follows a, too; lone stands alone."""
    flow = Flow.model_validate({
        "id": FLOW,
        "nodes": [{"id": name, "type": SET, "title": name.title()} for name in places],
        "edges": [{"from": one, "port": "done", "to": other} for one, other in LINKS],
    })  # fmt: skip
    at = {name: {"x": Decimal(x), "y": Decimal(y)} for name, (x, y) in places.items()}
    layout = {"format_version": 1, "nodes": at, **drawn}
    return Project(file=ProjectFile(id="p", name="P"), flows={FLOW: flow}, layouts={FLOW: layout})


def moved(canvas: Canvas, before: Mapping[str, QPointF]) -> dict[str, tuple[float, float]]:
    items = canvas.stage.projector.items
    ways = {name: items[name].pos() - at for name, at in before.items()}
    return {name: (way.x(), way.y()) for name, way in ways.items() if not way.isNull()}


def places(canvas: Canvas) -> dict[str, QPointF]:
    return {name: item.pos() for name, item in canvas.stage.projector.items.items()}


def assert_clear(canvas: Canvas) -> None:
    cards = {name: body(item) for name, item in canvas.stage.projector.items.items()}
    assert not [(one, other) for one, other in combinations(cards, 2) if cards[one].intersects(cards[other])]


def insert(canvas: Canvas, key: tuple[str, str, str], at: QPointF) -> str:
    kind = canvas.stage.services.registry.latest(SET)
    assert kind is not None
    added = canvas.deeds.add_asked(kind, at, after=None, into=key)  # type: ignore[arg-type]
    assert added is not None
    return added


def test_what_follows_moves_aside_together_in_the_same_step(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(row())
    document, before = canvas.stage.services.document, places(canvas)
    bytes_before = pack(document.project)
    added = insert(canvas, ("a", "done", "b"), QPointF(198, 32))
    ways = moved(canvas, before)
    assert set(ways) == {"b", "c", "d"}, "what is beside, or leads back, stays"
    assert len(set(ways.values())) == 1, "what stood in line does so still"
    assert canvas.stage.projector.items[added].y() == 0, "the line stays straight"
    assert_clear(canvas)
    assert len(history(canvas)) == 1
    document.undo()
    assert pack(document.project) == bytes_before
    assert moved(canvas, before) == {}


def test_nothing_moves_where_there_is_room(make_canvas: Callable[[Project], Canvas]) -> None:
    wide = {**PLACES, "b": (500, 0), "c": (720, 0), "d": (940, 0)}
    canvas = make_canvas(row(wide))
    before = places(canvas)
    added = insert(canvas, ("a", "done", "b"), QPointF(330, 32))
    assert moved(canvas, before) == {}
    assert canvas.stage.projector.items[added].y() == 0
    assert_clear(canvas)


def test_what_would_be_landed_on_moves_too(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(row({**PLACES, "lone": (880, 0)}))
    before = places(canvas)
    insert(canvas, ("b", "done", "c"), QPointF(418, 32))
    assert set(moved(canvas, before)) == {"c", "d", "lone"}
    assert_clear(canvas)


def test_a_lane_keeps_what_is_pushed_along_in_it(make_canvas: Callable[[Project], Canvas]) -> None:
    lanes = [
        {"id": "all", "x": Decimal(-30), "y": Decimal(-50), "width": Decimal(900), "height": Decimal(140)},
        {"id": "last", "x": Decimal(650), "y": Decimal(-40), "width": Decimal(200), "height": Decimal(120)},
    ]
    canvas = make_canvas(row(lanes=lanes[:1]))
    insert(canvas, ("a", "done", "b"), QPointF(198, 32))
    (lane,) = canvas.stage.layout.lanes
    assert lane_rect(lane).contains(body(canvas.stage.projector.items["d"]))
    assert lane_rect(lane).left() == -30
    canvas = make_canvas(row(lanes=lanes[1:]))
    insert(canvas, ("a", "done", "b"), QPointF(198, 32))
    (lane,) = canvas.stage.layout.lanes
    assert lane_rect(lane).width() == 200
    assert lane_rect(lane).contains(body(canvas.stage.projector.items["d"]))


def test_a_step_that_is_dropped_on_an_edge_pushes_too(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(row())
    hand, before = Hand(canvas), places(canvas)
    hand.drag(hand.middle("lone"), hand.at(198, 34))
    assert {("a", "done", "lone"), ("lone", "done", "b")} <= edges(canvas)
    assert {"b", "c", "d"} == set(moved(canvas, before)) - {"lone"}
    assert_clear(canvas)
    canvas.stage.services.document.undo()
    assert moved(canvas, before) == {}


def test_an_exception_that_drops_pushes_down(make_canvas: Callable[[Project], Canvas]) -> None:
    flow = Flow.model_validate({
        "id": FLOW,
        "nodes": [
            {"id": "ask", "type": "adapters/http", "title": "Ask"},
            {"id": "below", "type": SET, "title": "Below"},
            {"id": "further", "type": SET, "title": "Further"},
        ],
        "edges": [{"from": "ask", "port": "error", "to": "below"}, {"from": "below", "port": "done", "to": "further"}],
    })  # fmt: skip
    at = {"ask": (0, 0), "below": (0, 160), "further": (240, 160)}
    layout = {"format_version": 1, "nodes": {n: {"x": Decimal(x), "y": Decimal(y)} for n, (x, y) in at.items()}}
    canvas = make_canvas(Project(file=ProjectFile(id="p", name="P"), flows={FLOW: flow}, layouts={FLOW: layout}))
    before = places(canvas)
    insert(canvas, ("ask", "error", "below"), QPointF(28, 120))
    ways = moved(canvas, before)
    assert set(ways) == {"below", "further"}
    assert all(x == 0 and y > 0 for x, y in ways.values())
    assert_clear(canvas)


def test_a_folded_group_is_pushed_as_one_card(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(row(groups=[{"id": "g", "title": "G", "nodes": ["b", "c"]}]))
    canvas.frames.edit("g", fold=True)
    before = places(canvas)
    insert(canvas, ("a", "done", "b"), QPointF(198, 32))
    ways = moved(canvas, before)
    assert ways["b"] == ways["c"]
    card = canvas.stage.drawing.items["g"].rect
    added = canvas.stage.services.selection.nodes[0]
    assert not QRectF(card).intersects(body(canvas.stage.projector.items[added]))


def test_notes_go_along_with_the_step_they_are_beside_and_lie_on_no_card(
    make_canvas: Callable[[Project], Canvas],
) -> None:
    notes = [
        {"id": "by_d", "text": "d", "x": Decimal(680), "y": Decimal(-130)},
        {"id": "by_a", "text": "a", "x": Decimal(20), "y": Decimal(-130)},
        {"id": "far", "text": "alone", "x": Decimal(900), "y": Decimal(300)},
        {"id": "in_the_way", "text": "?", "x": Decimal(700), "y": Decimal(90)},
    ]
    canvas = make_canvas(row({**PLACES, "e": (860, 120)}, notes=notes))
    before = {note.id: (note.x, note.y) for note in canvas.stage.layout.notes}
    bytes_before = pack(canvas.stage.services.document.project)
    d = canvas.stage.projector.items["d"].x()
    insert(canvas, ("a", "done", "b"), QPointF(198, 32))
    way = Decimal(canvas.stage.projector.items["d"].x() - d)
    after = {note.id: (note.x, note.y) for note in canvas.stage.layout.notes}
    assert after["by_d"] == (before["by_d"][0] + way, before["by_d"][1])
    assert after["by_a"] == before["by_a"]
    assert after["far"] == before["far"]
    cards = [body(item) for item in canvas.stage.projector.items.values()]
    for drawn in ("by_d", "by_a", "in_the_way"):
        rect = canvas.stage.drawing.items[drawn].rect
        assert not [card for card in cards if card.intersects(rect)], drawn
    canvas.stage.services.document.undo()
    assert pack(canvas.stage.services.document.project) == bytes_before
    canvas.tidy_up()
    canvas.settle()
    cards = [body(item) for item in canvas.stage.projector.items.values()]
    for drawn in before:
        rect = canvas.stage.drawing.items[drawn].rect
        assert not [card for card in cards if card.intersects(rect)], drawn
    assert len(history(canvas)) == 1


def test_behind_a_decision_there_is_room_for_the_names_that_it_gets(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(row())
    kind = canvas.stage.services.registry.latest("decision/condition")
    assert kind is not None
    added = canvas.deeds.add_asked(kind, QPointF(198, 32), after=None, into=("a", "done", "b"))  # type: ignore[arg-type]
    assert added is not None
    items = canvas.stage.projector.items
    assert items["b"].x() - items[added].x() - items[added].card.width >= 140
