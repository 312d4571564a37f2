"""What the rules look at: each flow with its graph, and each node with its type, config, ports, behaviour and reads.

Built once per check, shared by all rules. Law: nothing here raises, whatever the drawing and whatever a stranger's node
type does; what can't be known of a node is None, and rules leave such nodes to the rule that says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pydantic import ValidationError

from nodes.contract import (
    Assign,
    Behaviour,
    BrokenNodeType,
    ConnectionKind,
    DecisionUse,
    End,
    FieldUse,
    Join,
    Moment,
    NodeConfig,
    NodeType,
    Port,
    Pure,
    Start,
    Text,
    walk_fields,
)
from nodes.feel import FeelError, compile_expression, parse_template
from nodes.feel.reading import free_paths
from nodes.pacing import checkpoint
from runtime.model.analysed import AnalysedTable, analysed_tables
from runtime.model.decisions import Decisions, UnreadDecision
from runtime.model.flow import Edge, Flow, Node
from runtime.model.graph import FlowGraph
from runtime.model.names import SCOPE_NAMES
from runtime.model.plain_words import Mistake, closest, mistakes_of
from runtime.model.problems import Where
from runtime.model.project import Project

if TYPE_CHECKING:
    from nodes.dmn import DecisionModel

MAX_NODES = 3_000
MAX_EDGES = 10_000
MAX_EDGES_OF_A_NODE = 500
"""Larger flows are named by the rule FLOW_LIMIT and looked at no further (FAULTS M02)."""
_FLOW = ".flow.json"
MAX_COMPARED = 20_000
"""Names that are compared with mistaken ones per flow, about half a second of work; then nothing more is suggested."""

T = TypeVar("T")


class TypeSource(Protocol):
    """Where node types come from; ``nodes.registry.Registry`` is one."""

    @property
    def types(self) -> tuple[NodeType, ...]:
        """All that can be used."""

    @property
    def connection_kinds(self) -> Mapping[str, ConnectionKind]:
        """The kinds of connections, by id."""

    def get(self, type_id: str, version: int, /) -> NodeType | BrokenNodeType | None:
        """The type of this name, its broken stand-in, or None."""


@dataclass(frozen=True, slots=True)
class Read:
    """One path that an expression reads from its scope."""

    node: NodeFacts
    field: str
    """path of the field, such as ``config.conditions[2].when``"""
    path: tuple[str, ...]
    """such as ``("input", "claim", "amount")``"""
    moment: Moment
    guarded: bool
    """the expression asks for null itself, so it expects that something may be missing"""

    @property
    def text(self) -> str:
        """The path as it is written."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Formula:
    """One expression that could be read; of a text with holes, each hole is one."""

    node: NodeFacts
    field: str
    text: str
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An expression that is none."""

    node: NodeFacts
    field: str
    message: str


class NodeFacts:
    """One node and all that its type says about it, as far as that can be known."""

    def __init__(self, node: Node, found: NodeType | BrokenNodeType | None) -> None:
        self.node = node
        self.found = found
        self.type: NodeType | None = found if isinstance(found, NodeType) else None
        self.config: NodeConfig | None = None
        self.mistakes: tuple[Mistake, ...] = ()
        """what is wrong with the config"""
        self.failure: str | None = None
        """what the node type itself did wrong while it was asked"""
        self.ports: tuple[Port, ...] | None = None
        self.behaviour: Behaviour | None = None
        self.output_schema: Mapping[str, Any] | None = None
        self.remarks: tuple[str, ...] = ()
        self.uses: tuple[FieldUse, ...] = ()
        if self.type is not None:
            self._ask(self.type)

    def _ask(self, node_type: NodeType) -> None:
        try:
            config = node_type.Config.model_validate(dict(self.node.config))
        except ValidationError as error:
            self.mistakes = tuple(mistakes_of(error, self.node.config, node_type.Config))
            return
        except Exception as error:  # noqa: BLE001 - a stranger's validator may raise anything
            self.failure = _reason(error)
            return
        self.config = config
        self.ports = self._answer(lambda: tuple(node_type.ports(config)))
        self.behaviour = self._answer(lambda: node_type.behaviour(config))
        self.output_schema = self._answer(lambda: dict(node_type.output_schema(config)))
        self.remarks = self._answer(lambda: tuple(node_type.check(config))) or ()
        self.uses = self._answer(lambda: tuple(walk_fields(config))) or ()

    def _answer(self, ask: Callable[[], T]) -> T | None:
        try:
            return ask()
        except Exception as error:  # noqa: BLE001 - a stranger's node type may raise anything; its rule names it
            self.failure = self.failure or _reason(error)
            return None

    @property
    def id(self) -> str:
        """The node's id."""
        return self.node.id

    @property
    def label(self) -> str:
        """The node as people know it, in quotes."""
        return f'"{shortened(self.node.title or self.node.id)}"'

    def port(self, name: str) -> Port | None:
        """The port of this name, None if there is none or nothing is known."""
        return next((port for port in self.ports or () if port.name == name), None)


