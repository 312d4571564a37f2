"""An edge must leave by a port that its node has."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.plain_words import one_of
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("EDGE_PORT_UNKNOWN", Severity.ERROR, "Every line leaves by a way out that its step has")


def check(context: Checked) -> Iterable[Problem]:
    """Edges from ports that the node's type and config don't give."""
    for drawing in context.drawings:
        for edge in drawing.flow.edges:
            node = drawing.nodes.get(edge.source)
            if node is None or node.ports is None or node.port(edge.port) is not None:
                continue
            names = [port.name for port in node.ports]
            has = f"it has {one_of(names, 'and')}" if names else "it is an end, and nothing follows an end"
            near = drawing.meant(edge.port, names)
            way = f'way out called "{shortened(edge.port)}" (to {drawing.label(edge.target)})'
            message = f"{node.label} has no {way}; {has}. "
            edit = {"do": "remove_edge", "flow": drawing.flow.id, "edge": list(edge.key)}
            fix = Fix("Remove the line", edit)
            if near is not None:
                message += f"Did you mean {near}?"
                fix = Fix(f"Use {near}", {**edit, "do": "replace_edge", "with": [edge.source, near, edge.target]})
            else:
                message += "Draw the line anew, or remove it."
            yield RULE.problem(drawing.at_edge(edge), message, fix)
