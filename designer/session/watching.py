"""``Watching``: the run of a runtime that is shown is read, followed, and found again when its runtime has died.

The session's. Law: what was shown stays; a runtime that dies under a run is started again for it, once for each event
that has come since, so one that dies at every start is not started for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.session.in_slices import InSlices
from designer.session.rehearsing import READ
from designer.session.runtime_door import ENDED, RuntimeDoor

if TYPE_CHECKING:  # see session.py
    from designer.session.story import Story
    from runtime.wire import Problem

AGAIN_MS = 2_000
"""before a runtime that did not answer is listened to again"""


class Watching(QObject):
    """One for a session; one run at a time."""

    said = Signal(str)
    problem = Signal(str, str)
    """(what, what to do)"""

    def __init__(self, runtime: RuntimeDoor, parent: QObject) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._story: Story | None = None
        self._practice = False
        self._reading = InSlices(READ, self)
        self._found_again: tuple[str, int] | None = None
        """(run, its newest event) when its runtime was started again for it"""
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.go_on)
        runtime.lost.connect(self._lost)
        runtime.silent.connect(self._silent)

    def begin(self, story: Story, *, practice: bool) -> None:
        """Its flow is read, some of it in a turn; then its events come."""
        self.stop()
        self._story, self._practice = story, practice
        self._reading.begin(story.read_in_pieces(), self._follow)

    def go_on(self, _done: object = None) -> None:
        """Its runtime may have been started anew since: its events are to be heard again."""
        if not self._runtime.following and not self._reading.going:
            self._follow()

    def stop(self) -> None:
        """Nothing of it is heard any more."""
        self._story = None
        self._again.stop()
        self._reading.stop()
        self._runtime.unfollow()

    def _follow(self) -> None:
        story = self._story
        if story is not None and not story.ended:
            self._runtime.follow(story.run, story.last_seq, practice=self._practice)

    def _lost(self) -> None:
        story = self._story
        stood = None if story is None else (story.run, story.last_seq)
        if story is None or story.ended or stood == self._found_again:
            self.problem.emit(ENDED, "What was done is kept: answer what waits, or open the run again.")
            return
        self._found_again = stood
        self.problem.emit(ENDED, "What was done is kept. It is being started again, and the run goes on from there.")

        def back(_view: Any) -> None:
            if self._story is story:
                self.said.emit("The runtime is back, and the run goes on.")
                self.go_on()

        self._runtime.ask(lambda door: door.run(story.run), back, self._refused, practice=self._practice)

    def _silent(self, why: str) -> None:
        """It is there and says nothing, or broke off: a machine that slept, a process that is stopped."""
        self.problem.emit(why, "What was done is kept. The run is shown on as soon as the runtime answers.")
        self._again.start()

    def _refused(self, problem: Problem) -> None:
        self.problem.emit(problem.title, problem.todo or "")
