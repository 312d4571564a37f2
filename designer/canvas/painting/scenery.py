"""``Scenery``: what every painter needs to know of the view: colours, zoom, level of detail. Made by the canvas."""

from __future__ import annotations

from dataclasses import dataclass, field

from designer.canvas.painting.levels import Level, level_at
from designer.theme.palette import LIGHT, Palette


@dataclass(slots=True)
class Scenery:
    """Held by the view, read by painters while they paint; ``at`` gives another one for pictures."""

    palette: Palette = LIGHT
    zoom: float = 1.0
    stronger_outlines: bool = False
    breath: float = 1.0
    """how strong the border of running steps is just now, 0.6 to 1"""
    vector: bool = False
    """a picture is drawn: shadows would be bitmaps in it, so there are none"""
    level: Level = field(init=False, default=Level.FULL)

    def __post_init__(self) -> None:
        self.level = level_at(self.zoom)

    def look_from(self, zoom: float) -> bool:
        """Take over another zoom; whether the level of detail is another one now."""
        before = self.level
        self.zoom, self.level = zoom, level_at(zoom)
        return before is not self.level

    @property
    def dark(self) -> bool:
        """Whether the colours are the dark ones."""
        return self.palette.name == "dark"

    def kind(self, kind: str) -> tuple[str, str]:
        """Colour and tint of a kind of step."""
        known = kind if kind in self.palette.category.__slots__ else "control"
        return getattr(self.palette.category, known), getattr(self.palette.category_tint, known)

    def state(self, state: str) -> tuple[str, str]:
        """Colour and tint of a state of a run."""
        return getattr(self.palette.state, state), getattr(self.palette.state_tint, state)

    def outcome(self, kind: str) -> str:
        """Colour of a port's name."""
        colour: str = getattr(self.palette.outcome, _OUTCOMES.get(kind, "neutral"))
        return colour

    def dot(self, kind: str) -> str:
        """Colour of a port's dot: only named outcomes have one."""
        name = _OUTCOMES.get(kind)
        return self.palette.border.strong if name is None else getattr(self.palette.outcome, name)

    @property
    def outline(self) -> str:
        """Colour of a card's outline."""
        return self.palette.border.strong if self.stronger_outlines else self.palette.border.node_edge


_OUTCOMES = {"approved": "approved", "rejected": "rejected", "timeout": "timed_out", "error": "error"}
