"""Notes, groups and lanes of the canvas: added, changed, placed. For people, never a semantic change."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from decimal import Decimal
from typing import Any

from designer.document.command import Command, CommandRefused
from designer.document.counted import counted
from designer.document.edits import change_layout
from designer.document.grouping import grouped, joined, taken_out, ungrouped
from runtime.model.layout import CanvasGroup, CanvasNote, LayoutFile, SeatLane

Box = tuple[float, float, float, float]
PARTS = ("notes", "groups", "lanes")
_SAID = {"title": "Rename", "colour": "Colour note", "owner": "Change owner of lane", "seat": "Change seat of lane"}


def add_drawn(flow_id: str, thing: CanvasNote | SeatLane) -> Command:
    """One more, over the others."""
    part, name = ("notes", "note") if isinstance(thing, CanvasNote) else ("lanes", "lane")

    def change(layout: LayoutFile) -> LayoutFile:
        return layout.model_copy(update={part: (*getattr(layout, part), thing)})

    return Command(f"Add {name}", lambda project: change_layout(project, flow_id, change), flow_id)


def set_drawn(flow_id: str, drawn_id: str, *, title: str | None = None, **fields: Any) -> Command:
    """Changes fields of one: ``text``, ``title``, ``colour``, ``owner``, ``nodes`` ..."""
    if title is not None:
        fields["title"] = title

    def change(layout: LayoutFile) -> LayoutFile:
        for part in PARTS:
            things = getattr(layout, part)
            for place, thing in enumerate(things):
                if thing.id == drawn_id:
                    if all(getattr(thing, name, None) == value for name, value in fields.items()):
                        return layout
                    changed = _with(thing, fields)
                    return layout.model_copy(update={part: (*things[:place], changed, *things[place + 1 :])})
        raise CommandRefused("This note, group or lane is not on the canvas any more.")

    words = next((said for name, said in _SAID.items() if name in fields), "Edit note")
    merge: Hashable = ("set_drawn", flow_id, drawn_id, *fields) if fields.keys() & {"text", "title"} else None
    return Command(words, lambda project: change_layout(project, flow_id, change), flow_id, merge=merge)


def place_drawn(
    flow_id: str, boxes: Mapping[str, Box], *, merge: Hashable | None = None, title: str | None = None
) -> Command:
    """Notes and lanes at these places (left, top, width, height)."""

    def change(layout: LayoutFile) -> LayoutFile:
        update: dict[str, Any] = {}
        for part in ("notes", "lanes"):
            before = getattr(layout, part)
            after = tuple(_placed(thing, boxes.get(thing.id)) for thing in before)
            if after != before:
                update[part] = after
        return layout.model_copy(update=update) if update else layout

    title = title or ("Move note or lane" if len(boxes) == 1 else f"Move {counted(len(boxes), 'thing')}")
    return Command(title, lambda project: change_layout(project, flow_id, change), flow_id, merge=merge)


def group_steps(
    flow_id: str, group_id: str, nodes: Collection[str], groups: Collection[str] = (), *, title: str = ""
) -> Command:
    """A frame around these steps and groups. A step belongs to one group: the new one takes it from the old."""
    if not nodes and not groups:
        raise CommandRefused("Select the steps that belong together first, then group them.")
    new = CanvasGroup(id=group_id, title=title, nodes=tuple(nodes))

    def change(layout: LayoutFile) -> LayoutFile:
        return layout.model_copy(update={"groups": grouped(layout.groups, new, groups)})

    return Command("Add group", lambda project: change_layout(project, flow_id, change), flow_id)


def join_group(flow_id: str, group_id: str, nodes: Collection[str], groups: Collection[str] = ()) -> Command:
    """These steps and groups lie in this group from now on, and in no other beside those around it."""

    def change(layout: LayoutFile) -> LayoutFile:
        return _with_groups(layout, joined(layout.groups, group_id, nodes, groups))

    return Command("Put into group", lambda project: change_layout(project, flow_id, change), flow_id)


def leave_group(flow_id: str, nodes: Collection[str]) -> Command:
    """Each of these steps leaves the group that it lies directly in."""

    def change(layout: LayoutFile) -> LayoutFile:
        return _with_groups(layout, taken_out(layout.groups, nodes))

    return Command("Take out of group", lambda project: change_layout(project, flow_id, change), flow_id)


def ungroup(flow_id: str, groups: Collection[str]) -> Command:
    """Takes frames away; their steps stay, in the groups around."""
    gone = frozenset(groups)

    def change(layout: LayoutFile) -> LayoutFile:
        return _with_groups(layout, ungrouped(layout.groups, gone))

    return Command("Ungroup", lambda project: change_layout(project, flow_id, change), flow_id)


def _with(thing: Any, fields: Mapping[str, Any]) -> Any:
    """The thing with these fields; those that are None are not written."""
    plain = {**thing.model_dump(by_alias=True, exclude_unset=True), **fields}
    return type(thing).model_validate({name: value for name, value in plain.items() if value is not None})


def _with_groups(layout: LayoutFile, groups: tuple[CanvasGroup, ...]) -> LayoutFile:
    return layout if groups == layout.groups else layout.model_copy(update={"groups": groups})


def _placed(thing: Any, box: Box | None) -> Any:
    if box is None:
        return thing
    x, y, width, height = (Decimal(round(side)) for side in box)
    update: dict[str, Any] = {"x": x, "y": y}
    # A note that never had a size keeps none as long as it is only moved.
    if isinstance(thing, SeatLane) or thing.width is not None or (width, height) != (Decimal(128), Decimal(106)):
        update.update(width=width, height=height)
    changed = thing.model_copy(update=update)
    return thing if changed == thing else changed
