"""The order in which a flow is read: from its starts along the edges, normal ways before exceptions. Pure."""

from __future__ import annotations

from runtime.model.flow import Edge, Flow, Node

EXCEPTIONS = ("error", "timeout")


def reading_order(flow: Flow) -> list[Node]:
    """Every step once, behind all that lead to it except by loops back; what nothing leads to begins."""
    entered = {edge.target for edge in flow.edges}
    starts = [node.id for node in flow.nodes if node.id not in entered]
    finished: list[str] = []
    seen: set[str] = set()
    # Depth first; a step is finished once all behind it are, so the order of finishing, turned round, is for reading.
    for start in reversed([*starts, *(node.id for node in flow.nodes if node.id in entered)]):
        if start in seen:
            continue
        seen.add(start)
        path = [(start, _onward(flow, start))]
        while path:
            node_id, waiting = path[-1]
            if not waiting:
                finished.append(node_id)
                path.pop()
                continue
            after = waiting.pop()
            if after not in seen and flow.node(after) is not None:
                seen.add(after)
                path.append((after, _onward(flow, after)))
    ordered = [flow.node(node_id) for node_id in reversed(finished)]
    return [node for node in ordered if node is not None]


def _onward(flow: Flow, node_id: str) -> list[str]:
    """What is visited last stands first in the end, so the first way is taken last."""
    return [edge.target for edge in ways(flow, node_id)]


def ways(flow: Flow, node_id: str) -> list[Edge]:
    """The edges that leave a step, exceptions last."""
    return sorted(flow.edges_from(node_id), key=lambda edge: edge.port in EXCEPTIONS)
