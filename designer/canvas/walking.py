"""Walking the flow by arrow keys: along edges where there are any, else to the nearest step in that direction. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

Way = Literal["left", "right", "up", "down"]
Box = tuple[float, float, float, float]
"""left, top, width, height"""
Key = tuple[str, str, str]


def next_step(boxes: Mapping[str, Box], edges: Collection[Key], here: str | None, way: Way) -> str | None:
    """The step to go to; None where there is none in that direction."""
    if not boxes:
        return None
    if here is None or here not in boxes:
        return min(boxes, key=lambda node: (boxes[node][0], boxes[node][1]))
    along: set[str] = set()
    if way == "right":
        along = {target for source, _, target in edges if source == here and target in boxes}
    elif way == "left":
        along = {source for source, _, target in edges if target == here and source in boxes}
    if along - {here}:
        return min(along - {here}, key=lambda node: abs(_middle(boxes[node])[1] - _middle(boxes[here])[1]))
    return nearest(boxes, here, way)


def nearest(boxes: Mapping[str, Box], here: str, way: Way, only: Collection[str] | None = None) -> str | None:
    """The nearest step in a direction, wherever edges lead."""
    x, y = _middle(boxes[here])
    best, least = None, float("inf")
    for node, box in boxes.items():
        if node == here or (only is not None and node not in only):
            continue
        dx, dy = _middle(box)[0] - x, _middle(box)[1] - y
        ahead, aside = {"right": (dx, dy), "left": (-dx, dy), "down": (dy, dx), "up": (-dy, dx)}[way]
        if ahead > 1 and ahead + 2 * abs(aside) < least:
            best, least = node, ahead + 2 * abs(aside)
    return best


def _middle(box: Box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2
