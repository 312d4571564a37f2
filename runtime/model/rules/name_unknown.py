"""An expression may only name what can be in its scope (SEMANTICS N1, N2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runtime.model.drawing import Checked, Drawing, Read, shortened
from runtime.model.names import SCOPE_NAMES
from runtime.model.problems import Fix, Problem, Rule, Severity
from runtime.model.scope import ONLY, behind, located_reads, reserved_names

RULE = Rule("NAME_UNKNOWN", Severity.ERROR, "Every name in an expression stands for something")


def check(context: Checked) -> Iterable[Problem]:
    """Names of nothing, of nodes that never come before, of variables that are never set."""
    for drawing in context.drawings:
        for read in located_reads(drawing):
            root = read.path[0]
            if root in SCOPE_NAMES:
                if root not in reserved_names(drawing, read.node, read.moment):
                    message = f'{read.node.label}: "{root}" has no meaning here; {ONLY[root]}.'
                    yield RULE.problem(drawing.where(read.node, read.field), message)
                elif root == "vars" and len(read.path) > 1 and read.path[1] not in drawing.writers:
                    yield _unset_variable(drawing, read)
            elif root not in drawing.nodes:
                yield _no_such_name(drawing, read)
            elif not behind(drawing, read.node.id, root).ports:
                other = drawing.label(root)
                message = (
                    f"{read.node.label} reads {read.text}, but {other} never comes before it, so this is always "
                    f"empty. Draw {other} before it on this way, or join its branch first."
                )
                yield RULE.problem(drawing.where(read.node, read.field), message)


def _no_such_name(drawing: Drawing, read: Read) -> Problem:
    root = read.path[0]
    candidates = _candidates(drawing, read) if drawing.suggests else {}
    near = drawing.meant(root, candidates)
    message = f'{read.node.label}: there is no value called "{shortened(read.text)}".'
    if near is None:
        advice = "Use input, vars, case, run, or the id of a step that comes before."
        return RULE.problem(drawing.where(read.node, read.field), f"{message} {advice}")
    meant = ".".join([candidates[near], *read.path[1:]])
    comes = f" It comes from {drawing.label(near)}." if near in drawing.nodes else ""
    return RULE.problem(
        drawing.where(read.node, read.field), f"{message} Did you mean {meant}?{comes}", _replace(drawing, read, meant)
    )


def _candidates(drawing: Drawing, read: Read) -> Mapping[str, str]:
    """What may be meant -> how it is written."""
    fields = drawing.flow.input_schema.get("properties")
    inputs = {str(name): f"input.{name}" for name in fields} if isinstance(fields, Mapping) else {}
    variables = {name: f"vars.{name}" for name in drawing.writers}
    before = {node.id: node.id for node in drawing if behind(drawing, read.node.id, node.id).ports}
    reserved = {name: name for name in reserved_names(drawing, read.node, read.moment)}
    return {**inputs, **variables, **before, **reserved}


def _unset_variable(drawing: Drawing, read: Read) -> Problem:
    name = read.path[1]
    near = drawing.meant(name, drawing.writers)
    message = f'{read.node.label}: no step sets "vars.{shortened(name)}".'
    if near is None:
        return RULE.problem(drawing.where(read.node, read.field), f"{message} Add a step that sets it before.")
    meant = ".".join(["vars", near, *read.path[2:]])
    setter = drawing.label(drawing.writers[near][0])
    return RULE.problem(
        drawing.where(read.node, read.field),
        f"{message} Did you mean {meant}? It comes from {setter}.",
        _replace(drawing, read, meant),
    )


def _replace(drawing: Drawing, read: Read, meant: str) -> Fix:
    edit = {"do": "replace_text", "flow": drawing.flow.id, "node": read.node.id, "field": read.field}
    return Fix(f"Use {meant}", {**edit, "from": read.text, "to": meant})
