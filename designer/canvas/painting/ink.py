"""Colours, pens and fonts, kept: painting asks for them many times a frame and they never change.

Law: a key is plain text and numbers, so a change of theme simply asks for other ones.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen

from designer.theme.type_scale import CAPTION, SMALL, STEP_TITLE, Size, canvas_font

LABEL = Size(12, 9, 16, 500)
"""names of outcomes"""
CHIP = Size(12, 9, 16, 500)
BADGE = Size(12, 9, 16, 600)
ELLIPSIS = "…"


@lru_cache(maxsize=512)
def colour(text: str, alpha: float = 1.0) -> QColor:
    """``#RRGGBB`` or ``#AARRGGBB`` as a colour."""
    made = QColor(text)
    if alpha < 1.0:
        made.setAlphaF(made.alphaF() * alpha)
    return made


@lru_cache(maxsize=512)
def brush(text: str, alpha: float = 1.0) -> QBrush:
    """A plain brush."""
    return QBrush(colour(text, alpha))


@lru_cache(maxsize=512)
def pen(text: str, width: float, dash: tuple[float, ...] = (), *, cosmetic: bool = False) -> QPen:
    """A round pen; ``dash`` in pixels."""
    made = QPen(colour(text), width)
    made.setCapStyle(Qt.PenCapStyle.FlatCap if dash else Qt.PenCapStyle.RoundCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    made.setCosmetic(cosmetic)
    if dash:
        made.setDashPattern([length / width for length in dash])
    return made


@lru_cache(maxsize=128)
def font(size: Size, px: float | None = None) -> QFont:
    """A font in pixels. Sizes are kept to a tenth, so that zooming does not make a new one for every step."""
    made = canvas_font(size, px=px)
    if px is not None:
        made.setPixelSize(max(1, round(px)))
    return made


@lru_cache(maxsize=128)
def metrics(size: Size, px: float | None = None) -> QFontMetricsF:
    """What texts in this font measure."""
    return QFontMetricsF(font(size, px))


@lru_cache(maxsize=8192)
def width_of(text: str, size: Size, px: float | None = None) -> float:
    """How wide a text is."""
    return metrics(size, px).horizontalAdvance(text)


@lru_cache(maxsize=8192)
def elided(text: str, size: Size, width: float, px: float | None = None) -> str:
    """The text on one line, cut with an ellipsis where it is too long."""
    flat = one_line(text)
    if width_of(flat, size, px) <= width:
        return flat
    return metrics(size, px).elidedText(flat, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=4096)
def wrapped(text: str, size: Size, width: float, lines: int, px: float | None = None) -> tuple[str, ...]:
    """The text on at most so many lines, broken at blanks; what does not fit ends in an ellipsis."""
    words, line = one_line(text).split(" "), ""
    made: list[str] = []
    for number, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if not line or width_of(longer, size, px) <= width:
            line = longer
            continue
        if len(made) == lines - 1:
            rest = " ".join([line, *words[number:]])
            return (*made, elided(rest, size, width, px))
        made.append(elided(line, size, width, px))
        line = word
    return (*made, elided(line, size, width, px))


def one_line(text: str, longest: int = 400) -> str:
    """A stranger's text made fit to be drawn: one line, no control characters, never endless."""
    cut = text if len(text) <= longest else text[:longest] + ELLIPSIS
    return " ".join("".join(c if c.isprintable() else " " for c in cut).split())


__all__ = ["BADGE", "CAPTION", "CHIP", "LABEL", "SMALL", "STEP_TITLE", "brush", "colour", "elided", "font", "pen"]