class Drawing:
    """One flow, as the rules see it."""

    def __init__(self, flow: Flow, project: Project, registry: TypeSource) -> None:
        self.flow = flow
        self.project = project
        self._compared = 0
        self.nodes: dict[str, NodeFacts] = {}
        """by id; of several nodes with one id the first"""
        for node in flow.nodes:
            checkpoint()
            if node.id not in self.nodes:
                self.nodes[node.id] = NodeFacts(node, registry.get(node.type, node.version))
        self.triggers = tuple(n.id for n in self if isinstance(n.behaviour, Start))
        self.ends = tuple(n.id for n in self if isinstance(n.behaviour, End))
        undoes: dict[str, list[str]] = {}
        for node in flow.nodes:
            if node.undo is not None and node.undo in self.nodes:
                undoes.setdefault(node.undo, []).append(node.id)
        self.undoes: Mapping[str, Sequence[str]] = undoes
        """node that takes others back -> those"""
        self.undo_nodes = frozenset(undoes)

    def __iter__(self) -> Iterator[NodeFacts]:
        return iter(self.nodes.values())

    def where(self, node: NodeFacts | None = None, field: str | None = None) -> Where:
        """A place in this flow."""
        return Where(flow=self.flow.id, node=None if node is None else node.id, field=field)

    def at_edge(self, edge: Edge) -> Where:
        """An edge of this flow, shown at the node that it leaves."""
        return Where(flow=self.flow.id, node=edge.source if edge.source in self.nodes else None, edge=edge.key)

    def label(self, node_id: str) -> str:
        """A node as people know it, in quotes."""
        node = self.nodes.get(node_id)
        return f'"{shortened(node_id)}"' if node is None else node.label

    @property
    def suggests(self) -> bool:
        """Whether mistaken names are still compared with known ones: a flow with very many of them gets no more."""
        return self._compared <= MAX_COMPARED

    def meant(self, name: str, known: Collection[str]) -> str | None:
        """The known name that was probably meant; None if none is near, or nothing is suggested any more."""
        if not self.suggests:
            return None
        self._compared += len(known)
        return closest(name, known)

    def behaving(self, kind: type[T]) -> Iterator[tuple[NodeFacts, T]]:
        """The nodes whose behaviour is of one kind."""
        for node in self:
            if isinstance(node.behaviour, kind):
                yield node, node.behaviour

    @cached_property
    def graph(self) -> FlowGraph:
        """The flow's graph, with its triggers and what its joins wait for."""
        plain = FlowGraph(self.flow, triggers=self.triggers)
        needs = {node.id: needed(join, len(plain.into(node.id))) for node, join in self.behaving(Join)}
        return FlowGraph(self.flow, triggers=self.triggers, joins=needs)

    @cached_property
    def _expressions(self) -> tuple[tuple[Formula, ...], tuple[Unreadable, ...]]:
        names = frozenset(self.nodes) | SCOPE_NAMES
        formulas: list[Formula] = []
        unreadable: list[Unreadable] = []
        for node in self:
            for use in node.uses:
                field = f"config.{use.path}"
                source = use.field.source
                if source is None or (isinstance(use.field, Text) and "{" not in source and "}" not in source):
                    continue
                try:
                    if isinstance(use.field, Text):
                        compiled = [hole.expression for hole in parse_template(source).holes]
                    else:
                        compiled = [compile_expression(source)]
                except FeelError as error:
                    unreadable.append(Unreadable(node, field, str(error)))
                    continue
                guarded = _ASKS_FOR_NULL.search(source) is not None
                for one in compiled:
                    # Names inside a filter may be entries of its items, unless they are names of the scope.
                    paths = sorted(path for path in free_paths(one.ast, names) if not _is_called(path, one.text))
                    reads = tuple(Read(node, field, path, use.moment, guarded) for path in paths)
                    formulas.append(Formula(node, field, one.text, reads))
        return tuple(formulas), tuple(unreadable)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Every expression of this flow that could be read."""
        return self._expressions[0]

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """Every path that an expression of this flow reads; each once per field."""
        return tuple(dict.fromkeys(read for formula in self.formulas for read in formula.reads))

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Every expression of this flow that is none."""
        return self._expressions[1]

    @cached_property
    def writers(self) -> dict[str, tuple[str, ...]]:
        """Run variable -> the nodes that write it."""
        found: dict[str, list[str]] = {}
        for node, assign in self.behaving(Assign):
            for name in assign.assignments:
                found.setdefault(name, []).append(node.id)
        return {name: tuple(ids) for name, ids in found.items()}


