"""``control/validate``: judges a value by a JSON Schema; leaves by ``valid``, or by ``invalid`` with all mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, field_validator

from nodes.contract import (
    Behaviour,
    Category,
    Evaluate,
    Expr,
    NodeConfig,
    NodeType,
    Port,
    PortKind,
    Pure,
    Routed,
    Value,
)
from nodes.contract.json_schema import SchemaCheck, SchemaField, schema_problems
from nodes.contract.spoken import spoken

VALID = Port("valid", "Valid")
INVALID = Port("invalid", "Invalid", PortKind.REJECTED)


class Config(NodeConfig):
    """What an analyst sets on this step."""

    value: Expr[Any] = Field(
        title="What to check",
        description="The value that is checked, such as input or get_customer.body.",
    )
    rules: Annotated[dict[str, Any], SchemaField()] = Field(
        title="Rules",
        description="JSON Schema (Draft 2020-12) that the value must fit. It may refer only to parts of itself.",
    )

    @field_validator("rules")
    @classmethod
    def _is_a_schema(cls, rules: dict[str, Any]) -> dict[str, Any]:
        problems = schema_problems(rules)
        if problems:
            raise ValueError(str(problems[0]))
        return rules


def _ports(config: Config) -> Sequence[Port]:
    return (VALID, INVALID)


def _output_schema(config: Config) -> Mapping[str, Any]:
    text = {"type": "string"}
    error = {"type": "object", "properties": {"path": text, "message": text}, "required": ["path", "message"]}
    return {
        "type": "object",
        "properties": {"valid": {"type": "boolean"}, "value": {}, "errors": {"type": "array", "items": error}},
        "required": ["valid", "value", "errors"],
    }


def _summary(config: Config) -> str:
    return f"Check {spoken(config.value, longest=80)}"


def _why(mistakes: Sequence[Mapping[str, str]]) -> str:
    """The verdict in one sentence. It names places and rules only: what stands there may be sensitive."""
    if not mistakes:
        return "It fits the rules."
    places = list(dict.fromkeys(mistake["path"] or "the value itself" for mistake in mistakes))
    named = ", ".join(places[:3]) + (", …" if len(places) > 3 else "")
    return f"It breaks {len(mistakes)} {'rule' if len(mistakes) == 1 else 'rules'}, at {named}."


def _behaviour(config: Config) -> Behaviour:
    schema = SchemaCheck(config.rules)

    def check(inputs: Mapping[str, Value], evaluate: Evaluate) -> Routed:
        mistakes = [{"path": m.path, "message": m.message} for m in schema.mistakes(inputs["value"])]
        output = {"valid": not mistakes, "value": inputs["value"], "errors": mistakes}
        why = {"words": _why(mistakes), "mistakes": len(mistakes)}
        return Routed(INVALID.name if mistakes else VALID.name, output, why)

    return Pure(check, {"value": config.value})


NODE_TYPE = NodeType(
    id="control/validate",
    version=1,
    title="Validate",
    help="Checks a value against rules and lists everything that is wrong with it.",
    category=Category.CONTROL,
    icon="clipboard-check",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
