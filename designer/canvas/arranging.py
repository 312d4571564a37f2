"""Between the canvas and the layout room: cards as boxes, edges as links, and what comes back."""

from __future__ import annotations

from collections.abc import Collection

from designer.canvas.card import Card
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.projection.projector import Projector
from designer.canvas.stage import Stage
from designer.layout import Arrangement, Box, Graph, Link, Side, arrange

Place = tuple[float, float]


def arranged(stage: Stage, nodes: Collection[str] | None = None) -> dict[str, Place]:
    """Places for these steps, or for all; a part of a flow stays where its upper left corner is."""
    items = stage.projector.items
    chosen = [node for node in items if nodes is None or node in nodes]
    if not chosen:
        return {}
    graph = graph_of(stage.projector, chosen)
    before = {node: (items[node].x(), items[node].y()) for node in chosen}
    found: Arrangement = arrange(graph, before)
    dx = min(x for x, _ in before.values()) - min(x for x, _ in found.positions.values())
    dy = min(y for _, y in before.values()) - min(y for _, y in found.positions.values())
    if nodes is None:
        dx, dy = round(dx / 20) * 20.0, round(dy / 20) * 20.0
    return {node: (x + dx, y + dy) for node, (x, y) in found.positions.items()}


def graph_of(projector: Projector, nodes: Collection[str]) -> Graph:
    """The part of the flow that these steps are."""
    chosen = set(nodes)
    boxes = [box_of(projector.items[node].card) for node in nodes]
    links = [link_of(projector, pipe) for key, pipe in projector.pipes.items() if key[0] in chosen and key[2] in chosen]
    return Graph.of(boxes, links)


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
