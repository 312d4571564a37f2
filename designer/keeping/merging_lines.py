"""The lines of a merged flow: none leads to a step that is gone, and none makes what follows run twice.

Pure. Called by ``merging`` for flows as plain mappings, with edges by their key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Way = tuple[str, str]
"""a step and its way out"""


class Turned(NamedTuple):
    """A way out that both sides led elsewhere than before: the keys of the lines that each drew instead."""

    way: Way
    base: frozenset[str]
    mine: frozenset[str]
    theirs: frozenset[str]


def turned(base: Any, mine: Any, theirs: Any) -> Iterator[Turned]:
    """Both lines together would go both ways at once, so that a refund behind them could be paid twice."""
    sides = [_by_way(flow) for flow in (base, mine, theirs)]
    for way, before in sides[0].items():
        ours, others = (side.get(way, frozenset()) for side in sides[1:])
        cut_by_both = before - ours - others
        if cut_by_both and ours - before - others and others - before - ours:
            yield Turned(way, before, ours - before - others, others - before - ours)


def _by_way(flow: Mapping[str, Any]) -> dict[Way, frozenset[str]]:
    found: dict[Way, frozenset[str]] = {}
    for key, edge in _edges(flow).items():
        way = str(edge["from"]), str(edge["port"])
        found[way] = found.get(way, frozenset()) | {key}
    return found


def newly_linked(base: Mapping[str, Any], side: Mapping[str, Any], flow: str) -> frozenset[str]:
    before = base.get("flows", {}).get(flow, {}).get("edges", {})
    new = [edge for key, edge in _edges(side["flows"][flow]).items() if key not in before]
    return frozenset(str(edge[end]) for edge in new for end in ("from", "to"))


def _edges(flow: Mapping[str, Any]) -> Mapping[str, Any]:
    edges = flow.get("edges", {})
    return edges if isinstance(edges, Mapping) else {}


def mend_edges(flow: dict[str, Any], base: Any, mine: Any, theirs: Any) -> None:
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
