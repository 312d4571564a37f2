"""Badges on the top edge of a card: state of the run, problems, Mocked; and what sits on its upper left corner."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.canvas.looks import GLYPHS, StepLook
from designer.canvas.painting.glyphs import paint_icon
from designer.canvas.painting.ink import BADGE, brush, elided, font, pen, width_of
from designer.canvas.painting.levels import Level, badge_scale
from designer.canvas.painting.scenery import Scenery

HEIGHT, GLYPH = 18.0, 12.0
CONSTANT = frozenset({"failed", "incident", "waiting_person", "waiting_time", "running", "done"})


def paint_badges(painter: QPainter, width: float, look: StepLook, errors: int, warnings: int, scenery: Scenery) -> None:
    """From right to left along the top edge of a card of this width."""
    scale = badge_scale(scenery.zoom)
    worded = scenery.level is Level.FULL
    palette = scenery.palette
    x = width + 6
    if look.state != "idle":
        colour, _ = scenery.state(look.state)
        words = look.words if worded and look.state not in {"done", "failed", "incident"} else ""
        x = _badge(painter, x, GLYPHS[look.state], words, colour, palette.text.on_accent, scale, scenery)
    if scenery.level < Level.TITLE:
        return
    if errors or warnings:
        colour = palette.state.failed if errors else palette.state.waiting_person
        count = str(errors or warnings)
        x = _badge(painter, x, "triangle-alert", count, colour, palette.text.on_accent, scale, scenery)
    if look.mocked:
        words = "Mocked" if worded else ""
        _badge(
            painter,
            x,
            "flask-conical",
            words,
            palette.state_tint.waiting_time,
            palette.category.trigger,
            scale,
            scenery,
        )


def paint_corner(painter: QPainter, look: StepLook, scenery: Scenery) -> None:
    """The upper left corner: the number of a replay's visit, or a breakpoint."""
    palette = scenery.palette
    scale = badge_scale(scenery.zoom)
    if look.order is not None and scenery.level >= Level.TITLE:
        text = str(look.order)
        size = max(16.0, width_of(text, BADGE, 11) + 8) * scale
        rect = QRectF(-size / 2 + 1, -8 * scale, size, 16 * scale)
        painter.setPen(pen(palette.surface.canvas, 1.5 * scale))
        painter.setBrush(brush(palette.accent.base))
        painter.drawRoundedRect(rect, 8 * scale, 8 * scale)
        painter.setPen(pen(palette.text.on_accent, 1))
        painter.setFont(font(BADGE, 11 * scale))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    elif look.breakpoint and scenery.level >= Level.ICON:
        painter.setPen(pen(palette.surface.canvas, 2 * scale))
        painter.setBrush(brush(palette.state.failed))
        painter.drawEllipse(QPointF(1, 1), 6 * scale, 6 * scale)


def _badge(
    painter: QPainter, right: float, glyph: str, words: str, ground: str, ink: str, scale: float, scenery: Scenery
) -> float:
    """Paints one that ends at ``right``; gives where the next one ends."""
    text = elided(words, BADGE, 90) if words else ""
    width = (HEIGHT if not text else GLYPH + 14 + width_of(text, BADGE)) * scale
    height = HEIGHT * scale
    rect = QRectF(right - width, -height / 2, width, height)
    painter.setPen(pen(scenery.palette.surface.canvas, 1.5 * scale))
    painter.setBrush(brush(ground))
    painter.drawRoundedRect(rect, height / 2, height / 2)
    size = GLYPH * scale
    x = rect.left() + (6 * scale if text else (width - size) / 2)
    paint_icon(painter, glyph, ink, x, -size / 2, size, scenery.zoom)
    if text:
        painter.setFont(font(BADGE, 12 * scale))
        painter.setPen(pen(ink, 1))
        box = QRectF(x + size + 3 * scale, rect.top(), width, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    return rect.left() - 4 * scale
