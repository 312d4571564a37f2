"""A node type: what a third party writes. Data and small pure functions; the registry finds it, nothing else changes.

A folder holds ``type.py`` (this; imports stdlib, pydantic, contract, feel, dmn only), ``README.md``, an example flow
and, for effects, ``perform.py``, which only the host loads, at the first attempt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from nodes.contract.behaviours import Behaviour
from nodes.contract.fields import NodeConfig

if TYPE_CHECKING:
    from nodes.dmn import DecisionModel
    from nodes.dmn.card import DecisionCard


class Category(StrEnum):
    """The kinds on the designer's rail."""

    TRIGGER = "trigger"
    ADAPTER = "adapter"
    DECISION = "decision"
    APPROVAL = "approval"
    CONTROL = "control"
    LOGGING = "logging"
    END = "end"


class PortKind(StrEnum):
    """How a port is drawn and read: normal ones leave right, exceptions leave from the bottom."""

    NORMAL = "normal"
    APPROVED = "approved"
    REJECTED = "rejected"
    TIMEOUT = "timeout"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Port:
    """One named way out of a node."""

    name: str
    title: str
    kind: PortKind = PortKind.NORMAL


DONE = Port("done", "Done")
ERROR = Port("error", "Error", PortKind.ERROR)
TIMEOUT = Port("timeout", "Timed out", PortKind.TIMEOUT)


@dataclass(frozen=True, slots=True)
class Looking:
    """What a card goes by besides the journal."""

    model: Callable[[str], DecisionModel | None]
    """id of a decision file -> its model in the run's release, None if it can't be used"""
    now: dt.datetime
    """the step's run time (N7)"""
    zone: str
    """the flow's"""


@dataclass(frozen=True)
class NodeType:
    """One released version of one node type. ``(id, version)`` is its name for ever; ``id`` is ``category/name``
    (the category alone where that folder is itself the type, as ``approval``).

    ``ports``, ``output_schema``, ``summary`` and ``behaviour`` are pure functions of a valid Config and never raise.
    ``output_schema`` gives the JSON Schema of the step's output, ``summary`` one line of what the step does, in words.
    """

    id: str
    version: int
    title: str
    help: str
    category: Category
    icon: str
    Config: type[NodeConfig]
    ports: Callable[[Any], Sequence[Port]]
    output_schema: Callable[[Any], Mapping[str, Any]]
    summary: Callable[[Any], str]
    behaviour: Callable[[Any], Behaviour]
    module: str = ""
    """Package that holds it, filled by the registry; ``perform.py`` is looked for beside ``type.py`` there."""
    check: Callable[[Any], Sequence[str]] = field(default=lambda _config: ())
    """Mistakes that the Config's own validation can't say; one sentence each, shown as warnings."""
    card: Callable[[Any, Mapping[str, Any], Looking], DecisionCard | None] = field(
        default=lambda _config, _why, _looking: None
    )
    """For a step that chooses: (config, the ``why`` that it journaled, looking) -> the card that a trace shows: what
    would have changed it. Worked out when somebody looks, never by a run. None where nothing can be said."""


@dataclass(frozen=True)
class BrokenNodeType:
    """Stands in for a node type that could not be imported: its flows open, the reason is shown, nothing else stops."""

    id: str
    version: int
    reason: str
    module: str = ""
