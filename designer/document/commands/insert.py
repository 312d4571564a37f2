"""Puts a step that is in the flow already into an edge: what led on now leads through it."""

from __future__ import annotations

from designer.document.command import Command
from designer.document.edits import change_flow, node_of, with_edges
from runtime.model.flow import Edge, Flow

Key = tuple[str, str, str]


def insert(flow_id: str, node_id: str, into: Key, leave_by: str | None) -> Command:
    """``into`` is the edge that it takes over; it goes on to that edge's target by its port ``leave_by``."""

    def change(flow: Flow) -> Flow:
        node_of(flow, node_id)
        if node_id in {into[0], into[2]} or all(edge.key != into for edge in flow.edges):
            return flow
        wanted = [(into[0], into[1], node_id)]
        if leave_by is not None:
            wanted.append((node_id, leave_by, into[2]))
        edges = [edge for edge in flow.edges if edge.key != into]
        there = {edge.key for edge in edges}
        edges += [_edge(key) for key in wanted if key not in there]
        return with_edges(flow, edges)

    return Command("Insert step", lambda project: change_flow(project, flow_id, change), flow_id, select=(node_id,))


def _edge(key: Key) -> Edge:
    return Edge.model_validate({"from": key[0], "port": key[1], "to": key[2]})
