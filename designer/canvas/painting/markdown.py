"""Headings, lists, bold, italic and code of Markdown, drawn by hand: nothing is ever fetched, linked or rich."""

from __future__ import annotations

import re
import unicodedata

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from designer.canvas.painting.ink import ELLIPSIS, font, one_line
from designer.theme.type_scale import SMALL, STEP_TITLE, canvas_font

_MARK = re.compile(r"(\*\*[^*\n]+\*\*|__[^_\n]+__|\*[^*\n]+\*|`[^`\n]+`)")
_HEADING = re.compile(r"^#{1,6}\s+")
_BULLET = re.compile(r"^\s*[-*+]\s+")
_FENCE = re.compile(r"^\s*```")
_LINE = 1.35
_LONGEST_LINE = 1_000

Run = tuple[str, QFont]


def paint_markdown(painter: QPainter, room: QRectF, text: str, px: float) -> None:
    """As much of the text as there is room for; it ends in dots where there is more. Texts that run from right to left
    stand at the right.
    """
    painter.save()
    painter.setClipRect(room.adjusted(0, 0, 9, 6))
    y, fenced = room.top(), False
    for raw in text.replace("\r", "").split("\n"):
        if _FENCE.match(raw):
            fenced = not fenced
            continue
        if y + px * 1.2 > room.bottom():
            break  # half a line is worse than none
        heading, bullet = (None, None) if fenced else (_HEADING.match(raw), _BULLET.match(raw))
        found = heading or bullet
        body = raw[found.end() :] if found is not None else raw
        runs = [(one_line(body, _LONGEST_LINE), _code(px))] if fenced else _runs(body, px, heading is not None)
        leftwards = _leftwards(body)
        area = QRectF(room.left(), y, room.width(), room.bottom() - y)
        if bullet is not None:
            painter.setFont(font(SMALL, px))
            painter.drawText(QPointF(area.right() - px * 0.6 if leftwards else area.left(), y + px), "•")
            area = area.adjusted(0, 0, -px, 0) if leftwards else area.adjusted(px, 0, 0, 0)
        y = _paragraph(painter, area, runs, px, leftwards)
    painter.restore()


def _paragraph(painter: QPainter, area: QRectF, runs: list[Run], px: float, leftwards: bool) -> float:
    """Draws it; where the next one begins."""
    text = "".join(words for words, _ in runs)
    made = QTextLayout(text, font(SMALL, px))
    option = QTextOption(Qt.AlignmentFlag.AlignRight if leftwards else Qt.AlignmentFlag.AlignLeft)
    option.setAlignment(option.alignment() | Qt.AlignmentFlag.AlignAbsolute)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if leftwards else Qt.LayoutDirection.LeftToRight)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    made.setTextOption(option)
    made.setFormats(_formats(runs))
    y = area.top()
    made.beginLayout()
    while (line := made.createLine()).isValid():
        line.setLineWidth(max(area.width(), px))
        last = y + px * _LINE + px * 1.2 > area.bottom()
        line.draw(painter, QPointF(area.left(), y + px - line.ascent()))
        if last and line.textStart() + line.textLength() < len(text):
            painter.setFont(font(SMALL, px))
            wide = painter.fontMetrics().horizontalAdvance(ELLIPSIS)
            seen = line.naturalTextWidth()
            x = area.right() - seen - wide if leftwards else min(area.left() + seen, area.right() + 9 - wide)
            painter.drawText(QPointF(x, y + px), ELLIPSIS)
            y += px * _LINE
            break
        y += px * _LINE
    made.endLayout()
    return y if text else area.top() + px * _LINE


def _formats(runs: list[Run]) -> list[QTextLayout.FormatRange]:
    found: list[QTextLayout.FormatRange] = []
    start = 0
    for words, face in runs:
        one = QTextLayout.FormatRange()
        one.start, one.length = start, len(words)
        form = QTextCharFormat()
        form.setFont(face)
        one.format = form
        found.append(one)
        start += len(words)
    return found


def _runs(body: str, px: float, strong: bool) -> list[Run]:
    pieces = [piece for piece in _MARK.split(one_line(body, _LONGEST_LINE)) if piece]
    return [_face(piece, px, strong) for piece in pieces]


def _face(piece: str, px: float, strong: bool) -> Run:
    marked = piece[:2] in {"**", "__"} and len(piece) > 4
    face = font(STEP_TITLE if strong or marked else SMALL, px)
    if marked:
        return piece[2:-2], face
    if piece[0] == "*" and piece[-1] == "*" and len(piece) > 2:
        leaning = QFont(face)
        leaning.setItalic(True)
        return piece[1:-1], leaning
    if piece[0] == "`" and piece[-1] == "`" and len(piece) > 2:
        return piece[1:-1], _code(px)
    return piece, face


def _code(px: float) -> QFont:
    face = canvas_font(SMALL, code=True)
    face.setPixelSize(max(1, round(px)))
    return face


def _leftwards(text: str) -> bool:
    """Whether its first letter is one of a script that runs from right to left."""
    for letter in text:
        way = unicodedata.bidirectional(letter)
        if way in {"L", "R", "AL"}:
            return way != "L"
    return False
