"""What is shown at which zoom. Level changes do not animate; text never falls below a size that can be read."""

from __future__ import annotations

from enum import IntEnum

FULL_FROM, TITLE_FROM, ICON_FROM = 0.65, 0.45, 0.22
SMALLEST, LARGEST = 0.02, 4.0
ROUNDED = 0.005
"""the zoom bar tells whole percents: what it calls 65 % shows what is shown from 65 % on"""
CONSTANT_BADGE = 18.0
"""px on screen of a run badge on the level of icons"""


class Level(IntEnum):
    """More is more detail."""

    BLOCK = 0
    """blocks; the state of a run beats the kind"""
    ICON = 1
    """icon on tint, glyphs of outcomes, names of lanes, run badges"""
    TITLE = 2
    """icon, title on two lines, names of outcomes"""
    FULL = 3
    """everything"""


def level_at(zoom: float) -> Level:
    """The level of detail for a zoom factor."""
    zoom += ROUNDED
    if zoom >= FULL_FROM:
        return Level.FULL
    if zoom >= TITLE_FROM:
        return Level.TITLE
    return Level.ICON if zoom >= ICON_FROM else Level.BLOCK


def floored(px: float, floor: float, zoom: float) -> float:
    """A size in canvas units that is never smaller than ``floor`` px on screen."""
    return max(px, floor / zoom)


def badge_scale(zoom: float) -> float:
    """By how much a badge grows in canvas units, so that it keeps its size on screen below full detail."""
    return 1.0 if zoom + ROUNDED >= FULL_FROM else min(CONSTANT_BADGE / 20.0 / zoom, 4.5)
