"""``control/wait``: goes on at an instant, or after a while (SEMANTICS W1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, model_validator

from nodes.contract import DONE, Behaviour, Category, Duration, Expr, Instant, NodeConfig, NodeType, Port, Wait
from nodes.contract.spoken import spoken


class Config(NodeConfig):
    """What an analyst sets on this step."""

    duration: Expr[Duration] | None = Field(
        default=None,
        title="For",
        description="How long to wait, such as 4 hours (PT4H in a file) or 3 days (P3D). Fill in this or Until.",
    )
    until: Expr[Instant] | None = Field(
        default=None,
        title="Until",
        description="When to go on, as a date and time with a zone. A moment that has passed means at once.",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Config:
        if (self.duration is None) == (self.until is None):
            raise ValueError("fill in either For or Until, not both and not neither")
        return self


def _ports(config: Config) -> Sequence[Port]:
    return (DONE,)


def _output_schema(config: Config) -> Mapping[str, Any]:
    return {"type": "object", "properties": {"until": {"type": "string", "format": "date-time"}}, "required": ["until"]}


def _summary(config: Config) -> str:
    if config.until is not None:
        return f"Wait until {spoken(config.until, longest=90)}"
    return f"Wait {spoken(config.duration, longest=90)}"


def _behaviour(config: Config) -> Behaviour:
    return Wait(until=config.until, duration=config.duration)


NODE_TYPE = NodeType(
    id="control/wait",
    version=1,
    title="Wait",
    help="Holds the flow for a while, or until a moment.",
    category=Category.CONTROL,
    icon="hourglass",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
