"""The order in which a flow is read: from its starts along the edges, normal ways before exceptions. Pure."""

from __future__ import annotations

from runtime.model.flow import Edge, Flow, Node

EXCEPTIONS = ("error", "timeout")


def reading_order(flow: Flow) -> list[Node]:
    """Every step once; what cannot be reached comes last, in the order of the file."""
    entered = {edge.target for edge in flow.edges}
    waiting = [node.id for node in flow.nodes if node.id not in entered]
    order: dict[str, Node] = {}
    left = [node.id for node in flow.nodes]
    while waiting or left:
        if not waiting:
            waiting = [left.pop(0)]
        node_id = waiting.pop(0)
        node = flow.node(node_id)
        if node is None or node_id in order:
            continue
        order[node_id] = node
        waiting = [edge.target for edge in ways(flow, node_id) if edge.target not in order] + waiting
    return list(order.values())


def ways(flow: Flow, node_id: str) -> list[Edge]:
    """The edges that leave a step, exceptions last."""
    return sorted(flow.edges_from(node_id), key=lambda edge: edge.port in EXCEPTIONS)
