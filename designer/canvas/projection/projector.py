"""``Projector``: brings the canvas to what the document says, by applying what changed and nothing else.

Called by the canvas on every change of the shown flow. After it, cards, ports, edges and places equal the document's.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem

from designer.canvas.card import INPUT_Y, Card, PortSpot, make_card
from designer.canvas.painting.card import CardState
from designer.canvas.painting.drawn import FOLDED
from designer.canvas.painting.edge import add_curve
from designer.canvas.painting.levels import Level
from designer.canvas.painting.overview import Framed, Overview
from designer.canvas.projection.dressing import Dressing
from designer.canvas.projection.graph import FlowGraph
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.projection.step_item import EMPTY
from designer.canvas.projection.strands import Strands
from designer.canvas.projection.viewer import LeanViewer
from designer.canvas.routes import simple_route
from designer.document.facts import Facts
from designer.document.flow_changes import FlowChanges
from designer.garbage import set_aside
from designer.layout import Arrangement
from nodes.contract import PortKind
from runtime.model.flow import Flow
from runtime.model.project import Project

Place = tuple[float, float]
MOST_IN_THE_WAY = 40
ASKED_AT_ONCE = 60
"""cards of one change whose types are asked on the spot: 50 us each"""
MANY = 30
"""edges that are dragged at once beyond which they are drawn as hair lines"""


class Projector(Dressing):
    """Holds the items by id and key; the flow that it shows is what it was last given."""

    def __init__(self, graph: FlowGraph, viewer: LeanViewer, facts: Facts) -> None:
        super().__init__(viewer)
        self._graph, self._facts = graph, facts
        self._into: dict[str, set[Key]] = {}
        self._project: Project | None = None
        self.lost: Callable[[Collection[Key]], None] = lambda _keys: None
        """told of edges that only have a simple way for now"""
        self.found: Callable[[Collection[Key]], None] = lambda _keys: None
        """told of edges that have their way, whatever was asked for them before"""
        self.frames: Callable[[], list[Framed]] = list
        """notes, groups and lanes, for the far view"""
        self.tidied = Arrangement({}, {})
        """what the flow was last arranged to: while cards stand there, so do edges"""
        self._known: Mapping[Key, Sequence[Place]] = {}
        """ways that are right for what the last change moved"""
        self.corner_of: Callable[[str], Place] = lambda _group: (0.0, 0.0)
        """where the card of a folded group stands"""
        self.hidden: Mapping[str, str] = {}
        """node -> folded group that it is in"""
        self._strands = Strands(viewer.scenery)
        viewer.scene().addItem(self._strands)
        viewer.contents = self.overview
        viewer.step_items = lambda: list(self.items.values())

    # The whole.

    def show(self, project: Project, flow: Flow | None, places: Mapping[str, Place]) -> None:
        """Another flow: everything anew."""
        self.clear()
        self._project = project
        if flow is None:
            return
        collecting = gc.isenabled()
        gc.disable()  # thousands of items are made and none goes: looking for garbage takes a fifth of the time
        try:
            self._build(project, flow, places)
            set_aside()
        finally:
            if collecting:
                gc.enable()
        self._viewer.forget_overview()

    def _build(self, project: Project, flow: Flow, places: Mapping[str, Place]) -> None:
        used = _used_ports(flow)
        ends: dict[str, tuple[Card, Place]] = {}
        for node in flow.nodes:
            if node.id not in ends:
                card = make_card(node, self._facts, project, used.get(node.id, ()), ask=False)
                ends[node.id] = card, places.get(node.id, (0.0, 0.0))
                self._add(*ends[node.id], cached=False)
        for edge in flow.edges:
            self._link(edge.key, ends)
        for node_id, keys in self._out.items():
            self.items[node_id].state.connected = frozenset(key[1] for key in keys)
        self.lost(self.pipes.keys())

    def clear(self) -> None:
        """Nothing is shown."""
        scene = self._viewer.scene()
        for item in (*self.pipes.values(), *self.items.values()):
            scene.removeItem(item)
        self._graph.clear()
        self.items, self.pipes, self._into, self._out = {}, {}, {}, {}
        self.hidden, self.tidied, self._known = {}, Arrangement({}, {}), {}
        self._strands.hang(QPainterPath())
        self.undress()
        self._viewer.forget_overview()

    # Changes.

    def apply(self, project: Project, flow: Flow, changes: FlowChanges, places: Mapping[str, Place]) -> set[str]:
        """What the document changed; gives the nodes whose card was made again. Where these are many, what their types
        say is asked only of those that are known: the other cards are not ``complete``.
        """
        self._project = project
        for key in changes.edges_removed:
            self._unlink(key)
        for node_id in changes.removed:
            self._remove(node_id)
        touched = set(changes.added) | set(changes.changed)
        touched |= {key[0] for key in (*changes.edges_added, *changes.edges_removed)}
        used = _used_ports(flow, touched) if touched else {}
        for node_id in touched:
            node = flow.node(node_id)
            if node is not None:
                card = make_card(node, self._facts, project, used.get(node_id, ()), ask=len(touched) <= ASKED_AT_ONCE)
                self.renew(card, places.get(node_id, (0, 0)))
        for key in changes.edges_added:
            self._link(key)
        self.clear_way(changes.added[:MOST_IN_THE_WAY])
        tidied = bool(changes.moved) and all(places.get(node) == at for node, at in self.tidied.positions.items())
        self._known = self.tidied.routes if tidied else {}
        self.move({node_id: places[node_id] for node_id in changes.moved if node_id in places}, self._known)
        self._viewer.forget_overview()
        return touched

    def renew(self, card: Card, place: Place) -> bool:
        """A card in the place of the one with its id, edges kept; whether its shape or ports are others now."""
        item = self.items.get(card.id)
        if item is None:
            self._add(card, place)
            return True
        before = item.card
        if before == card:
            return False
        same = _frame(before) == _frame(card)
        if [spot.name for spot in before.ports] == [s.name for s in card.ports] and _enters(before) == _enters(card):
            item.dress(card)
        else:
            state, position, keys = item.state, item.pos(), self.edges_of(card.id)
            looks = {key: self.pipes[key].state for key in keys}
            for key in keys:
                self._unlink(key)
            self._remove(card.id)
            self._add(card, (position.x(), position.y()), state)
            for key in keys:
                self._link(key)
                if key in self.pipes:
                    self.pipes[key].state = looks[key]
        if not same:
            self.route(self.edges_of(card.id))
        return not same

    def move(self, places: Mapping[str, Place], known: Mapping[Key, Sequence[Place]] = MappingProxyType({})) -> None:
        """Cards to these places, their edges with them; ``known`` are ways that are right for these places."""
        keys: set[Key] = set()
        for node_id, (x, y) in places.items():
            item = self.items.get(node_id)
            if item is not None:
                item.setPos(x, y)
                keys.update(self._into.get(node_id, ()), self._out.get(node_id, ()))
        followed = {key for key in keys if key in known and self._follow(key, known[key])}
        self.found(followed)
        self.route(keys - followed)
        if len(followed) < len(self.pipes):  # else all was arranged, and nothing stands in the way of anything
            self.clear_way(list(places)[:MOST_IN_THE_WAY])
        self._viewer.forget_overview()

    def clear_way(self, nodes: Collection[str]) -> None:
        """Edges of others that these cards now stand on have lost their way, too."""
        for node_id in nodes:
            item = self.items.get(node_id)
            if item is None:
                continue
            rect = QRectF(item.x(), item.y(), item.card.width, item.card.height)
            found = self._viewer.scene().items(rect, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
            pipes = [pipe for pipe in found if isinstance(pipe, LeanPipe) and node_id not in (pipe.key[0], pipe.key[2])]
            self.lost([pipe.key for pipe in pipes if pipe.key in self.pipes and pipe.crosses(rect)])

    def _add(self, card: Card, place: Place, state: CardState | None = None, *, cached: bool = True) -> None:
        item = self._graph.put(card.id, tuple(spot.name for spot in card.ports)).view
        item.scenery = self._viewer.scenery
        if state is not None:
            item.state = state
        item.dress(card)
        item.setPos(*place)
        if card.id in self.hidden:  # it comes anew, with other ways out, in a group that is folded
            item.setVisible(False)
        if cached and self._viewer.scenery.level is not Level.BLOCK:
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._viewer.scene().addItem(item)
        self.items[card.id] = item

    def _remove(self, node_id: str) -> None:
        for key in self.edges_of(node_id):
            self._unlink(key)
        self.items.pop(node_id, None)
        self._graph.drop(node_id)
        self._counts.pop(node_id, None)
        self._chosen -= {node_id}

    def _link(self, key: Key, ends: Mapping[str, tuple[Card, Place]] | None = None) -> None:
        """``ends``: what every step of the flow is and where, while all is being built."""
        if key in self.pipes:
            return
        pipe = LeanPipe(self._viewer.scenery)
        if not self._graph.link(key, pipe):
            return  # a broken file: the problem is named elsewhere, and there is nothing to draw
        self.pipes[key] = pipe
        self._out.setdefault(key[0], set()).add(key)
        self._into.setdefault(key[2], set()).add(key)
        spot = self.items[key[0]].card.port(key[1])
        if spot is not None and spot.kind is PortKind.ERROR:
            pipe.state.exception = True
        if ends is not None:
            self._route_between(pipe, ends[key[0]], ends[key[2]])
        else:
            self._route_one(pipe)
        self._viewer.scene().addItem(pipe)
        if ends is None:
            self.lost((key,))
            self._connect_state(key[0])
            if self.hidden:
                self._hide(pipe)

    def _unlink(self, key: Key) -> None:
        pipe = self.pipes.pop(key, None)
        if pipe is None:
            return
        self._out.get(key[0], set()).discard(key)
        self._into.get(key[2], set()).discard(key)
        self._graph.unlink(pipe)
        self._broken -= {key}
        self._lines -= {key}
        self._connect_state(key[0])

    def _connect_state(self, node_id: str) -> None:
        item = self.items.get(node_id)
        if item is not None:
            item.state.connected = frozenset(key[1] for key in self._out.get(node_id, ()))
            item.update()

    # Edges.

    def edges_of(self, node_id: str) -> set[Key]:
        """Keys of the edges in and out of a step."""
        return self._into.get(node_id, set()) | self._out.get(node_id, set())

    def edges_out(self, node_id: str) -> Collection[Key]:
        """Keys of the edges out of a step."""
        return self._out.get(node_id, set())

    def edges_in(self, node_id: str) -> Collection[Key]:
        """Keys of the edges into a step."""
        return self._into.get(node_id, set())

    def route(self, keys: Iterable[Key]) -> None:
        """Finds a simple way for these edges again."""
        keys = list(keys)
        self.lost(keys)
        for key in keys:
            pipe = self.pipes.get(key)
            if pipe is not None:
                self._take_back(pipe)
                self._route_one(pipe)

    def _follow(self, key: Key, way: Sequence[Place]) -> bool:
        """A way that was found when cards were arranged, if the edge still starts there; whether it does."""
        pipe = self.pipes[key]
        card, (x, y) = self.end_of(key[0])
        spot = card.port(key[1] if card.id == key[0] else "")
        if spot is None or way[0] != (x + spot.x, y + spot.y):
            return False
        self._take_back(pipe)
        pipe.run(way)
        return True

    def _take_back(self, pipe: LeanPipe) -> None:
        if pipe.lent:
            pipe.lent = False
            self._hide(pipe)
            self._strands.hang(QPainterPath())

    def _route_one(self, pipe: LeanPipe) -> None:
        self._route_between(pipe, self.end_of(pipe.key[0]), self.end_of(pipe.key[2]))

    def _route_between(self, pipe: LeanPipe, first: tuple[Card, Place], last: tuple[Card, Place]) -> None:
        (source, at), (target, to) = first, last
        spot = source.ports[0] if source.id != pipe.key[0] else source.port(pipe.key[1])
        if spot is not None:
            pipe.run(simple_route(source, at, spot, target, to))

    def _hide(self, pipe: LeanPipe) -> None:
        group = self.hidden.get(pipe.key[0])
        pipe.setVisible(group is None or group != self.hidden.get(pipe.key[2]))

    def bend(self, keys: Iterable[Key], moving: Collection[str]) -> None:
        """While steps are dragged: curves for edges that change, straight away; edges between them keep their shape."""
        keys = list(keys)
        strands = QPainterPath() if len(keys) > MANY else None
        for key in keys:
            pipe = self.pipes.get(key)
            if pipe is None or not (pipe.isVisible() or pipe.lent):
                continue
            source, at = self.end_of(key[0])
            target, to = self.end_of(key[2])
            spot = source.ports[0] if source.id != key[0] else source.port(key[1])
            if spot is None:
                continue
            start = (at[0] + spot.x, at[1] + spot.y)
            end = (to[0], to[1] + (target.enter_y or target.height / 2))
            if key[0] in moving and key[2] in moving:
                first = pipe.points[0]
                dx, dy = start[0] - first[0], start[1] - first[1]
                pipe.run([(x + dx, y + dy) for x, y in pipe.points])
            elif strands is None:
                pipe.bend(start, end, down=spot.side == "bottom")
            else:
                pipe.lend(start, end)
                add_curve(strands, start, end, down=spot.side == "bottom")
        if strands is not None:
            self._strands.hang(strands)

    def end_of(self, node_id: str) -> tuple[Card, Place]:
        """The card at which an edge of this step ends, and its corner: that of the folded group around it, if any."""
        group = self.hidden.get(node_id)
        if group is not None:
            return folded_card(group), self.corner_of(group)
        item = self.items[node_id]
        return item.card, (item.x(), item.y())

    def fold(self, hidden: Mapping[str, str]) -> None:
        """Hides steps in folded groups; edges end at the groups instead."""
        before, self.hidden = self.hidden, hidden
        for node_id in {*before, *hidden}:
            item = self.items.get(node_id)
            if item is not None:
                item.setVisible(node_id not in hidden)
        keys = {key for node_id in {*before, *hidden} for key in self.edges_of(node_id)}
        for key in keys:
            self._hide(self.pipes[key])
        followed = {key for key in keys if key in self._known and self._follow(key, self._known[key])}
        self.found(followed)
        self.route(keys - followed)
        self._viewer.forget_overview()

    def overview(self) -> Overview:
        """The far view as it is now."""
        return Overview(
            ((item.card, item.state, item.x(), item.y()) for item in self.items.values() if item.isVisible()),
            ((pipe.lines, pipe.state) for pipe in self.pipes.values() if pipe.isVisible() or pipe.lent),
            self._viewer.scenery,
            self.frames(),
        )


def folded_card(group: str) -> Card:
    """A folded group as a card with one way in and one way out."""
    way_out = PortSpot("", "", PortKind.NORMAL, "right", FOLDED[0], INPUT_Y, named=False)
    return replace(EMPTY, id=group_card(group), width=FOLDED[0], height=FOLDED[1], enter_y=INPUT_Y, ports=(way_out,))


def group_card(group: str) -> str:
    """What the card of a folded group is called: as no step can be."""
    return f"group:{group}"


def _used_ports(flow: Flow, only: Collection[str] | None = None) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {}
    for edge in flow.edges:
        if only is None or edge.source in only:
            used.setdefault(edge.source, set()).add(edge.port)
    return used


def _enters(card: Card) -> bool:
    return card.enter_y is not None


def _frame(card: Card) -> tuple[object, ...]:
    return card.width, card.height, card.enter_y, card.ports
