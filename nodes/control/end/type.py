"""``control/end``: ends a branch (SEMANTICS, section E). Whether an outcome is *resolved* stands in the flow's list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from nodes.contract import Behaviour, Category, End, Expr, Name, NodeConfig, NodeType, Port


class Config(NodeConfig):
    """What an analyst sets on this step."""

    outcome: Name | None = Field(
        default=None,
        title="Outcome",
        description="One of the flow's outcomes, which is reached here. Empty: only this branch ends.",
    )
    output: dict[str, Expr[Any]] = Field(
        default_factory=dict,
        title="Result",
        description="What the flow hands to whoever started it, if this outcome is the one that counts.",
    )
    terminate: bool = Field(
        default=False,
        title="Stop everything",
        description="Ends the whole run at once: other branches are stopped and this outcome counts.",
    )
    undo: bool = Field(
        default=False,
        title="Take back what was done",
        description="After the end, the steps that name an undo step are taken back, the last one first.",
    )


def _ports(config: Config) -> Sequence[Port]:
    return ()


def _output_schema(config: Config) -> Mapping[str, Any]:
    return {"type": "object", "properties": {name: {} for name in config.output}}


def _summary(config: Config) -> str:
    said = f"End: {config.outcome.replace('_', ' ')}" if config.outcome else "End of this branch"
    said += ", stop everything else" if config.terminate else ""
    return said + (", take back what was done" if config.undo else "")


def _behaviour(config: Config) -> Behaviour:
    return End(config.outcome, config.output, config.terminate, config.undo)


def _check(config: Config) -> Sequence[str]:
    if config.output and config.outcome is None:
        return ("A result is handed on only with an outcome; name one, or remove the result.",)
    return ()


NODE_TYPE = NodeType(
    id="control/end",
    version=1,
    title="End",
    help="Ends this branch; with an outcome it says how the matter ended.",
    category=Category.END,
    icon="circle-stop",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
    check=_check,
)
