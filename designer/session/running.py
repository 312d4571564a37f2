"""``Running``: one runtime process with what belongs to it: the practice systems beside it, its client, its streams.

Made and ended by ``RuntimeDoor``. It goes through *starting*, *ready* and *ending* once and is then thrown away.
"""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QObject, QProcess, QTimer, Signal

from designer.session.calls import Calls
from designer.session.runtime_process import END_WITHIN_MS, RuntimeProcess, runtime_command

if TYPE_CHECKING:  # see session.py
    from designer.session.following import Following
    from runtime.client.http import HttpDoor

AGAIN_MS = 250
PATIENCE_MS = 20_000
"""a store that is held yet: by the runtime of a window that was closed, or that crashed, a moment ago"""
SYSTEMS_END_MS = 5_000


class Running(QObject):
    """``ready`` once it can be asked, or ``failed`` with a sentence; ``gone`` once all its processes have ended."""

    ready = Signal()
    failed = Signal(str)
    gone = Signal()

    def __init__(
        self, store: Path, *, practice: bool, environment: str | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._arguments = () if environment is None else ("--env", environment)
        self.door: HttpDoor | None = None
        self.calls: Calls | None = None
        self._store = store
        self._practice = practice
        self._variables: dict[str, str] = {}
        self._process: RuntimeProcess | None = None
        self._patience = QDeadlineTimer(QDeadlineTimer.ForeverConstant.Forever)
        self._systems: QProcess | None = None
        self._systems_said = bytearray()
        self._systems_folder = store.parent / f"systems-{uuid.uuid4().hex[:8]}"
        self._followings: set[Following] = set()
        self._ending = False
        self._is_gone = False

    def start(self) -> None:
        """Start the practice systems first, where they are wanted."""
        if self._practice:
            self._start_systems()
        else:
            self._start_runtime()

    def follow(self, run: str, after: int) -> Following:
        """A stream of one run's events, not begun yet. It is waited for when this ends."""
        from designer.session.following import Following

        assert self.door is not None
        following = Following(self.door, run, after, self)
        self._followings.add(following)
        following.finished.connect(lambda: self._followings.discard(following))
        return following

    def end(self) -> None:
        """Let it drain and end; ``gone`` says when."""
        if self._ending:
            return
        self._ending = True
        for following in self._followings:
            following.requestInterruption()
        if self._process is not None and self._process.running:
            self._process.stop()
            QTimer.singleShot(END_WITHIN_MS, self, self._process.insist)
        else:
            QTimer.singleShot(0, self, self._runtime_gone)

    def wait_until_gone(self) -> None:
        """As ``end``, and wait for it."""
        self.end()
        if self._process is not None:
            self._process.wait_until_gone()
        self._runtime_gone()
        if self._systems is not None:
            self._systems.waitForFinished(SYSTEMS_END_MS)
        self._all_gone()

    # --- starting ---

    def _start_systems(self) -> None:
        systems = QProcess(self)
        systems.setProgram(runtime_command()[0])
        systems.setArguments(["-m", "projects.demo.practice", str(self._systems_folder)])
        systems.readyReadStandardOutput.connect(self._systems_spoke)
        systems.errorOccurred.connect(
            lambda _error: self._fail("The practice systems could not be started. Try it again.")
        )
        systems.finished.connect(self._systems_ended)
        self._systems = systems
        systems.start()

    def _systems_spoke(self) -> None:
        if self._systems is None:
            return
        self._systems_said += self._systems.readAllStandardOutput().data()
        line, found, _ = bytes(self._systems_said).partition(b"\n")
        if found and self._process is None and not self._ending:
            self._variables = {"BATON_HOME": str(json.loads(line)["home"])}
            self._start_runtime()

    def _systems_ended(self) -> None:
        if self._ending:
            self._all_gone()
        elif self._process is None:
            self._fail("The practice systems could not be started. Try it again.")

    def _start_runtime(self) -> None:
        self._process = RuntimeProcess(self._store, self)
        self._process.ready.connect(self._ready)
        self._process.failed.connect(self._not_started)
        self._process.ended.connect(self._ended)
        self._process.start(self._arguments, self._variables)

    def _ready(self, url: str, token: str) -> None:
        if self._ending:
            return
        from runtime.client.http import HttpDoor  # loaded when it is needed: it costs a tenth of the start

        self.door = HttpDoor(url, token)
        self.calls = Calls(self.door, self)
        self.ready.emit()

    def _not_started(self, sentence: str) -> None:
        process = self._process
        if process is not None and process.store_is_held and self._patience.isForever():
            self._patience.setRemainingTime(PATIENCE_MS)
        if process is None or not process.store_is_held or self._ending or self._patience.hasExpired():
            self._fail(sentence)
        else:
            QTimer.singleShot(AGAIN_MS, self, self._try_again)

    def _try_again(self) -> None:
        if not self._ending:
            self._start_runtime()

    def _fail(self, sentence: str) -> None:
        if not self._ending:
            self.failed.emit(sentence)

    # --- ending ---

    def _ended(self) -> None:
        if self._ending:
            self._runtime_gone()
        elif self.calls is not None:
            self._fail(
                "The runtime has ended by itself. What was done is kept: answer what waits, or open the run again."
            )

    def _runtime_gone(self) -> None:
        """The client has nobody to talk to any more, so neither of these waits takes longer than a moment."""
        for following in list(self._followings):
            following.wait(5_000)
        if self.calls is not None:
            self.calls.close()
        if self.door is not None:
            self.door.close()
        self.calls = self.door = None
        if self._systems is not None and self._systems.state() != QProcess.ProcessState.NotRunning:
            self._systems.closeWriteChannel()
        else:
            self._all_gone()

    def _all_gone(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            shutil.rmtree(self._systems_folder, ignore_errors=True)
            self.gone.emit()
