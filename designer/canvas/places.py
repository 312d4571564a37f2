"""Where cards stand: as the layout says, and a place for each that it does not name. Pure; called by the canvas."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.model.flow import Flow
from runtime.model.layout import LayoutFile

Place = tuple[float, float]
STEP_ACROSS, STEP_DOWN = 240.0, 140.0


def places_of(flow: Flow, layout: LayoutFile) -> dict[str, Place]:
    """A place for every step. Steps that the layout does not name are put behind what leads to them."""
    found: dict[str, Place] = {}
    for node in flow.nodes:
        stored = layout.nodes.get(node.id)
        if stored is not None:
            found[node.id] = (float(stored.x), float(stored.y))
    missing = [node.id for node in flow.nodes if node.id not in found]
    if missing:
        found.update(_by_depth(flow, missing, found))
    return found


def unplaced(flow: Flow, layout: LayoutFile) -> frozenset[str]:
    """Steps that the layout does not name."""
    return frozenset(node.id for node in flow.nodes if node.id not in layout.nodes)


def _by_depth(flow: Flow, missing: list[str], known: Mapping[str, Place]) -> dict[str, Place]:
    """Columns by distance from the start, below everything that has a place."""
    depth: dict[str, int] = {}
    onward: dict[str, list[str]] = {}
    entered: set[str] = set()
    for edge in flow.edges:
        onward.setdefault(edge.source, []).append(edge.target)
        entered.add(edge.target)
    ahead = [node.id for node in flow.nodes if node.id not in entered] or missing[:1]
    depth.update(dict.fromkeys(ahead, 0))
    while ahead:
        here, ahead = ahead, []
        for node_id in here:
            for target in onward.get(node_id, ()):
                if target not in depth:
                    depth[target] = depth[node_id] + 1
                    ahead.append(target)
    top = max((y for _, y in known.values()), default=-STEP_DOWN) + STEP_DOWN
    rows: dict[int, int] = {}
    placed: dict[str, Place] = {}
    for node_id in missing:
        column = depth.get(node_id, 0)
        row = rows.get(column, 0)
        rows[column] = row + 1
        placed[node_id] = (column * STEP_ACROSS, top + row * STEP_DOWN)
    return placed
