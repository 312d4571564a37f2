"""Pastes steps with fresh ids: what they read of each other, their edges and their places come along, and what they
need of a project that this one lacks (roles, connections, decision files).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from designer.document.clip import Clip
from designer.document.command import Command, CommandRefused
from designer.document.edits import change_layout, flow_of, with_edges, with_flow
from designer.document.grouping import placed_in
from designer.document.names import fresh
from designer.document.rereading import ManyNames, of_name, rewritten
from runtime.model.drawing import MAX_NODES
from runtime.model.flow import Flow, Node
from runtime.model.layout import LayoutFile, Position
from runtime.model.project import Project

Place = tuple[float, float]


def paste(flow_id: str, clip: Clip, by: Place, *, flow: Flow, layout: LayoutFile, title: str = "Paste") -> Command:
    """``by``: how far from where it was copied. ``flow`` and ``layout`` as they are now: fresh ids go by them."""
    ids = fresh_ids(flow, clip)
    others = ManyNames({old: new for old, new in ids.items() if old != new})
    drawn = fresh_drawn(layout, clip)

    def apply(project: Project) -> Project:
        now = flow_of(project, flow_id)
        if len(now.nodes) + len(clip.nodes) > MAX_NODES:
            raise CommandRefused(f"The flow would have more than {MAX_NODES:,} steps. Paste into a flow of its own.")
        nodes = tuple(_renamed(node, ids, others) for node in clip.nodes)
        edges = tuple(
            edge.model_copy(update={"source": ids[edge.source], "target": ids[edge.target]}) for edge in clip.edges
        )
        flowed = with_edges(now.model_copy(update={"nodes": (*now.nodes, *nodes)}), (*now.edges, *edges))
        return change_layout(
            clip.needs.added_to(with_flow(project, flowed) if nodes else project),
            flow_id,
            lambda before: _laid(before, clip, ids, drawn, by),
        )

    return Command(title, apply, flow_id, select=tuple(ids.values()))


def _renamed(node: Node, ids: Mapping[str, str], others: Mapping[str, str]) -> Node:
    update: dict[str, Any] = {"id": ids[node.id]}
    if others and (config := rewritten(node.config, others, of_name)) is not node.config:
        update["config"] = config
    if node.undo is not None and node.undo in others:
        update["undo"] = others[node.undo]
    return node.model_copy(update=update)


def fresh_ids(flow: Flow, clip: Clip) -> dict[str, str]:
    """Old id -> one that is free in the flow."""
    taken = {node.id for node in flow.nodes}
    tried: dict[str, int] = {}
    ids: dict[str, str] = {}
    for node in clip.nodes:
        ids[node.id] = fresh(_stem(node.id) if node.id in taken else node.id, taken, tried)
        taken.add(ids[node.id])
    return ids


def fresh_drawn(layout: LayoutFile, clip: Clip) -> dict[str, str]:
    """The same for notes, groups and lanes."""
    taken = {thing.id for part in ("notes", "groups", "lanes") for thing in getattr(layout, part)}
    ids: dict[str, str] = {}
    for part in ("notes", "groups", "lanes"):
        for thing in getattr(clip.layout, part):
            ids[thing.id] = fresh(_stem(thing.id), taken)
            taken.add(ids[thing.id])
    return ids


def _stem(name: str) -> str:
    """Without the number of an earlier copy: the copy of ``check_2`` is ``check_3``, not ``check_2_2``."""
    stem, _, number = name.rpartition("_")
    return stem if stem and number.isdigit() else name


def _laid(before: LayoutFile, clip: Clip, ids: Mapping[str, str], drawn: Mapping[str, str], by: Place) -> LayoutFile:
    dx, dy = Decimal(round(by[0])), Decimal(round(by[1]))
    update: dict[str, Any] = {}
    if clip.layout.nodes:
        placed = {ids[node]: Position(x=at.x + dx, y=at.y + dy) for node, at in clip.layout.nodes.items()}
        update["nodes"] = {**before.nodes, **placed}
    for part in ("notes", "lanes"):
        things = getattr(clip.layout, part)
        if things:
            moved = [t.model_copy(update={"id": drawn[t.id], "x": t.x + dx, "y": t.y + dy}) for t in things]
            update[part] = (*getattr(before, part), *moved)
    groups = [
        placed_in(group, drawn.get(group.inside or "")).model_copy(
            update={"id": drawn[group.id], "nodes": tuple(ids[node] for node in group.nodes)}
        )
        for group in clip.layout.groups
    ]
    if groups:
        update["groups"] = (*before.groups, *groups)
    return before.model_copy(update=update) if update else before
