"""A join must be able to get as many branches as it waits for (SEMANTICS J1, J8)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Join
from runtime.model.drawing import Checked, needed
from runtime.model.plain_words import one_of
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("JOIN_NEVER", Severity.ERROR, "No join waits for more branches than can arrive")


def check(context: Checked) -> Iterable[Problem]:
    """More branches awaited than lines lead to the join, or than can ever run."""
    for drawing in context.drawings:
        graph = drawing.graph
        for node, join in drawing.behaving(Join):
            edges = graph.into(node.id)
            if node.id not in graph.reachable:
                continue
            need = needed(join, len(edges))
            living = [edge for edge in edges if edge.source in graph.reachable]
            if need > len(edges):
                lines = "1 line leads" if len(edges) == 1 else f"{len(edges)} lines lead"
                message = (
                    f"{node.label} waits for {need} branches, but only {lines} to it, so it waits for ever. "
                    "Lower the number, or connect more branches."
                )
                edit = {"do": "set", "flow": drawing.flow.id, "node": node.id, "field": "config.n"}
                fix = Fix(f"Wait for {len(edges)}", {**edit, "value": len(edges)})
                yield RULE.problem(drawing.where(node, "config.n"), message, fix)
            elif need > len(living):
                dead = [drawing.label(edge.source) for edge in edges if edge not in living]
                message = (
                    f"{node.label} waits for {one_of(list(dict.fromkeys(dead)), 'and')}, where no run ever comes, so "
                    "it waits for ever. Connect what leads there, or remove the line."
                )
                yield RULE.problem(drawing.where(node), message)
