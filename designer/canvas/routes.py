"""The way of an edge from port to input, for cards that stand anywhere: right angles, a lead for the name first.

Called by the projection for new and moved edges. Pure geometry.
"""

from __future__ import annotations

from designer.canvas.card import LABEL_LEAD, Card, PortSpot

Point = tuple[float, float]
LEAD, TAIL, ROUND = 16.0, 20.0, 28.0


def simple_route(source: Card, at: Point, port: PortSpot, target: Card, to: Point) -> tuple[Point, ...]:
    """Straight where it can be, one vertical run where it must be, round below where it leads back."""
    x1, y1 = at[0] + port.x, at[1] + port.y
    x2, y2 = to[0], to[1] + (target.enter_y if target.enter_y is not None else target.height / 2)
    below = max(at[1] + source.height, to[1] + target.height) + ROUND
    if port.side == "bottom":
        if x2 > x1 + TAIL and y2 > y1 + TAIL:
            return (x1, y1), (x1, y2), (x2, y2)
        top_x = to[0] + min(target.width / 2, 28.0)
        if abs(top_x - x1) < 1 and to[1] > y1 + TAIL:
            return (x1, y1), (x1, to[1])
        down = y1 + TAIL + 8
        if x2 > x1 + TAIL:
            middle = max(at[0] + source.width + LEAD, x2 - TAIL)
            return (x1, y1), (x1, down), (middle, down), (middle, y2), (x2, y2)
        if y2 > down + TAIL:
            return (x1, y1), (x1, down), (x2 - TAIL, down), (x2 - TAIL, y2), (x2, y2)
        return (x1, y1), (x1, below), (x2 - TAIL, below), (x2 - TAIL, y2), (x2, y2)
    lead = x1 + LEAD + (port.label_width + LABEL_LEAD if port.named else 0.0)
    if x2 - TAIL >= lead:
        if abs(y1 - y2) < 1:
            return (x1, y1), (x2, y2)
        return (x1, y1), (x2 - TAIL, y1), (x2 - TAIL, y2), (x2, y2)
    if x2 - x1 >= LEAD:
        if abs(y1 - y2) < 1:
            return (x1, y1), (x2, y2)
        middle = (x1 + x2) / 2
        return (x1, y1), (middle, y1), (middle, y2), (x2, y2)
    back = x2 - TAIL
    return (x1, y1), (lead, y1), (lead, below), (back, below), (back, y2), (x2, y2)
