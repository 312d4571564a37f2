"""Sizes of type, as (px, weight): canvas items set pixels, widgets set points so that the system's font scale works."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

FONTS = Path(__file__).parent / "fonts"
UI = ["Inter", "Segoe UI Variable", "Segoe UI", ".AppleSystemUIFont", "Noto Sans", "DejaVu Sans"]
CODE = ["JetBrains Mono", "Cascadia Mono", "Menlo", "Noto Sans Mono", "DejaVu Sans Mono"]


@dataclass(frozen=True, slots=True)
class Size:
    """One step of the scale: pixels, points, line height in pixels, weight."""

    px: float
    pt: float
    line: int
    weight: int = 400


CAPTION = Size(11, 8.25, 16)
SMALL = Size(12, 9, 16)
BODY = Size(13, 9.75, 18)
BODY_STRONG = Size(13, 9.75, 18, 600)
STEP_TITLE = Size(14, 10.5, 20, 600)
PANEL_TITLE = Size(14, 10.5, 20, 600)
HEADING = Size(16, 12, 24, 600)
TITLE = Size(20, 15, 28, 600)
DISPLAY = Size(26, 19.5, 34, 600)
CODE_SIZE = Size(12.5, 9.375, 20)


def load_fonts() -> None:
    """Makes the fonts that come with Baton known to Qt; once per process, after QApplication exists."""
    _load_fonts()


@cache
def _load_fonts() -> tuple[int, ...]:
    return tuple(QFontDatabase.addApplicationFont(str(file)) for file in sorted(FONTS.glob("*.[ot]tf")))


def widget_font(size: Size, *, code: bool = False) -> QFont:
    """A font in points, for widgets."""
    return QFont(_widget_font(size, code))


@cache
def _widget_font(size: Size, code: bool) -> QFont:
    font = _font(size, code)
    font.setPointSizeF(size.pt)
    return font


def canvas_font(size: Size, *, px: float | None = None, code: bool = False) -> QFont:
    """A font in pixels, for what is painted; ``px`` overrides the size (zoom floors)."""
    font = _font(size, code)
    font.setPixelSize(max(1, round(size.px if px is None else px)))
    return font


def _font(size: Size, code: bool) -> QFont:
    font = QFont(CODE if code else UI)
    font.setWeight(QFont.Weight(size.weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    if code:
        font.setFeature(QFont.Tag("liga"), 0)
        font.setFeature(QFont.Tag("calt"), 0)
    return font
