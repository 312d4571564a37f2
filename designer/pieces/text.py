"""``PlainText``: a label that shows texts as they are. Rich text in a title or a value is never interpreted."""

from __future__ import annotations

import html
import math
import re

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from designer.pieces.marking import mark
from designer.theme.type_scale import BODY, CODE_SIZE, Size, widget_font


def plain_tooltip(text: str) -> str:
    """A tooltip that shows ``text`` as it is: Qt would take one with tags in it for rich text."""
    return f'<p style="white-space:pre-wrap; margin:0">{html.escape(text)}</p>' if text else ""


_WITHIN_PATHS = re.compile(r"(?<=[._\]])(?=[^._\]])")
"""behind a dot, a line or a bracket a path may go on in the next line"""
_RESHAPING = frozenset({QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.ContentsRectChange})
"""after which a text may need more or less room"""


LONGEST_WORD = 140
"""px that a word gets at least before it is broken"""


class PlainText(QLabel):
    """``role`` names its colour in the style sheet: primary, secondary, muted, link, good, bad ..."""

    def __init__(
        self,
        text: str = "",
        size: Size = BODY,
        role: str = "primary",
        *,
        wrap: bool = False,
        code: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._least_line = float(size.line) if wrap and not selectable else 0.0
        """height of its lines; 0 = QLabel's own: texts of one line, and those that people may select in"""
        self._heights: dict[int, int] = {}
        """by width: layouts ask a dozen times for the same few"""
        self._spaced: float | None = None
        """what ``_line`` was when it was last asked"""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(widget_font(size, code=code))
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        self.setText(text)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )

    def setText(self, text: str | None) -> None:  # noqa: N802  Qt's name
        self._heights.clear()
        super().setText(text or "")

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        if event.type() in _RESHAPING:
            self._heights.clear()
            self._spaced = None
        super().changeEvent(event)

    @property
    def _line(self) -> float:
        """More than the type scale says where the system asks for larger letters."""
        if not self._least_line:
            return 0.0
        if self._spaced is None:
            self._spaced = max(self._least_line, float(self.fontMetrics().lineSpacing()))
        return self._spaced

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        if not self._least_line:
            return super().heightForWidth(width)
        height = self._heights.get(width)
        if height is None:
            around = self.contentsMargins()
            lines = max(1, self._broken(width - around.left() - around.right()).lineCount())
            height = self._heights[width] = math.ceil(lines * self._line) + around.top() + around.bottom()
        return height

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        hint = super().sizeHint()
        return QSize(hint.width(), self.heightForWidth(hint.width())) if self._line else hint

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """A word that is longer than the room for it goes on in the next line: it makes no form wider."""
        hint = super().minimumSizeHint()
        width = min(hint.width(), LONGEST_WORD) if self._line else hint.width()
        return QSize(width, max(hint.height(), math.ceil(self._line)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Lines as far apart as the type scale says: QLabel knows of no such thing."""
        if not self._line:
            super().paintEvent(event)
            return
        inner = self.contentsRect()
        layout = self._broken(inner.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        left_over = inner.height() - layout.lineCount() * self._line
        lower = {Qt.AlignmentFlag.AlignTop: 0.0, Qt.AlignmentFlag.AlignBottom: 1.0}
        share = lower.get(self.alignment() & Qt.AlignmentFlag.AlignVertical_Mask, 0.5)
        layout.draw(painter, QPointF(inner.left(), inner.top() + left_over * share))

    def _broken(self, width: int) -> QTextLayout:
        """The text in lines of that width."""
        layout = QTextLayout(self.text().replace("\n", "\u2028"), self.font(), self)
        how = QTextOption(self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask)
        how.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(how)
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, top + (self._line - line.height()) / 2))
            top += self._line
        layout.endLayout()
        return layout

    def restyle(self, role: str) -> None:
        """Another colour."""
        mark(self, "role", role)


def path_label(path: str) -> PlainText:
    """A path such as ``claim.lines[1].amount`` in the code font, whole: a long one goes on in the next line."""
    label = PlainText(_WITHIN_PATHS.sub("\u200b", path), CODE_SIZE, "secondary", wrap=True, code=True)
    label.setAccessibleName(path)
    return label
