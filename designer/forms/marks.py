"""Small painted pieces of forms: a label that is cut where it has no room, and the mark of an outcome."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.pieces.text import plain_tooltip
from designer.theme.icons import renderer
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY, Size, widget_font
from nodes.contract import PortKind

GLYPHS = {
    PortKind.APPROVED: ("check", "approved"),
    PortKind.REJECTED: ("x", "rejected"),
    PortKind.TIMEOUT: ("clock", "timed_out"),
    PortKind.ERROR: ("triangle-alert", "error"),
    PortKind.NORMAL: ("", "neutral"),
}


class CutText(QWidget):
    """One line, cut with an ellipsis; the whole in the tooltip. ``role`` is a name of ``Palette.text``, or a colour.

    ``cut`` says where it is cut: of a path the end tells most.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        size: Size = BODY,
        role: str = "primary",
        *,
        code: bool = False,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__()
        self._theme, self._text, self._role, self._cut = theme, text, role, cut
        self.setFont(widget_font(size, code=code))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(24)
        theme.changed.connect(self.update)
        self.say(text)

    def say(self, text: str, role: str | None = None) -> None:
        """Other words."""
        self._text, self._role = text, role or self._role
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleName(text)
        self.update()

    def text(self) -> str:
        """What it says, uncut."""
        return self._text

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 2, self.fontMetrics().lineSpacing() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        colour = getattr(palette.text, self._role, None) or getattr(palette.outcome, self._role, palette.text.primary)
        painter = QPainter(self)
        painter.setPen(QColor(colour))
        cut = self.fontMetrics().elidedText(self._text, self._cut, self.width())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), cut)


class OutcomeMark(QWidget):
    """Glyph and colour of a way out; a dot for one that the author named."""

    def __init__(self, theme: Theme, kind: PortKind) -> None:
        super().__init__()
        self._theme, self._kind = theme, kind
        self.setFixedSize(QSize(14, 14))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        glyph, role = GLYPHS[self._kind]
        colour = getattr(self._theme.palette.outcome, role)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if glyph:
            renderer(glyph, colour).render(painter, QRectF(0.5, 0.5, 13, 13))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(7, 7), 4, 4)
