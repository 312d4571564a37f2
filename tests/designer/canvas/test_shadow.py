"""Shadows are as dark as the design tokens say, and bluish."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from designer.canvas.painting.shadow import DRAG, FLOAT, HOVER, REST, Depth, paint_shadow

GROUND = QColor("#F8F9FB")


def under(depth: Depth, *, dark: bool) -> QColor:
    """The colour of a shadow on the canvas as far within it as no light comes to."""
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(GROUND)
    painter = QPainter(image)
    paint_shadow(painter, QRectF(80, 80, 140, 140), 9, depth, dark=dark, scale=2.0)
    painter.end()
    offset, blur, *_ = depth
    return image.pixelColor(150, int(220 + offset - blur) - 2)


@pytest.mark.parametrize("depth", [REST, HOVER, FLOAT, DRAG])
def test_a_shadow_is_as_dark_as_its_depth_says(depth: Depth) -> None:
    _, _, light, dark = depth
    for alpha, colour, shown in ((light, QColor(11, 18, 32), under(depth, dark=False)),
                                 (dark, QColor(0, 0, 0), under(depth, dark=True))):  # fmt: skip
        for channel in ("red", "green", "blue"):
            wanted = getattr(GROUND, channel)() * (1 - alpha) + getattr(colour, channel)() * alpha
            assert abs(getattr(shown, channel)() - wanted) <= 2, (channel, wanted, shown.name())
