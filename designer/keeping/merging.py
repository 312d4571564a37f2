"""Three-way merge: what I changed and what a colleague changed since the same version, put together node by node.

Pure. Both sides may add, remove and change; a conflict is one field (or one thing) that both changed differently,
or that one changed and the other took away. Each conflict is decided for one side; until then mine holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from designer.document.field_words import field_words
from designer.document.names import title_of
from nodes.contract import NodeType
from runtime.model.flow import Node
from runtime.model.project import Project

Side = Literal["mine", "theirs"]
Path = tuple[str, ...]
GONE: Any = object()
"""As a value: it is not there."""

_LISTS = {
    "file": {"roles"},
    "flows": {"nodes", "edges", "outcomes"},
    "layouts": {"notes", "groups", "lanes"},
}
"""lists that are merged entry by entry, by the id of each entry (edges by their ends)"""
_SINGLE = ("flows", "layouts", "decisions", "forms", "samples", "scenarios", "decision_tests", "texts")


@dataclass(frozen=True, slots=True)
class Conflict:
    """``path`` leads to what both changed, such as ``("flows", "refund", "nodes", "check", "config", "path")``."""

    path: Path
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """The project, and what was decided for mine for want of a decision."""

    project: Project
    conflicts: tuple[Conflict, ...]
    taken: int
    """how many places were taken from the other side"""


def merge(base: Project, mine: Project, theirs: Project, choices: Mapping[Path, Side] | None = None) -> Merged:
    """``choices`` decides conflicts by their path. Raises ValueError if the result is no project."""
    work = _Merge(choices or {})
    whole = work.both((), _opened(base), _opened(mine), _opened(theirs))
    return Merged(_closed(whole), tuple(work.conflicts), work.taken)


class _Merge:
    def __init__(self, choices: Mapping[Path, Side]) -> None:
        self._choices = choices
        self.conflicts: list[Conflict] = []
        self.taken = 0

    def both(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        """The value at a path that holds what both sides did."""
        if _same(mine, theirs) or _same(base, theirs):
            return mine
        if _same(base, mine):
            self.taken += 1
            return theirs
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            before = base if isinstance(base, Mapping) else {}
            keys = [*mine, *(key for key in theirs if key not in mine)]
            merged = {
                key: self.both((*path, key), before.get(key, GONE), mine.get(key, GONE), theirs.get(key, GONE))
                for key in keys
            }
            return {key: value for key, value in merged.items() if value is not GONE}
        self.conflicts.append(Conflict(path, base, mine, theirs))
        return theirs if self._choices.get(path) == "theirs" else mine


def _same(one: Any, other: Any) -> bool:
    """Written alike: 1.0 and 1.00 are two, and so are two orders of an author's keys."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return str(one) == str(other) if isinstance(one, Decimal) else one == other


def _opened(project: Project) -> dict[str, Any]:
    """The project as plain mappings alone: lists with ids as mappings by id, edges by their key."""
    plain: dict[str, Any] = {"file": _keyed(_plain(project.file), "file")}
    if project.connections or project.connections_rest is not None:
        plain["connections"] = {name: _plain(need) for name, need in project.connections.items()}
        plain["connections_rest"] = dict(project.connections_rest or {})
    for part in _SINGLE:
        plain[part] = {name: _part(part, value) for name, value in getattr(project, part).items()}
    return plain


def _part(part: str, value: Any) -> Any:
    if part == "flows":
        return _keyed(_plain(value), part)
    return _keyed(dict(value), part) if part == "layouts" and isinstance(value, Mapping) else value


def _plain(part: Any) -> dict[str, Any]:
    return dict(part.model_dump(by_alias=True, exclude_unset=True))


def _keyed(plain: dict[str, Any], part: str) -> dict[str, Any]:
    for name in _LISTS[part] & plain.keys():
        entries = plain[name]
        if isinstance(entries, list | tuple) and all(isinstance(entry, Mapping) for entry in entries):
            keyed = {_key(name, entry): dict(entry) for entry in entries}
            if len(keyed) == len(entries):  # of several entries with one id none can be told from the others
                plain[name] = keyed
    return plain


def _key(name: str, entry: Mapping[str, Any]) -> str:
    if name == "edges":
        return f"{entry.get('from')} {entry.get('port')} {entry.get('to')}"
    return str(entry.get("id"))


def _closed(whole: Mapping[str, Any]) -> Project:
    made: dict[str, Any] = {"file": _listed(whole["file"], "file")}
    if "connections" in whole:
        made["connections"] = whole["connections"]
        made["connections_rest"] = whole.get("connections_rest")
    for part in _SINGLE:
        made[part] = {
            name: _listed(value, part) if part in _LISTS and isinstance(value, Mapping) else value
            for name, value in whole.get(part, {}).items()
        }
    return Project.model_validate(made)


def _listed(plain: Mapping[str, Any], part: str) -> dict[str, Any]:
    listed = dict(plain)
    for name in _LISTS[part] & listed.keys():
        if isinstance(listed[name], Mapping):
            listed[name] = list(listed[name].values())
    return listed


def words_of(
    project: Project,
    path: Sequence[str],
    other: Project | None = None,
    kind: Callable[[Node], NodeType | None] = lambda _node: None,
) -> str:
    """A conflict's place in words; ``other`` knows the name of what is gone here, ``kind`` the type of a step."""
    if path[:1] == ("flows",) and len(path) > 1:
        flow = project.flows.get(path[1])
        title = title_of(flow) if flow is not None else path[1]
        if len(path) > 3 and path[2] == "nodes":
            node = flow.node(path[3]) if flow is not None else None
            if node is None and other is not None and path[1] in other.flows:
                node = other.flows[path[1]].node(path[3])
            step = title_of(node) if node is not None else path[3]
            if len(path) == 4:
                return f"{title} / {step}"
            return f"{title} / {step} / {field_words('.'.join(path[4:]), kind(node) if node is not None else None)}"
        return f"{title} / {field_words('.'.join(path[2:]))}" if len(path) > 2 else title
    return " / ".join(part for part in path if part != "file") or "Project"
