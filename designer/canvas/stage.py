"""``Stage``: what gestures, overlays and keys share: view, projection, document, and ways to ask and refuse.

Made by the canvas, one each. It holds no state of its own but what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from designer.canvas.camera import Camera
from designer.canvas.folds import Folds
from designer.canvas.painting.scenery import Scenery
from designer.canvas.places import unplaced
from designer.canvas.projection.drawing import Drawing
from designer.canvas.projection.graph import FlowGraph
from designer.canvas.projection.projector import Projector
from designer.canvas.projection.viewer import LeanViewer
from designer.document.command import Command, CommandRefused, compound
from designer.document.commands.move import move
from designer.document.commands.notes import place_drawn
from designer.document.counted import counted
from designer.document.edits import layout_of
from designer.document.grouping import Grouping
from designer.services import Services
from runtime.model.flow import Flow
from runtime.model.layout import LayoutFile


def _nothing(*_: object) -> None:
    return None


@dataclass(slots=True)
class Wishes:
    """What gestures ask the canvas to show. Set once by the canvas."""

    quick_add: Callable[..., None] = _nothing
    """(place, after=(node, port) | None, into=edge | None)"""
    menu: Callable[..., object] = _nothing
    rename: Callable[[str], None] = _nothing
    open_step: Callable[[str], None] = _nothing
    edit_drawn: Callable[[str], None] = _nothing
    refuse: Callable[[str, QPointF, str | None], None] = _nothing
    """(message, place, node that refuses)"""
    quiet: Callable[[], object] = _nothing
    """a gesture begins: bubbles, pads and popups go"""
    ended: Callable[[], object] = _nothing
    """a gesture has ended"""
    refolded: Callable[[], None] = _nothing
    """groups were folded or opened"""


@dataclass
class Stage:
    """One per canvas."""

    services: Services
    scenery: Scenery
    viewer: LeanViewer
    _graph: FlowGraph
    _projector: Projector
    _drawing: Drawing
    camera: Camera
    folds: Folds
    _bounds: QRectF | None = None
    _outdated: bool = False
    """whether something has moved since they were found"""
    _read: tuple[object, LayoutFile] | None = None
    """the plain layout that was read last, and what it says"""
    _known: tuple[object, Grouping] | None = None
    """the groups that were looked through last, and what is in which"""
    fixed: tuple[Flow, LayoutFile] | None = None
    """another value that is shown read-only, such as a run's own version"""
    locked: bool = False
    """nothing may be changed, though the document is shown"""
    wishes: Wishes = field(default_factory=Wishes)

    @property
    def projector(self) -> Projector:
        """Cards and edges, as the document has them: a large change that is being followed is followed to its end."""
        self.viewer.catch_up()
        return self._projector

    def preparing(self, flow: Flow) -> Iterator[None]:
        """What cards of a flow will say is found before it is shown, a card at a time."""
        return self._projector.preparing(self.services.document.project, flow)

    @property
    def graph(self) -> FlowGraph:
        """NodeGraphQt's model in the same way."""
        self.viewer.catch_up()
        return self._graph

    @property
    def drawing(self) -> Drawing:
        """Notes, groups and lanes in the same way."""
        self.viewer.catch_up()
        return self._drawing

    @property
    def flow(self) -> Flow | None:
        """What is shown."""
        return self.fixed[0] if self.fixed is not None else self.services.flow

    @property
    def flow_id(self) -> str:
        """Id of what is shown; empty for nothing."""
        flow = self.flow
        return flow.id if flow is not None else ""

    @property
    def layout(self) -> LayoutFile:
        """Where it stands, groups folded as they are on this machine."""
        if self.fixed is not None:
            return self.folds.over(self.flow_id, self.fixed[1])
        raw = self.services.document.project.layouts.get(self.flow_id)
        if self._read is None or self._read[0] is not raw:
            self._read = (raw, layout_of(self.services.document.project, self.flow_id))
        self.folds.belong_to(self.services.document.folder)
        return self.folds.over(self.flow_id, self._read[1])

    @property
    def grouping(self) -> Grouping:
        """What lies in which group of it."""
        groups = self.layout.groups
        if self._known is None or self._known[0] is not groups:
            self._known = (groups, Grouping(groups))
        return self._known[1]

    @property
    def editable(self) -> bool:
        """Whether what is shown is the document, and may be changed."""
        return self.fixed is None and not self.locked and self.services.flow is not None

    def do(self, command: Command, *, at: QPointF | None = None) -> bool:
        """Perform a command; a refusal is shown at a place of the canvas. Whether it changed anything."""
        if not self.editable:
            return False
        try:
            return self.services.document.do(command)
        except CommandRefused as refused:
            self.wishes.refuse(str(refused), at if at is not None else self.camera.centre, None)
            return False

    def moved_together(
        self, nodes: Mapping[str, tuple[float, float]], rects: Mapping[str, QRectF], into: Command | None = None
    ) -> None:
        """Cards and drawn things were let go elsewhere, perhaps in a group: one step of the history."""
        moves: list[Command] = []
        if nodes:
            moves.append(move(self.flow_id, self.with_unplaced(nodes), count=len(nodes)))
        boxes = {d: (r.x(), r.y(), r.width(), r.height()) for d, r in rects.items() if d not in self.drawing.members}
        if boxes:
            moves.append(place_drawn(self.flow_id, boxes))
        if into is not None:
            moves.append(into)
        if moves:
            count = len(nodes) + len(boxes)
            self.do(moves[0] if len(moves) == 1 else compound(f"Move {counted(count, 'thing')}", *moves))

    def with_unplaced(self, places: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        """These places, and those that are shown of steps that the layout does not name: else they would wander."""
        flow = self.flow
        loose = unplaced(flow, self.layout) if flow is not None else frozenset()
        shown = {n: (i.x(), i.y()) for n, i in self.projector.items.items() if n in loose}
        return {**shown, **places}

    def bounds(self, nodes: tuple[str, ...] | None = None) -> QRectF:
        """Around these steps, or around everything."""
        if nodes is None and self._bounds is not None and not self._outdated:
            return QRectF(self._bounds)
        wanted = None if nodes is None else set(nodes)
        boxes = [
            (x := item.x(), y := item.y(), x + item.card.width, y + item.card.height)
            for node_id, item in self.projector.items.items()
            if (wanted is None or node_id in wanted) and item.isVisible()
        ]
        if nodes is None:
            boxes += [drawn.rect.getCoords() for drawn in self.drawing.items.values() if drawn.isVisible()]
            boxes += self.projector.edge_boxes()
        whole = QRectF()
        if boxes:
            lefts, tops, rights, bottoms = zip(*boxes, strict=True)
            whole.setCoords(min(lefts), min(tops), max(rights), max(bottoms))
        if nodes is None:
            self._bounds, self._outdated = QRectF(whole), False
        return whole

    def bounds_seen(self) -> QRectF:
        """Around everything; while a large change is being followed, as it was before."""
        known = self._bounds if self.viewer.late() else None
        return QRectF(known) if known is not None else self.bounds()

    def forget_bounds(self) -> None:
        """Something stands elsewhere."""
        self._outdated = True
