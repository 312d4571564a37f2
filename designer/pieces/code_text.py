"""``CodeText``: a value in the code font that breaks anywhere, so that a long word never makes a panel wider."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from designer.pieces.text import plain_tooltip
from designer.theme.type_scale import CODE_SIZE, widget_font

LONGEST = 200


class _Lines(NamedTuple):
    """A text as it is broken for some width: the layout, its widest line and its height in pixels."""

    layout: QTextLayout
    width: float
    height: float


class CodeText(QWidget):
    """What is longer than ``LONGEST`` is cut, with the whole in the tooltip; the context menu copies the whole."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self._shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        self.setFont(widget_font(CODE_SIZE, code=True))
        self.setAccessibleName(text[:1000])
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if self._shown is not text:
            self.setToolTip(plain_tooltip(text[:4000]))

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(120, self.heightForWidth(max(120, self.width())))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(40, self.fontMetrics().lineSpacing())

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        around = self.contentsMargins()
        inner = self._laid_out(width - around.left() - around.right())
        return math.ceil(inner.height) + around.top() + around.bottom()

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        self.paint_text(self.palette().text().color())

    def paint_text(self, ink: QColor) -> None:
        """The text within the margins, in this colour. Only while it is painted."""
        painter = QPainter(self)
        painter.setPen(ink)
        inside = self.contentsRect()
        self._laid_out(inside.width()).layout.draw(painter, QPointF(inside.topLeft()))

    def text_width(self) -> int:
        """Pixels of its widest line."""
        return math.ceil(self._laid_out(self.contentsRect().width()).width)

    def _laid_out(self, width: int) -> _Lines:
        """Lines broken between words where that is possible."""
        layout = QTextLayout(self._shown.replace("\n", "\u2028"), self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        height = widest = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, height))
            height += line.height()
            widest = max(widest, line.naturalTextWidth())
        layout.endLayout()
        return _Lines(layout, widest, height)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  Qt's name
        menu = QMenu(self)
        copy = QAction("Copy value", menu)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        menu.addAction(copy)
        menu.exec(event.globalPos())
