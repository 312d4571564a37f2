"""Quick add: type a part of a name, Enter places the step, connected and selected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from designer.canvas.overlays.choices import Row
from designer.canvas.overlays.chords import for_the_window
from designer.canvas.overlays.ground import SHADOW, paint_ground
from designer.canvas.painting.ink import brush, elided, pen, width_of
from designer.theme.icons import pixmap
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY, BODY_STRONG, CAPTION, SMALL, canvas_font, widget_font
from nodes.contract import NodeType

WIDTH, ROW, HEAD, MOST_HIGH = 344, 40, 28, 330
PAD, GAP, BELOW = 8, 6, 6
"""px above and below the line, under it, and under the last row"""
_ROLE = Qt.ItemDataRole.UserRole


class QuickAdd(QWidget):
    """A popup inside the canvas: never a window of its own, so nothing waits for it."""

    chosen = Signal(NodeType)
    """the ``NodeType``"""
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: Callable[[str], list[Row]] = lambda _words: []
        self._most = MOST_HIGH
        """px that it may be high where it is"""
        self._sign = QLabel(self)
        self.line = QLineEdit(self)
        self.line.setFont(widget_font(BODY))
        self.line.setFrame(False)
        self.line.setPlaceholderText("Add a step")
        self.line.setAccessibleName("Add a step: type a part of its name")
        self.list = QListWidget(self)
        self.list.setItemDelegate(_Rows(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Kinds of steps")
        self.list.setMouseTracking(True)
        self.none = QLabel(self)
        self.none.setTextFormat(Qt.TextFormat.PlainText)
        self.none.setFont(widget_font(BODY))
        head = self._head = QHBoxLayout()
        head.setContentsMargins(12, PAD, 12, PAD)
        head.setSpacing(8)
        head.addWidget(self._sign)
        head.addWidget(self.line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SHADOW, SHADOW, SHADOW, SHADOW + BELOW)
        column.setSpacing(0)
        column.addLayout(head)
        column.addSpacing(GAP)
        column.addWidget(self.none)
        column.addWidget(self.list, 1)
        self.line.textChanged.connect(lambda _text: self._fill())
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)
        self.list.itemEntered.connect(lambda item: item.data(_ROLE).found and self.list.setCurrentItem(item))
        theme.changed.connect(self.restyle)
        self.restyle()
        self.hide()

    def open_at(self, at: QPoint, room: QRect, rows: Callable[[str], list[Row]], hint: str = "Add a step") -> None:
        """Shows it with its corner near a place, inside the room; what is typed goes to it."""
        self._rows = rows
        self.line.setPlaceholderText(hint)
        self.line.clear()
        self._most = max(160, min(MOST_HIGH, room.height() - 16))
        self._fill()
        high = self.height() - 2 * SHADOW
        x = max(room.left() + 8, min(at.x() + 8, room.right() - WIDTH - 8))
        y = max(room.top() + 8, min(at.y() - 22, room.bottom() - high - 8))
        self.move(x - SHADOW, y - SHADOW)
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_popup(self) -> bool:
        """Nothing is added; whether it was open."""
        if not self.isVisible():
            return False
        self.hide()
        self.closed.emit()
        return True

    def _fill(self) -> None:
        self.list.clear()
        found = self._rows(self.line.text())
        for row in found:
            item = QListWidgetItem(row.heading or (row.found.title if row.found is not None else ""))
            item.setData(_ROLE, row)
            item.setSizeHint(QSize(0, ROW if row.found is not None else HEAD))
            if row.found is None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self._walk_to(0, 1)
        self.none.setVisible(not found)
        self.none.setText(f"Nothing called “{self.line.text()[:60]}”.")
        self.list.setVisible(bool(found))
        rows = sum(ROW if row.found is not None else HEAD for row in found) or self.none.sizeHint().height()
        rows += 2 * self.list.frameWidth()
        above = self._head.sizeHint().height() + GAP
        self.resize(WIDTH + 2 * SHADOW, min(above + rows + BELOW, self._most) + 2 * SHADOW)

    def _walk_to(self, number: int, step: int) -> None:
        while 0 <= number < self.list.count():
            if self.list.item(number).data(_ROLE).found is not None:
                self.list.setCurrentRow(number)
                return
            number += step

    def _choose(self, item: QListWidgetItem | None) -> None:
        row: Row | None = item.data(_ROLE) if item is not None else None
        if row is not None and row.found is not None:
            self.hide()
            self.chosen.emit(row.found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Keys of the line lead the list; what is typed never acts on the canvas."""
        if watched is not self.line:
            return False
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if for_the_window(event, self.line):
                self.close_popup()
                return False
            event.accept()
            return True
        if event.type() is QEvent.Type.FocusOut and self.isVisible():
            self.close_popup()
            return False
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._walk_to(self.list.currentRow() + step, step)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}:
            self._choose(self.list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.close_popup()
        else:
            return False
        return True

    def restyle(self) -> None:
        """The colours have changed."""
        palette = self._theme.palette
        self._sign.setPixmap(pixmap("search", palette.text.muted, 16, self.devicePixelRatioF()))
        self.line.setStyleSheet(f"background: transparent; border: none; color: {palette.text.primary};")
        self.list.setStyleSheet(
            "QListWidget { background: transparent; border: none; outline: none; }"
            "QScrollBar:vertical { background: transparent; width: 8px; margin: 2px; }"
            f"QScrollBar::handle:vertical {{ background: {palette.border.default}; border-radius: 2px; }}"
            "QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }"
            "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
        )
        self.none.setStyleSheet(f"color: {palette.text.muted}; background: transparent; padding: 8px 14px;")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Raised ground; a line under the field."""
        painter = QPainter(self)
        rect = paint_ground(painter, self, self._theme, 9)
        below = self.line.geometry().bottom() + 9
        painter.fillRect(QRectF(rect.left() + 1, below, rect.width() - 2, 1), brush(self._theme.palette.border.subtle))
        painter.end()


class _Rows(QStyledItemDelegate):
    """A tile, the name, a few words of help, and what Enter does."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(_ROLE)
        rect: QRect = option.rect
        palette = self._theme.palette
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.found is None:
            painter.setFont(canvas_font(SMALL))
            painter.setPen(pen(palette.text.muted, 1))
            painter.drawText(rect.adjusted(16, 4, -8, 0), left, row.heading)
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(palette.surface.selected))
            painter.drawRoundedRect(rect.adjusted(6, 1, -6, -1), 6, 6)
        self._tile(painter, row.found, rect)
        x = rect.left() + 50
        painter.setFont(canvas_font(BODY_STRONG))
        painter.setPen(pen(palette.text.primary, 1))
        room = rect.right() - x - (64 if chosen else 14)
        title = elided(row.found.title, BODY_STRONG, room)
        painter.drawText(QRect(x, rect.top(), room + 4, rect.height()), left, title)
        x += round(width_of(title, BODY_STRONG)) + 8
        room = rect.right() - x - (64 if chosen else 14)
        if room > 40:
            painter.setFont(canvas_font(SMALL))
            painter.setPen(pen(palette.text.secondary, 1))
            painter.drawText(QRect(x, rect.top(), room, rect.height()), left, elided(row.found.help, SMALL, room))
        if chosen:
            cap = QRectF(rect.right() - 58, rect.center().y() - 9, 42, 19)
            painter.setPen(pen(palette.border.default, 1))
            painter.setBrush(brush(palette.surface.raised))
            painter.drawRoundedRect(cap, 4, 4)
            painter.setFont(canvas_font(CAPTION))
            painter.setPen(pen(palette.text.secondary, 1))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, "Enter")

    def _tile(self, painter: QPainter, found: NodeType, rect: QRect) -> None:
        palette, kind = self._theme.palette, str(found.category)
        tile = QRectF(rect.left() + 16, rect.center().y() - 12, 26, 26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(getattr(palette.category_tint, kind)))
        painter.drawRoundedRect(tile, 7, 7)
        device: Any = painter.device()
        drawn = pixmap(found.icon, getattr(palette.category, kind), 16, device.devicePixelRatioF())
        painter.drawPixmap(tile.topLeft().toPoint() + QPoint(5, 5), drawn)
