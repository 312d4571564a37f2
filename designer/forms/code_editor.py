"""``CodeEditor``: a field for code that grows with its text: colours, a squiggle at the mistake, completion.

Used by expression, text and JSON fields. Law: its own undo is off, so Ctrl Z is the document's everywhere; Tab leaves
the field.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from designer.pieces.carried_value import carried_name
from designer.pieces.marking import mark
from designer.theme.palette import Palette
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY, CODE_SIZE, widget_font

MOST_LINES = 12
Marks = Callable[[str], Sequence[tuple[int, int, str]]]


@dataclass(frozen=True, slots=True)
class Squiggle:
    """A mistake: characters from ``start``."""

    start: int
    length: int


def colour_of(palette: Palette, kind: str) -> str:
    """The colour of a kind of mark."""
    colours = {
        "keyword": palette.category.trigger,
        "number": palette.category.adapter,
        "text": palette.category.decision,
        "name": palette.text.primary,
        "function": palette.text.link,
        "operator": palette.text.muted,
        "error": palette.state.failed,
        "hole": palette.text.link,
    }
    return colours.get(kind, palette.text.primary)


def _begin(mark: tuple[int, int, str]) -> int:
    return mark[0]


class Colours(QSyntaxHighlighter):
    """Colours the marks of ``marks(text)``; the text is looked at as a whole once per change."""

    def __init__(self, document: QTextDocument, theme: Theme, marks: Marks) -> None:
        super().__init__(theme)
        self.setParent(document)
        self._theme, self._marks = theme, marks
        self._changed = True
        self._text = ""
        self._found: Sequence[tuple[int, int, str]] = ()
        self._forms: dict[str, QTextCharFormat] = {}
        self._ends: list[int] = []
        """how far the marks up to each reach"""
        document.contentsChange.connect(self._take_change)  # before Qt's own, which asks for the colours
        self.setDocument(document)
        theme.changed.connect(self.rehighlight)

    def _take_change(self, _at: int, _gone: int, _came: int) -> None:
        self._changed = True

    def highlightBlock(self, text: str) -> None:  # noqa: N802  Qt's name
        if self._changed:
            self._changed = False
            whole = self.document().toPlainText()
            if whole != self._text:
                self._text, self._found = whole, sorted(self._marks(whole), key=_begin)
                self._ends = list(accumulate((start + length for start, length, _ in self._found), max))
        begin = self.currentBlock().position()
        for start, length, kind in islice(self._found, bisect_right(self._ends, begin), None):
            if start >= begin + len(text):
                break
            if start + length <= begin:
                continue
            first = max(0, start - begin)
            self.setFormat(first, min(start + length - begin, len(text)) - first, self._form_of(kind))

    def _form_of(self, kind: str) -> QTextCharFormat:
        colour = colour_of(self._theme.palette, kind)
        form = self._forms.get(colour)
        if form is None:
            form = self._forms[colour] = QTextCharFormat()
            form.setForeground(QColor(colour))
        return form


class CodeEditor(QPlainTextEdit):
    """``typed`` is sent for changes by a person only."""

    typed = Signal(str)
    left = Signal()
    completion_wanted = Signal(bool)
    """True: asked for by key; False: while typing"""
    key_offered = Signal(QKeyEvent)
    """before a key is taken; ``event.accept()`` with ``taken`` set keeps it (the completion list does)"""

    def __init__(
        self,
        theme: Theme,
        marks: Marks | None = None,
        parent: QWidget | None = None,
        *,
        code: bool = True,
        lines: int = 1,
    ) -> None:
        super().__init__(parent)
        self._theme, self._lines = theme, lines
        self._quiet, self._text = False, ""
        self._squiggles: tuple[Squiggle, ...] = ()
        self.taken = False
        self.take_value: Callable[[str], None] = self._take_value
        """writes the name of a value that was dropped at the cursor"""
        self.setFont(widget_font(CODE_SIZE if code else BODY, code=code))
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWordWrapMode(self.wordWrapMode().WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(2)
        self.colours = Colours(self.document(), theme, marks) if marks is not None else None
        self._pause = QTimer(self, singleShot=True, interval=120)
        self._pause.timeout.connect(lambda: self.completion_wanted.emit(False))
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def show_text(self, text: str) -> None:
        """Another text; the cursor stays where it was as far as it can."""
        if text == self.toPlainText():
            return
        cursor = self.textCursor()
        place = cursor.position()
        self._quiet = True
        self.setPlainText(text)
        self._quiet = False
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)

    def write(self, start: int, length: int, text: str) -> None:
        """Puts text in the place of other text, as if a person had typed it; the cursor stands behind it."""
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def show_squiggles(self, squiggles: Sequence[Squiggle]) -> None:
        """Where the mistakes are."""
        if tuple(squiggles) != self._squiggles:
            self._squiggles = tuple(squiggles)
            self.viewport().update()

    @property
    def squiggles(self) -> tuple[Squiggle, ...]:
        """Where the mistakes are."""
        return self._squiggles

    def set_invalid(self, invalid: bool) -> None:
        """A red outline."""
        mark(self, "invalid", invalid)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(200, self._height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(60, self._height())

    def event(self, event: QEvent) -> bool:
        if is_undo(event):
            event.ignore()
            return False
        if self.taken and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
                self.key_offered.emit(event)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.completion_wanted.emit(True)
            return
        event.ignore()
        self.key_offered.emit(event)
        if event.isAccepted():
            return
        super().keyPressEvent(event)
        if event.text() and (event.text().isalnum() or event.text() in "._{"):
            self._pause.start()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Where something was dropped, typing goes on."""
        super().dropEvent(event)
        self.setFocus()

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802  Qt's name
        name = carried_name(source)
        if name is None:
            super().insertFromMimeData(source)
        else:
            self.take_value(name)

    def _take_value(self, name: str) -> None:
        self.textCursor().insertText(name)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        super().focusOutEvent(event)
        self._pause.stop()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        super().paintEvent(event)
        if not self._squiggles:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.palette.state.failed), 1.2))
        for squiggle in self._squiggles:
            self._paint_squiggle(painter, squiggle)

    def _paint_squiggle(self, painter: QPainter, squiggle: Squiggle) -> None:
        cursor = QTextCursor(self.document())
        last = len(self.toPlainText())
        start = min(squiggle.start, max(0, last - 1))
        cursor.setPosition(start)
        left = self.cursorRect(cursor)
        cursor.setPosition(min(start + max(1, squiggle.length), last))
        right = self.cursorRect(cursor)
        end = right.left() if right.top() == left.top() else self.viewport().width() - 4
        path, x, up = QPainterPath(), float(left.left()), True
        path.moveTo(x, left.bottom())
        while x < max(end, left.left() + 6):
            x += 3
            path.lineTo(x, left.bottom() - (2.5 if up else 0))
            up = not up
        painter.drawPath(path)

    def _changed(self) -> None:
        """Qt says so of new colours, too (another theme): only another text was typed by a person."""
        self._fit()
        before, self._text = self._text, self.toPlainText()
        if not self._quiet and self._text != before:
            self.typed.emit(self._text)

    def _height(self) -> int:
        """px that its lines need; a line is as high as it was laid out, which is not always what the font says."""
        line, lines = float(self.fontMetrics().lineSpacing()), 0
        block = self.document().begin()
        while block.isValid():
            layout = block.layout()
            if layout.lineCount():
                line = max(line, layout.lineAt(0).height())
            lines += max(1, layout.lineCount())
            block = block.next()
        shown = min(max(self._lines, lines), max(MOST_LINES, self._lines))
        return math.ceil(shown * line) + 14

    def _fit(self) -> None:
        height = self._height()
        if height != self.height():
            self.setFixedHeight(height)
            self.updateGeometry()
        wanted = Qt.ScrollBarPolicy.ScrollBarAsNeeded
        if self.document().size().height() <= MOST_LINES:
            wanted = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(wanted)


def is_undo(event: QEvent) -> bool:
    """Whether a field is asked to keep Ctrl Z or Ctrl Y for itself: it lets the document have them."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
