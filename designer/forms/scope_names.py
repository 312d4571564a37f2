"""Which names an expression of a step may use, with type, who sets them, and whether they may be unset: pure.

Called by expression fields (completion, checks) and by the variables panel. Law: a name is offered only if it can be
there, and is marked unless it is there on every way to the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designer.document.facts import Facts
from designer.document.names import title_of
from nodes.contract import ERROR, Moment, Start
from runtime.model.drawing import Drawing, NodeFacts
from runtime.model.flow import Flow
from runtime.model.project import Project
from runtime.model.scope import RUN_SCHEMA, behind, reserved_names

DEEPEST = 5
MOST = 400
"""names that are offered; checks know all of them"""
MOST_SHAPES = 5_000
TYPE_WORDS = {
    "number": "number", "integer": "number", "string": "text", "boolean": "yes or no", "array": "list",
    "object": "group", "null": "nothing",
}  # fmt: skip
_FEEL = {"number": "number", "integer": "number", "string": "string", "boolean": "boolean"}
_OPEN = {"$ref", "$dynamicRef", "anyOf", "oneOf", "allOf", "if", "patternProperties", "dependentSchemas", "not"}


@dataclass(frozen=True, slots=True)
class ScopeName:
    """One path that can be read."""

    path: tuple[str, ...]
    type: str
    """in words: number, text, yes or no, list, group, anything"""
    title: str = ""
    """as the schema calls it"""
    set_by: str = ""
    """title of the step, or what else sets it"""
    node: str | None = None
    """the step that sets it"""
    doubt: str = ""
    """why it may be unset here; empty if it is always set"""

    @property
    def text(self) -> str:
        """As it is written."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Scope:
    """All names of one field of one step."""

    names: tuple[ScopeName, ...]
    shapes: Mapping[str, Any]
    """root name -> FEEL's TypeInfo, texts included: for completion"""
    checked: Mapping[str, Any]
    """the same with texts left open, for they may be dates: for checks"""

    def doubt(self, root: str) -> str:
        """Why what begins with this name may be unset; empty if it is always set or unknown."""
        return next((name.doubt for name in self.names if name.path[0] == root and name.doubt), "")


class FlowScopes:
    """The names of the flow that was asked for last; typing in a step's own fields does not ask its flow again."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._flow: Flow | None = None
        self._drawing: Drawing | None = None
        self._kept: dict[tuple[str, Moment], Scope] = {}
        self._shapes = Shapes()

    def drawing(self, project: Project, flow: Flow, node_id: str = "") -> Drawing:
        """The flow as rules see it; the step's own fields may be older than they are now."""
        if self._drawing is None or self._flow is None or not _same_around(flow, self._flow, node_id):
            self._drawing, self._flow, self._kept = _Drawn(flow, project, self._facts), flow, {}
        return self._drawing

    def at(self, project: Project, flow: Flow, node_id: str, moment: Moment = Moment.START) -> Scope:
        """The names that a field of this step may use."""
        drawing = self.drawing(project, flow, node_id)
        known = self._kept.get((node_id, moment))
        if known is None:
            known = self._kept[node_id, moment] = scope_of(drawing, node_id, moment, self._shapes)
        return known


class Shapes:
    """The FEEL types of schemas, worked out once for each: steps keep theirs while they do not change."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Any, Any]] = {}

    def of(self, schema: Any) -> tuple[Any, Any]:
        """(with texts, with texts left open)."""
        known = self._known.get(id(schema))
        if known is None or known[0] is not schema:
            if len(self._known) > MOST_SHAPES:
                self._known.clear()
            known = (schema, shape_of(schema, texts=True), shape_of(schema, texts=False))
            self._known[id(schema)] = known
        return known[1], known[2]


def scope_of(drawing: Drawing, node_id: str, moment: Moment, shapes_of: Shapes | None = None) -> Scope:
    """The names at a step, those that are always set first."""
    known = shapes_of if shapes_of is not None else Shapes()
    node = drawing.nodes.get(node_id)
    if node is None:
        return Scope((), {}, {})
    names: list[ScopeName] = []
    shapes: dict[str, Any] = {}
    checked: dict[str, Any] = {}
    reserved = reserved_names(drawing, node, moment)
    for root, schema, by, source, doubt in _sources(drawing, node, reserved):
        shapes[root], checked[root] = known.of(schema)
        required = ScopeName((root,), type_words(schema), "", by, source, doubt)
        if len(names) <= MOST:
            names += _paths(required, schema)
    if "vars" in reserved and drawing.writers:
        variables = _variables(drawing, node)
        shapes["vars"] = checked["vars"] = {name.path[1]: None for name in variables}
        names += variables
    names += [ScopeName(("case",), "anything", set_by="the case"), *_paths(_RUN, RUN_SCHEMA)]
    for root, schema in (("case", {}), ("run", RUN_SCHEMA)):
        shapes[root], checked[root] = shape_of(schema, texts=True), shape_of(schema, texts=False)
    names.sort(key=lambda name: bool(name.doubt))
    return Scope(tuple(names[:MOST]), shapes, checked)


def type_words(schema: Any) -> str:
    """The type of a JSON Schema in words."""
    if not isinstance(schema, Mapping):
        return "anything"
    if isinstance(schema.get("enum"), list):
        return "choice"
    said = schema.get("type")
    types = [said] if isinstance(said, str) else [one for one in said if one != "null"] if said else []
    words = [TYPE_WORDS.get(str(one), "anything") for one in types]
    return " or ".join(dict.fromkeys(words)) if words else "group" if schema.get("properties") else "anything"


def shape_of(schema: Any, *, texts: bool, depth: int = 0) -> Any:
    """FEEL's TypeInfo of a JSON Schema; None = unknown."""
    if not isinstance(schema, Mapping) or depth > DEEPEST or _OPEN & schema.keys():
        return None
    said = schema.get("type")
    types = {said} if isinstance(said, str) else set(said or ()) - {"null"}
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and types <= {"object"}:
        return {str(name): shape_of(inner, texts=texts, depth=depth + 1) for name, inner in properties.items()}
    if types == {"array"}:
        return [shape_of(schema.get("items"), texts=texts, depth=depth + 1)]
    feel = {_FEEL.get(str(one)) for one in types}
    only = feel.pop() if len(feel) == 1 else None
    return None if only == "string" and not texts else only


