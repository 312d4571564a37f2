"""What comes to lie in the frame of an open group belongs to it: steps that are dragged, added or put into an edge."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QPointF, QRectF

from designer.canvas.projection.pipe import Key
from designer.canvas.stage import Stage
from designer.document.command import Command
from designer.document.commands.notes import join_group

Place = tuple[float, float]


def open_frames(stage: Stage, moving: Collection[str] = (), groups: Collection[str] = ()) -> list[tuple[str, QRectF]]:
    """Open groups, inner ones first, and where they lie: not those that hold any step that is ``moving``, whose frames
    follow these, nor any of ``groups`` or in them.
    """
    known, items, gone = stage.drawing.grouping, stage.drawing.items, set(moving)
    ruled_out = known.within(groups)
    return [
        (group, items[group].rect)
        for group in reversed(known.inwards)
        if group in items
        and items[group].isVisible()
        and not items[group].folded
        and group not in ruled_out
        and gone.isdisjoint(known.steps[group])
    ]


def landed(stage: Stage, middles: Mapping[str, QPointF], groups: Collection[str] = ()) -> str | None:
    """The group that these steps have come into, all of them, with the groups that were moved with them."""
    target: str | None = None
    frames = open_frames(stage, middles, groups)
    for at in middles.values():
        here = next((group for group, rect in frames if rect.contains(at)), None)
        if here is None or target not in (None, here):
            return None
        target = here
    return target


def joining(stage: Stage, node: str, at: QPointF, into: Key | None) -> list[Command]:
    """For a step that is new there, or put into an edge there."""
    group = would_join(stage, at, into)
    if group is None or group in stage.drawing.grouping.around_step(node):
        return []
    return [join_group(stage.flow_id, group, [node])]


def would_join(stage: Stage, at: QPointF, into: Key | None) -> str | None:
    """The group of both ends of the edge that a step is put into, else the one that its middle lies in."""
    known = stage.drawing.grouping
    group = next((one for one, rect in open_frames(stage) if rect.contains(at)), None)
    if into is not None:
        ends = [known.around_step(end) for end in (into[0], into[2])]
        group = next((one for one in ends[0] if one in ends[1]), group)
    return group
