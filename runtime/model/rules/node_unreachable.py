"""Every node can be reached from a trigger, or undoes another."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, Drawing, NodeFacts, shortened
from runtime.model.names import node_id_fault
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
                yield RULE.problem(drawing.where(node), *_advice(drawing, node, len(lost)))


def _advice(drawing: Drawing, node: NodeFacts, lost: int) -> tuple[str, Fix | None]:
    """(message, fix): a step that lines call by another name is meant to run, and is not to be removed."""
    ends = {end for edge in drawing.flow.edges for end in (edge.source, edge.target)}
    unknown = sorted(ends - drawing.nodes.keys())
    said = f"No way leads to {node.label}, so it never runs."
    if node.id not in ends and unknown:
        name = drawing.meant(node.id, unknown) or (unknown[0] if len(unknown) == lost == 1 else None)
        if name is not None and node_id_fault(name) is None:
            edit = {"do": "rename_node", "flow": drawing.flow.id, "node": node.id, "to": name}
            words = f'Lines lead to "{shortened(name)}", which does not exist. Is it this step?'
            return f"{said} {words}", Fix(f"Call it {name}", edit)
    led_from = next((e.source for e in drawing.flow.edges_into(node.id) if e.source not in drawing.nodes), None)
    if led_from is not None:
        return f'{said} The line that leads to it comes from "{shortened(led_from)}", which does not exist.', None
    if node_id_fault(node.id) is not None:
        return f"{said} Connect it once it is called otherwise, or remove it.", None
    edit = {"do": "remove_node", "flow": drawing.flow.id, "node": node.id}
    return f"{said} Connect it, or remove it.", Fix("Remove it", edit)
