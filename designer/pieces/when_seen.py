"""``WhenSeen``: fills a widget when somebody looks at it. What changes while nobody does is caught up with once, as it
is shown.

A widget that stands behind another tab or in a side that is closed costs as much as one that is seen; a project that
grows makes each of them dear. Law: whoever asks such a widget for what it shows calls ``now`` first.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class WhenSeen(QObject):
    """``fill`` is called at each wish while the widget is seen, and once when it is shown after a wish before that.

    In a window that is not shown itself nothing is put off: it is being made, and is shown as a whole.
    """

    def __init__(self, widget: QWidget, fill: Callable[[], object]) -> None:
        super().__init__(widget)
        # Held by the widget and not holding it: a circle would leave a widget that is let go of to Python's look for
        # garbage, which takes it apart while Qt still paints it.
        self._widget, self._fill = weakref.ref(widget), weakref.WeakMethod(fill)
        self.stale = False
        """something changed while nobody looked"""
        widget.installEventFilter(self)

    def wish(self, *_what: object) -> None:
        """Something changed; takes what any signal says."""
        self.stale = True
        widget = self._widget()
        if widget is not None and (widget.isVisible() or not widget.window().isVisible()):
            self.now()

    def now(self) -> None:
        """Fill it if it is not filled with what is now."""
        if self.stale:
            self.stale = False
            fill = self._fill()
            if fill is not None:
                fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """It is about to be shown: what is painted first is what is now."""
        if event.type() == QEvent.Type.Show and watched is self._widget():
            self.now()
        return super().eventFilter(watched, event)
