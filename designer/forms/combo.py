"""``Combo``: a list of choices that a turning wheel scrolls past; used by fields, rows of schemas and pages."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter


class Combo(QComboBox):
    """A list that a turning wheel scrolls past, and that may be narrower than its longest entry."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choices: int | None = None
        """how many entries are choices; what follows does something else, and no arrow key runs into it"""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        down = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_End)
        if self.choices is not None and down and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            last = self.choices - 1
            wanted = self.currentIndex() + 1 if event.key() == Qt.Key.Key_Down else last
            if 0 <= wanted <= last and wanted != self.currentIndex():
                self.setCurrentIndex(wanted)
                self.activated.emit(wanted)
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self.words_in(self.text_room(option))
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def text_room(self, option: QStyleOptionComboBox) -> int:
        """px that the style leaves for the words beside the arrow (it keeps one free at each end)."""
        words = QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, words, self).width() - 2

    def words_in(self, room: int) -> str:
        """What is chosen, cut to so many px."""
        words = self.currentText() if self.currentIndex() >= 0 else self.placeholderText()
        return self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
