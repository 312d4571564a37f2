"""Typing in place: a title over its card (F2), the text of a note over the note.

Enter keeps a title, Esc does not. A note is kept by whatever ends it: Enter is a new line there, so that Esc is how
people leave it, and what they wrote must not go; undo takes it back. A key of the window (Ctrl S) ends it too, before
it does what it does.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from designer.canvas.overlays.chords import for_the_window
from designer.theme.theme import Theme
from designer.theme.type_scale import SMALL, STEP_TITLE, canvas_font

LONGEST_TITLE, LONGEST_NOTE = 200, 4_000


class InPlace(QObject):
    """One editor at a time, over a rectangle of the viewport."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._parent = theme, parent
        self._editor: QLineEdit | QPlainTextEdit | None = None
        self._keep: Callable[[str], object] | None = None
        self._before = ""

    @property
    def editor(self) -> QLineEdit | QPlainTextEdit | None:
        """What is being typed in, if anything."""
        return self._editor

    def title(self, text: str, over: QRect, zoom: float, keep: Callable[[str], object]) -> None:
        """Edits one line."""
        line = QLineEdit(text, self._parent)
        line.setMaxLength(LONGEST_TITLE)
        line.setFont(canvas_font(STEP_TITLE, px=max(11.0, 14 * zoom)))
        line.selectAll()
        self._open(line, over, text, keep)

    def note(self, text: str, over: QRect, zoom: float, keep: Callable[[str], object]) -> None:
        """Edits several lines of Markdown, as plain text."""
        page = QPlainTextEdit(text, self._parent)
        page.setFont(canvas_font(SMALL, px=max(11.0, 12 * zoom)))
        page.selectAll()
        self._open(page, over, text, keep)

    def close(self, *, keep: bool) -> None:
        """Done; what was typed is kept or not."""
        editor, self._editor = self._editor, None
        if editor is None:
            return
        text = editor.text() if isinstance(editor, QLineEdit) else editor.toPlainText()[:LONGEST_NOTE]
        editor.removeEventFilter(self)
        self._parent.setFocus()  # before it is hidden: Qt would give the focus on as Tab does, which selects a step
        editor.hide()
        editor.deleteLater()
        if keep and text != self._before and self._keep is not None:
            self._keep(text)

    def _open(self, editor: QLineEdit | QPlainTextEdit, over: QRect, text: str, keep: Callable[[str], object]) -> None:
        self.close(keep=True)
        palette = self._theme.palette
        editor.setStyleSheet(
            f"background: {palette.surface.raised}; color: {palette.text.primary};"
            f"border: 2px solid {palette.accent.focus}; border-radius: 6px; padding: 1px 4px;"
            f"selection-background-color: {palette.accent.base}; selection-color: {palette.text.on_accent};"
        )
        editor.setGeometry(over)
        editor.setAccessibleName("Title" if isinstance(editor, QLineEdit) else "Note")
        editor.installEventFilter(self)
        self._editor, self._before, self._keep = editor, text, keep
        editor.show()
        editor.raise_()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Enter, Esc, and the focus going elsewhere."""
        if watched is not self._editor:
            return False
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if for_the_window(event, self._editor):
                self.close(keep=True)  # saving, running and the rest see what was typed
                return False
            event.accept()  # letters are typed here, whatever they do on the canvas
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            strong = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if event.key() == Qt.Key.Key_Escape:
                self.close(keep=isinstance(self._editor, QPlainTextEdit))
                return True
            if enter and (strong or isinstance(self._editor, QLineEdit)):
                self.close(keep=True)
                return True
        if event.type() is QEvent.Type.FocusOut:
            self.close(keep=True)
        return False
