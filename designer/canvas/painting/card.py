"""Paints one card at each level of detail: outline, tile, words, chips. Its ports and names are in ``ports``."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.canvas.card import TILE, TILE_X, TILE_Y, TITLE_X, Card
from designer.canvas.looks import PLAIN_STEP, StepLook
from designer.canvas.painting.badges import paint_badges, paint_corner
from designer.canvas.painting.glyphs import paint_icon
from designer.canvas.painting.ink import CHIP, SMALL, STEP_TITLE, brush, colour, elided, font, pen, width_of, wrapped
from designer.canvas.painting.levels import Level, floored
from designer.canvas.painting.ports import paint_ports
from designer.canvas.painting.scenery import Scenery
from designer.canvas.painting.shadow import DRAG, HOVER, REST, paint_shadow

RADIUS = 10.0
RING, RING_AWAY = 2.5, 4.0
FADED = 0.5
LINE = 15.5
"""height of a line of the summary"""


class CardState:
    """What the view knows of one card: selection, hover, problems, run. Changed by the projection, read here.

    Defaults are the class's, as thousands are made at a time and few ever differ.
    """

    selected: bool = False
    focused: bool = False
    """has the keyboard, shown as a dashed ring"""
    hovered: bool = False
    dragged: bool = False
    faded: bool = False
    """not a legal target of the edge that is being drawn"""
    wanted: bool = False
    """a legal target that the pointer is over"""
    refused: bool = False
    found: bool = False
    """matches what is searched for"""
    errors: int = 0
    warnings: int = 0
    look: StepLook = PLAIN_STEP
    connected: frozenset[str] = frozenset()
    """ports by which edges leave"""
    taken: frozenset[str] = frozenset()
    """ports that a run left by"""
    entered: bool = False
    hovered_port: str | None = None


def radius_of(card: Card) -> float:
    """Corner radius of a card's outline."""
    return RADIUS if card.shape == "card" or card.shape == "bar" else card.height / 2


def paint_card(painter: QPainter, card: Card, state: CardState, scenery: Scenery) -> None:
    """All of one card, its upper left corner at the painter's origin."""
    if scenery.level is Level.BLOCK:
        paint_block(painter, card, state, scenery)
        return
    painter.setOpacity(FADED if state.faded else 0.92 if state.dragged else 1.0)
    quiet = not state.look.reached or state.look.off
    _paint_body(painter, card, state, scenery, quiet)
    if scenery.level is Level.ICON:
        _paint_icon_alone(painter, card, scenery, quiet)
    elif scenery.level is Level.TITLE:
        _paint_title_alone(painter, card, scenery, quiet, state.look.off)
    else:
        _paint_words(painter, card, scenery, quiet, state.look.off)
    paint_ports(painter, card, state, scenery)
    paint_badges(painter, card, state.look, state.errors, state.warnings, scenery)
    paint_corner(painter, state.look, scenery)
    painter.setOpacity(1.0)


