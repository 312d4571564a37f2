"""A flow as the analyst drew it: frozen, plain, and complete. What its steps mean is for the node types to say.

A node's ``config`` stays the JSON that stands in the file (numbers with a fraction as ``Decimal``), because flows with
unknown node types and unknown keys must open, and save to the same bytes. Unknown keys ride along as pydantic extras.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict


def _only_a_number(raw: Any) -> Any:
    if isinstance(raw, float) and math.isfinite(raw):
        return Decimal(repr(raw))  # as it was spelled: Python's own reading of JSON makes floats, ``canonical`` none
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise ValueError("should be a number")
    return raw


Number = Annotated[Decimal, BeforeValidator(_only_a_number)]
"""A JSON number. Text such as "1.5" is not one: it would be written back as something else than was read."""
Whole = Annotated[int, Strict()]
"""A JSON number without a fraction."""
Flag = Annotated[bool, Strict()]
"""true or false, and not 1, "yes" or "on"."""


class Part(BaseModel):
    """Base of all that stands in a project file: frozen, unknown keys kept."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True, use_attribute_docstrings=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's, without what was computed and kept from the old fields: a copy looks at its own."""
        copied = super().model_copy(update=update, deep=deep)
        for name in _computed(type(self)):
            copied.__dict__.pop(name, None)
        return copied


@cache
def _computed(of: type[Part]) -> tuple[str, ...]:
    """What a class computes and keeps. Asked once: pydantic's classes take long to say that they lack a name."""
    return tuple(
        name for base in of.__mro__ for name, member in vars(base).items() if isinstance(member, cached_property)
    )


class Outcome(Part):
    """A named way for the flow to end, as the business calls it."""

    id: str
    title: str = ""
    resolved: Flag = True
    """whether the customer matter is settled by it"""


class RetryPolicy(Part):
    """How often and how soon a failed attempt is repeated (SEMANTICS R2); None = the default of the effect's kind."""

    attempts: Whole | None = Field(default=None, ge=1, le=1000)
    """total, the first included"""
    first_delay: Number | None = Field(default=None, ge=0, le=86_400)
    """seconds"""
    factor: Number | None = Field(default=None, ge=1, le=100)
    max_delay: Number | None = Field(default=None, ge=0, le=86_400)
    """seconds"""
    jitter: Number | None = Field(default=None, ge=0, le=1)
    attempt_timeout: Number | None = Field(default=None, gt=0, le=86_400)
    """seconds"""


class Budgets(Part):
    """Limits that stop runaways; None = the default. A flow may only lower them."""

    activations: Whole | None = Field(default=None, ge=1)
    events: Whole | None = Field(default=None, ge=1)
    depth: Whole | None = Field(default=None, ge=1)
    children: Whole | None = Field(default=None, ge=1)
    tree: Whole | None = Field(default=None, ge=1)


class Node(Part):
    """A step of the drawing: its id names it in expressions, its type says what it does, the rest governs it."""

    id: str
    type: str
    version: Whole = 1
    title: str = ""
    config: Mapping[str, Any] = Field(default_factory=dict)
    owner: str | None = None
    """role that owns the step"""
    sla: str | None = None
    """ISO duration within which the step should be done"""
    timeout: str | None = None
    """ISO duration after which an effect step is given up (SEMANTICS R5)"""
    retry: RetryPolicy | None = None
    permission: str | None = None
    """permission that the actor needs"""
    seat: str | None = None
    """who sits here: agent, customer, bot or system"""
    undo: str | None = None
    """node that takes this step's effect back (SEMANTICS U1)"""


class Edge(Part):
    """From one port of a node to the only way into another."""

    source: str = Field(alias="from")
    port: str
    target: str = Field(alias="to")

    @property
    def key(self) -> tuple[str, str, str]:
        """Its place in the canonical order of edges."""
        return (self.source, self.port, self.target)


class Flow(Part):
    """One outcome flow. ``nodes`` and ``edges`` keep the order of the file; the engine goes by canonical order."""

    format_version: Whole = 1
    id: str
    title: str = ""
    description: str = ""
    owner: str | None = None
    sla: str | None = None
    zone: str = "UTC"
    """IANA name of the zone in which ``today()``, months and years are reckoned"""
    input_schema: Mapping[str, Any] = Field(default_factory=dict)
    """JSON Schema of the start's input"""
    outcomes: tuple[Outcome, ...] = ()
    budgets: Budgets | None = None
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def node(self, node_id: str) -> Node | None:
        """The node with this id (the first, if a broken file holds several), or None."""
        return self._by_id.get(node_id)

    def edges_from(self, node_id: str, port: str | None = None) -> Iterator[Edge]:
        """Edges that leave a node, or one port of it, in canonical order."""
        return (e for e in self._leaving.get(node_id, ()) if port is None or e.port == port)

    def edges_into(self, node_id: str) -> Iterator[Edge]:
        """Edges that enter a node, in canonical order."""
        return iter(self._entering.get(node_id, ()))

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for node in self.nodes:
            found.setdefault(node.id, node)
        return found

    @cached_property
    def _leaving(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = {}
        for edge in self._ordered:
            found.setdefault(edge.source, []).append(edge)
        return found

    @cached_property
    def _entering(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = {}
        for edge in self._ordered:
            found.setdefault(edge.target, []).append(edge)
        return found

    @cached_property
    def _ordered(self) -> tuple[Edge, ...]:
        return tuple(sorted(self.edges, key=lambda e: e.key))
