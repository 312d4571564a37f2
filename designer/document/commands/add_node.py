"""Adds a step, wired to where it was asked for: behind a port, or into an edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.document.command import Command
from designer.document.edits import change_layout, flow_of, with_edges, with_flow, with_positions
from designer.document.names import title_of
from runtime.model.flow import Edge, Node
from runtime.model.project import Project


def add_node(
    flow_id: str,
    node: Node,
    position: tuple[float, float],
    *,
    after: tuple[str, str] | None = None,
    into: tuple[str, str, str] | None = None,
    leave_by: str | None = None,
) -> Command:
    """``after`` = (node, port) that leads to the new step. ``into`` = the edge that it takes over; it goes on to that
    edge's target by its port ``leave_by``. The node's id must be free (``names.fresh``).
    """

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        edges = list(flow.edges)
        if into is not None:
            edges = [edge for edge in edges if edge.key != into]
            edges.append(_edge(into[0], into[1], node.id))
            if leave_by is not None:
                edges.append(_edge(node.id, leave_by, into[2]))
        elif after is not None:
            edges.append(_edge(*after, node.id))
        flow = with_edges(flow.model_copy(update={"nodes": (*flow.nodes, node)}), edges)
        return change_layout(
            with_flow(project, flow), flow_id, lambda layout: with_positions(layout, {node.id: position})
        )

    return Command(f"Add “{title_of(node)}”", apply, flow_id, select=(node.id,))


def new_node(node_id: str, type_id: str, version: int, title: str, config: Mapping[str, Any] | None = None) -> Node:
    """A fresh node; only fields that are said are written to the file."""
    return Node(id=node_id, type=type_id, version=version, title=title, config=dict(config or {}))


def _edge(source: str, port: str, target: str) -> Edge:
    return Edge.model_validate({"from": source, "port": port, "to": target})
