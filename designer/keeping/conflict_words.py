"""Conflicts of a merge as people read them: where it is, and what each side made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from designer.document.field_words import field_words
from designer.document.names import as_read, title_of
from designer.keeping.differences import changed_fields
from designer.keeping.merging import GONE, LINES, Conflict
from designer.keeping.table_differences import table_differences
from nodes.contract import NodeType
from runtime.model.flow import Node
from runtime.model.project import Project

Kind = Callable[[Node], NodeType | None]
PARTS = {
    "decisions": "Decision",
    "forms": "Form",
    "texts": "Translation",
    "decision_tests": "Tests of",
}
OF_FLOWS = {"samples": "Sample", "scenarios": "Scenario", "layouts": "Drawing"}
MOST = 3
"""changes of one side that are named; the others are counted"""


def words_of(
    project: Project, path: Sequence[str], other: Project | None = None, kind: Kind = lambda _node: None
) -> str:
    """A conflict's place in words; ``other`` knows the name of what is gone here, ``kind`` the type of a step."""
    part, rest = path[0], tuple(path[1:])
    if part == "flows" and rest:
        return _in_flow(project, rest, other, kind)
    if part in OF_FLOWS and rest:
        named = [f"{OF_FLOWS[part]} “{as_read(rest[1])}”"] if part != "layouts" and len(rest) > 1 else [OF_FLOWS[part]]
        beyond = field_words(".".join(rest[3:] if part == "layouts" else rest[2:]))
        return " / ".join(filter(None, (_flow_title(project, rest[0]), *named, beyond)))
    if part == "connections" and rest:
        need = project.connections.get(rest[0])
        name = (need.title if need is not None else "") or rest[0]
        return " / ".join(filter(None, (f"Connection “{name}”", field_words(".".join(rest[1:])))))
    if part in PARTS and rest:
        name = rest[0] if part == "texts" else as_read(rest[0])
        return " / ".join(filter(None, (f"{PARTS[part]} “{name}”", field_words(".".join(rest[1:])))))
    return " / ".join(filter(None, ("Project", field_words(".".join(rest)))))


def side_words(conflict: Conflict, value: Any, kind: NodeType | None = None) -> str | None:
    """What a side made of it, where its value alone does not say so; None where it does."""
    if value is GONE:
        return "taken away"
    other = conflict.theirs if value is conflict.mine else conflict.mine
    if isinstance(value, bytes) and isinstance(conflict.base, bytes):
        found = table_differences(conflict.base, value) or ()
        said = [_cell(one.what, one.label, one.before, one.after) for one in found]
        return _listed(said) or "changed beside its tables"
    if other is GONE and isinstance(value, Mapping):
        before = conflict.base if isinstance(conflict.base, Mapping) else {}
        fields = [field_words(field, kind) for field, _, _ in changed_fields(dict(before), dict(value))]
        return f"kept, with changes: {_listed(fields)}" if fields and before else "kept"
    return None


def _cell(what: str, label: str, before: str, after: str) -> str:
    turned = f": {before} → {after}" if label and before and after else f": {after}" if after else ""
    return f"{what}{f', {label}' if label else ''}{turned}"


def _listed(said: Sequence[str]) -> str:
    more = f" and {len(said) - MOST} more" if len(said) > MOST else ""
    return "; ".join(said[:MOST]) + more


def _flow_title(project: Project, name: str) -> str:
    flow = project.flows.get(name)
    return title_of(flow) if flow is not None else name


def _in_flow(project: Project, path: tuple[str, ...], other: Project | None, kind: Kind) -> str:
    flow, title = project.flows.get(path[0]), _flow_title(project, path[0])
    if len(path) < 3 or path[1] not in ("nodes", LINES):
        return f"{title} / {field_words('.'.join(path[1:]))}" if len(path) > 1 else title
    node = flow.node(path[2]) if flow is not None else None
    if node is None and other is not None and path[0] in other.flows:
        node = other.flows[path[0]].node(path[2])
    step = title_of(node) if node is not None else path[2]
    if path[1] == LINES:
        return f"{title} / {step} / where “{as_read(path[3])}” leads"
    if len(path) == 3:
        return f"{title} / {step}"
    return f"{title} / {step} / {field_words('.'.join(path[3:]), kind(node) if node is not None else None)}"
