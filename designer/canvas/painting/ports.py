"""Paints the ways in and out of a card: rings, dots, names of outcomes, and + buttons at those that lead nowhere."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.canvas.card import GLYPH, LABEL_HEIGHT, LABEL_LEAD, Card, PortSpot
from designer.canvas.painting.glyphs import paint_icon
from designer.canvas.painting.ink import LABEL, brush, elided, font, pen, width_of
from designer.canvas.painting.levels import Level, floored
from designer.canvas.painting.scenery import Scenery

if TYPE_CHECKING:
    from designer.canvas.painting.card import CardState

DOT, RING, GROWN = 4.5, 4.0, 6.0
PLUS_AWAY, PLUS_RADIUS = 26.0, 9.0
NAME_BELOW = 17.0
LONGEST_NAME = 150.0
GROWS, SPARE = 1.25, 40.0
"""how many times wider than at 100 % a name may become where small zoom makes its letters larger; further away, how
much longer it may be"""


def paint_ports(painter: QPainter, card: Card, state: CardState, scenery: Scenery) -> None:
    """In order: names first, so that dots lie above them."""
    quiet = not state.look.reached
    for spot in card.ports:
        leads = spot.name in state.connected
        if spot.named and (leads or state.alone):
            _name(painter, card, spot, state, scenery, leads, quiet)
        if state.alone and not leads and scenery.level >= Level.TITLE:
            _plus(painter, spot, scenery)
    if scenery.level < Level.TITLE:
        return
    for spot in card.ports:
        _dot(painter, spot, state, scenery, quiet)
    if card.enter_y is not None:
        ink = scenery.palette.border.strong if not quiet else scenery.palette.border.default
        grown = state.wanted or state.hovered_port == ""
        painter.setPen(pen(scenery.palette.accent.base if state.wanted else ink, 1.75))
        painter.setBrush(brush(scenery.palette.surface.raised))
        size = GROWN if grown else RING
        painter.drawEllipse(QPointF(0, card.enter_y), size, size)


def plus_at(spot: PortSpot) -> QPointF:
    """Where the + button of an outcome that leads nowhere is, from the card's corner."""
    if spot.side == "bottom":
        return QPointF(spot.x, spot.y + PLUS_AWAY)
    return QPointF(spot.x + PLUS_AWAY + (spot.label_width + 10 if spot.named else 0), spot.y)


def _dot(painter: QPainter, spot: PortSpot, state: CardState, scenery: Scenery, quiet: bool) -> None:
    ink = scenery.dot(spot.kind) if not quiet else scenery.palette.border.default
    size = GROWN if state.hovered_port == spot.name else DOT
    if not spot.known:
        ink = scenery.palette.state.failed
    if spot.name in state.connected:
        painter.setPen(pen(scenery.palette.surface.raised, 1.5))
        painter.setBrush(brush(ink))
    else:
        painter.setPen(pen(ink, 1.75))
        painter.setBrush(brush(scenery.palette.surface.raised))
        size -= 0.5
    painter.drawEllipse(QPointF(spot.x, spot.y), size, size)


def _name(
    painter: QPainter, card: Card, spot: PortSpot, state: CardState, scenery: Scenery, leads: bool, quiet: bool
) -> None:
    """The name as the first thing on its edge, on a ground that hides the line."""
    palette = scenery.palette
    ink = scenery.outcome(spot.kind)
    if quiet or (state.taken and spot.name not in state.taken):
        ink = palette.text.muted
    ground = palette.accent.tint if spot.name in state.taken else palette.surface.canvas
    text, px, glyph = _written(card, spot, scenery)
    if not text and not glyph:
        return
    wide = (glyph + 4 if glyph and text else glyph) + (width_of(text, LABEL, px) if text else 0.0)
    high = max(LABEL_HEIGHT, glyph)
    if spot.side == "right":
        left = spot.x + LABEL_LEAD + 4
        middle = spot.y
    else:
        left = spot.x + 10
        middle = spot.y + NAME_BELOW + (GLYPH / 2 if leads else 0)
        if not leads:
            left, middle = spot.x + PLUS_RADIUS + 8, spot.y + PLUS_AWAY
    box = QRectF(left - 3, middle - high / 2, wide + 6, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(ground))
    painter.drawRoundedRect(box, 4, 4)
    if spot.glyph:
        paint_icon(painter, spot.glyph, ink, left, middle - glyph / 2, glyph, scenery.zoom)
    if text:
        painter.setFont(font(LABEL, px))
        painter.setPen(pen(ink, 1))
        at = left + (glyph + 4 if glyph else 0)
        painter.drawText(
            QRectF(at, middle - high / 2, wide + 8, high),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            text,
        )


def _written(card: Card, spot: PortSpot, scenery: Scenery) -> tuple[str, float | None, float]:
    """What is written at this zoom: text, its size, and the size of the glyph before it; a text is whole or not there.

    Letters that are larger than at 100 % run over the corner of their line. A little of that is fine; where a name of a
    card would reach what stands behind, its glyphs alone have to do.
    """
    glyph = GLYPH if spot.glyph else 0.0
    if scenery.level is Level.ICON:
        return "", None, glyph * min(3.0, 10 / GLYPH / scenery.zoom)
    if scenery.zoom >= 1:
        return elided(spot.title, LABEL, LONGEST_NAME), None, glyph
    px = float(round(floored(12, 8.4, scenery.zoom)))
    if scenery.level is Level.FULL:
        return elided(spot.title, LABEL, min(LONGEST_NAME, spot.label_width) * GROWS, px), px, glyph
    fits = spot.side == "bottom" or _fit(card.ports, px)
    return elided(spot.title, LABEL, LONGEST_NAME * px / 12, px) if fits else "", px, glyph * px / 12


@lru_cache(maxsize=1024)
def _fit(ports: tuple[PortSpot, ...], px: float) -> bool:
    """Whether all names at the right of a card have room for letters of this size."""
    return all(spot.label_width * (px / 12 - 1) <= SPARE for spot in ports if spot.named and spot.side == "right")


def _plus(painter: QPainter, spot: PortSpot, scenery: Scenery) -> None:
    ink = scenery.dot(spot.kind)
    at = plus_at(spot)
    painter.setPen(pen(ink, 1.5))
    if spot.side == "bottom":
        painter.drawLine(QPointF(spot.x, spot.y + DOT), QPointF(at.x(), at.y() - PLUS_RADIUS))
    else:
        painter.drawLine(QPointF(at.x() - PLUS_RADIUS - 6, at.y()), QPointF(at.x() - PLUS_RADIUS, at.y()))
    painter.setBrush(brush(scenery.palette.surface.raised))
    painter.drawEllipse(at, PLUS_RADIUS, PLUS_RADIUS)
    painter.drawLine(at - QPointF(4, 0), at + QPointF(4, 0))
    painter.drawLine(at - QPointF(0, 4), at + QPointF(0, 4))
