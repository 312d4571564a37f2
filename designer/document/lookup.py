"""Finds things of a project by name, and where something is used. Pure; called by the find dialog and the project
tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from designer.document.counted import counted
from designer.document.facts import Facts
from designer.document.names import as_read, title_of
from runtime.model.flow import Flow, Node
from runtime.model.project import Project

LANE = ("title", "owner", "seat")
"""what a lane is called by: the first of these that it has"""
MOST = 60
"""things that are listed"""
BEFORE = 16
"""so many characters of an excerpt stand before what counts in it"""


def first_flow(project: Project) -> str | None:
    """The flow that is shown first: the largest, for the others are called by it more often than not."""
    flows = sorted(project.flows.values(), key=lambda flow: (-len(flow.nodes), flow.id))
    return flows[0].id if flows else None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something with a name: ``kind`` is step, flow, field, note, group, lane, connection, form, decision, sample or
    role.
    """

    kind: str
    title: str
    where: str
    """in words: the flow, or what it is"""
    flow: str | None = None
    node: str | None = None
    field: str = ""
    key: str = ""
    """id of what is no step"""


def everything(project: Project, only_flow: str | None = None) -> Iterator[Hit]:
    """All that has a name, flow by flow; ``only_flow``: in this flow alone."""
    for flow in project.flows.values():
        if only_flow is not None and flow.id != only_flow:
            continue
        title = title_of(flow)
        if only_flow is None:
            yield Hit("flow", title, counted(len(flow.nodes), "step"), flow.id)
        for node in flow.nodes:
            yield Hit("step", title_of(node), title, flow.id, node.id, key=node.id)
        for node in flow.nodes:
            for field, text in texts_of(node):
                yield Hit("field", text, f"{title_of(node)} · {title}", flow.id, node.id, field)
        layout = project.layouts.get(flow.id)
        yield from _drawn(layout if isinstance(layout, Mapping) else {}, flow.id, title)
    if only_flow is not None:
        return
    for name, need in project.connections.items():
        yield Hit("connection", need.title or name, "Connection", key=name)
    for kind, names in (("form", project.forms), ("decision", project.decisions)):
        for name in names:
            yield Hit(kind, name, kind.capitalize(), key=name)
    for flow_id, samples in project.samples.items():
        for name in samples:
            yield Hit("sample", name, f"Sample of {flow_id}", flow_id, key=name)
    for role in project.file.roles:
        yield Hit("role", title_of(role), "Role", key=role.id)


def _drawn(layout: Mapping[str, Any], flow: str, where: str) -> Iterator[Hit]:
    """Notes by their words, groups and lanes by their names."""
    for part, kind, named in (("notes", "note", ("text",)), ("groups", "group", ("title",)), ("lanes", "lane", LANE)):
        listed = layout.get(part)
        for thing in listed if isinstance(listed, list | tuple) else ():  # a file that somebody broke is no layout
            words = next((str(thing[name]) for name in named if thing.get(name)), "") if isinstance(thing, dict) else ""
            if words:
                yield Hit(kind, words, where, flow, key=str(thing.get("id", "")))


def searching(hits: Iterable[Hit], words: str, most: int = MOST) -> Iterator[list[Hit]]:
    """Those in which each word occurs, names before texts, beginnings before middles. A hit at a time, as a large
    project has a hundred thousand: what it gives last is what was found.
    """
    wanted = words.casefold().split()
    first = wanted[0] if wanted else ""
    found: list[tuple[tuple[bool, int, int, str], Hit]] = []
    for hit in hits:
        title = hit.title.casefold()
        said = f"{title} {hit.where.casefold()} {hit.key.casefold()}"
        if all(word in said for word in wanted):
            rank = (
                hit.kind == "field",
                0 if title.startswith(first) else 1 if first in title else 2,
                len(hit.title) if hit.kind == "field" else 0,
                title,
            )
            found.append((rank, hit))
            if len(found) > 10 * most:
                found = sorted(found, key=_rank)[:most]
        yield []
    yield [_seen(hit, first) for _, hit in sorted(found, key=_rank)[:most]]


