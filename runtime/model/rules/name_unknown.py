"""An expression may only name what can be in its scope (SEMANTICS N1, N2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from runtime.model.drawing import Checked, Drawing, Read, shortened
from runtime.model.names import SCOPE_NAMES
from runtime.model.problems import Fix, Problem, Rule, Severity
from runtime.model.scope import ONLY, behind, first_unknown, located_reads, reserved_names, schema_of

RULE = Rule("NAME_UNKNOWN", Severity.ERROR, "Every name in an expression stands for something")


def check(context: Checked) -> Iterable[Problem]:
    """Names of nothing, of nodes that never come before, of variables that are never set."""
    for drawing in context.drawings:
        nameless: dict[str, list[Read]] = {}
        for read in located_reads(drawing):
            root = read.path[0]
            if root in SCOPE_NAMES:
                if root not in reserved_names(drawing, read.node, read.moment):
                    message = f'{read.node.label}: "{root}" has no meaning here; {ONLY[root]}.'
                    yield RULE.problem(drawing.where(read.node, read.field), message)
                elif root == "vars" and len(read.path) > 1 and read.path[1] not in drawing.writers:
                    yield _unset_variable(drawing, read)
            elif root not in drawing.nodes:
                nameless.setdefault(root, []).append(read)
            elif not behind(drawing, read.node.id, root).ports:
                other = drawing.label(root)
                message = (
                    f"{read.node.label} reads {read.text}, but {other} never comes before it, so this is always "
                    f"empty. Draw {other} before it on this way, or join its branch first."
                )
                yield RULE.problem(drawing.where(read.node, read.field), message)
        for old, reads in nameless.items():
            new = _renamed(drawing, old, reads)
            if new is None:
                yield from (_no_such_name(drawing, read) for read in reads)
            else:
                yield _renaming(drawing, old, new, reads)


def _renamed(drawing: Drawing, old: str, reads: Sequence[Read]) -> str | None:
    """The step that probably had the id ``old``: nobody reads it, and all that is missing could be read from it."""
    touched = {end for edge in drawing.flow.edges for end in (edge.source, edge.target)}
    loose = [node.id for node in drawing if node.id not in touched] if old in touched else []
    if len(loose) == 1:
        new: str | None = loose[0]  # lines lead to the old id, and one step has no lines: whatever it is called now
    elif len(reads) > 1 or loose:
        used = {read.path[0] for read in drawing.reads}
        new = drawing.meant(old, loose or [node.id for node in drawing if node.id not in used])
    else:
        return None
    if new is None or not all(_leads(drawing, _moved(read, (new, *read.path[1:]))) for read in reads):
        return None
    return new if loose or any(behind(drawing, read.node.id, new).ports for read in reads) else None


def _renaming(drawing: Drawing, old: str, new: str, reads: Sequence[Read]) -> Problem:
    """Said once, at the step itself, however often it is read."""
    places = "One place reads" if len(reads) == 1 else f"{len(reads)} places read"
    message = (
        f'{places} "{shortened(old)}", but no step has this id. Was it renamed to "{shortened(new)}"? Give '
        f"{drawing.label(new)} its old id again, or write {shortened(new)} in these places; the first is in "
        f"{reads[0].node.label}."
    )
    edit = {"do": "rename_node", "flow": drawing.flow.id, "node": new, "to": old}
    return RULE.problem(drawing.where(drawing.nodes[new]), message, Fix(f"Call it {shortened(old)} again", edit))


def _moved(read: Read, path: tuple[str, ...]) -> Read:
    return replace(read, path=path)


def _leads(drawing: Drawing, read: Read) -> bool:
    """Whether there may be a value at the end of the whole path, as far as the schemas know."""
    schema: Any = schema_of(drawing, read)
    if first_unknown(schema, read.path[1:]) is not None:
        return False
    for name in read.path[1:]:
        said = schema.get("type") if isinstance(schema, Mapping) else None
        if isinstance(said, str) and said not in ("object", "array"):
            return False  # a text or a number has no fields
        known = schema.get("properties") if isinstance(schema, Mapping) else None
        schema = known.get(name) if isinstance(known, Mapping) else None
    return True


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
    """What may be meant -> how it is written; only names that lead on as far as the reading goes."""
    fields = drawing.flow.input_schema.get("properties")
    inputs = {str(name): f"input.{name}" for name in fields} if isinstance(fields, Mapping) else {}
    variables = {name: f"vars.{name}" for name in drawing.writers}
    before = {node.id: node.id for node in drawing if behind(drawing, read.node.id, node.id).ports}
    reserved = {name: name for name in reserved_names(drawing, read.node, read.moment)}
    known = {**inputs, **variables, **before, **reserved}
    rest = read.path[1:]
    if not rest:
        return known
    return {name: way for name, way in known.items() if _leads(drawing, _moved(read, (*way.split("."), *rest)))}


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
