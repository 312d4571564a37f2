"""Three-way merge: what I changed and what a colleague changed since the same version, put together node by node.

Pure. Both sides may add, remove and change; a conflict is one field (or one thing) that both changed differently,
or that one changed or built upon and the other took away. Each is decided for one side; until then mine holds. Where
things stand in a drawing is never asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from designer.document.commands.rename_node import rename_node
from designer.document.names import fresh
from designer.keeping.text_merging import merged_text
from nodes.dmn import DmnError, parse_model
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
    sides = _Sides(_opened(base), _opened(mine), _opened(_told_apart(base, mine, theirs)))
    work = _Merge(choices or {}, sides)
    whole = work.both((), sides.base, sides.mine, sides.theirs)
    for name, flow in whole.get("flows", {}).items():
        _mend_edges(flow, *(side.get("flows", {}).get(name, {}) for side in (sides.base, sides.mine, sides.theirs)))
    return Merged(_closed(whole), tuple(work.conflicts), work.taken)


def _told_apart(base: Project, mine: Project, theirs: Project) -> Project:
    """Theirs, where a new step of theirs that has the id of another new one of mine has one of its own: both stay."""
    for name, flow in theirs.flows.items():
        ours, before = mine.flows.get(name), base.flows.get(name)
        if ours is None or ours is flow:
            continue
        old = {node.id for node in before.nodes} if before is not None else set()
        new = {node.id: (node.type, node.title) for node in ours.nodes if node.id not in old}
        taken = {*old, *new, *(node.id for node in flow.nodes)}
        for node in flow.nodes:
            if new.get(node.id, (node.type, node.title)) != (node.type, node.title):
                own = fresh(node.id, taken)
                taken.add(own)
                theirs = rename_node(name, node.id, own).apply(theirs)
    return theirs


@dataclass(frozen=True, slots=True)
class _Sides:
    base: dict[str, Any]
    mine: dict[str, Any]
    theirs: dict[str, Any]


class _Merge:
    def __init__(self, choices: Mapping[Path, Side], sides: _Sides) -> None:
        self._choices = choices
        self.conflicts: list[Conflict] = []
        self.taken = 0
        self._linked = {
            id(side): {name: _newly_linked(sides.base, side, name) for name in side.get("flows", {})}
            for side in (sides.mine, sides.theirs)
        }
        self._mine, self._theirs = self._linked[id(sides.mine)], self._linked[id(sides.theirs)]

    def both(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        """The value at a path that holds what both sides did."""
        if _same(mine, theirs):
            return mine
        if base is not GONE and self._built_upon(path, mine, theirs):
            return self._ask(path, base, mine, theirs)
        if (mine is GONE or theirs is GONE) and self._is_asked(path):
            return theirs if mine is GONE else mine  # the place of a step that stays, whichever was decided
        if _same(base, theirs):
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
        if path[0] == "layouts" and not _is_words(path, mine, theirs):
            return mine
        if path[0] == "decisions" and isinstance(base, bytes):
            whole = _one_table(base, mine, theirs)
            if whole is not None:
                self.taken += 1
                return whole
        return self._ask(path, base, mine, theirs)

    def _ask(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        self.conflicts.append(Conflict(path, base, mine, theirs))
        return theirs if self._choices.get(path) == "theirs" else mine

    def _built_upon(self, path: Path, mine: Any, theirs: Any) -> bool:
        """Whether one took away a step to which the other drew a new line."""
        if len(path) != 4 or (path[0], path[2]) != ("flows", "nodes"):
            return False
        return (mine is GONE and path[3] in self._theirs.get(path[1], ())) or (
            theirs is GONE and path[3] in self._mine.get(path[1], ())
        )

    def _is_asked(self, path: Path) -> bool:
        """Whether this is where a step stands about which it is asked: flows come before their drawings."""
        if len(path) != 4 or (path[0], path[2]) != ("layouts", "nodes"):
            return False
        return any(conflict.path == ("flows", *path[1:]) for conflict in self.conflicts)


def _is_words(path: Path, mine: Any, theirs: Any) -> bool:
    """Whether it is what somebody wrote: the text of a note, the title of a group."""
    return path[-1] in {"text", "title"} and isinstance(mine, str) and isinstance(theirs, str)


def _one_table(base: bytes, mine: Any, theirs: Any) -> bytes | None:
    """A table of which both changed other cells; None if both changed one, or if no table would come of it."""
    if not isinstance(mine, bytes) or not isinstance(theirs, bytes):
        return None
    whole = merged_text(base, mine, theirs)
    try:
        if whole is not None:
            parse_model(whole)
    except DmnError:
        return None
    return whole


def _newly_linked(base: Mapping[str, Any], side: Mapping[str, Any], flow: str) -> frozenset[str]:
    before = base.get("flows", {}).get(flow, {}).get("edges", {})
    new = [edge for key, edge in _edges(side["flows"][flow]).items() if key not in before]
    return frozenset(str(edge[end]) for edge in new for end in ("from", "to"))


def _edges(flow: Mapping[str, Any]) -> Mapping[str, Any]:
    edges = flow.get("edges", {})
    return edges if isinstance(edges, Mapping) else {}


def _mend_edges(flow: dict[str, Any], base: Any, mine: Any, theirs: Any) -> None:
    """A step that stays although one took it away gets its lines again, in the place of the one drawn past it; what
    leads to a step that is gone goes.
    """
    nodes, edges = flow.get("nodes", {}), flow.get("edges", {})
    if not isinstance(nodes, Mapping) or not isinstance(edges, Mapping):
        return
    kept = dict(edges)
    for gone_in, stayed_in in ((mine, theirs), (theirs, mine)):
        back = {name for name in nodes if name in base.get("nodes", {}) and name not in gone_in.get("nodes", {})}
        if not back:
            continue
        lines = {key: edge for key, edge in _edges(stayed_in).items() if {edge["from"], edge["to"]} & back}
        before = {edge["from"] for edge in lines.values() if edge["to"] in back}
        behind = {edge["to"] for edge in lines.values() if edge["from"] in back}
        past = {
            key
            for key, edge in _edges(gone_in).items()
            if key not in _edges(base) and edge["from"] in before and edge["to"] in behind
        }
        kept = {key: edge for key, edge in kept.items() if key not in past} | lines
    flow["edges"] = {key: edge for key, edge in kept.items() if edge["from"] in nodes and edge["to"] in nodes}


def _same(one: Any, other: Any) -> bool:
    """Written alike: 1.0 and 1.00 are two, and so are two orders of an author's keys."""
    if one is other:
        return True
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal) and not isinstance(one, bool):
        return not isinstance(other, bool) and str(one) == str(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(_same(value, other[key]) for key, value in one.items())
    return bool(one == other)


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
