"""What comes to lie in the frame of an open group belongs to it: steps that are dragged, added or put into an edge."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QPointF

from designer.canvas.projection.pipe import Key
from designer.canvas.stage import Stage
from designer.document.command import Command
from designer.document.commands.notes import join_group

Place = tuple[float, float]


def group_at(stage: Stage, at: QPointF, without: Collection[str] = (), groups: Collection[str] = ()) -> str | None:
    """The innermost open group whose frame holds a place; not one that holds any of the steps ``without``, whose frame
    follows these, nor one of ``groups`` or in them.
    """
    known, moving = stage.drawing.grouping, set(without)
    ruled_out = known.within(groups)
    for group in reversed(known.inwards):
        item = stage.drawing.items.get(group)
        if item is None or not item.isVisible() or item.folded or group in ruled_out:
            continue
        if item.rect.contains(at) and moving.isdisjoint(known.steps[group]):
            return group
    return None


def landed(stage: Stage, middles: Mapping[str, QPointF], groups: Collection[str] = ()) -> str | None:
    """The group that these steps have come into, all of them, with the groups that were moved with them."""
    found = {group_at(stage, at, middles.keys(), groups) for at in middles.values()}
    return found.pop() if len(found) == 1 else None


def joining(stage: Stage, node: str, at: QPointF, into: Key | None) -> list[Command]:
    """For a step that is new there: the group of both ends of the edge that it is put into, else the one it lies in."""
    known = stage.drawing.grouping
    group = group_at(stage, at)
    if into is not None:
        ends = [known.around_step(end) for end in (into[0], into[2])]
        group = next((one for one in ends[0] if one in ends[1]), group)
    if group is None or group in known.around_step(node):
        return []
    return [join_group(stage.flow_id, group, [node])]
