"""The ground of what floats over the canvas: a raised card with a line around it, and room for its shadow."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from designer.canvas.painting.ink import brush, pen
from designer.canvas.painting.shadow import FLOAT, paint_shadow
from designer.theme.theme import Theme

SHADOW = 26
"""px on each side of such a widget that its shadow takes"""


def paint_ground(
    painter: QPainter, widget: QWidget, theme: Theme, radius: float, line: str | None = None, width: float = 1.0
) -> QRectF:
    """Shadow, ground and line (``line``: another colour); gives where the card lies in its widget."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    rect = QRectF(widget.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    paint_shadow(painter, rect, radius, FLOAT, dark=theme.dark, scale=widget.devicePixelRatioF())
    painter.setPen(pen(line or theme.palette.border.default, width))
    painter.setBrush(brush(theme.palette.surface.raised))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    return rect
