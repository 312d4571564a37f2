"""``CodeText``: a value in the code font that breaks anywhere, so that a long word never makes a panel wider."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from designer.pieces.text import plain_tooltip
from designer.theme.type_scale import CODE_SIZE, widget_font

LONGEST = 200
FLAGS = int(
    Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
)


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
        return self.fontMetrics().boundingRect(QRect(0, 0, max(1, width), 10_000), FLAGS, self._shown).height()

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter = QPainter(self)
        painter.setPen(self.palette().text().color())
        painter.drawText(self.rect(), FLAGS, self._shown)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  Qt's name
        menu = QMenu(self)
        copy = QAction("Copy value", menu)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        menu.addAction(copy)
        menu.exec(event.globalPos())
