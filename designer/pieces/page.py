"""``Page``: what the pages in place of the canvas share: a title, a line of what the page is for, cards one below the
other, at most as wide as one reads well.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from designer.pieces.text import PlainText
from designer.theme.type_scale import BODY, BODY_STRONG, SMALL, TITLE

WIDEST = 820


class Page(QScrollArea):
    """Put cards into ``column``; what belongs to the page as a whole into ``head``."""

    def __init__(self, title: str, about: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        holder.setProperty("role", "page")
        around = QHBoxLayout(holder)
        around.setContentsMargins(32, 28, 32, 40)
        self.inner = QWidget()
        self.inner.setMaximumWidth(WIDEST)
        self.column = QVBoxLayout(self.inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(16)
        around.addStretch(1)
        around.addWidget(self.inner, 100)
        around.addStretch(1)
        self.title = PlainText(title, TITLE, wrap=True)
        self.about = PlainText(about, BODY, "secondary", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.about)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addLayout(words, 1)
        self.column.addLayout(self.head)
        self.setWidget(holder)

    def scroll_to(self, part: QWidget) -> None:
        """So that this is seen, also where it was put in just now: each layout tells the one around it by an event."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self.ensureWidgetVisible(part)

    def end(self) -> None:
        """No more cards come: what is left stays empty."""
        self.column.addStretch(1)


class Card(QFrame):
    """A part of a page: its name, a line of what it is for, and what it holds in ``body``."""

    def __init__(self, title: str, about: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 18)
        column.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = PlainText(title, BODY_STRONG)
        self.about = PlainText(about, SMALL, "muted", wrap=True)
        if not about:  # never "visible" here: without a parent yet it would be a window of its own for a moment
            self.about.hide()
        words.addWidget(self.title)
        words.addWidget(self.about)
        self.head = QHBoxLayout()
        self.head.addLayout(words, 1)
        column.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        column.addLayout(self.body)


def side_by_side(*widgets: QWidget) -> QHBoxLayout:
    """Equal parts of one line, tops aligned."""
    line = QHBoxLayout()
    line.setSpacing(14)
    for widget in widgets:
        line.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
    return line
