"""``Regions``: the parts of the window that the keyboard goes round with F6: canvas or page, bars above it,
panels, rail, top bar.

Tab walks inside a part (and on the canvas adds a step), so there has to be a key that leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from designer.pieces.emptying import widgets_in
from designer.pieces.tab_order import first_seen

if TYPE_CHECKING:
    from designer.window.main_window import MainWindow

ROUND = ("right", "bottom", "bottom_right", "left")
"""sides with panels, in the order in which they are gone round"""


class Regions:
    """One per window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def go(self, step: int) -> None:
        """To the next part that is shown, or with -1 to the one before."""
        parts = [part for part in self._parts() if part.isVisible()]
        focus = QApplication.focusWidget()
        here = next(
            (n for n, part in enumerate(parts) if focus is not None and (part is focus or part.isAncestorOf(focus))),
            0 if step > 0 else 1,
        )
        _enter(parts[(here + step) % len(parts)])

    def begin(self) -> None:
        """Where typing begins in a window that opens: the canvas, or what stands in its place."""
        _enter(self._window.work.stack.currentWidget())

    def come_back(self) -> None:
        """To where one was on the canvas or the page."""
        page = self._window.work.stack.currentWidget()
        here = page.focusWidget()
        (here if here is not None else first_seen(page)).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_panel(self, name: str) -> None:
        """Shows it because somebody asked for it by name: typing goes on there."""
        panel = self._window.show_panel(name)
        if panel is not None:
            _enter(panel)

    def _parts(self) -> Iterator[QWidget]:
        window = self._window
        yield window.work.stack.currentWidget()
        notices = window.work.notices
        yield from widgets_in(notices)
        for area in (window.areas[name] for name in ROUND if name in window.areas):
            if area.current is not None:
                yield area.view(area.current)
        yield window.rail
        yield window.top_bar


def _enter(part: QWidget) -> None:
    """Typing goes on there: in the part itself or the first thing in it that takes the keyboard."""
    first_seen(part).setFocus(Qt.FocusReason.ShortcutFocusReason)
