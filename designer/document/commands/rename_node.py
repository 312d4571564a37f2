"""Gives a step another id: lines, the drawing, undo steps, every expression that reads it, and what it answers in the
samples go along.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.document.command import Command, CommandRefused
from designer.document.edits import change_layout, flow_of, node_of, with_flow
from designer.document.rereading import of_name, rewritten
from designer.document.scenarios import answering_as
from runtime.model.flow import Edge, Flow, Node
from runtime.model.layout import LayoutFile
from runtime.model.names import node_id_fault
from runtime.model.project import Project


def rename_node(flow_id: str, node_id: str, new: str) -> Command:
    """Refused if the new id is taken, can't be one, or would mean something else in an expression."""

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        node_of(flow, node_id)
        if new == node_id:
            return project
        refuse_id(flow, new)
        moved = {node_id: new}
        nodes = tuple(_renamed(node, node_id, new) for node in flow.nodes)
        edges = tuple(_plugged(edge, moved) for edge in flow.edges)
        flow = flow.model_copy(update={"nodes": nodes, "edges": edges})
        project = answering_as(with_flow(project, flow), flow_id, node_id, new)
        return change_layout(project, flow_id, lambda layout: _placed(layout, moved))

    return Command(f"Call “{node_id}” “{new}”", apply, flow_id, select=(new,))


def refuse_id(flow: Flow, new: str) -> None:
    """Raises CommandRefused if no step of this flow may get this id."""
    fault = node_id_fault(new)
    if fault is not None:
        raise CommandRefused(f"The name “{new}” {fault}.")
    if flow.node(new) is not None:
        raise CommandRefused(f"Another step is called “{new}” already. Choose another name.")


def _renamed(node: Node, old: str, new: str) -> Node:
    update: dict[str, Any] = {}
    if node.id == old:
        update["id"] = new
    if node.undo == old:
        update["undo"] = new
    config = rewritten(node.config, {old: new}, of_name)
    if config is not node.config:
        update["config"] = config
    return node.model_copy(update=update) if update else node


def _plugged(edge: Edge, moved: Mapping[str, str]) -> Edge:
    if edge.source not in moved and edge.target not in moved:
        return edge
    ends = {"source": moved.get(edge.source, edge.source), "target": moved.get(edge.target, edge.target)}
    return edge.model_copy(update=ends)


def _placed(layout: LayoutFile, moved: Mapping[str, str]) -> LayoutFile:
    update: dict[str, Any] = {}
    if moved.keys() & layout.nodes.keys():
        update["nodes"] = {moved.get(node, node): place for node, place in layout.nodes.items()}
    groups = tuple(
        group.model_copy(update={"nodes": tuple(moved.get(node, node) for node in group.nodes)})
        if moved.keys() & set(group.nodes)
        else group
        for group in layout.groups
    )
    if groups != layout.groups:
        update["groups"] = groups
    return layout.model_copy(update=update) if update else layout
