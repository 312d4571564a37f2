"""``control/join``: waits for parallel branches (SEMANTICS, section J)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from nodes.contract import TIMEOUT, Behaviour, Category, Duration, Expr, Join, NodeConfig, NodeType, Port, Titles
from nodes.contract.spoken import spoken

JOINED = Port("joined", "Joined")


class Config(NodeConfig):
    """What an analyst sets on this step."""

    mode: Annotated[
        Literal["all", "any", "n"],
        Titles({"all": "Every branch", "any": "The first branch", "n": "A number of branches"}),
    ] = Field(
        default="all",
        title="Wait for",
        description="Every branch that leads here, the first that arrives, or so many of them.",
    )
    n: int | None = Field(
        default=None,
        title="How many",
        description="Only with n: after so many branches have arrived, the flow goes on.",
        ge=1,
        le=1_000,
    )
    rest: Annotated[Literal["run", "cancel"], Titles({"run": "Go on, and end here", "cancel": "Are stopped"})] = Field(
        default="run",
        title="The other branches",
        description="What becomes of those that have not arrived when the flow goes on.",
    )
    timeout: Expr[Duration] | None = Field(
        default=None,
        title="Time limit",
        description="Counted from the first branch, such as 4 hours (PT4H); then the flow goes on by Timed out.",
    )

    @model_validator(mode="after")
    def _n_goes_with_its_mode(self) -> Config:
        if self.mode == "n" and self.n is None:
            raise ValueError("say in How many for how many branches to wait")
        if self.mode != "n" and self.n is not None:
            raise ValueError("leave How many empty: it goes only with a number of branches")
        return self


def _ports(config: Config) -> Sequence[Port]:
    return (JOINED,) if config.timeout is None else (JOINED, TIMEOUT)


def _output_schema(config: Config) -> Mapping[str, Any]:
    names = {"type": "array", "items": {"type": "string"}}
    return {"type": "object", "properties": {"arrived": names, "missing": names}, "required": ["arrived", "missing"]}


def _summary(config: Config) -> str:
    waits = {"all": "Wait for all branches", "any": "Wait for the first branch", "n": f"Wait for {config.n} branches"}
    limit = f", at most {spoken(config.timeout, longest=50)}" if config.timeout is not None else ""
    return waits[config.mode] + (" and stop the others" if config.rest == "cancel" else "") + limit


def _behaviour(config: Config) -> Behaviour:
    return Join(config.mode, config.n, config.rest, config.timeout)


NODE_TYPE = NodeType(
    id="control/join",
    version=1,
    title="Join",
    help="Waits until parallel branches have arrived, then goes on once.",
    category=Category.CONTROL,
    icon="merge",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
