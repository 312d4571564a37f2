"""Paints one card at each level of detail: outline, tile, words, chips. Its ports and names are in ``ports``."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.canvas.card import HEIGHT, TILE, TILE_X, TILE_Y, TITLE_X, Card
from designer.canvas.looks import PLAIN_STEP, StepLook
from designer.canvas.painting.badges import paint_badges, paint_corner
from designer.canvas.painting.fitting import LINE_HIGH, Fitted, Seat, fitted, whole_words
from designer.canvas.painting.glyphs import paint_icon
from designer.canvas.painting.ink import CHIP, SMALL, STEP_TITLE, brush, colour, elided, font, pen, width_of, wrapped
from designer.canvas.painting.levels import Level, floored
from designer.canvas.painting.ports import paint_ports
from designer.canvas.painting.scenery import Scenery
from designer.canvas.painting.shadow import DRAG, HOVER, REST, paint_shadow

RADIUS = 10.0
RING, RING_AWAY = 2.5, 4.0
FADED = 0.5
GROWS = 7.0
"""by how much a pill or bar is drawn higher, above and below, where its title needs two lines on screen"""
OUT_LEFT = Seat(0, 0, -10, 9)
"""a trigger's title at its longest, when letters are larger than the card: nothing leads into it, there is room"""
LINE = 15.5
"""height of a line of the summary"""


class CardState:
    """What the view knows of one card: selection, hover, problems, run. Changed by the projection, read here.

    Defaults are the class's, as thousands are made at a time and few ever differ.
    """

    selected: bool = False
    alone: bool = False
    """it is all that is selected: outcomes that lead nowhere show their names and a +"""
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
    paint_badges(painter, card.width, state.look, state.errors, state.warnings, scenery)
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
    if scenery.level is Level.TITLE and card.shape != "card":
        title = _title_alone(card, zoom)
        more = max(0.0, (title.height + 4 - card.height) / 2)
        rect.adjust(min(0.0, title.seat.left - OUT_LEFT.right), -more, 0, more)
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
    painter.drawRoundedRect(rect, radius, radius)


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
    room = card.height - 39 - (28 if card.chips else 6)
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
    """Pills and bars. A trigger has a second line in words where its title leaves one."""
    zoom = scenery.zoom
    px = _px(floored(14 if card.shape == "bar" else 13, 10.2, zoom))
    title = fitted(
        card.title, STEP_TITLE, card.width, card.height - 2, 2, _seats(card), (px, _px(floored(px, 8.4, zoom)))
    )
    small = _px(floored(12, 8.9, zoom))
    second: tuple[str, ...] = ()
    if card.kind == "trigger" and len(title.lines) == 1:
        room = card.width - title.seat.left - title.seat.right
        second = whole_words(card.summary or card.type_title, SMALL, room, 1, small)
    high = title.height + len(second) * small * LINE_HIGH
    _paint_fitted(painter, card, title, scenery, quiet, off, (card.height - high) / 2)
    if second:
        painter.setFont(font(SMALL, small))
        painter.setPen(pen(scenery.palette.text.muted if quiet else scenery.palette.text.secondary, 1))
        box = QRectF(title.seat.left, (card.height + high) / 2 - small * LINE_HIGH, card.width, small * LINE_HIGH)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, second[0])


@lru_cache(maxsize=16)
def _seats_of(kind: str, shape: str) -> tuple[Seat, ...]:
    """Room for the title: beside the tile, beside a smaller one, and without one."""
    if shape == "card":
        return (Seat(9, 26, 43, 5), Seat(6, 20, 31, 5), Seat(0, 0, 9, 6))
    if kind == "trigger":
        return (Seat(9, 26, 42, 8), Seat(6, 22, 33, 7), Seat(0, 0, 12, 9))
    if shape == "bar":
        return (Seat(7, 26, 40, 8), Seat(5, 20, 30, 6), Seat(0, 0, 8, 6))
    return (Seat(8, 22, 37, 8), Seat(5, 20, 30, 6), Seat(0, 0, 8, 6))


def _seats(card: Card) -> tuple[Seat, ...]:
    return _seats_of("trigger" if card.kind == "trigger" else "", card.shape)


def _paint_fitted(
    painter: QPainter, card: Card, title: Fitted, scenery: Scenery, quiet: bool, off: bool, top: float
) -> None:
    """Tile and title; the first line at ``top``."""
    seat, px = title.seat, title.px
    if seat.tile:
        _tile(painter, card, scenery, quiet, seat.tile_x, (card.height - seat.tile) / 2, seat.tile)
    painter.setFont(font(STEP_TITLE, px))
    painter.setPen(pen(scenery.palette.text.muted if quiet else scenery.palette.text.primary, 1))
    high = px * LINE_HIGH
    for number, line in enumerate(title.lines):
        box = QRectF(seat.left, top + number * high, card.width, high)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
        if off:
            middle = top + (number + 0.5) * high + 1
            painter.drawLine(QPointF(seat.left, middle), QPointF(seat.left + width_of(line, STEP_TITLE, px), middle))


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
    title = _title_alone(card, scenery.zoom)
    _paint_fitted(painter, card, title, scenery, quiet, off, (card.height - title.height) / 2)


def _title_alone(card: Card, zoom: float) -> Fitted:
    """The title between full detail and icons, where its letters keep their size on screen."""
    px = (11.0 if card.shape == "card" else 9.8) / zoom
    sizes = tuple(_px(max(each, 8.4 / zoom)) for each in (px, px * 0.92, px * 0.85, 8.4 / zoom))
    most = 3 if card.shape == "card" and card.height > HEIGHT else 2
    room = card.height - 4 if card.shape == "card" else card.height + 2 * GROWS
    seats = (*_seats(card), OUT_LEFT) if card.kind == "trigger" else _seats(card)
    return fitted(card.title, STEP_TITLE, card.width, room, most, seats, sizes)


def _paint_icon_alone(painter: QPainter, card: Card, scenery: Scenery, quiet: bool) -> None:
    ink = scenery.palette.text.muted if quiet else scenery.kind(card.kind)[0]
    size = min(card.height * 0.66, 14.0 / scenery.zoom)
    paint_icon(painter, card.icon, ink, (card.width - size) / 2, (card.height - size) / 2, size, scenery.zoom)


def _px(px: float) -> float:
    return float(round(px))
