"""Boxes are nudged up or down so that links between neighbours run straight. Asked by the canvas, for placed boxes.

The law: nothing is nudged further than `NEAR`, onto another box, or out of the room that it must stay in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from designer.layout.graph import Rect
from designer.layout.measures import BOX_GAP

NEAR = 48.0
"""How far out of line two boxes are still meant to be in line."""
SAME = 0.01
APART = min(12.0, BOX_GAP)

Line = tuple[str, float, str, float]
"""Source, how far below its top the link leaves, target, how far below its top it enters."""


def straight(
    boxes: Mapping[str, Rect], lines: Sequence[Line], rooms: Mapping[str, tuple[float, float]]
) -> dict[str, float]:
    """New tops of the boxes that move. `rooms` are the highest top and the lowest bottom of some."""
    now = dict(boxes)
    for row in sorted(_rows(boxes, lines), key=lambda row: (-len(row), min(row))):
        moved = next((moved for moved in _ways(now, row) if _fits(now, moved, rooms)), {})
        for box, top in moved.items():
            left, _, width, height = now[box]
            now[box] = (left, top, width, height)
    return {box: now[box][1] for box in boxes if now[box][1] != boxes[box][1]}


def _rows(boxes: Mapping[str, Rect], lines: Sequence[Line]) -> list[dict[str, float]]:
    """Boxes in line with one another, each with how far its top is below the top of the first."""
    known: list[tuple[float, Line]] = []
    for line in lines:
        source, out, target, into = line
        (x, y, width, _), (u, v, _, _) = boxes[source], boxes[target]
        off = abs(y + out - v - into)
        if off <= NEAR and u >= x + width:
            known.append((off, line))
    before: dict[str, tuple[str, float]] = {}
    behind: dict[str, str] = {}
    for _, (source, out, target, into) in sorted(known):
        if source not in behind and target not in before:
            behind[source] = target
            before[target] = (source, out - into)
    rows = []
    for first in behind:
        if first in before:
            continue
        row, box = {first: 0.0}, first
        while box in behind:
            box = behind[box]
            source, down = before[box]
            row[box] = row[source] + down
        rows.append(row)
    return rows


def _ways(now: Mapping[str, Rect], row: Mapping[str, float]) -> list[dict[str, float]]:
    """Tops of those that move, for each box as the one that stays: best where most stay, then where the first does."""
    first = next(iter(row))
    heights = sorted({now[box][1] - down for box, down in row.items()})
    found = []
    for height in heights:
        moved = {box: height + down for box, down in row.items() if abs(height + down - now[box][1]) > SAME}
        ways = [abs(top - now[box][1]) for box, top in moved.items()]
        if max(ways, default=0.0) <= NEAR:
            found.append((len(moved), first in moved, sum(ways), moved))
    return [moved for *_, moved in sorted(found, key=lambda way: way[:3])]


def _fits(now: Mapping[str, Rect], moved: Mapping[str, float], rooms: Mapping[str, tuple[float, float]]) -> bool:
    for box, top in moved.items():
        left, y, width, height = now[box]
        least, most = rooms.get(box, (top, top + height))
        if top < least or top + height > most:
            return False
        for other, (u, v, wide, high) in now.items():
            if other == box or u >= left + width + APART or left >= u + wide + APART:
                continue
            stands = moved.get(other, v)
            if _apart(top, height, stands, high) < min(APART, _apart(y, height, v, high)):
                return False
    return True


def _apart(top: float, height: float, other: float, high: float) -> float:
    """How far two lie from one another from top to bottom; below 0 if they overlap."""
    return max(other - top - height, top - other - high)
