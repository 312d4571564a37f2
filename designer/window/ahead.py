"""``Ahead``: panels that nobody has opened yet are built while hands are still, one at a time.

Two or three of them open together, and each first look takes as long as a turn of the window may. Law: it begins once
what they need is loaded (``warming``); what is dear to fill in a panel is put off by the panel until it is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from designer.garbage import hands
from designer.window.panel_area import PanelArea

EVERY_MS = 300


class Ahead(QObject):
    """One per window; ``begin`` once the modules are there."""

    def __init__(self, areas: Iterable[PanelArea], parent: QObject) -> None:
        super().__init__(parent)
        self._left = _each(areas)
        self._seen: object = None
        self._now_and_then = QTimer(self, interval=EVERY_MS)
        self._now_and_then.timeout.connect(self.go_on)

    def begin(self) -> None:
        """From now on, whenever nothing happens."""
        self._now_and_then.start()

    def go_on(self) -> None:
        """The next one, if nobody points or types."""
        seen, self._seen = self._seen, hands()
        if self._seen != seen or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        if next(self._left, None) is None:
            self._now_and_then.stop()


def _each(areas: Iterable[PanelArea]) -> Iterator[str]:
    """Builds one each time it is asked; gives its name."""
    for area in areas:
        for panel in area.panels:
            if not area.built(panel.id):
                area.view(panel.id)
                yield panel.id
