"""Icons by name, in a token's colour, crisp at any scale: Lucide's (ISC, see icons/LICENSE) and Baton's own.

``pixmap`` for what is painted, ``icon`` for widgets; both are kept by name, colour, size and scale.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).parent / "icons"
STROKE = 2.25
"""of a 24 grid: 1.5 of a 16 grid"""


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    file = FOLDER / f"{name}.svg"
    if not file.is_file():  # a third party's node type may name an icon that Baton does not ship
        file = FOLDER / "circle.svg"
    return file.read_text(encoding="utf-8").replace('stroke-width="2"', f'stroke-width="{STROKE}"')


@lru_cache(maxsize=2048)
def renderer(name: str, colour: str) -> QSvgRenderer:
    """The vector itself, to be painted into any rectangle."""
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


@lru_cache(maxsize=4096)
def pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """``size`` in logical pixels, ``scale`` the device's pixel ratio times the zoom."""
    drawn = QPixmap(round(size * scale), round(size * scale))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer(name, colour).render(painter, QRectF(0, 0, drawn.width(), drawn.height()))
    painter.end()
    drawn.setDevicePixelRatio(scale)
    return drawn


@lru_cache(maxsize=1024)
def icon(name: str, colour: str, disabled: str | None = None, size: int = 16) -> QIcon:
    """For buttons and menus; sharp on screens of one, two and three device pixels."""
    made = QIcon()
    for scale in (1.0, 2.0, 3.0):
        drawn = pixmap(name, colour, size, scale)
        made.addPixmap(drawn)
        made.addPixmap(drawn, QIcon.Mode.Selected)  # else Qt tints it in the row that is selected
        if disabled is not None:
            made.addPixmap(pixmap(name, disabled, size, scale), QIcon.Mode.Disabled)
    return made
