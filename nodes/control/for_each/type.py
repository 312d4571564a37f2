"""``control/for_each``: calls another flow once for each item of a list (SEMANTICS, section F)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from nodes.contract import (
    DONE,
    TIMEOUT,
    Behaviour,
    Category,
    Children,
    Duration,
    Expr,
    Moment,
    NodeConfig,
    NodeType,
    Port,
)
from nodes.contract.spoken import line, spoken

STOPPED = Port("stopped", "Stopped early")
MOST_AT_ONCE = 1_000


class Config(NodeConfig):
    """What an analyst sets on this step."""

    flow: str = Field(title="Flow", description="The flow of this project that is called for each item.", min_length=1)
    items: Expr[list[Any]] = Field(title="Items", description="The list, such as input.invoices; read once.")
    inputs: Annotated[dict[str, Expr[Any]], Moment.ITEM] = Field(
        default_factory=dict,
        title="More input",
        description="What the called flow gets besides item and index; item and index may be used here.",
    )
    at_once: int = Field(
        default=1, ge=1, le=MOST_AT_ONCE, title="At once", description="How many items may be under way together."
    )
    stop_on: list[str] = Field(
        default_factory=list,
        title="Stop on",
        description="Outcomes after which no further item is begun and the running ones are cancelled; "
        "cancelled may stand here, too.",
    )
    timeout: Expr[Duration] | None = Field(
        default=None,
        title="Time limit",
        description="After so long, such as 3 days (P3D), what is running is stopped and the way is Timed out.",
    )


def _ports(config: Config) -> Sequence[Port]:
    ports = [DONE]
    if config.stop_on:
        ports.append(STOPPED)
    if config.timeout is not None:
        ports.append(TIMEOUT)
    return tuple(ports)


def _output_schema(config: Config) -> Mapping[str, Any]:
    fields = {
        "outcome": {"type": ["string", "null"]},
        "resolved": {"type": "boolean"},
        "output": {},
        "cancelled": {"type": "boolean"},
    }
    each = {"type": ["object", "null"], "properties": fields}
    outputs = {"type": "array", "items": each}
    return {"type": "object", "properties": {"outputs": outputs}, "required": ["outputs"]}


def _summary(config: Config) -> str:
    together = f", {config.at_once} at once" if config.at_once > 1 else ""
    stop = f", until one is {' or '.join(config.stop_on)}" if config.stop_on else ""
    return line(f"Call {config.flow} for each of {spoken(config.items, longest=40)}{together}{stop}")


def _behaviour(config: Config) -> Behaviour:
    stop_on = tuple(config.stop_on)
    return Children(config.flow, config.items, config.inputs, config.at_once, stop_on, config.timeout)


NODE_TYPE = NodeType(
    id="control/for_each",
    version=1,
    title="For each item",
    help="Runs another flow of this project once for each item of a list, one by one or several at once.",
    category=Category.CONTROL,
    icon="repeat",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
