"""``Regions``: the parts of the window that the keyboard goes round with F6: canvas or page, bars above it,
panels, rail, top bar.

Tab walks inside a part (and on the canvas adds a step), so there has to be a key that leaves it. Law: in an active
window something has the keyboard; what had it may go (a form of another step, a row that is removed).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from designer.pieces.emptying import widgets_in
from designer.pieces.tab_order import first_seen
from designer.theme.alive import alive

if TYPE_CHECKING:
    from designer.window.main_window import MainWindow

ROUND = ("right", "bottom", "bottom_right", "left")
"""sides with panels, in the order in which they are gone round"""


class Regions(QObject):
    """One per window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._left: QWidget | None = None
        """the part from which Qt took the focus in this turn"""
        self._pushed: QWidget | None = None
        """where Qt has put it since"""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

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
        last = page.focusWidget()  # it may be hidden since, as the line of quick add is
        (last if last is not None and last.isVisible() else first_seen(page)).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_panel(self, name: str) -> None:
        """Shows it because somebody asked for it by name: typing goes on there."""
        panel = self._window.show_panel(name)
        if panel is not None:
            _enter(panel)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Qt gives the focus of what is hidden to whatever comes next, be it in another part of the window."""
        if now is None:  # what took it away may give it to something in the same turn
            QTimer.singleShot(0, self, self._nobody)
            return
        if before is None or not alive(before) or before.isVisible() or before.window() is not self._window:
            return
        if self._pushed is not before:  # else it goes on from what is hidden to what is hidden, in one turn
            left = next((one for one in self._parts() if one is before or one.isAncestorOf(before)), None)
            if left is None or now.window() is not self._window:
                return
            self._left = left
            QTimer.singleShot(0, self, self._astray)
        self._pushed = now

    def _astray(self) -> None:
        left, now = self._left, self._pushed
        self._left = self._pushed = None
        if left is None or now is None or not alive(now) or QApplication.focusWidget() is not now:
            return
        if not alive(left) or (now is not left and not left.isAncestorOf(now)):
            self.come_back()

    def _nobody(self) -> None:
        if QApplication.focusWidget() is None and self._window.isActiveWindow() and not self._window.isHidden():
            self.come_back()

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
