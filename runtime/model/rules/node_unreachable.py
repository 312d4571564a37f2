"""Every node can be reached from a trigger, or undoes another."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("NODE_UNREACHABLE", Severity.ERROR, "Every step can be reached")


def check(context: Checked) -> Iterable[Problem]:
    """The first nodes of each part of the drawing that no way from a start leads to."""
    for drawing in context.drawings:
        if not drawing.triggers:
            continue
        graph = drawing.graph
        lost = [node for node in drawing if node.id not in graph.reachable and node.id not in drawing.undo_nodes]
        lost_ids = {node.id for node in lost}
        named: set[str] = set()
        for node in lost:
            # Where a whole branch hangs in the air only its beginning is named: connecting that repairs the rest.
            begins = not any(edge.source in lost_ids and edge.source != node.id for edge in graph.into(node.id))
            if begins or not (named & graph.leading_to([node.id])):
                named.add(node.id)
                message = f"No way leads to {node.label}, so it never runs. Connect it, or remove it."
                edit = {"do": "remove_node", "flow": drawing.flow.id, "node": node.id}
                yield RULE.problem(drawing.where(node), message, Fix("Remove it", edit))
