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


def making_room(stage: Stage, groups: Collection[str]) -> list[Command]:
    """Commands that move what stands in the way of these folded groups once they are unfolded; none if nothing does."""
    standing = _Standing(stage)
    for group in stage.drawing.grouping.inwards:
        if group in groups:
            standing.unfold(group)
    return standing.commands()


class _Standing:
    """Where everything stands while one group after another is unfolded."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._grouping = stage, stage.drawing.grouping
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
        self._direct = {group.id: group.nodes for group in stage.layout.groups}

    def unfold(self, group: str) -> None:
        """The group is as large as what is in it from now on, and the groups around it grow as far as they must."""
        if group not in self._folded:
            return
        chain = [group, *self._grouping.around(group)]
        shut = next((n for n, outer in enumerate(chain) if n and outer in self._folded), len(chain))
        small = {one: self._rect(one) for one in chain[: shut + 1]}
        self._folded.discard(group)
        for one, outer in zip(chain[:shut], [*chain[1:], None], strict=False):
            before, large = small[one], self._rect(one)
            if before is not None and large is not None:
                within = small.get(outer) if outer is not None else None
                self._make_room(before, large, self._beside(one, outer), within)

    def _make_room(self, small: Rect, large: Rect, units: list[tuple[Rect, list[str]]], within: Rect | None) -> None:
        """What stands beside the small one moves away from the large one: cards, groups as a whole, and what is drawn
        on the canvas or ``within`` the group around.
        """
        drawn = [name for name, rect in self._drawn.items() if within is None or _holds(within, rect)]
        for lane in [self._drawn[lane.id] for lane in self._stage.layout.lanes if lane.id in drawn]:
            if not _holds(lane, small):
                inside = [unit for unit in units if _holds(lane, unit[0])]
                units = [unit for unit in units if unit not in inside]
                units.append((lane, [node for _, nodes in inside for node in nodes]))
        room = room_for(small, large, [rect for rect, _ in units])
        for rect, nodes in units:
            x, y, _, _ = room.of(rect)
            for node in nodes:
                left, top, width, height = self._cards[node]
                self._cards[node] = (left + x - rect[0], top + y - rect[1], width, height)
        for name in drawn:
            rect = self._drawn[name]
            self._drawn[name] = room.around(rect) if _holds(rect, small) else room.of(rect)

    def _beside(self, group: str, outer: str | None) -> list[tuple[Rect, list[str]]]:
        """The groups and cards that lie directly in the same group, or in none: each with all steps that go with it."""
        known = self._grouping
        units: list[tuple[Rect, list[str]]] = []
        for other, steps in known.steps.items():
            rect = self._rect(other)
            if other != group and known.outer.get(other) == outer and rect is not None:
                units.append((rect, [node for node in steps if node in self._cards]))
        for node, rect in self._cards.items():
            if next(iter(known.around_step(node)), None) == outer:
                units.append((rect, [node]))
        return units

    def commands(self) -> list[Command]:
        """What has another place now."""
        stage = self._stage
        places = {node: rect[:2] for node, rect in self._cards.items() if rect != self._before[node]}
        boxes = {name: rect for name, rect in self._drawn.items() if rect != self._drawn_before[name]}
        commands = [move(stage.flow_id, stage.with_unplaced(places), count=len(places))] if places else []
        return [*commands, place_drawn(stage.flow_id, boxes)] if boxes else commands

    def _rect(self, group: str) -> Rect | None:
        """Where it lies, as a card if it is folded; None if nothing is in it."""
        inside = [self._cards[node] for node in self._direct[group] if node in self._cards]
        inside += [rect for inner in self._grouping.inner[group] if (rect := self._rect(inner)) is not None]
        if not inside:
            return None
        left, top = min(x for x, *_ in inside), min(y for _, y, *_ in inside)
        if group in self._folded:
            return left, top, *FOLDED
        right, bottom = max(x + w for x, _, w, _ in inside), max(y + h for _, y, _, h in inside)
        return left - AROUND, top - HEAD, right - left + 2 * AROUND, bottom - top + HEAD + AROUND


def _holds(rect: Rect, other: Rect) -> bool:
    """Whether the middle of the other lies in it."""
    x, y = other[0] + other[2] / 2, other[1] + other[3] / 2
    return rect[0] < x < rect[0] + rect[2] and rect[1] < y < rect[1] + rect[3]
