"""``PlainText``: a label that shows texts as they are. Rich text in a title or a value is never interpreted."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from designer.pieces.marking import mark
from designer.theme.type_scale import BODY, CODE_SIZE, Size, widget_font


def plain_tooltip(text: str) -> str:
    """A tooltip that shows ``text`` as it is: Qt would take one with tags in it for rich text."""
    return f'<p style="white-space:pre-wrap">{html.escape(text)}</p>' if text else ""


_WITHIN_PATHS = re.compile(r"(?<=[._\]])(?=[^._\]])")
"""behind a dot, a line or a bracket a path may go on in the next line"""


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

    def restyle(self, role: str) -> None:
        """Another colour."""
        mark(self, "role", role)


def path_label(path: str) -> PlainText:
    """A path such as ``claim.lines[1].amount`` in the code font, whole: a long one goes on in the next line."""
    label = PlainText(_WITHIN_PATHS.sub("\u200b", path), CODE_SIZE, "secondary", wrap=True, code=True)
    label.setAccessibleName(path)
    return label
