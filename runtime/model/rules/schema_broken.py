"""Input schemas of flows are JSON Schemas, or no input could be judged by them; so are those in steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nodes.contract import NodeConfig
from nodes.contract.json_schema import SchemaField, schema_problems, schema_references
from runtime.model.drawing import Checked
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("SCHEMA_BROKEN", Severity.ERROR, "Every JSON Schema is one")


def check(context: Checked) -> Iterable[Problem]:
    """Mistakes in ``input_schema``, and references in the schemas of steps; all else of those their configs refuse."""
    for drawing in context.drawings:
        schema = drawing.flow.input_schema
        for mistake in schema_problems(schema) or schema_references(schema):
            where = drawing.where(None, f"input_schema.{mistake.path}" if mistake.path else "input_schema")
            yield RULE.problem(where, f"The flow's input schema is no JSON Schema: {mistake}. Repair it.")
        for node in drawing:
            for name, title in _schema_fields(node.config):
                for mistake in schema_references(getattr(node.config, name) or {}):
                    where = drawing.where(node, ".".join(filter(None, ("config", name, mistake.path))))
                    yield RULE.problem(where, f'{node.label}: "{title}" is no JSON Schema: {mistake}. Repair it.')


def _schema_fields(config: NodeConfig | None) -> Iterator[tuple[str, str]]:
    """(name, title) of the config's fields that hold one."""
    for name, info in type(config).model_fields.items() if config is not None else ():
        if any(isinstance(mark, SchemaField) for mark in info.metadata):
            yield name, info.title or name
