"""Between the canvas and the layout room: cards as boxes, edges as links, and what comes back.

``ask`` reads the canvas, on the window's thread; ``answer`` is pure and takes up to half a second, on any.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import floor

from designer.canvas.card import Card
from designer.canvas.painting.drawn import FOLDED
from designer.canvas.projection.drawing import AROUND, HEAD, lane_rect
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.projection.projector import Projector
from designer.document.grouping import Grouping
from designer.layout import Arrangement, Box, Frame, Graph, Link, Route, Side, arrange
from runtime.model.layout import LayoutFile

Place = tuple[float, float]
GRID = 20.0
LANE_AROUND, LANE_HEAD = 30.0, 44.0
"""room between a lane's border and the cards in it; above them for the lane's name"""


@dataclass(frozen=True)
class Question:
    """What is to be arranged: the whole of it, or only some boxes among the others, which stay."""

    graph: Graph
    before: Mapping[str, Place]
    only: frozenset[str] | None


def ask(projector: Projector, layout: LayoutFile, nodes: Collection[str] | None = None) -> Question | None:
    """For these steps, or for all; None where there is nothing to arrange. Groups and lanes keep what is in them."""
    items = projector.items
    only = frozenset(node for node in nodes if node in items) if nodes is not None else None
    if not (items if only is None else only):
        return None
    before = {node: (item.x(), item.y()) for node, item in items.items()}
    boxes = [box_of(item.card) for item in items.values()]
    links = [link_of(projector, pipe) for pipe in projector.pipes.values()]
    return Question(Graph.of(boxes, links, frames_of(projector, layout)), before, only)


def answer(question: Question) -> Arrangement:
    """Whole places for what moves, and its edges' routes; a flow stays where its upper left corner is."""
    graph, before = question.graph, question.before
    found = arrange(graph, before, question.only)
    dx = dy = 0.0
    if question.only is None:
        dx = min(x for x, _ in before.values()) - min(x for x, _ in found.positions.values())
        dy = min(y for _, y in before.values()) - min(y for _, y in found.positions.values())
        dx, dy = round(dx / GRID) * GRID, round(dy / GRID) * GRID
    places = {node: (_whole(x + dx), _whole(y + dy)) for node, (x, y) in found.positions.items()}
    boxes, stands = {box.id: box for box in graph.boxes}, {**before, **places}
    hidden = {name for frame in graph.frames if frame.folded is not None for name in frame.boxes}
    routes = {
        key: _ended([(_whole(x + dx), _whole(y + dy)) for x, y in route], key, boxes, stands, hidden)
        for key, route in found.routes.items()
    }
    frames = {frame: (_whole(x + dx), _whole(y + dy), w, h) for frame, (x, y, w, h) in found.frames.items()}
    return Arrangement(places, routes, frames)


def frames_of(projector: Projector, layout: LayoutFile) -> list[Frame]:
    """Groups by their steps, lanes by the cards whose middle lies in them."""
    known, folded = Grouping(layout.groups), {group.id for group in layout.groups if group.folded}
    frames = [
        Frame(group, frozenset(known.steps[group]), AROUND, HEAD, FOLDED if group in folded else None)
        for group in reversed(known.inwards)
    ]
    middles = {}
    for node in projector.items:
        card, (x, y) = projector.end_of(node)
        middles[node] = (x + card.width / 2, y + card.height / 2)
    for lane in reversed(layout.lanes):  # the topmost first, as `lanes.lane_at` has it
        rect = lane_rect(lane)
        inside = frozenset(node for node, middle in middles.items() if rect.contains(*middle))
        middles = {node: middle for node, middle in middles.items() if node not in inside}
        across = sum(inside < set(steps) for steps in known.steps.values())  # their names stand below the lane's
        frames.append(Frame(lane.id, inside, LANE_AROUND, LANE_HEAD + across * HEAD, loose=True))
    return frames


def _whole(value: float) -> float:
    """The nearest whole number, the same way for a card and for what is drawn from it."""
    return float(floor(value + 0.5))


def _ended(route: Route, key: Key, boxes: Mapping[str, Box], at: Mapping[str, Place], hidden: Collection[str]) -> Route:
    """With its ends exactly at port and input: cards are as wide as their words. Cards of folded groups are whole."""
    source, port, target = key
    (x, y), box, side = at[source], boxes[source], boxes[source].side(port)
    first = (x + side.offset, y + box.height) if side.edge == "bottom" else (x + box.width, y + side.offset)
    last = route[-1]
    into = (at[target][0], last[1]) if route[-2][1] == last[1] else (last[0], at[target][1])
    return [route[0] if source in hidden else first, *route[1:-1], last if target in hidden else into]


def box_of(card: Card) -> Box:
    """A card as the layout room sees it."""
    ports = {spot.name: Side(spot.side, spot.y if spot.side == "right" else spot.x) for spot in card.ports}
    return Box(card.id, card.width, card.height, card.enter_y if card.enter_y is not None else card.height / 2, ports)


def link_of(projector: Projector, pipe: LeanPipe) -> Link:
    """An edge as the layout room sees it."""
    key: Key = pipe.key
    spot = projector.items[key[0]].card.port(key[1])
    bottom = spot is not None and spot.side == "bottom"
    return Link(*key, label_width=spot.label_width if spot is not None else 0.0, exception=bottom)
