"""``control/subflow``: calls another flow of this project, and goes on by its outcome (SEMANTICS, section B)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, field_validator

from nodes.contract import (
    DONE,
    TIMEOUT,
    Behaviour,
    Category,
    Child,
    Duration,
    Expr,
    NodeConfig,
    NodeType,
    Port,
    PortKind,
)
from nodes.contract.spoken import line, spoken

CANCELLED = Port("cancelled", "Cancelled", PortKind.ERROR)
"""May stay open: a child that somebody cancels is then an incident (B4)."""
TAKEN = frozenset({DONE.name, CANCELLED.name, TIMEOUT.name})


class Config(NodeConfig):
    """What an analyst sets on this step."""

    flow: str = Field(title="Flow", description="The flow of this project that is called.", min_length=1)
    inputs: dict[str, Expr[Any]] = Field(
        default_factory=dict, title="Input", description="What the called flow gets, field by field."
    )
    outcomes: list[str] = Field(
        default_factory=list,
        title="Outcomes",
        description="The outcomes of the called flow, each a way out of this step. The designer fills them in.",
    )
    without_outcome: bool = Field(
        default=False,
        title="May end without outcome",
        description="Whether the called flow may end without an outcome; the flow then goes on by Done.",
    )
    timeout: Expr[Duration] | None = Field(
        default=None,
        title="Time limit",
        description="After so long, such as 3 days (P3D), what was called is stopped and the way is Timed out.",
    )

    @field_validator("outcomes")
    @classmethod
    def _are_ports(cls, outcomes: list[str]) -> list[str]:
        for outcome in outcomes:
            if outcome in TAKEN:
                raise ValueError(f"{outcome} is a way out of its own; the called flow needs another word for it")
        if len(set(outcomes)) < len(outcomes):
            raise ValueError("name each outcome once")
        return outcomes


def _ports(config: Config) -> Sequence[Port]:
    ports = [Port(outcome, outcome.replace("_", " ").capitalize()) for outcome in config.outcomes]
    if config.without_outcome or not config.outcomes:
        ports.append(DONE)
    if config.timeout is not None:
        ports.append(TIMEOUT)
    return (*ports, CANCELLED)


def _output_schema(config: Config) -> Mapping[str, Any]:
    fields = {
        "outcome": {"type": ["string", "null"]},
        "resolved": {"type": "boolean"},
        "output": {},
        "cancelled": {"type": "boolean"},
    }
    return {"type": "object", "properties": fields, "required": ["outcome"]}


def _summary(config: Config) -> str:
    limit = f", at most {spoken(config.timeout, longest=30)}" if config.timeout is not None else ""
    return line(f"Call {config.flow}{limit}")


def _behaviour(config: Config) -> Behaviour:
    return Child(config.flow, config.inputs, config.timeout)


NODE_TYPE = NodeType(
    id="control/subflow",
    version=1,
    title="Call a flow",
    help="Runs another flow of this project and goes on by the outcome that it reaches.",
    category=Category.CONTROL,
    icon="workflow",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
