"""``Calls``: questions to a runtime, asked on worker threads and answered on the window's thread.

Law: the window never waits for the network. A question that fails says so in one sentence, never with a traceback.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

from designer.theme.passing_job import PassingJob

if TYPE_CHECKING:  # the client and its HTTP library are loaded when something is run for real, not at the start
    from runtime.client.door import Door

Ask = Callable[["Door"], Any]
Take = Callable[[Any], None]


class _Answer(QObject):
    came = Signal(object)
    failed = Signal(object)


class _Call(PassingJob):
    def __init__(self, door: Door, ask: Ask, answer: _Answer) -> None:
        super().__init__()
        self._door, self._ask, self._answer = door, ask, answer

    def do(self) -> None:
        from runtime.wire import Problem

        try:
            came = self._ask(self._door)
        except Problem as problem:
            self._say(self._answer.failed, problem)
        except Exception as error:  # noqa: BLE001 - a thread must not die silently; the window shows the sentence
            self._say(
                self._answer.failed,
                Problem(500, "DESIGNER", f"The runtime could not be asked: {error}", todo="Try it again."),
            )
        else:
            self._say(self._answer.came, came)

    def _say(self, signal: Any, value: object) -> None:
        try:
            signal.emit(value)
        except RuntimeError:
            return  # the window was closed meanwhile; nobody is there to hear it


class Calls(QObject):
    """Asks one runtime. ``ask`` returns at once; ``then`` or ``failed`` is called later on this thread: one of the two
    for every question, also where the runtime ends before it was asked.
    """

    _closed = Signal()

    def __init__(self, door: Door, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed.connect(self._nobody_answers, Qt.ConnectionType.QueuedConnection)
        self._door = door
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(4)
        self._open: dict[_Answer, Take] = {}
        """what fails where no answer comes"""

    def ask(self, ask: Ask, then: Take = lambda _came: None, failed: Take = lambda _problem: None) -> None:
        """``ask(door)`` on a worker thread; then ``then(result)`` or ``failed(problem)`` here."""
        answer = _Answer(self)
        self._open[answer] = failed

        def done(take: Take) -> Take:
            def taken(value: Any) -> None:
                if self._open.pop(answer, None) is not None:
                    answer.deleteLater()
                    take(value)

            return taken

        answer.came.connect(done(then))
        answer.failed.connect(done(failed))
        self._pool.start(_Call(self._door, ask, answer))

    def close(self) -> None:
        """Wait for what is under way, a few seconds at most. Whoever got no answer by then is told so, behind those
        that got one.
        """
        self._pool.clear()
        self._pool.waitForDone(3_000)
        self._closed.emit()

    def _nobody_answers(self) -> None:
        from runtime.wire import Problem

        for answer, failed in [*self._open.items()]:
            if self._open.pop(answer, None) is not None:
                failed(Problem(503, "RUNTIME", "The runtime ended before it had answered.", todo="Try it again."))
