"""``OpeningTalk``: what a person sees of a project that takes long to open: a way to leave it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from designer.keeping.beside import Asked
from designer.theme.alive import alive
from designer.window.main_window import MainWindow
from designer.window.notice import Notice

if TYPE_CHECKING:
    from designer.window.desktop import Desktop

SOON_MS = 700
"""what takes less shows itself"""


class OpeningTalk(QObject):
    """Lives until the folder has answered, or nobody waits for it any more. ``over`` says so."""

    def __init__(self, desktop: Desktop, place: Path, asker: object) -> None:
        super().__init__(desktop)
        self._desktop, self._place, self._asker = desktop, place, asker
        self._asked: Asked | None = None
        self._notice: Notice | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._show)
        self._soon.start()

    def watch(self, asked: Asked) -> None:
        """The question that Cancel takes back."""
        self._asked = asked

    def over(self) -> None:
        """It has answered."""
        self._soon.stop()
        if self._notice is not None and alive(self._notice):
            self._notice.leave()
        self.deleteLater()

    def _show(self) -> None:
        text = f"Opening {self._place} … It takes long to answer."
        self._notice = Notice(self._desktop.theme, f"opening {self._place}", text, [("Cancel", self._stop)])
        asker = self._asker
        if isinstance(asker, MainWindow) and alive(asker):
            asker.notice(self._notice)
        else:
            self._desktop.show_welcome().notice(self._notice)

    def _stop(self) -> None:
        if self._asked is not None:
            self._asked.stop()
        self.over()
