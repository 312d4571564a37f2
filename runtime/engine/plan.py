"""``Plan``: all that the engine needs to know of a drawing. ``compiling`` makes it, once per release.

A node whose type is unknown, broken or misconfigured has a ``problem`` instead of a behaviour; its run stops there with
an incident, everything before it still runs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from nodes.contract import Behaviour, BrokenNodeType, Expr, NodeType, Text
from nodes.feel import DaysTimeDuration, YearsMonthsDuration
from runtime.engine.scope import Formula, Words
from runtime.engine.state import EdgeKey
from runtime.model.decisions import NO_DECISIONS, Decisions
from runtime.model.flow import Flow, Node
from runtime.model.graph import FlowGraph

if TYPE_CHECKING:
    from nodes.dmn import DecisionModel

AnyDuration = DaysTimeDuration | YearsMonthsDuration


class TypeSource(Protocol):
    """Where node types come from; ``nodes.registry.Registry`` is one."""

    def get(self, type_id: str, version: int, /) -> NodeType | BrokenNodeType | None: ...


@dataclass(frozen=True, slots=True)
class Policy:
    """A retry policy with every value decided (R2). Delays in seconds."""

    attempts: int
    first_delay: float = 1.0
    factor: float = 2.0
    max_delay: float = 300.0
    jitter: float = 0.2
    attempt_timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class CalledFlow:
    """What a step has to know of the flow that it calls, to be sure beforehand that the child can start."""

    id: str
    input_schema: Mapping[str, Any]


@dataclass(eq=False)
class PlanNode:
    """One node, compiled."""

    node: Node
    behaviour: Behaviour | None
    problem: str | None
    ports: tuple[str, ...]
    out: dict[str, tuple[EdgeKey, ...]]
    """port -> its edges in canonical order; ports without edges are absent"""
    into: tuple[EdgeKey, ...]
    policy: Policy | None = None
    timeout: AnyDuration | None = None
    sla: AnyDuration | None = None
    called: CalledFlow | None = None
    """of a step that calls another flow"""
    decisions: Mapping[str, DecisionModel] = field(default_factory=dict)
    """of a step that asks decisions: file -> compiled model, shared by all plans of the release"""
    config: Any = None
    """kept alive, because the tables below go by the identity of its fields"""
    paths: dict[int, str] = field(default_factory=dict)
    """id(Expr or Text) -> path of the field, for messages"""
    places: dict[int, Any] = field(default_factory=dict)
    """id(Text) -> Place that its holes are escaped for"""
    formulas: dict[int, Formula] = field(default_factory=dict)
    words: dict[int, Words] = field(default_factory=dict)

    id: str = field(init=False)
    """the node's id"""
    title: str = field(init=False)
    """what people call it"""

    def __post_init__(self) -> None:
        self.id = self.node.id
        self.title = self.node.title or self.node.id

    def formula(self, expr: Expr[Any]) -> Formula:
        """The compiled form of one of this node's expressions."""
        found = self.formulas.get(id(expr))
        if found is None:
            found = self.formulas[id(expr)] = Formula(expr, self.paths.get(id(expr), "expression"))
        return found

    def text(self, text: Text) -> Words:
        """The compiled form of one of this node's texts."""
        found = self.words.get(id(text))
        if found is None:
            found = self.words[id(text)] = Words(text, self.paths.get(id(text), "text"), self.places.get(id(text)))
        return found


@dataclass(eq=False)
class Plan:
    """A flow, compiled."""

    flow: Flow
    release: str
    project: str
    nodes: dict[str, PlanNode]
    graph: FlowGraph
    triggers: tuple[str, ...]
    budgets: dict[str, int]
    sla: AnyDuration | None
    decisions: Decisions = NO_DECISIONS
    """those of the release"""
    problem: str | None = None
    """why no run of this flow can start at all; None for almost every flow"""
    _openers: dict[str, str | None] = field(default_factory=dict)
    _edge_bits: dict[str, dict[EdgeKey, int]] = field(default_factory=dict)
    _reachable: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """IANA name of the flow's zone."""
        return self.flow.zone

    def outcome_rank(self, outcome: str) -> int:
        """Place in the flow's declared list (E3); undeclared ones come last."""
        for rank, declared in enumerate(self.flow.outcomes):
            if declared.id == outcome:
                return rank
        return len(self.flow.outcomes)

    def resolved(self, outcome: str | None) -> bool:
        """Whether this outcome settles the matter (E1)."""
        return any(o.id == outcome and o.resolved for o in self.flow.outcomes)

    def opener(self, join: str) -> str | None:
        """The node that opens the rounds of a join (J2); None is the start. Found when the first token comes there."""
        if join not in self._openers:
            self._openers[join] = self.graph.opener(join)
        return self._openers[join]

    def edge_bits(self, join: str) -> dict[EdgeKey, int]:
        """Each edge into a join and its bit in ``reachable_edges``."""
        found = self._edge_bits.get(join)
        if found is None:
            found = self._edge_bits[join] = {edge: 1 << n for n, edge in enumerate(self.nodes[join].into)}
        return found

    def reachable_edges(self, node: str, join: str) -> int:
        """Bits of the join's edges that a token in ``node`` can still get to in the same round (J8).

        Paths through the opener or through the join itself are left out: behind either another round has begun (J2).
        """
        table = self._reachable.get(join)
        if table is None:
            table = self._reachable[join] = self._reachable_table(join)
        return table.get(node, 0)

    def _reachable_table(self, join: str) -> dict[str, int]:
        """Node -> bits, carried backwards from the join until nothing changes: about one pass over the region."""
        barred = {join, self.opener(join)}
        table: dict[str, int] = {}
        changed: deque[str] = deque()

        def add(node: str, bits: int) -> None:
            known = table.get(node, 0)
            if node not in barred and known | bits != known:
                table[node] = known | bits
                changed.append(node)

        for edge, bit in self.edge_bits(join).items():
            add(edge[0], bit)
        while changed:
            node = changed.popleft()
            for edge in self.nodes[node].into:
                add(edge[0], table[node])
        return table
