"""A connection that a step uses is declared in ``connections.json``, and is of a kind that is installed."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Effect
from runtime.model.drawing import Checked, shortened
from runtime.model.plain_words import closest, one_of
from runtime.model.problems import Fix, Problem, Rule, Severity, Where

RULE = Rule("CONNECTION_UNKNOWN", Severity.ERROR, "Every connection that is used is declared")


def check(context: Checked) -> Iterable[Problem]:
    """Names that the project doesn't declare, and kinds that nobody here can open."""
    declared = list(context.project.connections)
    for drawing in context.drawings:
        for node, effect in drawing.behaving(Effect):
            name = effect.connection
            if name is None or name in declared or not context.connections_read:
                continue
            near = drawing.meant(name, declared)
            known = f"The project has {one_of(declared, 'and')}" if declared else "The project declares none yet"
            advice = f"Did you mean {near}?" if near else f"{known}; declare it in connections.json."
            message = f'{node.label} uses the connection "{shortened(name)}", which is not declared. {advice}'
            edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "config.connection", "value": near}
            fix = Fix(f"Use {near}", edit) if near else Fix("Declare the connection")
            yield RULE.problem(drawing.where(node, "config.connection"), message, fix)
    kinds = sorted(context.registry.connection_kinds)
    for name, need in context.project.connections.items():
        if need.kind not in kinds:
            near = closest(need.kind, kinds)
            here = f"Here are {one_of(kinds, 'and')}" if kinds else "None is installed here"
            advice = f"Did you mean {near}?" if near else f"{here}; install what brings it."
            kind = repr(shortened(need.kind))
            message = f'The connection "{shortened(name)}" is of the kind {kind}, which is unknown. {advice}'
            where = Where(file="connections.json", field=f"connections.{shortened(name)}.kind")
            yield RULE.problem(where, message, Fix(f"Use {near}") if near else None)
