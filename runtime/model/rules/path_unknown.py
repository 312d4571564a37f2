"""A path should lead to something that the schema of the input or of a step's output knows."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, Drawing, Read, shortened
from runtime.model.plain_words import one_of
from runtime.model.problems import Fix, Problem, Rule, Severity
from runtime.model.scope import first_unknown, located_reads, schema_of

RULE = Rule("PATH_UNKNOWN", Severity.WARNING, "Every path leads to a value that its schema knows")


def check(context: Checked) -> Iterable[Problem]:
    """Paths into schemas that list their fields and don't list this one."""
    for drawing in context.drawings:
        for read in located_reads(drawing):
            found = first_unknown(schema_of(drawing, read), read.path[1:])
            if found is not None:
                yield _problem(drawing, read, *found)


def _problem(drawing: Drawing, read: Read, place: int, known: tuple[str, ...]) -> Problem:
    where = drawing.where(read.node, read.field)
    message = f'{read.node.label}: there is no value called "{shortened(read.text)}".'
    near = drawing.meant(read.path[place + 1], known)
    before = ".".join(read.path[: place + 1])
    if near is None:
        return RULE.problem(where, f"{message} {before} has {one_of(known, 'and')}; use one of them.")
    meant = ".".join([before, near, *read.path[place + 2 :]])
    source = f" It comes from {drawing.label(read.path[0])}." if read.path[0] in drawing.nodes else ""
    edit = {"do": "replace_text", "flow": drawing.flow.id, "node": read.node.id, "field": read.field}
    fix = Fix(f"Use {meant}", {**edit, "from": read.text, "to": meant})
    return RULE.problem(where, f"{message} Did you mean {meant}?{source}", fix)