def _rank(found: tuple[tuple[bool, int, int, str], Hit]) -> tuple[bool, int, int, str]:
    return found[0]


def _seen(hit: Hit, first: str) -> Hit:
    at = max(0, hit.title.casefold().find(first))
    return replace(hit, title=excerpt(hit.title, at)) if hit.kind == "field" else hit


def excerpt(text: str, at: int) -> str:
    """The text on one line, begun shortly before the place that counts, so that it is seen where little is shown."""
    begin = text.rfind(" ", 0, max(0, at - BEFORE)) + 1 if at > 2 * BEFORE else 0
    return ("… " if begin else "") + " ".join(text[begin : begin + 200].split())


def texts_of(part: Node) -> Iterator[tuple[str, str]]:
    """Every text in a node's config and governance, with its field's path."""
    plain = part.model_dump(by_alias=True, exclude_unset=True)
    for key in ("id", "type", "version", "title"):
        plain.pop(key, None)
    yield from _texts(plain, "")


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value:
            yield path, value
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            yield from _texts(inside, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, inside in enumerate(value):
            yield from _texts(inside, f"{path}[{number}]")


# -- where used -------------------------------------------------------------------------------------------------------


def uses_of_step(flow: Flow, node_id: str, facts: Facts) -> list[Hit]:
    """Steps that read this step's result or take its effect back, and steps that lead to it."""
    title = title_of(flow)
    found = []
    name = re.compile(rf"(?<![\w.]){re.escape(node_id)}(?!\w)")
    for node in flow.nodes:
        for field, text in texts_of(node):
            if field == "undo" and text == node_id:
                found.append(Hit("field", f"takes back: {title_of(node)}", title, flow.id, node.id, field))
            elif node.id != node_id and (match := name.search(text)) is not None:
                where = f"read by {title_of(node)} · {_field_words(field)}"
                found.append(Hit("field", excerpt(text, match.start()), where, flow.id, node.id, field))
    for edge in flow.edges_into(node_id):
        giver = flow.node(edge.source)
        said = title_of(giver) if giver is not None else edge.source
        way = way_words(giver, edge.port, facts)
        found.append(Hit("step", said, f"leads here by “{way}”", flow.id, edge.source))
    return found


def way_words(node: Node | None, port: str, facts: Facts) -> str:
    """A way out of a step as it is drawn; as it is read where nothing is known of it."""
    ways = {one.name: one.title for one in facts.ways(node)} if node is not None else {}
    return ways.get(port, as_read(port))


NAMED_BY: dict[str, frozenset[str]] = {
    "connection": frozenset({"connection"}),
    "decision": frozenset({"decision", "table", "model"}),
    "form": frozenset({"form", "form_id"}),
    "flow": frozenset({"flow"}),
    "role": frozenset({"owner", "role", "escalate_to"}),
}
"""fields of a step that hold the name of such a thing"""


def uses_of_name(project: Project, kind: str, name: str) -> list[Hit]:
    """Fields of steps, anywhere in the project, that name this connection, decision, form, flow or role."""
    fields = NAMED_BY.get(kind, frozenset())
    found = []
    for flow in project.flows.values():
        for node in flow.nodes:
            for field, text in texts_of(node):
                if text == name and _last(field) in fields:
                    where = f"{title_of(flow)} · {_field_words(field)}"
                    found.append(Hit("step", title_of(node), where, flow.id, node.id, field))
    return found


def _field_words(field: str) -> str:
    """A field's path as it is read aloud: ``config.cases[2].when`` -> "Cases 2, when"."""
    words = re.sub(r"\[(\d+)\]", r" \1", field.removeprefix("config."))
    return words.removesuffix(".feel").replace("_", " ").replace(".", ", ").capitalize()


def _last(field: str) -> str:
    return field.rpartition(".")[2].partition("[")[0]
