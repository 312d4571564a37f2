"""``RuntimeDoor``: the runtime process, its client and the stream of one run, started at the first question.

``Session`` asks through it. The example's own systems are a process, too, and are started before the runtime where the
user chose to practise with them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from designer.session.calls import Ask, Calls, Take
from designer.session.runtime_process import RuntimeProcess, runtime_command

if TYPE_CHECKING:  # see session.py
    from designer.session.following import Following
    from runtime.client.http import HttpDoor
    from runtime.wire import Problem

State = Literal["off", "starting", "ready", "failed"]
GATHER_MS = 60
"""events of a stream are handed over in bunches, so that a fast run repaints the window 16 times a second at most"""


class RuntimeDoor(QObject):
    """One runtime at a time: with the practice systems, or with the environment of this machine."""

    state_changed = Signal(str)
    failed = Signal(str)
    came = Signal(object)
    """a list of envelopes"""
    rested = Signal(object)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._practice = False
        self._arguments: tuple[str, ...] = ()
        self._process: RuntimeProcess | None = None
        self._systems: QProcess | None = None
        self._systems_said = bytearray()
        self._door: HttpDoor | None = None
        self._calls: Calls | None = None
        self._asked: list[tuple[Ask, Take, Take]] = []
        self._following: Following | None = None
        self._leaving: set[Following] = set()
        self._bunch: list[Any] = []
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._hand_over)
        self.state: State = "off"
        self.url = ""
        self.token = ""

    def use(self, *, practice: bool, arguments: tuple[str, ...] = ()) -> None:
        """Which runtime the next question goes to; another one than now is started afresh."""
        if self._process is not None and (practice, arguments) != (self._practice, self._arguments):
            self.close()
        self._practice, self._arguments = practice, arguments

    def ask(
        self,
        ask: Ask,
        then: Take = lambda _came: None,
        failed: Callable[[Problem], None] = lambda _problem: None,
    ) -> None:
        """Ask the runtime, starting it if it is not there yet."""
        if self._calls is not None:
            self._calls.ask(ask, then, failed)
            return
        self._asked.append((ask, then, failed))
        if self.state != "starting":
            self._set("starting")
            if self._practice:
                self._start_systems()
            else:
                self._start_runtime({})

    def follow(self, run: str, after: int = 0) -> None:
        """Hand over this run's events as they come; one run at a time."""
        self.unfollow()
        if self._door is None:
            return
        from designer.session.following import Following

        following = Following(self._door, run, after, self)
        following.came.connect(self._gathered)
        following.rested.connect(self.rested)
        following.broke.connect(lambda problem: self.failed.emit(problem.title))
        self._following = following
        following.start()

    def unfollow(self) -> None:
        """Stop listening."""
        following, self._following = self._following, None
        self._bunch.clear()
        if following is not None:
            following.came.disconnect(self._gathered)
            following.requestInterruption()
            self._leaving.add(following)
            following.finished.connect(lambda: self._leaving.discard(following))

    def close(self) -> None:
        """Let the runtime drain and end, and what was started beside it."""
        self.unfollow()
        if self._process is not None:
            self._process.stop()
        for following in list(self._leaving):
            following.wait(5_000)
        if self._calls is not None:
            self._calls.close()
        if self._process is not None:
            self._process.wait_until_gone()
        if self._door is not None:
            self._door.close()
        if self._systems is not None:
            self._systems.closeWriteChannel()
            self._systems.waitForFinished(5_000)
        self._process = self._calls = self._door = self._systems = None
        self._set("off")

    # --- starting ---

    def _start_systems(self) -> None:
        folder = self._home / "practice" / str(os.getpid())
        systems = QProcess(self)
        systems.setProgram(runtime_command()[0])
        systems.setArguments(["-m", "projects.demo.practice", str(folder)])
        systems.readyReadStandardOutput.connect(self._systems_spoke)
        systems.errorOccurred.connect(lambda _error: self._give_up("The practice systems could not be started."))
        self._systems = systems
        systems.start()

    def _systems_spoke(self) -> None:
        if self._systems is None:
            return
        self._systems_said += self._systems.readAllStandardOutput().data()
        line, found, _ = bytes(self._systems_said).partition(b"\n")
        if found:
            self._systems_said.clear()
            self._start_runtime({"BATON_HOME": str(json.loads(line)["home"])})

    def _start_runtime(self, variables: dict[str, str]) -> None:
        name = "practice.db" if self._practice else "runs.db"
        self._process = RuntimeProcess(self._home / f"{os.getpid()}-{name}", self)
        self._process.ready.connect(self._ready)
        self._process.failed.connect(self._give_up)
        self._process.start(self._arguments, variables)

    def _ready(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        from runtime.client.http import HttpDoor  # loaded when it is needed: it costs a tenth of the start

        self._door = HttpDoor(url, token)
        self._calls = Calls(self._door, self)
        self._set("ready")
        asked, self._asked = self._asked, []
        for ask, then, failed in asked:
            self._calls.ask(ask, then, failed)

    def _give_up(self, sentence: str) -> None:
        from runtime.wire import Problem

        asked, self._asked = self._asked, []
        self._set("failed")
        self.failed.emit(sentence)
        for _, _, failed in asked:
            failed(Problem(503, "RUNTIME", sentence, todo="Try it again."))
        self._process = None

    def _set(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    # --- the stream ---

    def _gathered(self, envelope: Any) -> None:
        self._bunch.append(envelope)
        if not self._gather.isActive():
            self._gather.start()

    def _hand_over(self) -> None:
        bunch, self._bunch = self._bunch, []
        if bunch:
            self.came.emit(bunch)
