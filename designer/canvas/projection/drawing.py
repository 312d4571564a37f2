"""``Drawing``: brings notes, groups and lanes on the canvas to what the layout says, and hides what is folded away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QRectF

from designer.canvas.looks import most_urgent
from designer.canvas.painting.drawn import FOLDED, NOTE
from designer.canvas.projection.drawn_item import DrawnItem, Sort
from designer.canvas.projection.projector import Projector
from designer.canvas.projection.viewer import LeanViewer
from designer.document.grouping import Grouping
from designer.document.names import title_of
from runtime.model.layout import CanvasGroup, CanvasNote, LayoutFile, SeatLane
from runtime.model.project import Project

AROUND, HEAD = 16.0, 34.0
"""room between a group's frame and its cards; above them for the title"""


class Drawing:
    """Holds the items by id."""

    def __init__(self, viewer: LeanViewer, projector: Projector) -> None:
        self._viewer, self._projector = viewer, projector
        self.items: dict[str, DrawnItem] = {}
        self.grouping = Grouping(())
        self._leaving: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        """steps that are dragged into a group, and the groups that they will be in"""
        self._layout = LayoutFile()
        projector.frames = lambda: [(i.sort, i.rect, i.text) for i in self.items.values() if i.isVisible()]
        projector.corner_of = lambda group: (self.items[group].rect.x(), self.items[group].rect.y())

    @property
    def members(self) -> Mapping[str, Sequence[str]]:
        """Group -> all steps in it, those of groups in it too."""
        return self.grouping.steps

    @property
    def outermost_folded(self) -> list[str]:
        """Folded groups that are seen, as cards."""
        return self.grouping.outermost({group.id for group in self._layout.groups if group.folded})

    def show(self, layout: LayoutFile, project: Project) -> None:
        """What the layout says now."""
        self._layout = layout
        wanted: dict[str, tuple[Sort, object]] = {}
        for sort, things in (("lane", layout.lanes), ("group", layout.groups), ("note", layout.notes)):
            for thing in things:
                wanted.setdefault(thing.id, (sort, thing))  # type: ignore[arg-type]
        scene = self._viewer.scene()
        for drawn_id in [d for d, item in self.items.items() if d not in wanted or wanted[d][0] != item.sort]:
            scene.removeItem(self.items.pop(drawn_id))
        for drawn_id, (sort, _) in wanted.items():
            if drawn_id not in self.items:
                self.items[drawn_id] = DrawnItem(sort, drawn_id, self._viewer.scenery)
                scene.addItem(self.items[drawn_id])
        for note in layout.notes:
            if self.items[note.id].sort == "note":
                self.items[note.id].show_as(note_rect(note), note.text, tone=note.colour)
        for lane in layout.lanes:
            if self.items[lane.id].sort == "lane":
                self.items[lane.id].show_as(lane_rect(lane), lane_title(lane, project))
        self.grouping = Grouping(layout.groups)
        self.frame_groups()
        self._fold()

    def clear(self) -> None:
        """Nothing is drawn."""
        for item in self.items.values():
            self._viewer.scene().removeItem(item)
        self.items, self.grouping = {}, Grouping(())
        self._layout = LayoutFile()

    def frame_groups(self, only: Collection[str] | None = None) -> None:
        """Frames follow their cards and the frames in them; ``only`` those that hold one of these steps."""
        groups = {group.id: group for group in self._layout.groups}
        folded = {group.id for group in self._layout.groups if group.folded}
        for group_id in reversed(self.grouping.inwards):
            group, item, steps = groups[group_id], self.items.get(group_id), self.grouping.steps[group_id]
            if item is None or item.sort != "group" or (only is not None and set(only).isdisjoint(steps)):
                continue
            rect, outer = self._around(group), self.grouping.around(group_id)
            item.setVisible(not rect.isEmpty() and folded.isdisjoint(outer))
            if group.folded:
                rect = QRectF(rect.x() + AROUND, rect.y() + HEAD, *FOLDED)
            item.show_as(rect, group.title, count=len(steps), folded=group.folded, depth=len(outer))

    def let_go(self, nodes: Collection[str], group: str | None) -> None:
        """Frames follow these steps no more, which are dragged into a group, unless that lies in them; or do again."""
        into = {group, *self.grouping.around(group)} if group is not None else set()
        self._leaving = frozenset(nodes), frozenset(into)
        self.frame_groups()

    def show_inside(self) -> None:
        """Folded groups tell of the runs and problems of the steps in them."""
        steps = self._projector.items
        for group in self.outermost_folded:
            item = self.items.get(group)
            inside = [steps[node].state for node in self.grouping.steps[group] if node in steps]
            if item is None:
                continue
            told = (
                most_urgent(one.look for one in inside),
                sum(one.errors for one in inside),
                sum(one.warnings for one in inside),
            )
            if told != (item.state.look, item.state.errors, item.state.warnings):
                item.state.look, item.state.errors, item.state.warnings = told
                item.update()

    def hold(self, drawn_id: str, rect: QRectF) -> None:
        """While it is dragged: shown elsewhere than the document says."""
        item = self.items.get(drawn_id)
        if item is not None:
            item.show_as(rect, item.text, tone=item.tone, count=item.count, folded=item.folded, depth=item.depth)

    def select(self, drawn: Collection[str], nodes: Collection[str] = ()) -> None:
        """Exactly these look selected; ``nodes`` that a folded group stands for are seen by its card."""
        drawn = {*drawn, *(self._projector.hidden[node] for node in nodes if node in self._projector.hidden)}
        for drawn_id, item in self.items.items():
            if item.state.selected != (drawn_id in drawn):
                item.state.selected = drawn_id in drawn
                item.update()

    def _around(self, group: CanvasGroup) -> QRectF:
        whole = QRectF()
        gone, into = self._leaving
        for node_id in group.nodes if group.id in into or not gone else [n for n in group.nodes if n not in gone]:
            item = self._projector.items.get(node_id)
            if item is not None:
                whole = whole.united(QRectF(item.x(), item.y(), item.card.width, item.card.height))
        for inner in self.grouping.inner[group.id]:
            whole = whole.united(self.items[inner].rect)
        return whole.adjusted(-AROUND, -HEAD, AROUND, AROUND) if not whole.isEmpty() else whole

    def _fold(self) -> None:
        hidden: dict[str, str] = {}
        for group in self.outermost_folded:
            hidden.update((node, group) for node in self.grouping.steps[group] if node in self._projector.items)
        self.show_inside()
        if hidden or self._projector.hidden:
            self._projector.fold(hidden)


def note_rect(note: CanvasNote) -> QRectF:
    """Where a note lies."""
    width = float(note.width) if note.width is not None else NOTE[0]
    height = float(note.height) if note.height is not None else NOTE[1]
    return QRectF(float(note.x), float(note.y), max(width, 40.0), max(height, 30.0))


def lane_rect(lane: SeatLane) -> QRectF:
    """Where a lane lies."""
    return QRectF(float(lane.x), float(lane.y), max(float(lane.width), 60.0), max(float(lane.height), 40.0))


def lane_title(lane: SeatLane, project: Project) -> str:
    """What stands on it: its own title, else what it assigns."""
    if lane.title:
        return lane.title
    role = project.role(lane.owner) if lane.owner else None
    name = title_of(role) if role is not None else lane.owner or lane.seat
    return f"Seat: {name}" if name else "Lane"
