"""Tidy up: where the layout room would put the cards. Called by the canvas; the command applies it."""

from __future__ import annotations

from collections.abc import Collection

from designer.canvas.places import places_of
from designer.canvas.stage import Stage
from runtime.model.layout import LayoutFile


def arranged(stage: Stage, nodes: Collection[str] | None = None) -> dict[str, tuple[float, float]]:
    """Places for these steps, or for all."""
    flow = stage.flow
    if flow is None:
        return {}
    places = places_of(flow, LayoutFile())
    return {node: place for node, place in places.items() if nodes is None or node in nodes}
