"""``CompletionList``: what can be written at the cursor, under it; arrows choose, Enter or Tab takes, Esc closes.

It never takes the focus: keys go on to the editor, which offers them here first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from designer.forms.code_editor import CodeEditor
from designer.pieces import PlainText
from designer.theme.icons import renderer
from designer.theme.theme import Theme
from designer.theme.type_scale import CODE_SIZE, SMALL, widget_font

WIDTH, ROW, MOST_ROWS = 340, 26, 8
_GLYPHS = {"name": "variable", "property": "corner-down-right", "function": "braces", "keyword": "type"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One candidate: ``insert`` takes the place of ``length`` characters from ``start``."""

    label: str
    insert: str
    start: int
    length: int
    kind: str = "name"
    aside: str = ""
    doc: str = ""
    doubt: str = ""


class CompletionList(QFrame):
    """One for an editor; ``ask(text, position)`` gives the offers."""

    def __init__(self, editor: CodeEditor, theme: Theme, ask: Callable[[str, int], Sequence[Offer]]) -> None:
        super().__init__(editor, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self._editor, self._ask, self._theme = editor, ask, theme
        self._list: QListWidget | None = None
        editor.completion_wanted.connect(self.offer)
        editor.key_offered.connect(self._key)
        editor.left.connect(self.close_list)

    def _made(self) -> QListWidget:
        """Most fields are left without a completion, so its widgets are made when the first is asked for."""
        if self._list is not None:
            return self._list
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("role", "float")
        made = self._list = QListWidget(self)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setItemDelegate(_Row(self._theme, made))
        made.setAccessibleName("Completions")
        self._doc = PlainText("", SMALL, "muted", wrap=True)
        self._doc.setContentsMargins(10, 2, 10, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(2)
        column.addWidget(made)
        column.addWidget(self._doc)
        made.itemClicked.connect(lambda _item: self.take())
        made.currentRowChanged.connect(lambda _row: self._explain())
        return made

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What is offered now."""
        made = self._made()
        return tuple(made.item(n).data(Qt.ItemDataRole.UserRole) for n in range(made.count()))

    def offer(self, asked: bool = True) -> None:
        """Shows what can be written here; while typing only if the word has begun."""
        text, position = self._editor.toPlainText(), self._editor.textCursor().position()
        offers = list(self._ask(text, position))
        if not asked:
            offers = [one for one in offers if one.length > 0 or text[position - 1 : position] == "."]
            if len(offers) == 1 and offers[0].insert == text[offers[0].start : offers[0].start + offers[0].length]:
                offers = []
        if not offers:
            self.close_list()
            return
        made = self._made()
        made.clear()
        for one in offers:
            item = QListWidgetItem(one.label)
            item.setData(Qt.ItemDataRole.UserRole, one)
            item.setSizeHint(QSize(WIDTH - 20, ROW))
            made.addItem(item)
        made.setCurrentRow(0)
        made.setFixedHeight(min(MOST_ROWS, len(offers)) * ROW + 2)
        self.setFixedWidth(WIDTH)
        self.adjustSize()
        self._place()
        self._editor.taken = True
        self.show()

    def take(self) -> None:
        """Writes the chosen one."""
        item = self._made().currentItem()
        if item is not None:
            one: Offer = item.data(Qt.ItemDataRole.UserRole)
            self._editor.write(one.start, one.length, one.insert)
            if one.insert.endswith("()"):
                cursor = self._editor.textCursor()
                cursor.movePosition(cursor.MoveOperation.Left)
                self._editor.setTextCursor(cursor)
        self.close_list()

    def close_list(self) -> None:
        """Nothing is offered."""
        self._editor.taken = False
        self.hide()

    def _key(self, event: QKeyEvent) -> None:
        if not self.isVisible():
            return
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            made = self._made()
            made.setCurrentRow((made.currentRow() + step) % made.count())
            event.accept()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self.take()
            event.accept()
        elif key == Qt.Key.Key_Escape:
            self.close_list()
            event.accept()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space):
            self.close_list()

    def _explain(self) -> None:
        item = self._made().currentItem()
        words = ""
        if item is not None:
            one: Offer = item.data(Qt.ItemDataRole.UserRole)
            words = f"{one.doubt}. It may be empty here." if one.doubt else one.doc
        self._doc.setText(words)
        self._doc.setVisible(bool(words))
        self.adjustSize()

    def _place(self) -> None:
        caret = self._editor.cursorRect()
        at = self._editor.viewport().mapToGlobal(QPoint(caret.left() - 8, caret.bottom() + 6))
        screen = self._editor.screen()
        if screen is not None:
            room = screen.availableGeometry()
            at.setX(max(room.left(), min(at.x(), room.right() - WIDTH)))
            if at.y() + self.height() > room.bottom():
                at.setY(self._editor.viewport().mapToGlobal(caret.topLeft()).y() - self.height() - 6)
        self.move(at)


class _Row(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QListWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._code, self._small = widget_font(CODE_SIZE, code=True), widget_font(SMALL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        one: Offer = index.data(Qt.ItemDataRole.UserRole)  # type: ignore[attr-defined]
        palette, box = self._theme.palette, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.surface.selected))
            painter.drawRoundedRect(box, 5, 5)
        glyph = "circle-alert" if one.doubt else _GLYPHS.get(one.kind, "type")
        ink = palette.state.waiting_person if one.doubt else palette.text.muted
        renderer(glyph, ink).render(painter, QRect(box.left() + 7, box.center().y() - 6, 13, 13).toRectF())
        aside_font = QFontMetrics(self._small)
        aside = aside_font.elidedText(one.aside, Qt.TextElideMode.ElideRight, 130)
        width = aside_font.horizontalAdvance(aside)
        painter.setFont(self._small)
        painter.setPen(QColor(palette.text.muted))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(0, 0, -8, 0), int(flags | Qt.AlignmentFlag.AlignRight), aside)
        painter.setFont(self._code)
        painter.setPen(QColor(palette.text.primary))
        room = box.adjusted(28, 0, -width - 16, 0)
        label = QFontMetrics(self._code).elidedText(one.label, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(flags | Qt.AlignmentFlag.AlignLeft), label)
        painter.restore()