class DecisionFacts:
    """The decision files of a project, read and analysed once each; good for every check while they are the same."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.models = Decisions(files)

    @cached_property
    def tables(self) -> tuple[AnalysedTable, ...]:
        """Every decision table of the project, looked at once for all rules."""
        return analysed_tables(self.models)


class Checked:
    """A project under check: the ``context`` of every rule."""

    def __init__(
        self,
        project: Project,
        registry: TypeSource,
        unread: frozenset[str] = frozenset(),
        decisions: DecisionFacts | None = None,
    ) -> None:
        """``decisions``: what is known already of the very files that the project has."""
        self.project = project
        self._decisions = DecisionFacts(project.decisions) if decisions is None else decisions
        self.registry = registry
        self.all_flows_read = not any(path == "flows" or path.endswith(_FLOW) for path in unread)
        """whether none of them is in a file that can't be read"""
        self.decisions_read = not any(path == "decisions" or path.endswith(".dmn") for path in unread)
        self.connections_read = "connections.json" not in unread
        self.drawings = tuple(
            Drawing(flow, project, registry) for flow in project.flows.values() if not flow_limit_faults(flow)
        )
        """the flows that are small enough to be looked at"""

    @property
    def decisions(self) -> Decisions:
        """The decision files of the project."""
        return self._decisions.models

    def decision_model(self, file: str) -> DecisionModel | None:
        """The model of a decision file; None if there is no such file, or it can't be read."""
        found = self.decisions.get(file)
        return None if found is None or isinstance(found, UnreadDecision) else found

    @cached_property
    def decision_uses(self) -> tuple[tuple[Drawing, NodeFacts, DecisionUse], ...]:
        """Each decision that a step of a flow asks."""
        return tuple(
            (drawing, node, use)
            for drawing in self.drawings
            for node, pure in drawing.behaving(Pure)
            for use in pure.decisions
        )

    @property
    def tables(self) -> tuple[AnalysedTable, ...]:
        """Every decision table of the project."""
        return self._decisions.tables

    @cached_property
    def type_ids(self) -> tuple[str, ...]:
        """The ids of all node types that can be used."""
        return tuple(sorted({found.id for found in self.registry.types}))


def needed(join: Join, edges: int) -> int:
    """How many of its ``edges`` a join waits for (J1)."""
    if join.mode == "all":
        return edges
    return 1 if join.mode == "any" else (join.n or 1)


def flow_limit_faults(flow: Flow) -> list[str]:
    """What is too large about a flow for anything to look into it; empty if nothing."""
    faults: list[str] = []
    if len(flow.nodes) > MAX_NODES:
        faults.append(f"has {len(flow.nodes):,} steps; at most {MAX_NODES:,} are allowed")
    if len(flow.edges) > MAX_EDGES:
        faults.append(f"has {len(flow.edges):,} connecting lines; at most {MAX_EDGES:,} are allowed")
    counts: dict[tuple[str, str], int] = {}
    for edge in flow.edges:
        for end in (("out of", edge.source), ("into", edge.target)):
            counts[end] = counts.get(end, 0) + 1
    (way, node), most = max(counts.items(), key=lambda item: item[1], default=(("", ""), 0))
    if most > MAX_EDGES_OF_A_NODE:
        lines = f"{most:,} lines {way} {shortened(node)!r}"
        faults.append(f"has {lines}; at most {MAX_EDGES_OF_A_NODE:,} are allowed")
    return faults


def shortened(text: str, longest: int = 60) -> str:
    """A title or id that may be of any length, for a message."""
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


_ASKS_FOR_NULL = re.compile(r"\bnull\b|\bget or else\b|\bis defined\b")


def _is_called(path: tuple[str, ...], text: str) -> bool:
    """Whether a name stands for a function: then it is the rule EXPRESSION_MISTAKE that knows whether there is one."""
    return len(path) == 1 and re.search(rf"(?<![\w.]){re.escape(path[0])}\s*\(", text) is not None


def _reason(error: Exception) -> str:
    return shortened(f"{type(error).__name__}: {error}", 200)
