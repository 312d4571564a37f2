"""``triggers/manual``: the run is started by a person, a command or a call of the API. Its port is ``started`` (T1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from nodes.contract import Behaviour, Category, Expr, NodeConfig, NodeType, Port, Start

STARTED = Port("started", "Started")


class Config(NodeConfig):
    """What an analyst sets on this step."""

    requester: Expr[str] | None = Field(
        default=None,
        title="Requester",
        description=(
            "Who asks for this, as an expression on the input, such as input.requested_by. Approvals can bar this "
            "person. Empty means whoever starts the run."
        ),
    )
    explanation: str = Field(
        default="",
        title="Explanation",
        description="Shown to the person who starts the flow by hand: when to use it and what to have ready.",
        max_length=2_000,
    )


def _ports(config: Config) -> Sequence[Port]:
    return (STARTED,)


def _output_schema(config: Config) -> Mapping[str, Any]:
    return {}


def _summary(config: Config) -> str:
    return "On demand"


def _behaviour(config: Config) -> Behaviour:
    return Start(requester=config.requester)


NODE_TYPE = NodeType(
    id="triggers/manual",
    version=1,
    title="Start by hand",
    help="The flow starts when a person, a command or another system asks for it.",
    category=Category.TRIGGER,
    icon="zap",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
