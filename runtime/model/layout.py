"""Where the cards of a flow stand: positions, notes and groups. Never a semantic change, never in the content hash.

Kept apart from the flow, so that moving a card makes no new release. ``Project.layouts`` holds the plain JSON; the
designer reads it through ``LayoutFile`` and falls back to a fresh arrangement where it can't.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from runtime.model.flow import Flag, Number, Part, Whole


class Position(Part):
    """The upper left corner of a card on the canvas, in its units."""

    x: Number
    y: Number


class CanvasNote(Part):
    """A note on the canvas, for people only."""

    id: str
    text: str = ""
    """Markdown"""
    x: Number
    y: Number
    width: Number | None = None
    height: Number | None = None
    colour: str | None = None
    """one of the designer's note colours; None = paper"""


class CanvasGroup(Part):
    """A frame around cards that belong together, for people only."""

    id: str
    title: str = ""
    nodes: tuple[str, ...] = ()
    """steps that lie directly in it; a step is in one group, and in those around that"""
    inside: str | None = None
    """group that it lies in; None = in none"""
    folded: Flag = False
    """drawn as one card with its number of steps"""


class SeatLane(Part):
    """A lane of the canvas: a step that is dropped in gets its owner and seat, and keeps both itself."""

    id: str
    title: str = ""
    owner: str | None = None
    """role that owns the steps in it"""
    seat: str | None = None
    x: Number
    y: Number
    width: Number
    height: Number


class LayoutFile(Part):
    """``flows/<id>.layout.json``."""

    format_version: Whole = 1
    nodes: Mapping[str, Position] = Field(default_factory=dict)
    """node id -> where its card stands; a node that is not here is placed by the designer"""
    notes: tuple[CanvasNote, ...] = ()
    groups: tuple[CanvasGroup, ...] = ()
    lanes: tuple[SeatLane, ...] = ()
