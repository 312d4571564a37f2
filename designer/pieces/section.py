"""``Section``: a part of a panel that opens and closes, with its name, a count and a word about what is inside."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from designer.pieces.text import PlainText
from designer.theme.icons import icon
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY_STRONG, SMALL, widget_font

HEADER = 36


BEHIND_TITLE = 12
"""px that a tool button keeps free behind its text"""


def rule() -> QFrame:
    """A line between two parts of a panel."""
    line = QFrame()
    line.setProperty("role", "line")
    return line


class Section(QWidget):
    """Put widgets into ``body``. The header is one button for keyboard and screen readers."""

    opened = Signal(bool)

    def __init__(
        self, theme: Theme, title: str, *, open_: bool = True, lined: bool = False, parent: QWidget | None = None
    ) -> None:
        """``lined``: a line above it, towards what stands before."""
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "section")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._button = QToolButton(self)
        self._button.setText(title.replace("&", "&&"))
        self._button.setCheckable(True)
        self._button.setChecked(open_)
        self._button.setAutoRaise(True)
        self._button.setFont(widget_font(BODY_STRONG))
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setIconSize(QSize(14, 14))
        self._button.setProperty("role", "section")
        self._count = PlainText("", SMALL, "count", parent=self)
        self._count.setFixedHeight(18)
        self._count.hide()
        self._aside = PlainText("", SMALL, "muted", parent=self)
        header = QHBoxLayout()
        header.setContentsMargins(8, 0, 14, 0)
        header.setSpacing(6)
        header.addWidget(self._button)
        header.addSpacing(-BEHIND_TITLE)
        header.addWidget(self._count)
        header.addStretch(1)
        header.addWidget(self._aside)
        self.header = header
        self._holder = QWidget(self)
        self.body = QVBoxLayout(self._holder)
        self.body.setContentsMargins(14, 0, 14, 12)
        self.body.setSpacing(8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        top = QWidget(self)
        top.setFixedHeight(HEADER)
        top.setLayout(header)
        if lined:
            whole.addWidget(rule())
        whole.addWidget(top)
        whole.addWidget(self._holder)
        self._button.toggled.connect(self._show)
        theme.changed.connect(self._paint)
        self._show(open_)

    def say_count(self, count: int | None) -> None:
        """A number behind the name; None = no number."""
        self._count.setText("" if count is None else str(count))
        self._count.setVisible(count is not None)

    def say_aside(self, words: str) -> None:
        """What is inside, in words, at the right of the header."""
        self._aside.setText(words)

    def set_open(self, is_open: bool) -> None:
        """Open or close it."""
        self._button.setChecked(is_open)

    @property
    def is_open(self) -> bool:
        """Whether its body is shown."""
        return self._button.isChecked()

    def _show(self, is_open: bool) -> None:
        self._holder.setVisible(is_open)
        self._paint()
        self.opened.emit(is_open)

    def _paint(self) -> None:
        name = "chevron-down" if self._button.isChecked() else "chevron-right"
        self._button.setIcon(icon(name, self._theme.palette.text.secondary, size=14))
