"""The canvas itself: its colour and a grid of dots, drawn as rows of one kept strip."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from designer.canvas.painting.ink import brush
from designer.canvas.painting.levels import Level
from designer.canvas.painting.scenery import Scenery

GRID = 20.0
DOT = 1.1
CLOSEST = 11.0
"""px on screen between two dots"""


def paint_ground(painter: QPainter, rect: QRectF, scenery: Scenery) -> None:
    """Fills what is exposed (in canvas units) and lays the dots over it."""
    painter.fillRect(rect, brush(scenery.palette.surface.canvas))
    if scenery.level is Level.BLOCK:
        return
    pitch = GRID
    while pitch * scenery.zoom < CLOSEST:
        pitch *= 2
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    transform = painter.worldTransform()
    step = pitch * transform.m11()
    count = int(rect.width() / pitch) + 3
    first_x = (rect.left() // pitch) * pitch
    first_y = (rect.top() // pitch) * pitch
    strip = _strip(round(step, 4), 1 << max(count, 1).bit_length(), scenery.palette.surface.grid_dot, ratio)
    half = strip.height() / strip.devicePixelRatioF() / 2
    start = transform.map(QPointF(first_x, first_y))
    painter.save()
    painter.resetTransform()
    y, rows = start.y(), int(rect.height() / pitch) + 2
    for row in range(rows):
        painter.drawPixmap(QPointF(start.x() - half, y + row * step - half), strip)
    painter.restore()


@lru_cache(maxsize=32)
def _strip(step: float, count: int, ink: str, ratio: float) -> QPixmap:
    half = 3.0
    drawn = QPixmap(int((count * step + 2 * half) * ratio) + 1, int(2 * half * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    drawn.setDevicePixelRatio(ratio)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink))
    for number in range(count):
        painter.drawEllipse(QPointF(half + number * step, half), DOT, DOT)
    painter.end()
    return drawn
