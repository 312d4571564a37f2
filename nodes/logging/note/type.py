"""``logging/note``: a remark on the case. It is journaled as the step's output, and that makes it an audit record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import Field

from nodes.contract import (
    DONE,
    Behaviour,
    Category,
    Evaluate,
    Name,
    NodeConfig,
    NodeType,
    Port,
    Pure,
    Routed,
    Text,
    Value,
)
from nodes.contract.spoken import spoken


class Level(StrEnum):
    """How much a note matters to whoever reads the trace later."""

    INFO = "info"
    WARNING = "warning"


class Config(NodeConfig):
    """What an analyst sets on this step."""

    text: Text = Field(
        title="Note",
        description="What is to stand in the audit trail. Values go in braces: Refunded {invoice.amount} today.",
    )
    category: Name = Field(
        default="general",
        title="Category",
        description="A word by which notes can be found later, such as refund or complaint.",
    )
    level: Level = Field(
        default=Level.INFO,
        title="Importance",
        description="Warning makes the note stand out in the trace; it changes nothing else.",
    )


def _ports(config: Config) -> Sequence[Port]:
    return (DONE,)


def _output_schema(config: Config) -> Mapping[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "properties": {"note": text, "category": text, "level": {"enum": [str(level) for level in Level]}},
        "required": ["note", "category", "level"],
    }


def _summary(config: Config) -> str:
    return f"Note: {spoken(config.text, longest=100)}"


def _behaviour(config: Config) -> Behaviour:
    def note(inputs: Mapping[str, Value], evaluate: Evaluate) -> Routed:
        return Routed(DONE.name, {"note": inputs["text"], "category": config.category, "level": str(config.level)})

    return Pure(note, {"text": config.text})


NODE_TYPE = NodeType(
    id="logging/note",
    version=1,
    title="Audit note",
    help="Writes a remark on the case into the audit trail.",
    category=Category.LOGGING,
    icon="file-text",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
