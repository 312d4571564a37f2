"""Which kinds of steps quick add offers, and in which order. Pure: words in, rows out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from nodes.contract import NodeType
from nodes.registry import Registry
from runtime.model.project import Project

LIKELY = 3
MOST = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of step, or a heading."""

    heading: str = ""
    found: NodeType | None = None


def rows(
    registry: Registry, words: str, *, project: Project | None = None, behind: str | None = None, starts: bool = True,
    ends: bool = True,
) -> list[Row]:  # fmt: skip
    """``behind``: type id of the step that leads here; kinds that often follow it come first. ``starts``: whether
    triggers may be chosen; ``ends``: whether kinds without a way out may, else it is said why they can't.
    """
    gone = ([] if starts else ["trigger"]) + ([] if ends else ["end"])
    kinds = [t for t in registry.types if registry.latest(t.id) is t and str(t.category) not in gone]
    wanted = words.casefold().split()
    if not wanted:
        return _unfiltered(kinds, project, behind)
    made = _filtered(kinds, wanted)
    if not ends:
        made += [
            Row(f"“{found.title}” would cut off what follows here")
            for found in registry.types
            if registry.latest(found.id) is found and str(found.category) == "end" and _score(found, wanted) is not None
        ]
    return made[:MOST]


def _filtered(kinds: list[NodeType], wanted: list[str]) -> list[Row]:
    scored = [(score, found) for found in kinds if (score := _score(found, wanted)) is not None]
    scored.sort(key=lambda pair: (pair[0], pair[1].title.casefold()))
    if not scored:
        return []
    made = [Row("Best match"), *(Row(found=found) for score, found in scored if score < 2)]
    others = [Row(found=found) for score, found in scored if score >= 2]
    if len(made) == 1:
        return [made[0], *others]
    return [*made, *([Row("Also"), *others] if others else [])]


def _unfiltered(kinds: list[NodeType], project: Project | None, behind: str | None) -> list[Row]:
    made: list[Row] = []
    likely = _followers(project, behind) if project is not None else []
    first = [found for type_id in likely for found in kinds if found.id == type_id][:LIKELY]
    if first:
        made += [Row("Likely next, from your other flows"), *(Row(found=found) for found in first)]
    order = ("adapter", "decision", "approval", "control", "logging", "end", "trigger")
    titles = {
        "adapter": "Adapters", "decision": "Decisions", "approval": "Approvals", "control": "Control",
        "logging": "Logging", "end": "Ends", "trigger": "Triggers",
    }  # fmt: skip
    for category in order:
        inside = [found for found in kinds if str(found.category) == category]
        if inside:
            made += [Row(titles[category]), *(Row(found=found) for found in inside)]
    return made[:MOST]


def _followers(project: Project, behind: str | None) -> list[str]:
    counted: Counter[str] = Counter()
    for flow in project.flows.values():
        for edge in flow.edges:
            source, target = flow.node(edge.source), flow.node(edge.target)
            if source is not None and target is not None and source.type == behind:
                counted[target.type] += 1
    return [type_id for type_id, _ in counted.most_common(LIKELY)]


def _score(found: NodeType, wanted: list[str]) -> int | None:
    title = found.title.casefold()
    said = f"{title} {found.id} {found.category} {found.help}".casefold()
    if not all(word in said for word in wanted):
        return None
    if title.startswith(wanted[0]):
        return 0
    if any(part.startswith(wanted[0]) for part in f"{title} {found.category}".split()):
        return 1
    return 2 if wanted[0] in title else 3
