"""The input schema of a flow must be a JSON Schema, or no input could be judged by it."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract.json_schema import schema_problems, schema_references
from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("SCHEMA_BROKEN", Severity.ERROR, "Every input schema is one")


def check(context: Checked) -> Iterable[Problem]:
    """Mistakes in ``input_schema``."""
    for drawing in context.drawings:
        schema = drawing.flow.input_schema
        for mistake in schema_problems(schema) or schema_references(schema):
            where = drawing.where(None, f"input_schema.{mistake.path}" if mistake.path else "input_schema")
            yield RULE.problem(where, f"The flow's input schema is no JSON Schema: {mistake}. Repair it.")
