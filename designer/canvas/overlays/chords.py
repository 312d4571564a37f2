"""Keys that mean something to the window even while something is typed on the canvas: Ctrl S, F5, Ctrl 3."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_LAST_LETTER = Qt.Key.Key_AsciiTilde
"""keys above it move in a text or take from it, as Ctrl Backspace does; only the F keys among them are the window's"""


def for_the_window(event: QKeyEvent, editor: QObject) -> bool:
    """Whether a ``ShortcutOverride`` is no key of typing; ``editor`` is asked whether it has a use for it (Ctrl Z)."""
    key = event.key()
    if not Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if not event.modifiers() & _HELD or event.modifiers() & both == both or key > _LAST_LETTER:
            return False  # Ctrl and Alt together are AltGr, which writes letters
    event.ignore()
    editor.event(event)
    return event.type() is QEvent.Type.ShortcutOverride and not event.isAccepted()
