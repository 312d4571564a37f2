"""A node's config must be what its type asks for: required fields filled in, values of the right kind."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked, Drawing, NodeFacts
from runtime.model.plain_words import Mistake
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("CONFIG_INVALID", Severity.ERROR, "Every form is filled in as its kind of step needs it")


def check(context: Checked) -> Iterable[Problem]:
    """One problem per wrong field, named as the form names it."""
    for drawing in context.drawings:
        for node in drawing:
            for mistake in node.mistakes:
                field = f"config.{mistake.path}" if mistake.path else "config"
                message = f"{node.label}: {_named(node, mistake)} {mistake.message}"
                yield RULE.problem(drawing.where(node, field), message, _fix(drawing, node, mistake, field))


def _named(node: NodeFacts, mistake: Mistake) -> str:
    """The field's title in the form, with its name where they differ; for deeper places the path."""
    if not mistake.path:
        return "the form"
    fields = {} if node.type is None else node.type.Config.model_fields
    title = fields[mistake.path].title if mistake.path in fields else None
    if title is None:
        return mistake.path
    return title if title.lower() == mistake.path.lower() else f"{title} ({mistake.path})"


def _fix(drawing: Drawing, node: NodeFacts, mistake: Mistake, field: str) -> Fix | None:
    if mistake.kind == "missing":
        return Fix("Fill it in")
    if mistake.kind == "extra_forbidden":
        edit = {"do": "unset", "flow": drawing.flow.id, "node": node.id, "field": field}
        return Fix(f"Remove {mistake.path}", edit)
    return None
