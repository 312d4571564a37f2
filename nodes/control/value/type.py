"""``control/value``: works a value out and gives it as its result, under the step's own name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from nodes.contract import (
    DONE,
    Behaviour,
    Category,
    Evaluate,
    Expr,
    NodeConfig,
    NodeType,
    Port,
    Pure,
    Routed,
    Value,
)
from nodes.contract.spoken import line, spoken


class Config(NodeConfig):
    """What an analyst sets on this step."""

    value: Expr[Any] = Field(
        title="Value",
        description="What this step gives: a value, or an expression. Later steps read it by the name of this step.",
    )


def _ports(config: Config) -> Sequence[Port]:
    return (DONE,)


def _output_schema(config: Config) -> Mapping[str, Any]:
    return {}


def _summary(config: Config) -> str:
    return line(f"Work out {spoken(config.value, longest=80)}")


def _behaviour(config: Config) -> Behaviour:
    def give(inputs: Mapping[str, Value], evaluate: Evaluate) -> Routed:
        return Routed(DONE.name, inputs["value"])

    return Pure(give, {"value": config.value})


NODE_TYPE = NodeType(
    id="control/value",
    version=1,
    title="Work out a value",
    help="Gives a value or the result of an expression; later steps read it by the name of this step.",
    category=Category.CONTROL,
    icon="hash",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
