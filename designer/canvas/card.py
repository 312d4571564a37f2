"""``Card``: what is drawn of one step, and where its ports are: pure geometry and words, made from node and facts.

Called by the projection (to draw), by the router (boxes and sides) and by gestures (hits). Sizes are canvas units,
which are logical pixels at 100 %. Law: a card is made anew whenever its node changes, and is never changed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from designer.canvas.painting.ink import SMALL, STEP_TITLE, width_of
from designer.document.facts import Facts
from designer.document.likely_ports import likely_ports
from designer.document.names import title_of
from nodes.contract import AwaitSignal, End, HumanTask, NodeType, Port, PortKind, Start, Wait
from nodes.contract.spoken import spoken, spoken_duration
from nodes.feel import parse_duration
from runtime.model.flow import Node
from runtime.model.project import Project

Shape = Literal["card", "pill", "bar"]
Side = Literal["right", "bottom"]
Spots = tuple[tuple[Port, bool], ...]
"""ways out in order, each with whether the step has it"""

WIDTH, HEIGHT, HEIGHT_WITH_CHIPS = 176.0, 64.0, 92.0
TILE, TILE_X, TILE_Y = 26.0, 10.0, 9.0
TITLE_X = 44.0
INPUT_Y = 32.0
PITCH_TWO, PITCH_MANY, FIRST_OF_MANY = 26.0, 24.0, 20.0
EXCEPTION_X, EXCEPTION_PITCH = 28.0, 44.0
EXCEPTIONS = frozenset({PortKind.TIMEOUT, PortKind.ERROR})
GLYPH_OF = {
    PortKind.APPROVED: "check",
    PortKind.REJECTED: "x",
    PortKind.TIMEOUT: "clock",
    PortKind.ERROR: "triangle-alert",
}
LABEL_LEAD, LABEL_HEIGHT, GLYPH = 8.0, 18.0, 12.0


@dataclass(frozen=True, slots=True)
class PortSpot:
    """A way out of a card: its centre from the card's upper left corner, and how its name is drawn."""

    name: str
    title: str
    kind: PortKind
    side: Side
    x: float
    y: float
    named: bool
    """whether its name stands on the edge: not where there is nothing to tell apart"""
    known: bool = True
    """False: edges leave by it, but the step has no such outcome any more"""

    @property
    def glyph(self) -> str | None:
        """Icon before the name."""
        return GLYPH_OF.get(self.kind)

    @property
    def label_width(self) -> float:
        """How much room its name takes on an edge, glyph included; 0 without a name."""
        if not self.named:
            return 0.0
        return _label_width(self.title, self.glyph is not None)


@dataclass(frozen=True, slots=True)
class Chip:
    """A small fact at the bottom of a card."""

    icon: str
    text: str


@dataclass(slots=True)
class Card:
    """One step, ready to be drawn."""

    id: str
    kind: str
    """category of its type, or ``unknown``"""
    type_title: str
    icon: str
    title: str
    summary: str
    chips: tuple[Chip, ...]
    shape: Shape
    width: float
    height: float
    enter_y: float | None
    """where its input is on the left edge; None: nothing leads into it"""
    ports: tuple[PortSpot, ...]
    complete: bool
    """whether its facts were known when it was made"""
    reach: float = 14.0
    """how far names of outcomes stand out at the right"""
    drop: float = 14.0
    """how far exceptions and their names stand out below"""

    def port(self, name: str) -> PortSpot | None:
        """The way out with this name."""
        return next((spot for spot in self.ports if spot.name == name), None)


def make_card(node: Node, facts: Facts, project: Project, used: Collection[str] = (), *, ask: bool = True) -> Card:
    """``used``: ports by which edges leave. With ``ask`` False nothing is asked of the type that is not known yet (this
    is quick, whatever the config); the card is then not ``complete`` and is to be made again.
    """
    known = facts.of(node) if ask else facts.known(node)
    found = facts.registry.get(node.type, node.version)
    node_type = found if isinstance(found, NodeType) else None
    kind = str(node_type.category) if node_type is not None else "unknown"
    ports = known.ports if known is not None else None
    if ports is None and known is not None and node_type is not None:
        ports = likely_ports(node, node_type)
    behaviour = known.behaviour if known is not None else None
    starts = isinstance(behaviour, Start) or (behaviour is None and kind == "trigger")
    ends = isinstance(behaviour, End) or (behaviour is None and kind == "end")
    title = title_of(node)
    shape: Shape = "pill" if starts or ends else "bar" if kind == "logging" else "card"
    chips = _chips(node, behaviour, project) if shape == "card" else ()
    spots = _spots(tuple(ports) if ports is not None else None, frozenset(used))
    laid = _laid(spots, shape, ends, width_of(title, STEP_TITLE) if shape != "card" else 0.0, bool(chips))
    return Card(
        id=node.id,
        kind=kind,
        type_title=node_type.title if node_type is not None else f"Unknown kind of step: {node.type}",
        icon=node_type.icon if node_type is not None else "circle-help",
        title=title,
        summary=facts.summary(node, project) if known is not None else "",
        chips=chips,
        shape=shape,
        width=laid.width,
        height=laid.height,
        enter_y=None if starts else (laid.height / 2 if shape != "card" else INPUT_Y),
        ports=laid.ports,
        complete=known is not None,
        reach=laid.reach,
        drop=laid.drop,
    )


