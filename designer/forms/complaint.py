"""``Complaint``: what is wrong with a field, under it: what, where and what to do, and the repair as a button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from designer.pieces import LinkButton, PlainText, plain_tooltip
from designer.theme.icons import pixmap
from designer.theme.theme import Theme
from designer.theme.type_scale import SMALL, Size

WIDEST = 28
"""characters on the button of a repair"""
BESIDE = 34
"""characters with which the two ways on stand beside each other"""


class Complaint(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._warning, self._made = theme, False, False
        self._run: Callable[[], None] = lambda: None
        self._run_other: Callable[[], None] = lambda: None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 2, 0, 2)
        self._row.setSpacing(8)
        self.hide()

    def _make(self) -> None:
        """Most fields are never wrong, so its widgets are made when the first has something to say."""
        self._made = True
        self._glyph = QLabel()
        self._glyph.setFixedSize(QSize(14, 16))
        self.what = PlainText("", Size(SMALL.px, SMALL.pt, SMALL.line, 600), "bad", wrap=True)
        self.more = PlainText("", SMALL, "secondary", wrap=True)
        self.repair = QPushButton()
        self.other = LinkButton("")
        self._row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.what)
        column.addWidget(self.more)
        self._ways = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._ways.setSpacing(8)
        self._ways.addWidget(self.repair, 0, Qt.AlignmentFlag.AlignLeft)
        self._ways.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        self._ways.addStretch(1)
        column.addLayout(self._ways)
        self._row.addLayout(column, 1)
        self.repair.clicked.connect(self._do)
        self.other.clicked.connect(self._do_other)
        self._theme.changed.connect(self._paint)

    def say(
        self,
        message: str,
        *,
        warning: bool = False,
        repair: str = "",
        run: Callable[[], None] = lambda: None,
        other: str = "",
        run_other: Callable[[], None] = lambda: None,
    ) -> None:
        """An empty message hides it."""
        if not message:
            self.hide()
            return
        if not self._made:
            self._make()
        first, rest = split_message(message)
        self._warning = warning
        self.what.setText(first)
        self.what.restyle("warn" if warning else "bad")
        self.more.setText(rest)
        self.more.setVisible(bool(rest))
        shown = repair if len(repair) <= WIDEST else f"{repair[: WIDEST // 2]}…{repair[-WIDEST // 2 + 1 :]}"
        self.repair.setText(shown.replace("&", "&&"))
        self.repair.setToolTip(plain_tooltip(repair) if shown != repair else "")
        self.repair.setAccessibleName(repair)
        self.repair.setVisible(bool(repair))
        self.other.setText(other)
        self.other.setVisible(bool(other))
        across = len(shown) + len(other) <= BESIDE
        self._ways.setDirection(QBoxLayout.Direction.LeftToRight if across else QBoxLayout.Direction.TopToBottom)
        self._run, self._run_other = run, run_other
        self.setAccessibleName(message)
        self._paint()
        self.show()

    @property
    def message(self) -> str:
        """What it says; empty if nothing."""
        return "" if self.isHidden() else f"{self.what.text()} {self.more.text()}".strip()

    def _do(self) -> None:
        self._run()

    def _do_other(self) -> None:
        self._run_other()

    def _paint(self) -> None:
        palette = self._theme.palette
        colour = palette.state.waiting_person if self._warning else palette.state.failed
        self._glyph.setPixmap(pixmap("triangle-alert", colour, 14, self.devicePixelRatioF()))


def split_message(message: str) -> tuple[str, str]:
    """(what is wrong, the rest): the first sentence stands out."""
    for end in (". ", "? ", "; "):
        at = message.find(end)
        if 0 < at < 90:
            first = message[: at + 1] if end != "; " else f"{message[:at]}."
            rest = message[at + 2 :].strip()
            return first, f"{rest[:1].upper()}{rest[1:]}"
    return message, ""
