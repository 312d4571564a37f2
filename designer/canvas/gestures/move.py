"""Dragging cards and what is drawn: snaps, shows guides, puts a lone step into the edge it is dropped on.

One drag is one step of the history. Alt switches snapping off.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from designer.canvas.gestures.drops import light, why_not
from designer.canvas.gestures.guides import Guides
from designer.canvas.gestures.hits import body
from designer.canvas.joining import landed
from designer.canvas.lanes import lane_for
from designer.canvas.painting.caption import paint_caption
from designer.canvas.painting.ink import pen
from designer.canvas.projection.drawn_item import DrawnItem
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.projection.step_item import Z_DRAGGED, Z_STEP, StepItem
from designer.canvas.stage import Stage
from designer.canvas.things import taken_along
from designer.document.commands.notes import join_group
from designer.document.connecting import unfit_for_edge

START = 4.0
"""px on screen before a press becomes a drag"""


class Move:
    """All selected cards, notes and lanes follow the pointer by the same way."""

    def __init__(self, stage: Stage, at: QPointF, lead: StepItem | DrawnItem) -> None:
        self._stage, self._from = stage, at
        nodes, drawn = moving(stage)
        self._items = {node: stage.projector.items[node] for node in nodes if node in stage.projector.items}
        self._drawn = {d: stage.drawing.items[d] for d in drawn if d in stage.drawing.items}
        self._start = {node: item.pos() for node, item in self._items.items()}
        self._rects = {d: QRectF(item.rect) for d, item in self._drawn.items()}
        self._lead = body(lead) if isinstance(lead, StepItem) else QRectF(lead.rect)
        self._line = (lead.card.enter_y or lead.card.height / 2) if isinstance(lead, StepItem) else 0.0
        self._guides: Guides | None = None
        self._lines: list[QLineF] = []
        self._begun = False
        self._target: LeanPipe | None = None
        self._group: str | None = None
        """open group that it would be dropped into"""
        self._edges: set[Key] = set()
        self.words: str | None = None
        """why it will not be put into the edge that it is over"""
        self._pointer = at

    def move(self, event: QMouseEvent) -> None:
        """Follows, snapped."""
        at = self._pointer = self._stage.viewer.place(event.position())
        way = at - self._from
        zoom = self._stage.viewer.zoom
        if not self._begun:
            if (abs(way.x()) + abs(way.y())) * zoom < START:
                return
            self._begin()
        dx, dy = way.x(), way.y()
        self._lines = []
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier and self._guides is not None:
            sx, sy, self._lines = self._guides.snap(self._lead.translated(dx, dy), self._line, zoom)
            dx, dy = dx + sx, dy + sy
        self._put(dx, dy)
        self._seek_edge()
        self._seek_group()
        self._stage.viewer.viewport().update()

    def release(self, event: QMouseEvent) -> None:
        """Where it is let go, it stays."""
        if not self._begun:
            return
        stage, target, group = self._stage, self._target, self._group
        before = stage.services.document.project
        self._end()
        moved = {item: self._start[node] for node, item in self._items.items() if item.pos() != self._start[node]}
        rects = {d: QRectF(item.rect) for d, item in self._drawn.items() if item.rect != self._rects[d]}
        if target is not None and len(self._items) == 1:
            (node_id,) = self._items
            stage.viewer.insert_node.emit(target, node_id, moved)
        elif rects:
            groups = [d for d in self._drawn if d in stage.drawing.members]
            into = join_group(stage.flow_id, group, self._items, groups) if group is not None else None
            stage.moved_together({node: (i.x(), i.y()) for node, i in self._items.items()}, rects, into)
        elif moved:
            stage.viewer.moved_nodes.emit(moved)
        if stage.services.document.project is before:
            self._put_back()

    def cancel(self) -> None:
        """Everything is where it was."""
        if self._begun:
            self._end()
            self._put_back()

    def paint(self, painter: QPainter) -> None:
        """The guide lines, and what letting go here would do."""
        words = self.words
        if words is None and self._group is not None:
            words = f"Into “{self._stage.drawing.items[self._group].text or 'Group'}”"
        if words is not None:
            paint_caption(painter, words, self._pointer, self._stage.scenery)
        if self._lines:
            painter.setPen(pen(self._stage.scenery.palette.accent.base, 1, cosmetic=True))
            painter.drawLines(self._lines)

    def _begin(self) -> None:
        self._begun = True
        stage = self._stage
        stage.wishes.quiet()
        still = [
            (body(item), item.card.enter_y or item.card.height / 2)
            for node, item in stage.projector.items.items()
            if node not in self._items and item.isVisible()
        ]
        self._guides = Guides(still)
        for node, item in self._items.items():
            item.state.dragged = True
            item.setZValue(Z_DRAGGED)
            item.refresh()
            self._edges |= stage.projector.edges_of(node)

    def _end(self) -> None:
        self._lines, self.words = [], None
        for item in self._items.values():
            item.state.dragged = False
            item.setZValue(Z_STEP)
            item.refresh()
        if self._target is not None:
            self._target.state.wanted = False
            self._target.refresh()
            self._target = None
        self._want(None)
        light(self._stage, ())
        self._stage.viewer.viewport().update()

    def _put_back(self) -> None:
        self._put(0, 0)
        self._stage.projector.route(self._edges)
        self._stage.drawing.frame_groups()

    def _put(self, dx: float, dy: float) -> None:
        stage = self._stage
        for node, item in self._items.items():
            start = self._start[node]
            item.setPos(start.x() + dx, start.y() + dy)
        for drawn_id, rect in self._rects.items():
            if self._drawn[drawn_id].sort != "group":
                stage.drawing.hold(drawn_id, rect.translated(dx, dy))
        if stage.drawing.members:
            stage.drawing.frame_groups(self._items.keys())
        stage.projector.bend(self._edges, self._items.keys())
        stage.viewer.forget_overview()

    def _seek_edge(self) -> None:
        """A step that nothing leads to and from yet can be dropped on an edge, if it can lead on to what follows."""
        found: LeanPipe | None = None
        self.words = None
        if len(self._items) == 1 and not self._drawn and not self._edges:
            (item,) = self._items.values()
            if item.card.enter_y is not None and item.card.kind != "trigger":
                rect = body(item).adjusted(10, 8, -10, -8)
                near = self._stage.viewer.scene().items(rect, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
                crossed = [
                    pipe
                    for pipe in near
                    if isinstance(pipe, LeanPipe) and pipe.isVisible() and pipe.crosses(*rect.getCoords())
                ]
                found = min(crossed, key=lambda pipe: _far(pipe, rect.center()), default=None)
                flow = self._stage.flow
                node = flow.node(item.id) if flow is not None and found is not None else None
                if node is not None and unfit_for_edge(self._stage.services.facts, node) is not None:
                    self.words, found = f"{why_not(item.card.title, item.card.kind)}: this line stays as it is", None
        if found is not self._target:
            for pipe, wanted in ((self._target, False), (found, True)):
                if pipe is not None:
                    pipe.state.wanted = wanted
                    pipe.refresh()
            self._target = found

    def _seek_group(self) -> None:
        """What comes to lie in a group's frame goes into it; lanes light up that give an approval its seat."""
        stage = self._stage
        if not stage.drawing.members and not stage.layout.lanes:
            return
        middles = {node: body(item).center() for node, item in self._items.items()}
        groups = [d for d in self._drawn if d in stage.drawing.members]
        self._want(landed(stage, middles, groups) if middles and self._target is None else None)
        lanes = {lane.id for node in middles if stage.layout.lanes and (lane := lane_for(stage, node)) is not None}
        light(stage, {*lanes, *([self._group] if self._group is not None else [])} - self._drawn.keys())

    def _want(self, group: str | None) -> None:
        if group != self._group:
            self._group = group
            self._stage.drawing.let_go(self._items.keys() if group is not None else (), group)


def _far(pipe: LeanPipe, at: QPointF) -> tuple[int, float]:
    """How far an edge runs from a place; of edges with one beginning the one that ends nearest is meant."""
    end = QPointF(*pipe.points[-1]) - at
    return round(pipe.distance_to(at)), abs(end.x()) + abs(end.y())


def moving(stage: Stage) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Nodes and drawn things that a drag of the selection moves: groups and lanes take what is in them along."""
    selection = stage.services.selection
    nodes = dict.fromkeys(selection.nodes)
    drawn = dict.fromkeys(selection.drawn)
    for drawn_id in selection.drawn:
        steps, notes = taken_along(stage, drawn_id)
        nodes.update(dict.fromkeys(steps))
        drawn.update(dict.fromkeys(notes))
    return tuple(nodes), tuple(drawn)
