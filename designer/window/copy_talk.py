"""``CopyTalk``: what a person sees of a copy that is being written: how far it is, a way to stop it, how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from designer.document.counted import counted
from designer.keeping.copying import Copying, Stopped
from designer.services import Services
from designer.theme.alive import alive
from designer.window.notice import Notice
from runtime.model.problems import ProjectProblem

SOON_MS = 300
"""a copy that takes less is only told of once it stands"""


class CopyTalk(QObject):
    """Lives as long as the copying."""

    def __init__(self, services: Services, copying: Copying, failed: Callable[[ProjectProblem], object]) -> None:
        super().__init__(copying)
        self._services, self._copying, self._failed = services, copying, failed
        self._notice: Notice | None = None
        self._words = f"Saving a copy in {copying.folder} …"
        services.window.say(self._words)
        copying.progressed.connect(self._progressed)
        copying.ended.connect(self._ended)
        soon = QTimer(self, singleShot=True, interval=SOON_MS)
        soon.timeout.connect(self._show)
        soon.start()

    def _show(self) -> None:
        self._notice = Notice(self._services.theme, "copy", self._words, [("Cancel", self._stop)])
        self._services.window.notice(self._notice)

    def _stop(self) -> None:
        self._notice = None  # it left with the answer
        self._services.window.say("Stopping the copy …")
        self._copying.stop()

    def _progressed(self, done: int, count: int) -> None:
        self._words = f"Saving a copy in {self._copying.folder}: {done} of {counted(count, 'file')} …"
        if self._notice is not None and alive(self._notice):
            self._notice.text.setText(self._words)

    def _ended(self, fault: Any) -> None:
        if not alive(self._services.window):
            return  # it was closed, and waited for the copy
        if self._notice is not None and alive(self._notice):
            self._notice.leave()
        say, folder = self._services.window.say, self._copying.folder
        if fault is None:
            say(f"A copy stands in {folder}.")
        elif isinstance(fault, Stopped):
            say("The copy was stopped. Nothing of it was left behind.")
        elif isinstance(fault, ProjectProblem):
            say("")
            self._failed(fault)
        else:
            raise fault
