"""Three-way merge: what I changed and what a colleague changed since the same version, put together node by node.

Pure. Both sides may add, remove and change; a conflict is one field (or one thing) that both changed differently,
or that one changed or built upon and the other took away. Each is decided for one side; until then mine holds. Where
things stand in a drawing is never asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from designer.keeping.merging_lines import Turned, mend_edges, newly_linked, turned
from designer.keeping.merging_names import with_one_name_each
from designer.keeping.text_merging import merged_text
from nodes.dmn import DmnError, parse_model
from runtime.model.project import Project

Side = Literal["mine", "theirs"]
Path = tuple[str, ...]
GONE: Any = object()
"""As a value: it is not there."""
LINES = "lines"
"""in a path, behind the flow: where the way out leads whose step and name follow"""

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
    sides = _Sides(*map(_opened, with_one_name_each(base, mine, theirs)))
    work = _Merge(choices or {}, sides)
    whole = work.both((), sides.base, sides.mine, sides.theirs)
    for name, flow in whole.get("flows", {}).items():
        three = [side.get("flows", {}).get(name, {}) for side in (sides.base, sides.mine, sides.theirs)]
        mend_edges(flow, *three)
        work.lead_one_way(name, flow, turned(*three))
    return Merged(_closed(whole), tuple(work.conflicts), work.taken)


@dataclass(frozen=True, slots=True)
class _Sides:
    base: dict[str, Any]
    mine: dict[str, Any]
    theirs: dict[str, Any]


def _belongings(path: Path) -> tuple[Path, ...]:
    """What stays or goes with a thing, and comes behind it in a project."""
    match path:
        case ("flows", flow):
            return ("layouts", flow), ("samples", flow), ("scenarios", flow)
        case ("flows", flow, "nodes", node):
            return (("layouts", flow, "nodes", node),)
        case ("samples", flow, sample):
            return (("scenarios", flow, sample),)
        case ("decisions", table):
            return (("decision_tests", table),)
    return ()


class _Merge:
    def __init__(self, choices: Mapping[Path, Side], sides: _Sides) -> None:
        self._choices = choices
        self.conflicts: list[Conflict] = []
        self.taken = 0
        self._follow: dict[Path, Side] = {}
        """what stays or goes with a thing about which it was asked"""
        self._above: set[Path] = set()
        """what holds such a thing, and so is not taken as a whole"""
        self._linked = {
            id(side): {name: newly_linked(sides.base, side, name) for name in side.get("flows", {})}
            for side in (sides.mine, sides.theirs)
        }
        self._mine, self._theirs = self._linked[id(sides.mine)], self._linked[id(sides.theirs)]

    def both(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        """The value at a path that holds what both sides did."""
        if _same(mine, theirs):
            return mine
        if base is not GONE and self._built_upon(path, mine, theirs):
            return self._ask(path, base, mine, theirs)
        if (mine is GONE or theirs is GONE) and (decided := self._follow.get(path)) is not None:
            return theirs if decided == "theirs" else mine
        if path not in self._above and not self._has_new_lines(path):
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
            return theirs if theirs is GONE and path[2:3] == ("nodes",) else mine  # a step that is gone has no place
        if path[0] == "decisions" and isinstance(base, bytes):
            whole = _one_table(base, mine, theirs)
            if whole is not None:
                self.taken += 1
                return whole
        return self._ask(path, base, mine, theirs)

    def _ask(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        self.conflicts.append(Conflict(path, base, mine, theirs))
        side = self._choices.get(path, "mine")
        if mine is GONE or theirs is GONE:
            for place in _belongings(path):
                self._follow[place] = side
                self._above |= {place[:length] for length in range(len(place))}
        return theirs if side == "theirs" else mine

    def _built_upon(self, path: Path, mine: Any, theirs: Any) -> bool:
        """Whether one took away a step to which the other drew a new line."""
        if len(path) != 4 or (path[0], path[2]) != ("flows", "nodes"):
            return False
        return (mine is GONE and path[3] in self._theirs.get(path[1], ())) or (
            theirs is GONE and path[3] in self._mine.get(path[1], ())
        )

    def _has_new_lines(self, path: Path) -> bool:
        """Whether these are steps to which one of us drew lines: the other may have taken one of them away."""
        return (
            len(path) == 3
            and (path[0], path[2]) == ("flows", "nodes")
            and bool(self._mine.get(path[1]) or self._theirs.get(path[1]))
        )

    def lead_one_way(self, name: str, flow: dict[str, Any], ways: Iterable[Turned]) -> None:
        """Where a way out leads that both led elsewhere; the lines of the other one go."""
        for way, base, mine, theirs in ways:
            edges = flow["edges"]
            if not (mine & edges.keys() and theirs & edges.keys()):
                continue  # one of them leads to what is gone
            path = ("flows", name, LINES, *way)
            chosen = self._ask(path, *(_targets(flow, keys) for keys in (base, mine, theirs)))
            gone = theirs if chosen == _targets(flow, mine) else mine
            flow["edges"] = {key: edge for key, edge in edges.items() if key not in gone}


def _targets(flow: Mapping[str, Any], lines: Iterable[str]) -> str:
    """What lines lead to, by title."""
    steps = sorted(line.rpartition(" ")[2] for line in lines)
    return "to " + ", ".join(f"“{flow['nodes'].get(step, {}).get('title') or step}”" for step in steps)


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
