"""Notes, groups and lanes: things of the drawing for people alone. Text is plain; Markdown is only styled."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from designer.canvas.looks import PLAIN_STEP, StepLook
from designer.canvas.painting.badges import paint_badges
from designer.canvas.painting.glyphs import paint_icon
from designer.canvas.painting.ink import brush, elided, font, pen
from designer.canvas.painting.levels import Level, floored
from designer.canvas.painting.markdown import paint_markdown
from designer.canvas.painting.scenery import Scenery
from designer.document.counted import counted
from designer.theme.type_scale import SMALL, Size

NOTE = (128.0, 106.0)
FOLDED = (176.0, 64.0)
GROUP_HEAD = 26.0
_CORNER = 16.0
_GROUP_TITLE = Size(13, 9.75, 18, 600)
LONGEST_NOTE = 4_000
"""characters of a note that are looked at"""


@dataclass(slots=True)
class DrawnState:
    """What the view knows of one of them."""

    selected: bool = False
    hovered: bool = False
    wanted: bool = False
    """a step that is being dragged would go into it"""
    look: StepLook = PLAIN_STEP
    """of a folded group: the most urgent of the states in it"""
    errors: int = 0
    warnings: int = 0
    """of a folded group: problems in it"""


def paint_lane(painter: QPainter, rect: QRectF, title: str, state: DrawnState, scenery: Scenery) -> None:
    """A sunken area with the seat or owner at the upper left."""
    palette = scenery.palette
    ink = palette.accent.base if state.selected or state.wanted else palette.border.subtle
    painter.setPen(pen(ink, 1.75 if state.selected or state.wanted else 1.0))
    painter.setBrush(brush(palette.surface.lane))
    painter.drawRoundedRect(rect, 10, 10)
    px = float(round(floored(12, 11 if scenery.level < Level.TITLE else 8.9, scenery.zoom)))
    icon = 0.0
    if scenery.level is Level.FULL:
        paint_icon(painter, "users", palette.text.secondary, rect.left() + 10, rect.top() + 9, 14, scenery.zoom)
        icon = 20.0
    below = scenery.level is Level.ICON
    top = rect.bottom() - px * 1.6 if below else rect.top() + 8
    box = QRectF(rect.left() + 10 + icon, top, max(rect.width() - 20 - icon, px * 8), px * 1.5)
    painter.setFont(font(_GROUP_TITLE, px))
    painter.setPen(pen(palette.text.secondary, 1))
    painter.drawText(
        box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided(title, _GROUP_TITLE, box.width(), px)
    )


def paint_group(
    painter: QPainter, rect: QRectF, title: str, count: int, folded: bool, state: DrawnState, scenery: Scenery
) -> None:
    """A dashed frame; folded it is a card with its number of steps."""
    palette = scenery.palette
    chosen = state.selected or state.wanted
    line = palette.border.strong if state.hovered or folded else palette.border.default
    if folded and state.look.state != "idle":
        line = scenery.state(state.look.state)[0]
    elif folded and state.errors:
        line = palette.state.failed
    painter.setPen(pen(palette.accent.base if chosen else line, 1.75 if chosen else 1.25, (5.0, 4.0)))
    painter.setBrush(brush(palette.surface.sunken) if folded else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, 12, 12)
    if scenery.level is Level.BLOCK:
        return
    px = float(round(floored(13, 10.2, scenery.zoom)))
    painter.setFont(font(_GROUP_TITLE, px))
    painter.setPen(pen(palette.text.secondary, 1))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    mark = 14.0 if scenery.level is Level.FULL else 0.0
    if mark:
        name = "chevron-right" if folded else "chevron-down"
        paint_icon(
            painter, name, palette.text.secondary, rect.left() + 9, rect.top() + (12 if folded else 7), 14, scenery.zoom
        )
    top = rect.top() + (8 if folded else 4)
    if scenery.level is not Level.FULL and not folded:
        top = rect.top() - px * 1.5  # letters that small zoom makes larger would lie on the cards
    box = QRectF(rect.left() + 12 + mark, top, rect.width() - 24 - mark, px * 1.6)
    painter.drawText(box, left, elided(title or "Group", _GROUP_TITLE, box.width(), px))
    if folded and scenery.level is Level.FULL:
        painter.setFont(font(SMALL))
        steps = f"{counted(count, 'step')}, folded"
        painter.drawText(QRectF(rect.left() + 12, rect.top() + 34, rect.width() - 24, 18), left, steps)
    if folded:
        painter.save()
        painter.translate(rect.topLeft())
        paint_badges(painter, rect.width(), state.look, state.errors, state.warnings, scenery)
        painter.restore()


def paint_note(
    painter: QPainter, rect: QRectF, text: str, tone: str | None, state: DrawnState, scenery: Scenery
) -> None:
    """Paper with a folded corner."""
    palette = scenery.palette
    ground, edge, ink = _tone(tone, scenery)
    path = QPainterPath(rect.topLeft())
    path.lineTo(rect.topRight())
    path.lineTo(rect.right(), rect.bottom() - _CORNER)
    path.lineTo(rect.right() - _CORNER, rect.bottom())
    path.lineTo(rect.bottomLeft())
    path.closeSubpath()
    painter.setPen(pen(palette.accent.base if state.selected else edge, 2 if state.selected else 1))
    painter.setBrush(brush(ground))
    painter.drawPath(path)
    fold = [
        QPointF(rect.right(), rect.bottom() - _CORNER),
        QPointF(rect.right() - _CORNER, rect.bottom() - _CORNER),
        QPointF(rect.right() - _CORNER, rect.bottom()),
    ]
    painter.setBrush(brush(edge))
    painter.drawPolygon(QPolygonF(fold))
    if scenery.level < Level.TITLE:
        return
    painter.setPen(pen(ink, 1))
    px = float(round(floored(12, 8.9, scenery.zoom)))
    paint_markdown(painter, rect.adjusted(11, 9, -9, -8), text[:LONGEST_NOTE], px)


def _tone(tone: str | None, scenery: Scenery) -> tuple[str, str, str]:
    palette = scenery.palette
    if tone and tone in palette.category.__slots__:
        ink, tint = scenery.kind(tone)
        return tint, ink, palette.text.primary
    return palette.surface.note, palette.border.note, palette.text.note


__all__ = ["FOLDED", "NOTE", "DrawnState", "paint_group", "paint_lane", "paint_note"]
