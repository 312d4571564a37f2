"""``RuntimeDoor``: the runtimes of a window, each started at the first question, and the stream of one of their runs.

``Session`` asks through it. There are two places, practice systems and real ones, each with a store and a runtime of
its own; what runs in one goes on while the other is asked. Law: the window waits for no process, and only the end of
the designer itself waits for all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from designer.session.aside import Aside
from designer.session.calls import Ask, Take
from designer.session.run_folder import RunFolder
from designer.session.running import Running

if TYPE_CHECKING:  # see session.py
    from designer.session.following import Following
    from runtime.wire import Problem

State = Literal["off", "starting", "ready", "failed"]
ENDED = "The runtime has ended by itself."
UNHEARD = ("SERVER_SLOW", "SERVER_UNREACHABLE", "SERVER_BROKE_OFF", "SERVER_FAULT")
"""what says that a runtime did not answer, and not what it answered"""
GATHER_MS = 60
"""events of a stream are handed over in bunches, so that a fast run repaints the window 16 times a second at most"""
PORTION, NEXT_MS = 150, 5
"""events that are handed over in one turn, which takes 30 ms, and the pause before the next"""


class _Place:
    """One of the two: its runtime, if it is there, and what is to be asked once it is."""

    def __init__(self) -> None:
        self.running: Running | None = None
        self.asked: list[tuple[Ask, Take, Take]] = []
        self.machine: tuple[tuple[str, int, int], ...] = ()
        """what it has read of this machine"""
        self.state: State = "off"


class RuntimeDoor(QObject):
    """``practice`` is the place that is asked if none is named: the practice systems, or this machine's environment."""

    state_changed = Signal(str)
    """of the place that is asked now"""
    ready = Signal(bool)
    """the runtime of a place can be asked: True is the one with practice systems"""
    failed = Signal(str)
    lost = Signal()
    """the runtime of the run that was followed has ended by itself"""
    silent = Signal(str)
    """the runtime of the run that was followed is there and does not answer: in words"""
    came = Signal(object)
    """a list of envelopes"""
    rested = Signal(object)
    finished = Signal()
    """after ``finish``: all that was started is gone"""

    def __init__(self, runs: RunFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs = runs
        self.practice = False
        self._places = {True: _Place(), False: _Place()}
        self._alive: set[Running] = set()
        """also those that are ending"""
        self._of_runs: set[Running] = set()
        """those of them that have a store of runs open; the others are ``aside``'s"""
        self.aside = Aside(runs, self)
        """for questions about an environment that no run needs an answer to"""
        self.aside.began.connect(self._keep_an_eye_on)
        self._following: Following | None = None
        self._followed = False
        """the place of the run whose events come"""
        self._bunch: deque[Any] = deque()
        """what came and is not handed over yet: events, and what is to be done behind them"""
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._hand_over)
        self._clearing = self._finishing = False

    @property
    def state(self) -> State:
        """Of the place that is asked now."""
        return self._places[self.practice].state

    def state_of(self, practice: bool) -> State:
        """Of one place."""
        return self._places[practice].state

    def use(self, *, practice: bool) -> None:
        """Which place the next questions go to; what runs in the other goes on. The runtime of the real systems is
        started afresh if it has read addresses, secrets or people which this machine has otherwise by now.
        """
        place = self._places[practice]
        if not practice and place.running is not None and place.machine != self.runs.machine():
            self._leave_place(practice)
        if practice != self.practice:
            self.practice = practice
            self.state_changed.emit(self.state)

    def ask(
        self,
        ask: Ask,
        then: Take = lambda _came: None,
        failed: Callable[[Problem], None] = lambda _problem: None,
        *,
        practice: bool | None = None,
    ) -> None:
        """Ask the runtime of a place, starting it if it is not there yet."""
        practice = self.practice if practice is None else practice
        place = self._places[practice]
        if place.running is not None and place.running.calls is not None:
            place.running.calls.ask(ask, then, failed)
            return
        place.asked.append((ask, then, failed))
        if place.running is None and not self._clearing:
            self._start(practice)

    def follow(self, run: str, after: int = 0, *, practice: bool | None = None) -> None:
        """Hand over this run's events as they come; one run at a time."""
        self.unfollow()
        self._followed = self.practice if practice is None else practice
        running = self._places[self._followed].running
        if running is None or running.door is None:
            return
        following = running.follow(run, after)
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
            following.requestInterruption()

    def leave(self) -> None:
        """Let the runtimes drain and end; nobody waits for them."""
        self.unfollow()
        for practice in self._places:
            self._leave_place(practice)

    def _leave_place(self, practice: bool) -> None:
        if self._followed is practice:
            self.unfollow()
        place = self._places[practice]
        running, place.running = place.running, None
        if running is not None:
            running.end()
        self._set(practice, "off")

    def clear(self, then: Callable[[], object], failed: Callable[[Problem], object]) -> None:
        """Removes all runs, once no runtime has them open any more; then calls ``then``, or ``failed`` where the disk
        refuses it.
        """
        self.leave()
        self._clearing = True

        def gone() -> None:
            if self._of_runs or not self._clearing:
                return
            self._clearing = False
            try:
                self.runs.clear()
            except OSError as fault:
                failed(_not_removed(fault))
            else:
                then()
            for practice, place in self._places.items():
                if place.asked:  # meanwhile
                    self._start(practice)

        for running in self._of_runs:
            running.gone.connect(gone)
        gone()

    def finish(self) -> None:
        """The window is closed; ``finished`` says when all that was started is gone."""
        self.leave()
        self.aside.leave()
        for running in self._alive:
            running.end()
        self._finishing = True
        self._look_whether_finished()

    def close(self) -> None:
        """As ``finish``, and wait for it."""
        self.finish()
        for running in [*self._alive]:
            running.wait_until_gone()

    # --- starting ---

    def _start(self, practice: bool) -> None:
        self._set(practice, "starting")
        try:
            store = self.runs.store(practice=practice)
        except OSError as fault:
            self._give_up(practice, f"This computer refuses to keep runs: {fault.strerror or fault}.")
            return
        running = Running(store, practice=practice, parent=self)
        running.ready.connect(lambda: self._ready(practice))
        running.failed.connect(lambda sentence: self._give_up(practice, sentence))
        place = self._places[practice]
        place.running, place.machine = running, self.runs.machine()
        self._of_runs.add(running)
        self._keep_an_eye_on(running)
        running.start()

    def _keep_an_eye_on(self, running: Running) -> None:
        self._alive.add(running)
        running.gone.connect(lambda: self._forget(running))

    def _forget(self, running: Running) -> None:
        self._alive.discard(running)
        self._of_runs.discard(running)
        running.deleteLater()
        self._look_whether_finished()

    def _look_whether_finished(self) -> None:
        if self._finishing and not self._alive:
            self._finishing = False
            self.runs.release()
            self.finished.emit()

    def _ready(self, practice: bool) -> None:
        place = self._places[practice]
        assert place.running is not None
        assert place.running.calls is not None
        self._set(practice, "ready")
        self.ready.emit(practice)
        asked, place.asked = place.asked, []
        for ask, then, failed in asked:
            place.running.calls.ask(ask, then, failed)

    def _give_up(self, practice: bool, sentence: str) -> None:
        from runtime.wire import Problem

        place = self._places[practice]
        watched = self._following is not None and self._followed is practice
        if watched:
            while self._bunch:
                self._hand_over()
            self.unfollow()  # that its stream broke is no news any more
        running, place.running = place.running, None
        asked, place.asked = place.asked, []
        died = running is not None and running.calls is not None
        self._set(practice, "failed")
        if running is not None:
            running.end()
        if watched and died:
            self.lost.emit()
        else:
            self.failed.emit(sentence)
        for _, _, failed in asked:
            failed(Problem(503, "RUNTIME", sentence))

    def _set(self, practice: bool, state: State) -> None:
        place = self._places[practice]
        if state != place.state:
            place.state = state
            if practice == self.practice:
                self.state_changed.emit(state)

    # --- the stream ---

    def _rest(self, following: object, view: Any) -> None:
        if following is self._following:
            self._behind(lambda: self.rested.emit(view))

    def _broke(self, following: object, problem: Problem) -> None:
        if following is not self._following:
            return

        def tell() -> None:
            self.unfollow()
            if problem.code in UNHEARD and self.state_of(self._followed) == "ready":
                self.silent.emit(problem.title)
                return
            self.failed.emit(f"{problem.title} {problem.todo or ''}".strip())

        self._behind(tell)

    def _behind(self, do: Callable[[], object]) -> None:
        """Do it once what came before it is told."""
        self._bunch.append(do)
        self._hand_over()

    def _gathered(self, following: object, envelope: Any) -> None:
        if following is not self._following:
            return
        self._bunch.append(envelope)
        if not self._gather.isActive():
            self._gather.start(GATHER_MS)

    def _hand_over(self) -> None:
        portion: list[Any] = []
        while self._bunch and len(portion) < PORTION and not callable(self._bunch[0]):
            portion.append(self._bunch.popleft())
        if portion:
            self.came.emit(portion)
        if self._bunch and callable(self._bunch[0]):
            self._bunch.popleft()()
        if self._bunch:
            self._gather.start(NEXT_MS)


def _not_removed(fault: OSError) -> Problem:
    from runtime.wire import Problem

    what = f"Not all earlier runs could be removed: {fault.strerror or fault}."
    return Problem(500, "DESIGNER", what, todo="Close what has their files open, then clear them again.")
