"""``Clip``: steps as they travel over the clipboard, in JSON of our own. What comes back is a stranger's text.

Law: reading one never raises, never runs or fetches anything, and takes nothing that a project file would not hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from designer.document.grouping import Grouping, placed_in
from designer.document.needs import Needs
from designer.document.needs import read as read_needs
from designer.document.needs import written as written_needs
from runtime.model.drawing import MAX_EDGES, MAX_NODES
from runtime.model.flow import Edge, Flow, Node
from runtime.model.layout import CanvasGroup, CanvasNote, LayoutFile, Position, SeatLane

MIME = "application/x-baton-clip+json"
FORMAT = 1
LARGEST = 8_000_000
"""characters that are looked at"""
DEEPEST = 100
"""JSON nested deeper is not looked at"""


@dataclass(frozen=True, slots=True)
class Clip:
    """Steps with the edges between them, their places, and what is drawn around them."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    layout: LayoutFile = field(default_factory=LayoutFile)
    needs: Needs = field(default_factory=Needs)
    """roles, connections and decisions of the project that they were taken from"""

    def __bool__(self) -> bool:
        """Whether it holds anything."""
        return bool(self.nodes or self.layout.notes or self.layout.lanes)


def clip_of(
    flow: Flow,
    layout: LayoutFile,
    nodes: Collection[str],
    drawn: Collection[str],
    places: dict[str, Any],
    needs: Callable[[Sequence[Node]], Needs] = lambda _nodes: Needs(),
) -> Clip:
    """A copy of these; ``places`` are where the steps are shown, ``needs`` tells what steps need of their project."""
    known = Grouping(layout.groups)
    within = known.within(set(drawn) & known.steps.keys())
    groups = _whole([group for group in layout.groups if group.id in within])
    taken = set(nodes).union(*(group.nodes for group in groups))
    shown = {
        node_id: Position(x=Decimal(round(places[node_id][0])), y=Decimal(round(places[node_id][1])))
        for node_id in taken
        if node_id in places
    }
    copied = tuple(node for node in flow.nodes if node.id in taken)
    return Clip(
        copied,
        tuple(edge for edge in flow.edges if edge.source in taken and edge.target in taken),
        LayoutFile(
            nodes=shown,
            notes=tuple(note for note in layout.notes if note.id in set(drawn)),
            groups=groups,
            lanes=tuple(lane for lane in layout.lanes if lane.id in set(drawn)),
        ),
        needs(copied),
    )


def written(clip: Clip) -> str:
    """As text. Numbers with a fraction keep every digit."""
    plain = {
        "baton_clip": FORMAT,
        "nodes": [node.model_dump(by_alias=True, exclude_unset=True) for node in clip.nodes],
        "edges": [edge.model_dump(by_alias=True, exclude_unset=True) for edge in clip.edges],
        "layout": clip.layout.model_dump(by_alias=True, exclude_unset=True),
        "needs": written_needs(clip.needs),
    }
    return json.dumps(plain, ensure_ascii=False, default=_number)


def read(text: str) -> Clip | None:
    """The clip in a text, None for anything else."""
    if len(text) > LARGEST or '"baton_clip"' not in text[:200]:
        return None
    try:
        plain = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    if not isinstance(plain, dict) or plain.get("baton_clip") != FORMAT or _too_deep(plain):
        return None
    try:
        nodes = [Node.model_validate(each) for each in _list(plain.get("nodes"), MAX_NODES)]
        edges = [Edge.model_validate(each) for each in _list(plain.get("edges"), MAX_EDGES)]
        layout = LayoutFile.model_validate(plain.get("layout") or {})
        needs = read_needs(plain.get("needs"))
    except (ValidationError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    ids = {node.id for node in nodes}
    if len(ids) < len(nodes) or not all(each.id for each in nodes):
        return None
    clean = LayoutFile(
        nodes={n: p for n, p in layout.nodes.items() if n in ids and _sane(p.x) and _sane(p.y)},
        notes=tuple(note for note in layout.notes if _sane_box(note)),
        groups=_whole([g.model_copy(update={"nodes": tuple(n for n in g.nodes if n in ids)}) for g in layout.groups]),
        lanes=tuple(lane for lane in layout.lanes if _sane_box(lane)),
    )
    return Clip(tuple(nodes), tuple(e for e in edges if e.source in ids and e.target in ids), clean, needs)


def _whole(groups: list[CanvasGroup]) -> tuple[CanvasGroup, ...]:
    """Groups with steps in them, in one another as far as they are all here."""
    known = Grouping(groups)
    return tuple(placed_in(group, known.outer.get(group.id)) for group in groups if known.steps[group.id])


def _list(raw: Any, most: int) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > most:
        raise ValueError("not a list of a sane length")
    return raw


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"a {type(value).__name__} has no place in a project")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _too_deep(plain: Any, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return True
    inside = plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ()
    return any(_too_deep(each, depth + 1) for each in inside)


def _sane(number: Decimal | None) -> bool:
    return number is None or (number.is_finite() and abs(number) < 1_000_000)


def _sane_box(thing: CanvasNote | SeatLane | CanvasGroup) -> bool:
    return all(_sane(getattr(thing, side, None)) for side in ("x", "y", "width", "height"))
