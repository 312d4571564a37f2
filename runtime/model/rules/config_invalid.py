"""A node's config must be what its type asks for: required fields filled in, values of the right kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_origin

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
                message = f"{node.label}: {_sentence(node, mistake)}"
                yield RULE.problem(drawing.where(node, field), message, _fix(drawing, node, mistake, field))


def _sentence(node: NodeFacts, mistake: Mistake) -> str:
    """What a type says of its fields together is a sentence of its own."""
    if not mistake.path and mistake.kind == "value_error":
        return f"{mistake.message[:1].upper()}{mistake.message[1:]}"
    return f"{_named(node, mistake)} {_said(node, mistake)}"


def _named(node: NodeFacts, mistake: Mistake) -> str:
    """The field's title in the form, with its name where they differ; for deeper places the path."""
    if not mistake.path:
        return "the form"
    fields = {} if node.type is None else node.type.Config.model_fields
    title = fields[mistake.path].title if mistake.path in fields else None
    if title is None:
        return mistake.path
    return title if title.lower() == mistake.path.lower() else f"{title} ({mistake.path})"


def _said(node: NodeFacts, mistake: Mistake) -> str:
    """What is wrong with it; a field that holds many things has a title of many: "Conditions are missing."."""
    fields = {} if node.type is None else node.type.Config.model_fields
    field = fields.get(mistake.path)
    if mistake.kind == "missing" and field is not None and get_origin(field.annotation) in {tuple, list, dict}:
        return "are missing."
    return mistake.message


def _fix(drawing: Drawing, node: NodeFacts, mistake: Mistake, field: str) -> Fix | None:
    if mistake.kind == "missing":
        return Fix("Fill it in")
    if mistake.kind == "extra_forbidden":
        edit = {"do": "unset", "flow": drawing.flow.id, "node": node.id, "field": field}
        return Fix(f"Remove {mistake.path}", edit)
    return None
