"""``control/wait_for_signal``: waits until somebody reports something with this name and key (SEMANTICS W2 to W7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, field_validator

from nodes.contract import TIMEOUT, AwaitSignal, Behaviour, Category, Duration, Expr, NodeConfig, NodeType, Port
from nodes.contract.json_schema import SchemaField, schema_problems
from nodes.contract.spoken import line, spoken

RECEIVED = Port("received", "Received")


class Config(NodeConfig):
    """What an analyst sets on this step."""

    name: Expr[Any] = Field(
        title="Signal",
        description="What is waited for, such as payment_received. Who sends it uses the same name.",
    )
    key: Expr[Any] = Field(
        title="Key",
        description="Which one, such as input.invoice_id: only a signal with the same key wakes this step.",
    )
    payload_schema: Annotated[dict[str, Any] | None, SchemaField()] = Field(
        default=None,
        title="Expected content",
        description="JSON Schema that the signal's content must fit; one that doesn't is refused, the step waits on.",
    )
    timeout: Expr[Duration] | None = Field(
        default=None,
        title="Time limit",
        description="After so long without the signal, such as 3 days (P3D), the flow goes on by Timed out.",
    )

    @field_validator("payload_schema")
    @classmethod
    def _is_a_schema(cls, schema: dict[str, Any] | None) -> dict[str, Any] | None:
        problems = schema_problems(schema) if schema is not None else []
        if problems:
            raise ValueError(str(problems[0]))
        return schema


def _ports(config: Config) -> Sequence[Port]:
    return (RECEIVED,) if config.timeout is None else (RECEIVED, TIMEOUT)


def _output_schema(config: Config) -> Mapping[str, Any]:
    fields = {"signal": {"type": ["string", "null"]}, "payload": config.payload_schema or {}}
    return {"type": "object", "properties": fields}


def _summary(config: Config) -> str:
    limit = f", at most {spoken(config.timeout, longest=30)}" if config.timeout is not None else ""
    return line(f"Wait for {spoken(config.name, longest=40)} about {spoken(config.key, longest=40)}{limit}")


def _behaviour(config: Config) -> Behaviour:
    return AwaitSignal(config.name, config.key, config.payload_schema, config.timeout)


NODE_TYPE = NodeType(
    id="control/wait_for_signal",
    version=1,
    title="Wait for a signal",
    help="Holds the flow until another system or flow reports something about the same matter.",
    category=Category.CONTROL,
    icon="radio",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
