"""Room for what grows: a folded group is unfolded where other things have come near. Asked by the canvas.

The law: everything beside what grows moves away from it together, each side no further than it must, so what stood
apart stands apart afterwards and what stood in line still does. Where nothing is in the way, nothing moves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from designer.layout.graph import Rect
from designer.layout.measures import BOX_GAP


@dataclass(frozen=True)
class Room:
    """How far what is right of, left of, below and above the `small` rectangle moves away."""

    small: Rect
    right: float = 0.0
    left: float = 0.0
    below: float = 0.0
    above: float = 0.0

    def of(self, rect: Rect) -> Rect:
        """Where it lies afterwards, as large as it was."""
        x, y, width, height = rect
        (u, v, wide, high) = self.small
        dx = self.right if x >= u + wide else -self.left if x + width <= u else 0.0
        dy = self.below if y >= v + high else -self.above if y + height <= v else 0.0
        return x + dx, y + dy, width, height

    def around(self, rect: Rect) -> Rect:
        """The same for what holds the rectangle that grows: its sides move apart."""
        x, y, width, height = rect
        return x - self.left, y - self.above, width + self.left + self.right, height + self.above + self.below


def room_for(small: Rect, large: Rect, others: Collection[Rect]) -> Room:
    """Room for `large` in the place of `small`, among others that do not lie on `small`."""
    (u, v, wide, high), (x, y, width, height) = small, large
    near = [
        other
        for other in others
        if other[0] < x + width and x < other[0] + other[2] and other[1] < y + height and y < other[1] + other[3]
    ]
    return Room(
        small,
        right=_most([x + width + BOX_GAP - a for a, _, _, _ in near if a >= u + wide]),
        left=_most([a + w + BOX_GAP - x for a, _, w, _ in near if a + w <= u]),
        below=_most([y + height + BOX_GAP - b for _, b, _, _ in near if b >= v + high]),
        above=_most([b + h + BOX_GAP - y for _, b, _, h in near if b + h <= v]),
    )


def _most(ways: Sequence[float]) -> float:
    return max(ways, default=0.0)
