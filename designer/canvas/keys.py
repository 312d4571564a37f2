"""Keys of the canvas, for as long as it has the focus: one row each, so that help can list them.

Where the window has an action with the same key, the window's action runs first; both do the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from designer.canvas.canvas import Canvas

_K, _M = Qt.Key, Qt.KeyboardModifier
NONE, SHIFT, CONTROL, ALT = _M.NoModifier, _M.ShiftModifier, _M.ControlModifier, _M.AltModifier
FINE, COARSE = 1.0, 20.0

Does = Callable[["Canvas"], object]

KEYS: dict[tuple[Qt.Key, Qt.KeyboardModifier], Does] = {
    (_K.Key_Tab, NONE): lambda c: c.add_after(),
    (_K.Key_A, NONE): lambda c: c.quick_add(),
    (_K.Key_C, NONE): lambda c: c.connect_by_keys(),
    (_K.Key_M, NONE): lambda c: c.toggle_minimap(),
    (_K.Key_F2, NONE): lambda c: c.rename_selected(),
    (_K.Key_Delete, NONE): lambda c: c.delete_selection(),
    (_K.Key_Backspace, NONE): lambda c: c.delete_selection(),
    (_K.Key_Return, NONE): lambda c: c.open_selected(),
    (_K.Key_Enter, NONE): lambda c: c.open_selected(),
    (_K.Key_A, CONTROL): lambda c: c.select_all(),
    (_K.Key_D, CONTROL): lambda c: c.duplicate_selection(),
    (_K.Key_C, CONTROL): lambda c: c.copy_selection(),
    (_K.Key_X, CONTROL): lambda c: c.cut_selection(),
    (_K.Key_V, CONTROL): lambda c: c.paste(),
    (_K.Key_G, CONTROL): lambda c: c.group_selection(),
    (_K.Key_G, CONTROL | SHIFT): lambda c: c.ungroup_selection(),
    (_K.Key_T, ALT | SHIFT): lambda c: c.tidy_up(),
    (_K.Key_0, CONTROL): lambda c: c.zoom_to(1.0),
    (_K.Key_Plus, CONTROL): lambda c: c.zoom_in(),
    (_K.Key_Equal, CONTROL): lambda c: c.zoom_in(),
    (_K.Key_Minus, CONTROL): lambda c: c.zoom_out(),
    (_K.Key_1, SHIFT): lambda c: c.fit(),
    (_K.Key_Exclam, SHIFT): lambda c: c.fit(),
    (_K.Key_2, SHIFT): lambda c: c.fit_selection(),
    (_K.Key_At, SHIFT): lambda c: c.fit_selection(),
    (_K.Key_QuoteDbl, SHIFT): lambda c: c.fit_selection(),
    (_K.Key_Left, NONE): lambda c: c.walk("left"),
    (_K.Key_Right, NONE): lambda c: c.walk("right"),
    (_K.Key_Up, NONE): lambda c: c.walk("up"),
    (_K.Key_Down, NONE): lambda c: c.walk("down"),
    (_K.Key_Left, SHIFT): lambda c: c.walk("left", add=True),
    (_K.Key_Right, SHIFT): lambda c: c.walk("right", add=True),
    (_K.Key_Up, SHIFT): lambda c: c.walk("up", add=True),
    (_K.Key_Down, SHIFT): lambda c: c.walk("down", add=True),
    (_K.Key_Left, ALT): lambda c: c.nudge(-COARSE, 0),
    (_K.Key_Right, ALT): lambda c: c.nudge(COARSE, 0),
    (_K.Key_Up, ALT): lambda c: c.nudge(0, -COARSE),
    (_K.Key_Down, ALT): lambda c: c.nudge(0, COARSE),
    (_K.Key_Left, ALT | SHIFT): lambda c: c.nudge(-FINE, 0),
    (_K.Key_Right, ALT | SHIFT): lambda c: c.nudge(FINE, 0),
    (_K.Key_Up, ALT | SHIFT): lambda c: c.nudge(0, -FINE),
    (_K.Key_Down, ALT | SHIFT): lambda c: c.nudge(0, FINE),
}

_ARROWS = (_K.Key_Left, _K.Key_Right, _K.Key_Up, _K.Key_Down)


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the help for keys: what is done, and how it is written; ``keys`` are those of ``KEYS`` that it tells."""

    words: str
    shown: str
    keys: tuple[tuple[Qt.Key, Qt.KeyboardModifier], ...] = ()


TOLD = (
    Told("Move along the flow", "Arrow keys", tuple((key, NONE) for key in _ARROWS)),
    Told("Select along the flow", "Shift arrows", tuple((key, SHIFT) for key in _ARROWS)),
    Told("Move the step", "Alt arrows", tuple((key, ALT) for key in _ARROWS)),
    Told("Move it by one", "Alt Shift arrows", tuple((key, ALT | SHIFT) for key in _ARROWS)),
    Told("Connect by keyboard", "C, arrows, Enter", ((_K.Key_C, NONE),)),
    Told("Delete", "Backspace", ((_K.Key_Backspace, NONE),)),
    Told("Open a folded group", "Enter", ((_K.Key_Return, NONE), (_K.Key_Enter, NONE))),
    Told("Cancel, or select nothing", "Esc"),
    Told("Select more", "Shift click"),
    Told("Drag without the grid", "Alt drag"),
    Told("Move the view", "Space drag"),
    Told("Zoom", "Wheel"),
)
"""what is done on the canvas and stands in no menu with these keys"""
SAME_KEYS = frozenset({
    (_K.Key_Equal, CONTROL), (_K.Key_Exclam, SHIFT), (_K.Key_At, SHIFT), (_K.Key_QuoteDbl, SHIFT)
})  # fmt: skip
"""the same keys as others, as keyboards of some languages name them"""


def does(event: QKeyEvent) -> Does | None:
    """What a key does; None for a key that means nothing here."""
    modifiers = event.modifiers() & ~(_M.KeypadModifier | _M.GroupSwitchModifier)
    return KEYS.get((Qt.Key(event.key()), modifiers))