class _Laid(NamedTuple):
    """What cards of one shape with the same ways out share: most steps of a kind do, so it is found once."""

    width: float
    height: float
    ports: tuple[PortSpot, ...]
    reach: float
    drop: float


@lru_cache(maxsize=4096)
def _laid(spots: Spots, shape: Shape, ends: bool, title: float, chips: bool) -> _Laid:
    """``title``: how wide it is; 0 where the card does not grow with it."""
    outcomes = sum(port.kind not in EXCEPTIONS for port, _ in spots)
    width, height = _size(shape, ends, title, chips, outcomes)
    placed = _placed(spots, shape, width, height)
    named = [
        spot.label_width if spot.side == "right" else spot.x + 2 + spot.label_width - width
        for spot in placed
        if spot.named
    ]
    reach = max(14.0, *(name + LABEL_LEAD + 14 for name in named)) if named else 14.0
    return _Laid(width, height, placed, reach, 46.0 if any(spot.side == "bottom" for spot in placed) else 14.0)


@lru_cache(maxsize=4096)
def _spots(ports: tuple[Port, ...] | None, used: frozenset[str]) -> Spots:
    """The ways out with whether they are known: those of the step, and those by which edges leave nevertheless."""
    listed = ports or ()
    lost = sorted(used - {port.name for port in listed})
    return (*((port, True) for port in listed), *((_guessed(name), ports is None) for name in lost))


def _size(shape: Shape, ends: bool, title: float, chips: bool, outcomes: int) -> tuple[float, float]:
    if shape == "pill":
        if ends:
            return min(max(title + 50, 72.0), 240.0), 36.0
        return 132.0, 48.0
    if shape == "bar":
        return min(max(144.0, title + 54), 240.0), 40.0
    height = HEIGHT_WITH_CHIPS if chips else HEIGHT
    return WIDTH, max(height, 16 + 24 * outcomes) if outcomes > 2 else height


def _placed(spots: Spots, shape: Shape, width: float, height: float) -> tuple[PortSpot, ...]:
    normal = [spot for spot in spots if spot[0].kind not in EXCEPTIONS]
    several = len(normal) > 1
    first = height / 2 if shape != "card" else INPUT_Y
    pitch = PITCH_TWO
    if several and (len(normal) > 2 or shape != "card"):
        first, pitch = FIRST_OF_MANY, PITCH_MANY
        if shape != "card":
            first = height / 2 - pitch * (len(normal) - 1) / 2
    placed: list[PortSpot] = []
    right = bottom = 0
    for port, known in spots:
        title = port.title or port.name
        if port.kind in EXCEPTIONS:
            x = EXCEPTION_X + EXCEPTION_PITCH * bottom
            bottom += 1
            placed.append(PortSpot(port.name, title, port.kind, "bottom", x, height, True, known))
        else:
            placed.append(
                PortSpot(
                    port.name, title, port.kind, "right", width, first + pitch * right, several or not known, known
                )
            )
            right += 1
    return tuple(placed)


@lru_cache(maxsize=1024)
def _guessed(name: str) -> Port:
    """A port that is known by the edge that leaves it alone."""
    kind = PortKind.ERROR if name == "error" else PortKind.TIMEOUT if name == "timeout" else PortKind.NORMAL
    titles = {PortKind.ERROR: "Error", PortKind.TIMEOUT: "Timed out"}
    return Port(name, titles.get(kind, name), kind)


def _chips(node: Node, behaviour: Any, project: Project) -> tuple[Chip, ...]:
    owner = behaviour.role if isinstance(behaviour, HumanTask) and behaviour.role else node.owner
    role = project.role(owner) if owner else None
    return _chips_of((role.title if role is not None and role.title else owner) or "", _allowed(node, behaviour))


@lru_cache(maxsize=1024)
def _chips_of(owner: str, allowed: str) -> tuple[Chip, ...]:
    chips = (Chip("users", owner), Chip("clock", allowed))
    return tuple(chip for chip in chips if chip.text)


def _allowed(node: Node, behaviour: Any) -> str:
    if node.sla:
        length = parse_duration(node.sla)
        return spoken_duration(length) if length is not None else node.sla
    if isinstance(behaviour, HumanTask):
        return spoken(behaviour.due or behaviour.timeout)
    if isinstance(behaviour, Wait):
        return spoken(behaviour.duration) if behaviour.duration is not None else ""
    return spoken(behaviour.timeout) if isinstance(behaviour, AwaitSignal) else ""


def _label_width(title: str, glyph: bool) -> float:
    return min(width_of(title, SMALL), 150.0) + (GLYPH + 4 if glyph else 0.0)