def paint_block(painter: QPainter, card: Card, state: CardState, scenery: Scenery) -> None:
    """The card as a block: the state of the run beats the kind."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(block_colour(card, state, scenery)))
    radius = 4.0 if card.shape != "pill" else card.height / 2
    painter.drawRoundedRect(QRectF(0, 0, card.width, card.height), radius, radius)
    if state.selected or state.look.current:
        width = 3 / scenery.zoom
        painter.setPen(pen(scenery.palette.accent.base, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(-width, -width, card.width + 2 * width, card.height + 2 * width))


def block_colour(card: Card, state: CardState, scenery: Scenery) -> str:
    """Its one colour from far away."""
    if state.look.state != "idle":
        return scenery.state(state.look.state)[0]
    if not state.look.reached:
        return scenery.palette.edge.not_reached
    if state.errors:
        return scenery.palette.state.failed
    return blend(scenery.kind(card.kind)[0], scenery.palette.surface.canvas, 0.62)


@lru_cache(maxsize=256)
def blend(one: str, other: str, share: float) -> str:
    """A colour between two; ``share`` of the first."""
    a, b = colour(one), colour(other)
    return (
        f"#{round(a.red() * share + b.red() * (1 - share)):02X}"
        f"{round(a.green() * share + b.green() * (1 - share)):02X}"
        f"{round(a.blue() * share + b.blue() * (1 - share)):02X}"
    )


def _paint_body(painter: QPainter, card: Card, state: CardState, scenery: Scenery, quiet: bool) -> None:
    palette, zoom = scenery.palette, scenery.zoom
    rect = QRectF(0, 0, card.width, card.height)
    radius = radius_of(card)
    if state.selected or state.look.current or state.refused or state.found:
        _ring(painter, rect, radius, palette.state.failed if state.refused else palette.accent.base, ())
    if state.focused and not state.selected:
        _ring(painter, rect, radius, palette.accent.focus, (5.0, 4.0))
    if scenery.level is Level.FULL and not quiet and not scenery.vector:
        depth = DRAG if state.dragged else HOVER if state.hovered or state.wanted else REST
        paint_shadow(painter, rect, radius, depth, dark=scenery.dark, scale=zoom)
    outline, width, dash = _outline(card, state, scenery, quiet)
    fill = palette.surface.raised if not quiet else palette.surface.canvas
    if scenery.level is Level.ICON:
        fill = scenery.kind(card.kind)[1] if not quiet else palette.surface.sunken
    width = max(width, (0.9 if width < 1.6 else width) / max(zoom, 0.3)) if zoom < 1 else width
    painter.setPen(pen(outline, round(width, 2), dash))
    painter.setBrush(brush(fill))
    inset = 0.0
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def _ring(painter: QPainter, rect: QRectF, radius: float, ink: str, dash: tuple[float, ...]) -> None:
    painter.setPen(pen(ink, RING if not dash else 2.0, dash))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(-RING_AWAY, -RING_AWAY, RING_AWAY, RING_AWAY), radius + 4, radius + 4)


def _outline(card: Card, state: CardState, scenery: Scenery, quiet: bool) -> tuple[str, float, tuple[float, ...]]:
    palette, run = scenery.palette, state.look.state
    if run not in {"idle", "done"}:
        ink = scenery.state(run)[0]
        if run == "running" and scenery.breath < 1.0:
            ink = blend(ink, palette.surface.canvas, scenery.breath)
        return ink, 2.25 if run == "running" else 1.75, (5.0, 4.0) if run == "incident" else ()
    if quiet:
        return palette.border.default, 1.25, (4.0, 3.0)
    if state.errors:
        return palette.state.failed, 1.75, ()
    if card.kind == "unknown":
        return palette.state.waiting_person, 1.5, (5.0, 4.0)
    if state.wanted:
        return palette.accent.base, 1.75, ()
    if state.hovered or state.dragged:
        return palette.border.strong, 1.25, ()
    return scenery.outline, 1.25, ()


def _tile(painter: QPainter, card: Card, scenery: Scenery, quiet: bool, x: float, y: float, size: float) -> None:
    ink, tint = scenery.kind(card.kind)
    if quiet:
        ink, tint = scenery.palette.text.muted, scenery.palette.surface.sunken
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(tint))
    radius = size / 2 if card.shape == "pill" else 7.0 * size / TILE
    painter.drawRoundedRect(QRectF(x, y, size, size), radius, radius)
    glyph = size * 16 / TILE
    paint_icon(painter, card.icon, ink, x + (size - glyph) / 2, y + (size - glyph) / 2, glyph, scenery.zoom)


def _paint_words(painter: QPainter, card: Card, scenery: Scenery, quiet: bool, off: bool) -> None:
    palette, zoom = scenery.palette, scenery.zoom
    if card.shape != "card":
        _paint_low_words(painter, card, scenery, quiet, off)
        return
    _tile(painter, card, scenery, quiet, TILE_X, TILE_Y, TILE)
    title_px = _px(floored(14, 10.2, zoom))
    _title(painter, card, scenery, quiet, off, TITLE_X, 12.0, 20.0, card.width - TITLE_X - 10, title_px)
    summary_px = _px(floored(12, 8.9, zoom))
    words = card.summary or (card.type_title if card.complete else "")
    room = card.height - 37 - (28 if card.chips else 6)
    lines = max(1, min(3, int(room // LINE)))
    if words:
        painter.setFont(font(SMALL, summary_px))
        painter.setPen(pen(palette.text.muted if quiet or not card.summary else palette.text.secondary, 1))
        for number, line in enumerate(wrapped(words, SMALL, card.width - 22, lines, summary_px)):
            box = QRectF(11, 39 + number * LINE, card.width - 20, 17)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
    _chips(painter, card, scenery, quiet)


def _chips(painter: QPainter, card: Card, scenery: Scenery, quiet: bool) -> None:
    palette = scenery.palette
    px = _px(floored(12, 8.3, scenery.zoom))
    x, y, room = 9.0, card.height - 28.0, card.width - 18
    for number, chip in enumerate(card.chips):
        others = sum(width_of(later.text, CHIP, px) + 34 for later in card.chips[number + 1 :])
        text = elided(chip.text, CHIP, max(room - min(others, room * 0.66) - 30, 18), px)
        width = width_of(text, CHIP, px) + 30
        rect = QRectF(x, y, width, 20)
        painter.setPen(pen(palette.border.subtle, 1, (3.0, 2.0) if quiet else ()))
        painter.setBrush(brush(palette.surface.sunken if not quiet else palette.surface.canvas))
        painter.drawRoundedRect(rect, 10, 10)
        ink = palette.text.muted if quiet else palette.text.secondary
        paint_icon(painter, chip.icon, ink, x + 7, y + 4, 12, scenery.zoom)
        painter.setFont(font(CHIP, px))
        painter.setPen(pen(ink, 1))
        painter.drawText(QRectF(x + 22, y, width, 20), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        x += width + 4
        room -= width + 4


def _paint_low_words(painter: QPainter, card: Card, scenery: Scenery, quiet: bool, off: bool) -> None:
    """Pills and bars: one line; a trigger has a second one."""
    if card.kind == "trigger":
        _tile(painter, card, scenery, quiet, 9, 11, 26)
        px = _px(floored(13, 10.2, scenery.zoom))
        second = card.summary or card.type_title
        _title(painter, card, scenery, quiet, off, 42, 6.0, 19.0, card.width - 56, px)
        small = _px(floored(12, 8.9, scenery.zoom))
        painter.setFont(font(SMALL, small))
        painter.setPen(pen(scenery.palette.text.secondary, 1))
        text = elided(second, SMALL, card.width - 58, small)
        painter.drawText(
            QRectF(42, 24, card.width, 17), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
        )
        return
    tile = 26.0 if card.shape == "bar" else 22.0
    x = 7.0 if card.shape == "bar" else 8.0
    _tile(painter, card, scenery, quiet, x, (card.height - tile) / 2, tile)
    px = _px(floored(14 if card.shape == "bar" else 13, 10.2, scenery.zoom))
    left = x + tile + 7
    _title(painter, card, scenery, quiet, off, left, 0, card.height, card.width - left - 8, px)


def _title(
    painter: QPainter, card: Card, scenery: Scenery, quiet: bool, off: bool,
    x: float, y: float, height: float, width: float, px: float,
) -> None:  # fmt: skip
    painter.setFont(font(STEP_TITLE, px))
    painter.setPen(pen(scenery.palette.text.muted if quiet else scenery.palette.text.primary, 1))
    text = elided(card.title, STEP_TITLE, width, px)
    painter.drawText(QRectF(x, y, width + 8, height), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    if off:
        middle = y + height / 2 + 1
        painter.drawLine(QPointF(x, middle), QPointF(x + width_of(text, STEP_TITLE, px), middle))


def _paint_title_alone(painter: QPainter, card: Card, scenery: Scenery, quiet: bool, off: bool) -> None:
    small = card.shape != "card"
    px = _px((9.8 if small else 11.0) / scenery.zoom)
    tile = 26.0 if not small else 22.0
    x = 9.0
    _tile(painter, card, scenery, quiet, x, (card.height - tile) / 2, tile)
    left, lines = x + tile + 8, 1 if small else 2
    width = card.width - left - 5
    high = px * 1.22
    painter.setFont(font(STEP_TITLE, px))
    painter.setPen(pen(scenery.palette.text.muted if quiet else scenery.palette.text.primary, 1))
    written = wrapped(card.title, STEP_TITLE, width, lines, px)
    top = (card.height - high * len(written)) / 2
    for number, line in enumerate(written):
        box = QRectF(left, top + number * high, width + 6, high)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
    if off:
        painter.drawLine(QPointF(left, card.height / 2), QPointF(left + width, card.height / 2))


def _paint_icon_alone(painter: QPainter, card: Card, scenery: Scenery, quiet: bool) -> None:
    ink = scenery.palette.text.muted if quiet else scenery.kind(card.kind)[0]
    size = min(card.height * 0.66, 14.0 / scenery.zoom)
    paint_icon(painter, card.icon, ink, (card.width - size) / 2, (card.height - size) / 2, size, scenery.zoom)


def _px(px: float) -> float:
    return float(round(px))
