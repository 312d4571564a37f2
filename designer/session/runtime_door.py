"""``RuntimeDoor``: the runtime of a window, started at the first question, and the stream of one of its runs.

``Session`` asks through it. Law: the window waits for no process: another runtime is started while the last one drains,
and only the end of the designer itself waits for both.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from designer.session.calls import Ask, Take
from designer.session.run_folder import RunFolder
from designer.session.running import Running

if TYPE_CHECKING:  # see session.py
    from designer.session.following import Following
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
    finished = Signal()
    """after ``finish``: all that was started is gone"""

    def __init__(self, runs: RunFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs = runs
        self.practice = False
        self._running: Running | None = None
        self._machine = runs.machine()
        """what it has read of this machine"""
        self._ending: set[Running] = set()
        self._asked: list[tuple[Ask, Take, Take]] = []
        self._following: Following | None = None
        self._bunch: list[Any] = []
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._hand_over)
        self._clearing = self._finishing = False
        self.state: State = "off"

    def use(self, *, practice: bool) -> None:
        """Which runtime the next question goes to; another one than now is started afresh, and so is one that has
        read addresses, secrets or people which this machine has otherwise by now.
        """
        if practice != self.practice or (self._running is not None and self._machine != self.runs.machine()):
            self.leave()
        self.practice = practice

    def ask(
        self,
        ask: Ask,
        then: Take = lambda _came: None,
        failed: Callable[[Problem], None] = lambda _problem: None,
    ) -> None:
        """Ask the runtime, starting it if it is not there yet."""
        if self._running is not None and self._running.calls is not None:
            self._running.calls.ask(ask, then, failed)
            return
        self._asked.append((ask, then, failed))
        if self._running is None and not self._clearing:
            self._set("starting")
            self._start()

    def ask_afresh(self, ask: Ask, then: Take, failed: Callable[[Problem], None]) -> None:
        """Ask a runtime of its own, without runs, which reads what this machine says as it stands now, and goes."""
        from runtime.wire import Problem

        folder = Path(tempfile.mkdtemp(prefix="baton-"))
        running = Running(folder / "none.db", practice=False, parent=self)

        def told(take: Callable[[Any], object]) -> Take:
            return lambda came: (take(came), running.end())

        def ready() -> None:
            assert running.calls is not None
            running.calls.ask(ask, told(then), told(failed))

        def gone() -> None:
            shutil.rmtree(folder, ignore_errors=True)
            self._forget(running)

        running.ready.connect(ready)
        running.failed.connect(lambda sentence: told(failed)(Problem(503, "RUNTIME", sentence, todo="Try it again.")))
        running.gone.connect(gone)
        self._ending.add(running)
        running.start()

    def follow(self, run: str, after: int = 0) -> None:
        """Hand over this run's events as they come; one run at a time."""
        self.unfollow()
        if self._running is None or self._running.door is None:
            return
        following = self._running.follow(run, after)
        following.came.connect(self._gathered)
        following.rested.connect(self._rest)
        following.broke.connect(self._broke)
        self._following = following
        following.start()

    @property
    def following(self) -> bool:
        """Whether a run's events still come."""
        return self._following is not None

    def unfollow(self) -> None:
        """Stop listening."""
        following, self._following = self._following, None
        self._bunch.clear()
        if following is not None:
            following.came.disconnect(self._gathered)
            following.broke.disconnect(self._broke)
            following.requestInterruption()

    def leave(self) -> None:
        """Let the runtime drain and end; nobody waits for it."""
        self.unfollow()
        if self._running is not None:
            self._running.end()
            self._running = None
        self._set("off")

    def clear(self, then: Callable[[], object]) -> None:
        """Removes all runs, once no runtime has them open any more; then calls ``then``."""
        self.leave()
        self._clearing = True

        def gone() -> None:
            if self._ending:
                return
            self._clearing = False
            self.runs.clear()
            then()
            if self._asked:  # meanwhile
                self._set("starting")
                self._start()

        if not self._ending:
            gone()
        for running in self._ending:
            running.gone.connect(gone)

    def finish(self) -> None:
        """The window is closed; ``finished`` says when all that was started is gone."""
        self.leave()
        for running in self._ending:
            running.end()
        self._finishing = True
        self._look_whether_finished()

    def close(self) -> None:
        """As ``finish``, and wait for it."""
        self.finish()
        for running in [*self._ending]:
            running.wait_until_gone()

    # --- starting ---

    def _start(self) -> None:
        running = Running(self.runs.store(practice=self.practice), practice=self.practice, parent=self)
        running.ready.connect(self._ready)
        running.failed.connect(self._give_up)
        running.gone.connect(lambda: self._forget(running))
        self._running, self._machine = running, self.runs.machine()
        self._ending.add(running)
        running.start()

    def _forget(self, running: Running) -> None:
        self._ending.discard(running)
        running.deleteLater()
        self._look_whether_finished()

    def _look_whether_finished(self) -> None:
        if self._finishing and not self._ending:
            self._finishing = False
            self.runs.release()
            self.finished.emit()

    def _ready(self) -> None:
        assert self._running is not None
        assert self._running.calls is not None
        self._set("ready")
        asked, self._asked = self._asked, []
        for ask, then, failed in asked:
            self._running.calls.ask(ask, then, failed)

    def _give_up(self, sentence: str) -> None:
        from runtime.wire import Problem

        self._hand_over()
        self.unfollow()  # that its stream broke is no news any more
        running, self._running = self._running, None
        asked, self._asked = self._asked, []
        self._set("failed")
        self.failed.emit(sentence)
        for _, _, failed in asked:
            failed(Problem(503, "RUNTIME", sentence, todo="Try it again."))
        if running is not None:
            running.end()

    def _set(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    # --- the stream ---

    def _rest(self, view: Any) -> None:
        self._hand_over()  # what came before it is told before it
        self.rested.emit(view)

    def _broke(self, problem: Problem) -> None:
        self._hand_over()
        self.unfollow()
        self.failed.emit(f"{problem.title} {problem.todo or ''}".strip())

    def _gathered(self, envelope: Any) -> None:
        self._bunch.append(envelope)
        if not self._gather.isActive():
            self._gather.start()

    def _hand_over(self) -> None:
        bunch, self._bunch = self._bunch, []
        if bunch:
            self.came.emit(bunch)
