"""``Packing``: a package on its way to its file: told while it takes long, can be stopped, and how it ended.

The thread is a daemon's, beside all that keeps the project: a folder in the network that does not answer holds up
neither saving nor the crash journal, and keeps no window open. Law: the file is a whole package or is as it was.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.pieces import asked
from designer.services import Services
from designer.theme.alive import alive
from designer.window.findings_list import FindingsList
from designer.window.notice import Notice
from runtime.model.package import pack_to_file
from runtime.model.problems import ProjectProblem
from runtime.model.project import Project

SOON_MS = 400
"""what takes less is only told of once it is there"""


class Packing(QObject):
    """Lives until it is told how it ended."""

    _ended = Signal(object)

    def __init__(self, services: Services, project: Project, target: Path) -> None:
        super().__init__(services.window)
        self._services, self._project, self._target = services, project, target
        self._notice: Notice | None = None
        self._stopped = False
        self._words = f"Packing version {project.file.version} to {target} …"
        services.window.say("Packing …")
        self._ended.connect(self._told)
        soon = QTimer(self, singleShot=True, interval=SOON_MS)
        soon.timeout.connect(self._show)
        soon.start()
        threading.Thread(target=self._write, daemon=True).start()

    def _write(self) -> None:
        outcome: Any = None
        try:
            pack_to_file(self._project, self._target)
        except Exception as fault:  # noqa: BLE001 - it is said to people on the window's thread
            outcome = fault
        try:
            self._ended.emit(outcome)
        except RuntimeError:
            return  # the window was closed meanwhile

    def _show(self) -> None:
        if not self._stopped:
            self._notice = Notice(self._services.theme, "packing", self._words, [("Cancel", self._stop)])
            self._services.window.notice(self._notice)

    def _stop(self) -> None:
        self._leave()
        self._services.window.say(
            f"Packing was stopped. Where {self._target.parent} answers late, the package may still appear there, whole."
        )

    def _leave(self) -> None:
        self._stopped = True
        if self._notice is not None and alive(self._notice):
            self._notice.leave()
        self._notice = None

    def _told(self, outcome: Any) -> None:
        stopped = self._stopped
        self.deleteLater()
        if stopped or not alive(self._services.window):
            return
        self._leave()
        if outcome is None:
            self._services.window.say(f"Packed: {self._target}.")
            return
        self._services.window.say("")
        if not isinstance(outcome, ProjectProblem):
            raise outcome
        asked(FindingsList(self._services.window, "The package can't be written", "", outcome.findings))
