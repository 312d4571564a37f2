"""Icons painted into a scene: as vectors in pictures, else from a kept bitmap of exactly the size that is on screen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPaintEngine, QPainter

from designer.theme.icons import pixmap, renderer

_VECTOR = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


def paint_icon(painter: QPainter, name: str, colour: str, x: float, y: float, size: float, zoom: float) -> None:
    """An icon with its upper left corner at x, y."""
    if painter.paintEngine().type() in _VECTOR:
        renderer(name, colour).render(painter, QRectF(x, y, size, size))
        return
    device = painter.device()
    scale = zoom * (device.devicePixelRatioF() if device is not None else 1.0)
    scale = max(scale, painter.deviceTransform().m11())  # a saved picture is larger than the canvas is at this zoom
    pixels = max(1, round(size * scale))
    drawn = pixmap(name, colour, pixels)
    painter.drawPixmap(QRectF(QPointF(x, y), QPointF(x + size, y + size)), drawn, QRectF(0, 0, pixels, pixels))
