"""A node's type must be one that this installation knows."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("TYPE_UNKNOWN", Severity.ERROR, "Every step is of a kind that is installed here")


def check(context: Checked) -> Iterable[Problem]:
    """Unknown ids, and unknown versions of known ids."""
    for drawing in context.drawings:
        for node in drawing:
            if node.found is not None:
                continue
            wanted = node.node.type
            versions = sorted(found.version for found in context.registry.types if found.id == wanted)
            where = drawing.where(node, "version" if versions else "type")
            kind = repr(shortened(wanted))
            if versions:
                message = f"{node.label} needs version {node.node.version} of {kind}, but here is only {versions[-1]}. "
                other = f"Install that version, or use version {versions[-1]} and check its form."
                fix = Fix(f"Use version {versions[-1]}", _set(drawing.flow.id, node.id, "version", versions[-1]))
                yield RULE.problem(where, message + other, fix)
                continue
            near = drawing.meant(wanted, context.type_ids)
            message = f"{node.label} is a step of the kind {kind}, which is not installed here. "
            if near is None:
                yield RULE.problem(where, message + "Install what brings it, or choose another kind.")
            else:
                fix = Fix(f"Use {near}", _set(drawing.flow.id, node.id, "type", near))
                yield RULE.problem(where, message + f"Did you mean {near}?", fix)


def _set(flow: str, node: str, field: str, value: object) -> dict[str, object]:
    return {"do": "set", "flow": flow, "node": node, "field": field, "value": value}
