"""Where the cards of a flow stand: positions, notes and groups. Never a semantic change, never in the content hash.

Kept apart from the flow, so that moving a card makes no new release. ``Project.layouts`` holds the plain JSON; the
designer reads it through ``LayoutFile`` and falls back to a fresh arrangement where it can't.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from runtime.model.flow import Number, Part, Whole


class Position(Part):
    """The upper left corner of a card on the canvas, in its units."""

    x: Number
    y: Number


class CanvasNote(Part):
    """A note on the canvas, for people only."""

    id: str
    text: str = ""
    x: Number
    y: Number
    width: Number | None = None
    height: Number | None = None


class CanvasGroup(Part):
    """A frame around cards that belong together, for people only."""

    id: str
    title: str = ""
    nodes: tuple[str, ...] = ()


class LayoutFile(Part):
    """``flows/<id>.layout.json``."""

    format_version: Whole = 1
    nodes: Mapping[str, Position] = Field(default_factory=dict)
    """node id -> where its card stands; a node that is not here is placed by the designer"""
    notes: tuple[CanvasNote, ...] = ()
    groups: tuple[CanvasGroup, ...] = ()
