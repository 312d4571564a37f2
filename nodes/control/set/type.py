"""``control/set``: writes run variables; all of its assignments read the state before it (SEMANTICS N6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from nodes.contract import DONE, Assign, Behaviour, Category, Expr, Name, NodeConfig, NodeType, Port
from nodes.contract.spoken import line, spoken


class Config(NodeConfig):
    """What an analyst sets on this step."""

    assignments: dict[Name, Expr[Any]] = Field(
        title="Values",
        description=(
            "Name and value of each variable; read them later as vars.name. All of them see the values from before "
            "this step, whatever their order."
        ),
        min_length=1,
        max_length=100,
    )


def _ports(config: Config) -> Sequence[Port]:
    return (DONE,)


def _output_schema(config: Config) -> Mapping[str, Any]:
    names = list(config.assignments)
    return {"type": "object", "properties": {name: {} for name in names}, "required": names}


def _summary(config: Config) -> str:
    said = ", ".join(f"{name} to {spoken(value, longest=50)}" for name, value in config.assignments.items())
    return line(f"Set {said}")


def _behaviour(config: Config) -> Behaviour:
    return Assign(config.assignments)


NODE_TYPE = NodeType(
    id="control/set",
    version=1,
    title="Set values",
    help="Remembers values under names that every later step can read.",
    category=Category.CONTROL,
    icon="variable",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
