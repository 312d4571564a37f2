"""Draws an edge, takes edges away, or plugs one in elsewhere. Whether an edge is allowed stands in ``connecting``."""

from __future__ import annotations

from collections.abc import Collection

from designer.document.command import Command
from designer.document.counted import counted
from designer.document.edits import change_flow, with_edges
from runtime.model.flow import Edge, Flow

Key = tuple[str, str, str]


def connect(flow_id: str, source: str, port: str, target: str) -> Command:
    """One edge more; nothing happens if it is there already."""

    def change(flow: Flow) -> Flow:
        if any(edge.key == (source, port, target) for edge in flow.edges):
            return flow
        return with_edges(flow, (*flow.edges, _edge((source, port, target))))

    return Command("Connect", lambda project: change_flow(project, flow_id, change), flow_id)


def disconnect(flow_id: str, keys: Collection[Key]) -> Command:
    """These edges fewer."""
    gone = frozenset(keys)

    def change(flow: Flow) -> Flow:
        left = tuple(edge for edge in flow.edges if edge.key not in gone)
        return flow if len(left) == len(flow.edges) else with_edges(flow, left)

    title = "Remove connection" if len(gone) == 1 else f"Remove {counted(len(gone), 'connection')}"
    return Command(title, lambda project: change_flow(project, flow_id, change), flow_id)


def reconnect(flow_id: str, old: Key, new: Key) -> Command:
    """One edge plugged in elsewhere; it keeps its place in the file."""

    def change(flow: Flow) -> Flow:
        if old == new or all(edge.key != old for edge in flow.edges):
            return flow
        there = any(edge.key == new for edge in flow.edges)
        replaced = [_edge(new) if edge.key == old else edge for edge in flow.edges]
        return with_edges(flow, (edge for edge in flow.edges if edge.key != old) if there else replaced)

    return Command("Connect elsewhere", lambda project: change_flow(project, flow_id, change), flow_id)


def _edge(key: Key) -> Edge:
    return Edge.model_validate({"from": key[0], "port": key[1], "to": key[2]})
