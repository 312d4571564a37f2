"""``first_look``: where the canvas of a new window stands."""

from __future__ import annotations

from designer.canvas.camera import LEGIBLE, READABLE
from designer.canvas.canvas import Canvas
from designer.document.edits import layout_of
from designer.services import Services


def first_look(canvas: Canvas, services: Services) -> None:
    """The whole flow, if people can read it then; else its beginning."""
    canvas.fit()
    flow = services.flow
    if flow is None or not flow.nodes or canvas.zoom >= LEGIBLE:
        return
    places = layout_of(services.document.project, flow.id).nodes
    left = min(places.values(), key=lambda place: place.x, default=None)
    if left is None:
        return
    # The step that stands in the middle once the first stands at the left.
    x, y = float(left.x) + canvas.width() * 0.34 / READABLE, float(left.y)
    middle = min(places, key=lambda node: abs(float(places[node].x) - x) + abs(float(places[node].y) - y))
    canvas.reveal(middle)
