"""What is arranged: boxes with ports, links between them, and the answer. Filled by the canvas, read by all here.

The law: a box is its outer size; offsets are measured from its top left corner; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]
Route = list[Point]
Rect = tuple[float, float, float, float]
"""Left, top, width, height."""
Key = tuple[str, str, str]
"""A link by its source, port and target, as the flow knows it."""


NAME_AT = 17.0
"""How far below its upper border the name of a frame stands."""


def borders(frames: Mapping[str, Rect]) -> dict[Key, Route]:
    """The borders of frames and their names as lines that stand already, so that no line runs along them. They may be
    crossed.
    """
    found: dict[Key, Route] = {}
    for frame, (x, y, w, h) in frames.items():
        found[(f"border\0{frame}", "", "")] = [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)]
        found[(f"name\0{frame}", "", "")] = [(x, y + NAME_AT), (x + w, y + NAME_AT)]
    return found


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


@dataclass(frozen=True, slots=True)
class Frame:
    """What is drawn around boxes that belong together: a group, or a lane (`loose`).

    `around` is the room to its boxes at the left, right and bottom, `head` above them. `folded` is the size of the card
    that stands for all of them: its corner is the corner of its boxes. Where two frames share boxes and neither holds
    the other, the larger takes in the smaller, wholly or not at all; a loose one counts as the larger, unless all its
    boxes are in a group.
    """

    id: str
    boxes: frozenset[str]
    around: float = 0.0
    head: float = 0.0
    folded: tuple[float, float] | None = None
    loose: bool = False


@dataclass(frozen=True)
class Graph:
    """Links whose ends are not among the boxes are passed over; of two with one key the first counts."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    frames: tuple[Frame, ...] = ()

    @staticmethod
    def of(boxes: Iterable[Box], links: Iterable[Link], frames: Iterable[Frame] = ()) -> Graph:
        return Graph(tuple(boxes), tuple(links), tuple(frames))

    def sound_links(self) -> list[Link]:
        known = {box.id for box in self.boxes}
        unique: dict[Key, Link] = {}
        for link in self.links:
            if link.source in known and link.target in known:
                unique.setdefault(link.key, link)
        return list(unique.values())


@dataclass(frozen=True)
class Arrangement:
    """The top left corner of each box, each link's corners from its port to the input, and where frames lie.

    Links of boxes in a folded frame run from and to its card; those within it have no route.
    """

    positions: dict[str, Point]
    routes: dict[Key, Route]
    frames: dict[str, Rect] = field(default_factory=dict)

    def shifted(self, dx: float, dy: float) -> Arrangement:
        """The same, elsewhere."""
        return Arrangement(
            {name: (x + dx, y + dy) for name, (x, y) in self.positions.items()},
            {key: [(x + dx, y + dy) for x, y in way] for key, way in self.routes.items()},
            {name: (x + dx, y + dy, width, height) for name, (x, y, width, height) in self.frames.items()},
        )
