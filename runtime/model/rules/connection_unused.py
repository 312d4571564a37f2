"""A connection that no step uses only asks admins for an address and a secret."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Effect
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity, Where

RULE = Rule("CONNECTION_UNUSED", Severity.WARNING, "Every connection that is declared is used")


def check(context: Checked) -> Iterable[Problem]:
    """Connections of ``connections.json`` that no flow names."""
    if not context.all_flows_read or len(context.drawings) < len(context.project.flows):
        return  # a flow that can't be read, or is too large to be looked at, may use any of them
    used = {effect.connection for drawing in context.drawings for _, effect in drawing.behaving(Effect)}
    # A step that can't be understood may use one: then its name stands somewhere in the config.
    unclear = [str(node.node.config) for drawing in context.drawings for node in drawing if node.behaviour is None]
    for name in context.project.connections:
        if name not in used and not any(repr(name) in config for config in unclear):
            message = f'No step uses the connection "{shortened(name)}". Remove it, or use it.'
            fix = Fix("Remove it", {"do": "remove_connection", "connection": name})
            yield RULE.problem(Where(file="connections.json", field=f"connections.{shortened(name)}"), message, fix)
