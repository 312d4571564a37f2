"""What is arranged: boxes with ports, links between them, and the answer. Filled by the canvas, read by all here.

The law: a box is its outer size; offsets are measured from its top left corner; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]
Route = list[Point]
Key = tuple[str, str, str]
"""A link by its source, port and target, as the flow knows it."""


@dataclass(frozen=True, slots=True)
class Side:
    """Where a port sits: `offset` runs down the right edge, or along the bottom edge from the left."""

    edge: Literal["right", "bottom"] = "right"
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """One card. Links enter on the left edge at `enter_y`; exceptions may enter on the top."""

    id: str
    width: float
    height: float
    enter_y: float
    ports: Mapping[str, Side] = field(default_factory=dict)

    def side(self, port: str) -> Side:
        """Where `port` sits; a port that is gone leaves from the middle of the right edge."""
        return self.ports.get(port) or Side("right", self.height / 2)


@dataclass(frozen=True, slots=True)
class Link:
    """One edge of the flow. `label_width` is what its name needs, 0 where no name is written."""

    source: str
    port: str
    target: str
    label_width: float = 0.0
    exception: bool = False

    @property
    def key(self) -> Key:
        return (self.source, self.port, self.target)


@dataclass(frozen=True)
class Graph:
    """Links whose ends are not among the boxes are passed over; of two with one key the first counts."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]

    @staticmethod
    def of(boxes: Iterable[Box], links: Iterable[Link]) -> Graph:
        return Graph(tuple(boxes), tuple(links))

    def sound_links(self) -> list[Link]:
        known = {box.id for box in self.boxes}
        unique: dict[Key, Link] = {}
        for link in self.links:
            if link.source in known and link.target in known:
                unique.setdefault(link.key, link)
        return list(unique.values())


@dataclass(frozen=True)
class Arrangement:
    """The top left corner of each box, and each link's corners from its port to the input."""

    positions: dict[str, Point]
    routes: dict[Key, Route]
