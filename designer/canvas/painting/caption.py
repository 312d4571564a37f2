"""Words beside the pointer while something is dragged: they say what letting go here would do."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.canvas.painting.ink import SMALL, brush, font, one_line, pen, width_of
from designer.canvas.painting.scenery import Scenery

AWAY, PAD, HIGH = 18.0, 8.0, 24.0
"""px on screen from the pointer, beside the words, and high"""


def paint_caption(painter: QPainter, words: str, at: QPointF, scenery: Scenery) -> None:
    """One line on raised ground, right below a place, of the same size at every zoom."""
    text, palette = one_line(words, 120), scenery.palette
    painter.save()
    painter.translate(at)
    painter.scale(1 / scenery.zoom, 1 / scenery.zoom)
    rect = QRectF(AWAY, AWAY, width_of(text, SMALL) + 2 * PAD, HIGH)
    painter.setPen(pen(palette.border.default, 1))
    painter.setBrush(brush(palette.surface.raised))
    painter.drawRoundedRect(rect, 6, 6)
    painter.setFont(font(SMALL))
    painter.setPen(pen(palette.text.primary, 1))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
