"""Which names an expression of a node sees, for the rules: on some way, on every way, and by which ports (SEMANTICS N).

Law: what ``engine/scope`` would look up at run time, known beforehand as far as the drawing alone can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nodes.contract import ERROR, Moment, Start
from runtime.model.drawing import Drawing, Formula, NodeFacts, Read
from runtime.model.names import SCOPE_NAMES

RUN_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {name: {} for name in ("id", "flow", "requester", "environment", "started_at")},
}
"""What ``run`` holds."""
ONLY = {
    "item": "it belongs to the steps of a loop over a list",
    "index": "it belongs to the steps of a loop over a list",
    "reply": "there is a reply only after the other side has answered",
    "undone": "it belongs to a step that takes another back",
    "vars": "nothing has run yet, so nothing is set",
}
"""Why a reserved name has no meaning in most places."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What is known of a node as an ancestor of another."""

    ports: frozenset[str]
    """by which its latest pass may have left; empty = it is never an ancestor"""
    always: bool
    """whether it is one on every way"""


def reserved_names(drawing: Drawing, node: NodeFacts, moment: Moment) -> frozenset[str]:
    """The names, besides nodes, that have a meaning in a field of this node."""
    names = {"input", "case", "run"}
    if not isinstance(node.behaviour, Start):
        names.add("vars")
    if moment is Moment.ITEM:
        names |= {"item", "index"}
    if moment is Moment.REPLY:
        names.add("reply")
    if node.id in drawing.undo_nodes:
        names.add("undone")
    return frozenset(names)


def behind(drawing: Drawing, node_id: str, ancestor: str) -> Behind:
    """How ``ancestor`` stands behind a node; behind an undo node stand the steps that it undoes and theirs (U1)."""
    graph = drawing.graph
    undone = drawing.undoes.get(node_id, ())
    if not undone:
        return Behind(graph.ports_before(ancestor, node_id), graph.always_before(ancestor, node_id))
    ports: frozenset[str] = frozenset()
    for one in undone:
        ports |= graph.ports_before(ancestor, one)
        if one == ancestor:
            ports |= {port.name for port in drawing.nodes[one].ports or () if port.name != ERROR.name}
    return Behind(ports, all(one == ancestor or graph.always_before(ancestor, one) for one in undone))


def located_reads(drawing: Drawing) -> Iterator[Read]:
    """The reads of nodes whose place in the flow is known: those that a start leads to, and those that undo."""
    for read in drawing.reads:
        if read.node.id in drawing.graph.reachable or read.node.id in drawing.undo_nodes:
            yield read


def node_reads(drawing: Drawing) -> Iterator[tuple[Read, NodeFacts, Behind]]:
    """The located reads of other nodes' outputs, with how those stand behind the reader."""
    for read in located_reads(drawing):
        source = drawing.nodes.get(read.path[0])
        if source is not None and read.path[0] not in SCOPE_NAMES:
            yield read, source, behind(drawing, read.node.id, source.id)


def schema_of(drawing: Drawing, read: Read) -> Mapping[str, Any]:
    """The JSON Schema of what the first name of a read stands for; empty if nothing is known."""
    root = read.path[0]
    if root == "input":
        return drawing.flow.input_schema
    if root == "run":
        return RUN_SCHEMA
    source = drawing.nodes.get(root)
    if root in SCOPE_NAMES or source is None or not source.output_schema:
        return {}
    schema = source.output_schema
    if source.port(ERROR.name) is not None and isinstance(schema.get("properties"), Mapping):
        return {**schema, "properties": {**schema["properties"], ERROR.name: {}}}
    return schema


def first_unknown(schema: Any, path: Iterable[str]) -> tuple[int, tuple[str, ...]] | None:
    """(place in ``path``, names that the schema knows there) of the first name that it doesn't know; None if none.

    Only a schema that lists its fields and leaves no door open speaks: what may be there is never called unknown.
    """
    here = schema
    for place, name in enumerate(path):
        while isinstance(here, Mapping) and "array" in _types(here):
            here = here.get("items")  # a path goes through a list to each of its items
        if not isinstance(here, Mapping) or _OPEN & here.keys():
            return None
        known = here.get("properties")
        if not isinstance(known, Mapping) or not known or here.get("additionalProperties", False) is not False:
            return None
        if name not in known:
            return place, tuple(map(str, known))
        here = known[name]
    return None


def known_types(drawing: Drawing, formula: Formula) -> dict[str, Any]:
    """What the schemas tell of the names that an expression reads, in the terms of FEEL's own check."""
    roots = {read.path[0]: read for read in formula.reads}
    return {root: _type_info(schema_of(drawing, read), 0) for root, read in roots.items()}


def _type_info(schema: Any, depth: int) -> Any:
    """FEEL's TypeInfo of a JSON Schema; None = unknown. Text stays unknown: it may be a date in its tagged form."""
    if not isinstance(schema, Mapping) or depth > 16 or _OPEN & schema.keys():
        return None
    said = set(_types(schema)) - {"null"}
    properties = schema.get("properties")
    if said <= {"object"} and isinstance(properties, Mapping):
        return {str(name): _type_info(inner, depth + 1) for name, inner in properties.items()}
    if said == {"array"}:
        return [_type_info(schema.get("items"), depth + 1)]
    if said and said <= {"number", "integer"}:
        return "number"
    return "boolean" if said == {"boolean"} else None


_OPEN = {"$ref", "$dynamicRef", "anyOf", "oneOf", "allOf", "if", "patternProperties", "dependentSchemas", "not"}


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    said = schema.get("type")
    return (said,) if isinstance(said, str) else tuple(said) if isinstance(said, list) else ()
