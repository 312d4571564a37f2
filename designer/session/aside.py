"""``Aside``: a runtime beside those of the runs, for questions about one environment: is a system there?

It has no runs, reads what this machine says at its start, and stays a while: several questions share one process. Made
by ``RuntimeDoor``, which waits for it at the end. Law: one process at most is kept; one that has answered about another
environment, or read this machine as it was before, ends as soon as its last question is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.session.calls import Ask, Take
from designer.session.run_folder import RunFolder
from designer.session.running import Running
from designer.theme.passing_folder import PassingFolder

if TYPE_CHECKING:  # see session.py
    from runtime.wire import Problem

QUIET_MS = 60_000
"""so long it is kept after its last answer"""


class Question:
    """One that was asked. ``stop`` takes it back: neither of its answers is told any more."""

    def __init__(self, kept: _Kept, ask: Ask, then: Take, failed: Callable[[Problem], None]) -> None:
        self._kept, self._then, self._failed = kept, then, failed
        self.ask = ask
        self.open = True

    def stop(self) -> None:
        """What is under way for it alone ends with its process."""
        if self.open:
            self._kept.answered(self, keep=False)

    def came(self, answer: Any) -> None:
        """The answer is there."""
        if self.open:
            self._kept.answered(self)
            self._then(answer)

    def broke(self, problem: Problem) -> None:
        """There is none."""
        if self.open:
            self._kept.answered(self)
            self._failed(problem)


class _Kept:
    """One process with what is asked of it. It is let go of once, when nobody asks it any more."""

    def __init__(self, running: Running, environment: str, machine: object) -> None:
        self.running = running
        self.asked_for = (environment, machine)
        self.questions: list[Question] = []
        self.retired = False
        self.quiet = QTimer(running, singleShot=True, interval=QUIET_MS)
        self.quiet.timeout.connect(self.retire)
        running.ready.connect(self._ready)

    def take(self, question: Question) -> None:
        self.quiet.stop()
        self.questions.append(question)
        if self.running.calls is not None:
            self.running.calls.ask(question.ask, question.came, question.broke)

    def answered(self, question: Question, *, keep: bool = True) -> None:
        question.open = False
        self.questions.remove(question)
        if self.questions:
            return
        if self.retired or not keep:
            self.retire()
        else:
            self.quiet.start()

    def retire(self) -> None:
        self.retired = True
        if not self.questions:
            self.quiet.stop()
            self.running.end()

    def give_up(self, sentence: str) -> None:
        from runtime.wire import Problem

        self.retired = True
        for question in [*self.questions]:
            question.broke(Problem(503, "RUNTIME", sentence))
        self.running.end()

    def _ready(self) -> None:
        assert self.running.calls is not None
        for question in self.questions:
            self.running.calls.ask(question.ask, question.came, question.broke)


class Aside(QObject):
    """Ask it with ``ask``."""

    began = Signal(Running)
    """a ``Running`` that is to be waited for at the end"""

    def __init__(self, runs: RunFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._kept: _Kept | None = None

    def ask(self, environment: str, ask: Ask, then: Take, failed: Callable[[Problem], None]) -> Question:
        """Ask a runtime of this environment, as this machine has it now."""
        wanted = (environment, self._runs.machine())
        kept = self._kept
        if kept is None or kept.retired or kept.asked_for != wanted:
            if kept is not None and not kept.retired:
                kept.retire()
            kept = self._kept = self._start(*wanted)
        question = Question(kept, ask, then, failed)
        kept.take(question)
        return question

    def leave(self) -> None:
        """It ends now, whatever is asked of it; nobody is told."""
        kept, self._kept = self._kept, None
        if kept is not None and not kept.retired:
            for question in [*kept.questions]:
                question.stop()
            kept.retire()

    def _start(self, environment: str, machine: object) -> _Kept:
        folder = PassingFolder()
        running = Running(folder.place / "none.db", practice=False, environment=environment, parent=self)
        kept = _Kept(running, environment, machine)
        running.failed.connect(kept.give_up)
        running.gone.connect(folder.close)
        self.began.emit(running)
        running.start()
        return kept