def _sources(
    drawing: Drawing, node: NodeFacts, reserved: frozenset[str]
) -> Iterator[tuple[str, Any, str, str | None, str]]:
    """(root, schema, set by, step, doubt)."""
    if "input" in reserved:
        start = next((title_of(drawing.nodes[one].node) for one in drawing.triggers), "")
        yield "input", drawing.flow.input_schema or {}, start or "the start", None, ""
    for root, by in (("item", "the list"), ("index", "the list"), ("reply", "the other side"), ("undone", "the undo")):
        if root in reserved:
            yield root, _REPLY if root == "reply" else {"type": "integer"} if root == "index" else {}, by, None, ""
    for other in drawing:
        if other.id == node.id or other.output_schema is None or isinstance(other.behaviour, Start):
            continue
        stands = behind(drawing, node.id, other.id)
        if stands.ports:
            title = title_of(other.node)
            yield other.id, other.output_schema, title, other.id, _doubt(stands.ports, stands.always, title)


def _variables(drawing: Drawing, node: NodeFacts) -> list[ScopeName]:
    """What steps remember, with those that set it."""
    gives: dict[str, list[str]] = {}
    for name, writers in drawing.writers.items():
        for writer in writers:
            gives.setdefault(writer, []).append(name)
    sure = drawing.graph.surely_given(gives, only=node.id).get(node.id, frozenset())
    made = []
    for name, ids in drawing.writers.items():
        before = [one for one in ids if behind(drawing, node.id, one).ports]
        if not before:
            continue
        titles = ", ".join(dict.fromkeys(title_of(drawing.nodes[one].node) for one in before))
        doubt = "" if name in sure else f"“{titles}” does not run on every way to here"
        made.append(ScopeName(("vars", name), "anything", "", titles, before[0], doubt))
    return made


_RUN = ScopeName(("run",), "group", set_by="the run")
_REPLY = {"type": "object", "properties": {"status": {"type": "integer"}, "headers": {}, "body": {}}}


def _doubt(ports: frozenset[str], always: bool, title: str) -> str:
    if ports == {ERROR.name}:
        return f"“{title}” has failed on every way to here: only its error is set"
    if not always:
        return f"“{title}” does not run on every way to here"
    if ERROR.name in ports:
        return f"“{title}” may have failed before this step"
    return ""


def _paths(root: ScopeName, schema: Any, depth: int = 0) -> Iterator[ScopeName]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(properties, Mapping) or not properties or depth >= DEEPEST:
        yield root
        return
    for name, inner in properties.items():
        title = str(inner.get("title", "")) if isinstance(inner, Mapping) else ""
        path = (*root.path, str(name))
        yield from _paths(
            ScopeName(path, type_words(inner), title, root.set_by, root.node, root.doubt), inner, depth + 1
        )


def _same_around(now: Flow, before: Flow, node_id: str) -> bool:
    """Whether nothing but the step's own fields differs."""
    if now is before:
        return True
    same = now.id == before.id and now.edges is before.edges and now.input_schema is before.input_schema
    return (
        same
        and len(now.nodes) == len(before.nodes)
        and all(a is b or a.id == b.id == node_id for a, b in zip(now.nodes, before.nodes, strict=True))
    )


class _Drawn(Drawing):
    """A drawing whose nodes are asked through ``Facts``, which remembers those that did not change."""

    def __init__(self, flow: Flow, project: Project, facts: Facts) -> None:
        super().__init__(flow.model_copy(update={"nodes": ()}), project, facts.registry)
        self.flow = flow
        for node in flow.nodes:
            self.nodes.setdefault(node.id, facts.of(node))
        behaving = [(found.id, type(found.behaviour).__name__) for found in self]
        self.triggers = tuple(node for node, kind in behaving if kind == "Start")
        self.ends = tuple(node for node, kind in behaving if kind == "End")
        undoes: dict[str, list[str]] = {}
        for node in flow.nodes:
            if node.undo is not None and node.undo in self.nodes:
                undoes.setdefault(node.undo, []).append(node.id)
        self.undoes = undoes
        self.undo_nodes = frozenset(undoes)
