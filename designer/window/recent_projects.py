"""The recent projects as a short list to choose from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from designer.document.names import harmless
from designer.keeping.preferences import Preferences
from designer.keeping.standing import standing
from designer.pieces import EmptyState, PlainText, asked, plain_tooltip
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY_STRONG, HEADING, SMALL, widget_font

ROW, PAD = 44, 10


class RecentProjects(QDialog):
    """``chosen`` is the place, or None."""

    def __init__(self, parent: QWidget | None, preferences: Preferences, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("recent")
        self.setWindowTitle("Open recent")
        self.resize(560, 400)
        self.chosen: Path | None = None
        self.list = QListWidget(self)
        self.list.setProperty("role", "boxed")
        self.list.setAccessibleName("Recent projects")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Row(theme, self.list))
        there = standing(preferences.recent)
        for place in preferences.recent:
            called = " ".join(harmless(preferences.called(place)).split())
            where = str(place.parent if called == place.name else place)
            item = QListWidgetItem(f"{called}\n{where if place in there else f'Not there any more: {where}'}")
            item.setData(Qt.ItemDataRole.UserRole, place)
            item.setToolTip(plain_tooltip(str(place)))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(self._choose)
        nothing = EmptyState("No project was open yet", "What you open or save is listed here.", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(PlainText("Open recent", HEADING))
        column.addWidget(self.list, 1)
        column.addWidget(nothing, 1)
        self.list.setVisible(bool(preferences.recent))
        nothing.setVisible(not preferences.recent)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        cancel = QPushButton("Cancel" if preferences.recent else "Close", self)
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        self.take = QPushButton("Open", self)
        self.take.setProperty("kind", "primary")
        self.take.setDefault(True)
        self.take.clicked.connect(lambda: self._choose(self.list.currentItem()))
        self.take.setVisible(bool(preferences.recent))
        row.addWidget(self.take)
        column.addLayout(row)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        self.chosen = item.data(Qt.ItemDataRole.UserRole)
        self.accept()

    @classmethod
    def ask(cls, parent: QWidget | None, preferences: Preferences, theme: Theme) -> Path | None:
        """The chosen place; None if none was."""
        dialog = cls(parent, preferences, theme)
        asked(dialog)
        return dialog.chosen


class _Row(QStyledItemDelegate):
    """Its name above where it stands, each on one line; what has no room is cut."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(  # noqa: N802  Qt's name
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        palette, rect = self._theme.palette, option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(palette.surface.selected))
        name, _, place = str(index.data()).partition("\n")
        half = rect.height() // 2
        for text, size, ink, top, cut, low in (
            (name, BODY_STRONG, palette.text.primary, rect.top(), Qt.TextElideMode.ElideRight, True),
            (place, SMALL, palette.text.muted, rect.top() + half, Qt.TextElideMode.ElideMiddle, False),
        ):
            font = widget_font(size)
            painter.setFont(font)
            painter.setPen(QColor(ink))
            room = QRect(rect.left() + PAD, top, rect.width() - 2 * PAD, half)
            align = Qt.AlignmentFlag.AlignBottom if low else Qt.AlignmentFlag.AlignTop
            painter.drawText(room, int(align), QFontMetrics(font).elidedText(text, cut, room.width()))
        painter.restore()
