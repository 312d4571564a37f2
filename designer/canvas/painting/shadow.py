"""Shadows of cards as kept nine-patches: one small picture for each depth, radius and scale, stretched to any card."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

REST = (1.5, 3.2, 0.10, 0.45)
HOVER = (4.0, 10.0, 0.15, 0.60)
FLOAT = (6.0, 18.0, 0.15, 0.60)
DRAG = (10.0, 20.0, 0.20, 0.80)
"""depth: offset downwards, blur, opacity in light, in dark"""

Depth = tuple[float, float, float, float]


def paint_shadow(painter: QPainter, rect: QRectF, radius: float, depth: Depth, *, dark: bool, scale: float) -> None:
    """The shadow of a rounded rectangle, to be painted below it."""
    offset, blur, *_ = depth
    step = 1.0 if scale <= 1.0 else 2.0 if scale <= 2.0 else 3.0
    patch, corner = _patch(radius, depth, dark, step)
    outer = rect.translated(0, offset).adjusted(-blur, -blur, blur, blur)
    side = patch.width()
    corner = min(corner, outer.width() / 2, outer.height() / 2)
    size = corner * step
    mid = side - 2 * size
    x0, x1, x2 = outer.left(), outer.left() + corner, outer.right() - corner
    y0, y1, y2 = outer.top(), outer.top() + corner, outer.bottom() - corner
    wide, high = x2 - x1, y2 - y1
    draw = painter.drawPixmap
    far = size + mid
    draw(QRectF(x0, y0, corner, corner), patch, QRectF(0, 0, size, size))
    draw(QRectF(x2, y0, corner, corner), patch, QRectF(far, 0, size, size))
    draw(QRectF(x0, y2, corner, corner), patch, QRectF(0, far, size, size))
    draw(QRectF(x2, y2, corner, corner), patch, QRectF(far, far, size, size))
    if wide > 0:
        draw(QRectF(x1, y0, wide, corner), patch, QRectF(size, 0, mid, size))
        draw(QRectF(x1, y2, wide, corner), patch, QRectF(size, far, mid, size))
    if high > 0:
        draw(QRectF(x0, y1, corner, high), patch, QRectF(0, size, size, mid))
        draw(QRectF(x2, y1, corner, high), patch, QRectF(far, size, size, mid))


@lru_cache(maxsize=64)
def _patch(radius: float, depth: Depth, dark: bool, scale: float) -> tuple[QPixmap, float]:
    _, blur, light_alpha, dark_alpha = depth
    corner = radius + 2 * blur
    side = 2 * corner + 4
    # 16 bits a colour: a layer is less than two steps of 8 bits, and thirty of them, rounded up, made shadows grey and
    # darker by a third.
    drawn = QImage(round(side * scale), round(side * scale), QImage.Format.Format_RGBA64_Premultiplied)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.setPen(Qt.PenStyle.NoPen)
    rings = max(6, round(blur * 1.5))
    alpha, base = (dark_alpha, QColor(0, 0, 0)) if dark else (light_alpha, QColor(11, 18, 32))
    # Rings on top of each other, each a little smaller: together they fall off as a soft shadow does.
    layer = 1 - (1 - alpha) ** (1 / rings)
    for ring in range(rings):
        grown = blur * (1 - 2 * (ring + 0.5) / rings)
        base.setAlphaF(layer)
        painter.setBrush(base)
        rect = QRectF(blur - grown, blur - grown, side - 2 * (blur - grown), side - 2 * (blur - grown))
        round_by = max(radius + grown, 1.0)
        painter.drawRoundedRect(rect, round_by, round_by)
    painter.end()
    return QPixmap.fromImage(drawn), corner
