"""``decision/condition``: asks its conditions from the top; the first that is true names the port (SEMANTICS N4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, model_validator

from nodes.contract import (
    Behaviour,
    Category,
    Evaluate,
    Expr,
    Looking,
    Moment,
    NodeConfig,
    NodeType,
    Port,
    PortName,
    Pure,
    Routed,
    Value,
)
from nodes.contract.spoken import line, spoken

if TYPE_CHECKING:
    from nodes.dmn.card import DecisionCard

DEFAULT = "default"
"""The port that is taken when no condition is true."""


class Condition(NodeConfig):
    """One way out and when it is taken."""

    port: PortName
    title: str = Field(
        default="",
        title="Label",
        description="What people read on the line that leaves here, such as Needs approval.",
        max_length=200,
    )
    when: Annotated[Expr[bool], Moment.LAZY] = Field(
        title="When",
        description="The way is taken if this is true, such as input.amount > 500. Asked only if none above was true.",
    )


class Config(NodeConfig):
    """What an analyst sets on this step."""

    conditions: list[Condition] = Field(
        title="Conditions",
        description="Asked from the top; the first that is true decides, and those below are not asked.",
        min_length=1,
        max_length=50,
    )
    default_title: str = Field(
        default="Otherwise",
        title="Label when none is true",
        description="What people read on the line that is taken when no condition is true.",
        max_length=200,
    )

    @model_validator(mode="after")
    def _names_are_different(self) -> Config:
        taken = {DEFAULT}
        for condition in self.conditions:
            if condition.port in taken:
                why = "it is the way when none is true" if condition.port == DEFAULT else "another condition has it"
                raise ValueError(f"the name {condition.port!r} can't be used here, because {why}")
            taken.add(condition.port)
        return self


def _ports(config: Config) -> Sequence[Port]:
    ways = [Port(c.port, c.title or c.port.replace("_", " ").capitalize()) for c in config.conditions]
    return (*ways, Port(DEFAULT, config.default_title or "Otherwise"))


def _output_schema(config: Config) -> Mapping[str, Any]:
    names = [port.name for port in _ports(config)]
    return {"type": "object", "properties": {"choice": {"enum": names}}, "required": ["choice"]}


def _summary(config: Config) -> str:
    said = "; ".join(f"if {spoken(c.when, longest=60)} then {c.title or c.port}" for c in config.conditions)
    return line(said)


def _behaviour(config: Config) -> Behaviour:
    def choose(inputs: Mapping[str, Value], evaluate: Evaluate) -> Routed:
        read: dict[str, Value] = {}
        for index, condition in enumerate(config.conditions, 1):
            answer, values = evaluate(condition.when)
            read.update(values)
            if answer is True:
                text = condition.when.source or str(condition.when.literal).lower()
                return _routed(condition.port, index, text, read)
        return _routed(DEFAULT, None, None, read)

    return Pure(choose)


def _routed(port: str, index: int | None, condition: str | None, read: Mapping[str, Value]) -> Routed:
    """``why``: which condition it was (from 1; null: none was true), its words, and every value that was looked at."""
    why = {"index": index, "port": port, "condition": condition, "values": dict(read)}
    return Routed(port, {"choice": port}, why)


def _card(config: Config, why: Mapping[str, Value], looking: Looking) -> DecisionCard | None:
    from nodes.dmn.card import Way, conditions_card  # only whoever looks at a trace needs it

    index, values = why.get("index"), why.get("values")
    if not isinstance(values, Mapping) or not (index is None or isinstance(index, Decimal | int)):
        return None
    ports = {port.name: port.title for port in _ports(config)}
    ways = [Way(ports[c.port], c.when.source or str(c.when.literal).lower()) for c in config.conditions]
    chosen = None if index is None else int(index) - 1
    if chosen is not None and not 0 <= chosen < len(ways):
        return None
    return conditions_card(ways, ports[DEFAULT], chosen, values)


NODE_TYPE = NodeType(
    id="decision/condition",
    version=1,
    title="Condition",
    help="Chooses the way by conditions, asked from the top: the first that is true decides.",
    category=Category.DECISION,
    icon="decision",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
    card=_card,
)
