"""Groups are unfolded where other things have come near while they were small: those move aside, in the same step."""

from __future__ import annotations

from collections.abc import Collection

from designer.canvas.painting.drawn import FOLDED
from designer.canvas.projection.drawing import AROUND, HEAD, lane_rect, note_rect
from designer.canvas.stage import Stage
from designer.document.command import Command
from designer.document.commands.move import move
from designer.document.commands.notes import place_drawn
from designer.layout.graph import Rect
from designer.layout.room import room_for
from runtime.model.layout import CanvasGroup


def making_room(stage: Stage, groups: Collection[str]) -> list[Command]:
    """Commands that move what stands in the way of these folded groups once they are unfolded; none if nothing does."""
    standing = _Standing(stage)
    for group in stage.layout.groups:
        if group.id in groups and group.folded:
            standing.unfold(group)
    return standing.commands()


class _Standing:
    """Where everything stands while one group after another is unfolded."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        items = stage.projector.items
        self._before: dict[str, Rect] = {
            node: (item.x(), item.y(), item.card.width, item.card.height) for node, item in items.items()
        }
        self._cards = dict(self._before)
        things = [(lane.id, lane_rect(lane)) for lane in stage.layout.lanes]
        things += [(note.id, note_rect(note)) for note in stage.layout.notes]
        self._drawn_before: dict[str, Rect] = {
            name: (rect.x(), rect.y(), rect.width(), rect.height()) for name, rect in things
        }
        self._drawn = dict(self._drawn_before)
        self._folded = {group.id for group in stage.layout.groups if group.folded}

    def unfold(self, group: CanvasGroup) -> None:
        """The group is as large as its cards from now on."""
        whole = self._around(group)
        if whole is None:
            return
        small = (whole[0] + AROUND, whole[1] + HEAD, *FOLDED)
        self._folded.discard(group.id)
        own = set(group.nodes)
        units: list[tuple[Rect, list[str]]] = []
        for other in self._stage.layout.groups:
            rect = self._rect(other)
            if rect is not None and own.isdisjoint(other.nodes):
                units.append((rect, [node for node in other.nodes if node in self._cards]))
        grouped = {node for _, nodes in units for node in nodes} | own
        units += [(rect, [node]) for node, rect in self._cards.items() if node not in grouped]
        for lane in [self._drawn[lane.id] for lane in self._stage.layout.lanes]:
            if not _holds(lane, small):
                inside = [unit for unit in units if _holds(lane, unit[0])]
                units = [unit for unit in units if unit not in inside]
                units.append((lane, [node for _, nodes in inside for node in nodes]))
        room = room_for(small, whole, [rect for rect, _ in units])
        for rect, nodes in units:
            x, y, _, _ = room.of(rect)
            for node in nodes:
                left, top, width, height = self._cards[node]
                self._cards[node] = (left + x - rect[0], top + y - rect[1], width, height)
        for name, rect in self._drawn.items():
            self._drawn[name] = room.around(rect) if _holds(rect, small) else room.of(rect)

    def commands(self) -> list[Command]:
        """What has another place now."""
        stage = self._stage
        places = {node: rect[:2] for node, rect in self._cards.items() if rect != self._before[node]}
        boxes = {name: rect for name, rect in self._drawn.items() if rect != self._drawn_before[name]}
        commands = [move(stage.flow_id, stage.with_unplaced(places), count=len(places))] if places else []
        return [*commands, place_drawn(stage.flow_id, boxes)] if boxes else commands

    def _rect(self, group: CanvasGroup) -> Rect | None:
        whole = self._around(group)
        if whole is None or group.id not in self._folded:
            return whole
        return (whole[0] + AROUND, whole[1] + HEAD, *FOLDED)

    def _around(self, group: CanvasGroup) -> Rect | None:
        inside = [self._cards[node] for node in group.nodes if node in self._cards]
        if not inside:
            return None
        left, top = min(x for x, *_ in inside), min(y for _, y, *_ in inside)
        right, bottom = max(x + w for x, _, w, _ in inside), max(y + h for _, y, _, h in inside)
        return left - AROUND, top - HEAD, right - left + 2 * AROUND, bottom - top + HEAD + AROUND


def _holds(rect: Rect, other: Rect) -> bool:
    """Whether the middle of the other lies in it."""
    x, y = other[0] + other[2] / 2, other[1] + other[3] / 2
    return rect[0] < x < rect[0] + rect[2] and rect[1] < y < rect[1] + rect[3]
