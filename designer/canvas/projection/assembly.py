"""``Assembly``: makes the items of a flow, all of them or one, and takes them apart. The projector is one.

Of a large flow the edges are made when somebody first asks for them, as a rule in the next turn of the event loop, and
what was shown before is let go of a little at a time: all at once took twice as long as the window may stand still.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QElapsedTimer, QObject, QTimer
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from designer.canvas.card import Card, make_card
from designer.canvas.painting.card import CardState
from designer.canvas.painting.edge import Box
from designer.canvas.painting.levels import Level
from designer.canvas.projection.dressing import Dressing
from designer.canvas.projection.graph import FlowGraph, StepNode
from designer.canvas.projection.kept_cards import KeptCards
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.projection.step_item import StepItem
from designer.canvas.projection.strands import Strands
from designer.canvas.projection.viewer import LeanViewer
from designer.canvas.routes import simple_route
from designer.document.facts import Facts
from designer.garbage import set_aside
from nodes.contract import PortKind
from runtime.model.flow import Flow
from runtime.model.project import Project

Place = tuple[float, float]
End = tuple[Card, Place]
LINKED_AT_ONCE = 300
"""edges of a flow up to which they are made with the steps: 4 ms"""
SLICE_MS = 4
"""of every turn of the event loop while items are let go of"""


class Assembly(Dressing):
    """Holds the items by id and key."""

    def __init__(self, graph: FlowGraph, viewer: LeanViewer, facts: Facts) -> None:
        super().__init__(viewer)
        self._graph, self._facts = graph, facts
        self._kept = KeptCards(facts)
        self._built: tuple[Project, Flow] | None = None
        """what the cards that stand here say; None while they are being changed"""
        self._into: dict[str, set[Key]] = {}
        self._to_link: tuple[list[Key], Mapping[str, End]] | None = None
        """edges that are still to be made, and what every step of the flow is and where"""
        self.lost: Callable[[Collection[Key]], None] = lambda _keys: None
        """told of edges that only have a simple way for now"""
        self.hidden: Mapping[str, str] = {}
        """node -> folded group that it is in"""
        self._strands = Strands(viewer.scenery)
        viewer.scene().addItem(self._strands)
        viewer.complete = self.complete
        self._leaving = Leaving(viewer)

    # All of a flow.

    def build(self, project: Project, flow: Flow, places: Mapping[str, Place]) -> None:
        """Everything anew, on an empty canvas; edges at once if there are few."""
        used, kept = used_ports(flow), self._kept.of(project, flow)
        ends: dict[str, End] = {}
        with without_garbage():
            for node in flow.nodes:
                if node.id not in ends:
                    card = kept.get(node.id) or make_card(node, self._facts, project, used.get(node.id, ()), ask=False)
                    ends[node.id] = card, places.get(node.id, (0.0, 0.0))
                    self._add(*ends[node.id], cached=False)
        # Others are of a broken file: the problem is named elsewhere, and there is nothing to draw.
        keys = list(dict.fromkeys(edge.key for edge in flow.edges if edge.source in ends and edge.target in ends))
        for key in keys:
            self._out.setdefault(key[0], set()).add(key)
            self._into.setdefault(key[2], set()).add(key)
        for node_id, leading in self._out.items():
            self.items[node_id].state.connected = frozenset(key[1] for key in leading)
        self._to_link = keys, ends
        self._built = project, flow
        if len(keys) <= LINKED_AT_ONCE:
            self.complete()

    def preparing(self, project: Project, flow: Flow) -> Iterator[None]:
        """What the cards of a flow will say when it is shown is found, card by card."""
        return self._kept.making(project, flow, used_ports(flow))

    def complete(self) -> None:
        """All edges are there when it returns."""
        if self._to_link is None:
            return
        (keys, ends), self._to_link = self._to_link, None
        with without_garbage():
            for key in keys:
                self._link(key, ends)
        self.lost(self._pipes.keys())
        self._viewer.forget_overview()

    def clear(self) -> None:
        """Nothing is shown; what the cards say is kept for when it is again."""
        if self._built is not None:
            self._kept.keep(*self._built, {node: item.card for node, item in self.items.items()})
            self._built = None
        scene = self._viewer.scene()
        gone: list[LeanPipe | StepItem] = [*self._pipes.values(), *self.items.values()]
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # else it is kept right for each that goes
        for item in gone:
            scene.removeItem(item)
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.BspTreeIndex)
        self._leaving.take(gone, self._graph.clear())
        self.items, self._pipes, self._into, self._out = {}, {}, {}, {}
        self._to_link = None
        self.hidden = {}
        self._strands.hang(QPainterPath())
        self.undress()
        self._viewer.forget_overview()

    # One step, one edge.

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

    def _link(self, key: Key, ends: Mapping[str, End]) -> LeanPipe | None:
        """``ends``: what its two steps are and where."""
        pipe = LeanPipe(self._viewer.scenery)
        if not self._graph.link(key, pipe):
            return None  # a broken file: there is nothing to draw
        self._pipes[key] = pipe
        spot = self.items[key[0]].card.port(key[1])
        if spot is not None and spot.kind is PortKind.ERROR:
            pipe.state.exception = True
        self._route_between(pipe, ends[key[0]], ends[key[2]])
        self._viewer.scene().addItem(pipe)
        return pipe

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

    def _route_between(self, pipe: LeanPipe, first: End, last: End) -> None:
        (source, at), (target, to) = first, last
        spot = source.ports[0] if source.id != pipe.key[0] else source.port(pipe.key[1])
        if spot is not None:
            pipe.run(simple_route(source, at, spot, target, to))

    # Asked by others.

    def edge_boxes(self) -> list[Box]:
        """What edges that are seen may paint; of those that are still to be made nothing is known."""
        return [pipe.box for pipe in self._pipes.values() if pipe.isVisible()]

    def edges_of(self, node_id: str) -> set[Key]:
        """Keys of the edges in and out of a step."""
        return self._into.get(node_id, set()) | self._out.get(node_id, set())

    def edges_out(self, node_id: str) -> Collection[Key]:
        """Keys of the edges out of a step."""
        return self._out.get(node_id, set())

    def edges_in(self, node_id: str) -> Collection[Key]:
        """Keys of the edges into a step."""
        return self._into.get(node_id, set())


class Leaving(QObject):
    """Items that are off the scene: to free those of a large flow takes as long as a frame may."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._gone: list[LeanPipe | StepItem] = []
        self._nodes: list[StepNode] = []
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._some)

    def take(self, items: list[LeanPipe | StepItem], nodes: list[StepNode]) -> None:
        """They go in the next turns."""
        self._gone += items
        self._nodes += nodes
        if self._gone:
            self._turn.start()

    def _some(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        while clock.elapsed() < SLICE_MS:
            if self._nodes:
                self._nodes.pop().let_go()
            elif self._gone:
                self._gone.pop()
            else:
                self._turn.stop()
                return


def used_ports(flow: Flow, only: Collection[str] | None = None) -> dict[str, set[str]]:
    """The ports by which edges leave, of each step that has any."""
    used: dict[str, set[str]] = {}
    for edge in flow.edges:
        if only is None or edge.source in only:
            used.setdefault(edge.source, set()).add(edge.port)
    return used


@contextmanager
def without_garbage() -> Iterator[None]:
    """Thousands of items are made and none goes: looking for garbage takes a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
        set_aside()
    finally:
        if collecting:
            gc.enable()
