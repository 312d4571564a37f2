"""``Projector``: brings the canvas to what the document says, by applying what changed and nothing else.

Called by the canvas on every change of the shown flow. After it, cards, ports, edges and places equal the document's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar, cast

from PySide6.QtGui import QPainterPath

from designer.canvas.card import INPUT_Y, Card, PortSpot, make_card
from designer.canvas.painting.card import CardState
from designer.canvas.painting.drawn import FOLDED
from designer.canvas.painting.edge import add_curve
from designer.canvas.painting.overview import Framed, Overview
from designer.canvas.projection.assembly import Assembly, Place, used_ports
from designer.canvas.projection.graph import FlowGraph
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.projection.step_item import EMPTY
from designer.canvas.projection.viewer import LeanViewer
from designer.document.facts import Facts
from designer.document.flow_changes import FlowChanges
from designer.layout import Arrangement
from nodes.contract import PortKind
from runtime.model.flow import Flow
from runtime.model.project import Project

T = TypeVar("T")
Steps = Generator[None, None, T]
"""work that can be put off after each step"""
ASKED_AT_ONCE = 60
"""cards of one change whose types are asked on the spot: 50 us each"""
MANY_BESIDE = 40
"""cards along the way of an edge, of which one will stand on it: each is not looked at"""
MANY = 30
"""edges that are dragged at once beyond which they are drawn as hair lines"""


class Projector(Assembly):
    """Holds the items by id and key; the flow that it shows is what it was last given."""

    def __init__(self, graph: FlowGraph, viewer: LeanViewer, facts: Facts) -> None:
        super().__init__(graph, viewer, facts)
        self._project: Project | None = None
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
        viewer.contents = self.overview
        viewer.step_items = lambda: list(self.items.values())

    def show(self, project: Project, flow: Flow | None, places: Mapping[str, Place]) -> None:
        """Another flow: everything anew."""
        self.clear()
        self._project = project
        if flow is not None:
            self.build(project, flow, places)
            self._viewer.forget_overview()

    def clear(self) -> None:
        """Nothing is shown."""
        super().clear()
        self.tidied, self._known = Arrangement({}, {}), {}

    # Changes.

    def apply(self, project: Project, flow: Flow, changes: FlowChanges, places: Mapping[str, Place]) -> set[str]:
        """What the document changed; gives the nodes whose card was made again. Where these are many, what their types
        say is asked only of those that are known: the other cards are not ``complete``.
        """
        return finished(self.applying(project, flow, changes, places))

    def applying(
        self, project: Project, flow: Flow, changes: FlowChanges, places: Mapping[str, Place],
        chosen: Callable[[], Collection[str]] = tuple,
    ) -> Steps[set[str]]:  # fmt: skip
        """The same in small steps, between which the window may live on; ``chosen`` are the nodes that are selected."""
        self._project, self._built = project, None
        for key in changes.edges_removed:
            self._unlink(key)
            yield
        self._chosen -= set(changes.removed)
        for node_id in changes.removed:
            self._remove(node_id)
            yield
        touched = set(changes.added) | set(changes.changed)
        touched |= {key[0] for key in (*changes.edges_added, *changes.edges_removed)}
        used = used_ports(flow, touched) if touched else {}
        selected = frozenset(chosen()) if touched else frozenset[str]()
        for node_id in touched:
            node = flow.node(node_id)
            if node is not None:
                card = make_card(node, self._facts, project, used.get(node_id, ()), ask=len(touched) <= ASKED_AT_ONCE)
                self.renew(card, places.get(node_id, (0, 0)), selected=node_id in selected)
            yield
        self._chosen |= selected & self.items.keys()
        for key in changes.edges_added:
            self.draw_edge(key)
            yield
        self.clear_way(changes.added)
        yield
        tidied = bool(changes.moved) and all(places.get(node) == at for node, at in self.tidied.positions.items())
        self._known = self.tidied.routes if tidied else {}
        yield from self._moving({n: places[n] for n in changes.moved if n in places}, self._known)
        self._viewer.forget_overview()
        self._built = project, flow
        return touched

    def renew(self, card: Card, place: Place, *, selected: bool = False) -> bool:
        """A card in the place of the one with its id, edges kept; whether its shape or ports are others now. One that
        was not there comes ``selected``.
        """
        item = self.items.get(card.id)
        if item is None:
            state = CardState()
            state.selected = selected
            self._add(card, place, state)
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
                self.draw_edge(key)
                if key in self.pipes:
                    self.pipes[key].state = looks[key]
        if not same:
            self.route(self.edges_of(card.id))
        return not same

    def move(self, places: Mapping[str, Place], known: Mapping[Key, Sequence[Place]] = MappingProxyType({})) -> None:
        """Cards to these places, their edges with them; ``known`` are ways that are right for these places."""
        finished(self._moving(places, known))

    def _moving(self, places: Mapping[str, Place], known: Mapping[Key, Sequence[Place]]) -> Steps[None]:
        keys: set[Key] = set()
        for node_id, (x, y) in places.items():
            item = self.items.get(node_id)
            if item is not None:
                item.setPos(x, y)
                keys.update(self._into.get(node_id, ()), self._out.get(node_id, ()))
            yield
        followed: set[Key] = set()
        for key in keys & known.keys():
            if self._follow(key, known[key]):
                followed.add(key)
            yield
        self.found(followed)
        yield from self._routing(keys - followed)
        if len(keys) < len(self.pipes):  # else there is none that could have lost its way
            self.clear_way(places)
        self._viewer.forget_overview()

    def clear_way(self, nodes: Collection[str]) -> None:
        """Edges of others that these cards now stand on have lost their way, too."""
        rects = sorted(
            (x := item.x(), y := item.y(), x + item.card.width, y + item.card.height, item.card.id)
            for item in (self.items[node_id] for node_id in nodes if node_id in self.items)
        )
        lefts, widest = [rect[0] for rect in rects], max((rect[2] - rect[0] for rect in rects), default=0.0)
        for key, pipe in self.pipes.items() if rects else ():
            left, top, right, bottom = pipe.box
            first, last = bisect_left(lefts, left - widest), bisect_left(lefts, right)
            if last - first > MANY_BESIDE:
                self.lost((key,))
                continue
            for x1, y1, x2, y2, card in rects[first:last]:
                apart = y1 >= bottom or y2 <= top or card in (key[0], key[2])
                if not apart and pipe.crosses(x1, y1, x2, y2) and pipe.isVisible():
                    self.lost((key,))
                    break

    def draw_edge(self, key: Key) -> None:
        """An edge that was not there."""
        if key in self.pipes or not {key[0], key[2]} <= self.items.keys():
            return
        pipe = self._link(key, {key[0]: self.end_of(key[0]), key[2]: self.end_of(key[2])})
        if pipe is None:
            return
        self._out.setdefault(key[0], set()).add(key)
        self._into.setdefault(key[2], set()).add(key)
        self.lost((key,))
        self._connect_state(key[0])
        if self.hidden:
            self._hide(pipe)

    # Edges.

    def route(self, keys: Iterable[Key]) -> None:
        """Finds a simple way for these edges again."""
        finished(self._routing(list(keys)))

    def _routing(self, keys: Collection[Key]) -> Steps[None]:
        self.lost(keys)
        for key in keys:
            pipe = self.pipes.get(key)
            if pipe is not None:
                self._take_back(pipe)
                self._route_one(pipe)
            yield

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


def finished(steps: Steps[T]) -> T:
    """All of them, now; what comes of it."""
    while True:
        try:
            next(steps)
        except StopIteration as last:
            return cast("T", last.value)


def folded_card(group: str) -> Card:
    """A folded group as a card with one way in and one way out."""
    way_out = PortSpot("", "", PortKind.NORMAL, "right", FOLDED[0], INPUT_Y, named=False)
    return replace(EMPTY, id=group_card(group), width=FOLDED[0], height=FOLDED[1], enter_y=INPUT_Y, ports=(way_out,))


def group_card(group: str) -> str:
    """What the card of a folded group is called: as no step can be."""
    return f"group:{group}"


def _enters(card: Card) -> bool:
    return card.enter_y is not None


def _frame(card: Card) -> tuple[object, ...]:
    return card.width, card.height, card.enter_y, card.ports
