"""``StepLook`` and ``EdgeLook``: how a step or an edge looks in a run, as data. The session makes, the canvas paints.

A look is view state: it is never in the document, and showing one changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Key = tuple[str, str, str]
"""an edge: (source, port, target)"""

RunState = Literal["idle", "running", "waiting_person", "waiting_time", "done", "failed", "incident"]

GLYPHS: dict[RunState, str] = {
    "running": "play",
    "waiting_person": "user",
    "waiting_time": "hourglass",
    "done": "check",
    "failed": "x",
    "incident": "snowflake",
}
"""icon of each state's badge; idle has none"""

SPOKEN: dict[RunState, str] = {
    "idle": "",
    "running": "running",
    "waiting_person": "waiting for a person",
    "waiting_time": "waiting for time or a signal",
    "done": "done",
    "failed": "failed",
    "incident": "stopped by an incident",
}
"""each state in words, for screen readers"""


@dataclass(frozen=True, slots=True)
class StepLook:
    """How one step looks; the default is a step that nothing has happened to."""

    state: RunState = "idle"
    words: str = ""
    """a few words for the badge: ``0:04``, ``Finance``, ``2 days``"""
    order: int | None = None
    """number of the visit in a replay"""
    reached: bool = True
    """False: dashed and grey, the run did not come here"""
    current: bool = False
    """the step at which the replay stands"""
    off: bool = False
    """skipped: as not reached, and the title is struck through"""
    mocked: bool = False
    breakpoint: bool = False


URGENT: tuple[RunState, ...] = ("failed", "incident", "waiting_person", "waiting_time", "running", "done", "idle")
"""which state of several is told where there is room for one"""


@dataclass(frozen=True, slots=True)
class EdgeLook:
    """How one edge looks."""

    taken: bool = False
    reached: bool = True
    travelling: bool = False
    """a dot runs along it once, when this look is first shown"""


PLAIN_STEP = StepLook()
PLAIN_EDGE = EdgeLook()


def most_urgent(looks: Iterable[StepLook]) -> StepLook:
    """State and words of the one that people have to know of first."""
    found = min(looks, key=lambda look: URGENT.index(look.state), default=PLAIN_STEP)
    return StepLook(found.state, found.words) if found.state != "idle" else PLAIN_STEP
