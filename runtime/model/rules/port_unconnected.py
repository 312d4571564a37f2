"""A token that leaves by a port without an edge stops the run: a forgotten wire must never look like success (T6)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import ERROR, PortKind
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("PORT_UNCONNECTED", Severity.ERROR, "Every way out leads somewhere")


def check(context: Checked) -> Iterable[Problem]:
    """Ports without an edge; only ``error`` may stay open, since a failure then becomes an incident (R1)."""
    for drawing in context.drawings:
        connected = {(edge.source, edge.port) for edge in drawing.graph.edges}
        for node in drawing:
            if node.id in drawing.undo_nodes or (drawing.triggers and node.id not in drawing.graph.reachable):
                continue
            for port in node.ports or ():
                if port.kind is PortKind.ERROR or port.name == ERROR.name or (node.id, port.name) in connected:
                    continue
                title = shortened(port.title or port.name)
                message = f"{node.label}: {title} leads nowhere. A run that goes this way would stop here. Connect it."
                yield RULE.problem(drawing.where(node, f"ports.{port.name}"), message, Fix("Connect it"))
