"""Deletes steps and edges; the line heals where one step stood between two."""

from __future__ import annotations

from collections.abc import Collection

from designer.document.command import Command
from designer.document.counted import counted
from designer.document.edits import change_layout, flow_of, with_edges, with_flow
from designer.document.grouping import Grouping, filled, ungrouped, without_steps
from designer.document.names import title_of
from runtime.model.flow import Edge, Flow
from runtime.model.layout import CanvasGroup, CanvasNote, LayoutFile, SeatLane
from runtime.model.project import Project

Key = tuple[str, str, str]


def delete(
    flow_id: str, nodes: Collection[str], edges: Collection[Key] = (), *, drawn: Collection[str] = (),
    title: str | None = None,
) -> Command:  # fmt: skip
    """These nodes, edges, notes, groups and lanes. What led to a deleted step leads to where its main way went, if it
    had just one way on that is not an exception; ``drawn`` are ids of the drawing alone.
    """
    gone, cut, erased = frozenset(nodes), frozenset(edges), frozenset(drawn)

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        if gone or cut:
            left = tuple(node for node in flow.nodes if node.id not in gone)
            flow = with_edges(flow.model_copy(update={"nodes": left}), _healed(flow, gone, cut))
            project = with_flow(project, flow)
        return change_layout(project, flow_id, lambda layout: _without(layout, gone, erased))

    return Command(title or f"Delete {_counted(len(gone), len(cut), len(erased))}", apply, flow_id, select=())


def deletion_title(
    flow: Flow, layout: LayoutFile, nodes: Collection[str], edges: Collection[Key], drawn: Collection[str],
    verb: str = "Delete",
) -> str:  # fmt: skip
    """What the history calls it: by name, if it is one thing."""
    if len(nodes) == 1 and not drawn:
        node = flow.node(next(iter(nodes)))
        return f"{verb} “{title_of(node)}”" if node is not None else f"{verb} step"
    group = next((group for group in layout.groups if set(drawn) == {group.id}), None)
    if group is not None and nodes and set(nodes) == set(Grouping(layout.groups).steps[group.id]):
        return f"{verb} “{group.title or 'Group'}” with {_counted(len(nodes), 0, 0)}"
    if len(drawn) == 1 and not nodes:
        (one,) = drawn
        parts: dict[str, tuple[CanvasNote | CanvasGroup | SeatLane, ...]] = {
            "note": layout.notes,
            "group": layout.groups,
            "lane": layout.lanes,
        }
        return f"{verb} {next((word for word, things in parts.items() if one in [t.id for t in things]), 'drawing')}"
    return f"{verb} {_counted(len(nodes), len(edges), len(drawn))}"


def _counted(steps: int, edges: int, drawn: int) -> str:
    if not steps and not drawn:
        return "connection" if edges == 1 else counted(edges, "connection")
    if not drawn:
        return "step" if steps == 1 else counted(steps, "step")
    return counted(steps + drawn, "thing")


def _healed(flow: Flow, gone: frozenset[str], cut: frozenset[Key]) -> list[Edge]:
    ways_on: dict[str, list[Edge]] = {}
    for edge in flow.edges:
        if edge.source in gone and edge.key not in cut and edge.port not in ("error", "timeout"):
            ways_on.setdefault(edge.source, []).append(edge)
    kept: dict[Key, Edge] = {}
    for edge in flow.edges:
        if edge.source in gone or edge.key in cut:
            continue
        target, passed = edge.target, {edge.target}
        while target in gone and len(ways_on.get(target, ())) == 1:
            target = ways_on[target][0].target
            if target in passed:
                break
            passed.add(target)
        if target in gone:
            continue
        if target == edge.target:
            kept.setdefault(edge.key, edge)
        elif target != edge.source:
            healed = Edge.model_validate({"from": edge.source, "port": edge.port, "to": target})
            kept.setdefault(healed.key, healed)
    return list(kept.values())


def _without(layout: LayoutFile, gone: frozenset[str], erased: frozenset[str]) -> LayoutFile:
    update: dict[str, object] = {}
    if gone & layout.nodes.keys():
        update["nodes"] = {node: place for node, place in layout.nodes.items() if node not in gone}
    for part in ("notes", "lanes"):
        before = getattr(layout, part)
        after = tuple(thing for thing in before if thing.id not in erased)
        if after != before:
            update[part] = after
    left = tuple(without_steps(group, gone) for group in layout.groups)
    groups = filled(ungrouped(left, erased), layout.groups)
    if groups != layout.groups:
        update["groups"] = groups
    return layout.model_copy(update=update) if update else layout
