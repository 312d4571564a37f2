"""``SecretKeeper``: asks ``baton secret`` as a process of its own. The value goes in by its standard input alone.

Law: a value is never kept here, never an argument, never in a log; it leaves memory as soon as it is written.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from designer.session.runtime_process import runtime_command
from designer.theme.alive import alive

OURS = "baton: "
"""before each sentence of the runtime's own"""
NOT_STARTED = "Baton's runtime could not be started, so nothing was read or kept."


def refusal(wrong: str) -> str:
    """What the runtime said, as a sentence; what anything below it printed is of no use to people."""
    return wrong.strip().removeprefix(OURS) if wrong.startswith(OURS) else NOT_STARTED


class SecretKeeper(QObject):
    """One for the page."""

    listed = Signal(list)
    """names of the secrets that this machine has"""
    told = Signal(bool, str)
    """(whether it worked, a sentence)"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: dict[int, tuple[QProcess, Callable[[str], None]]] = {}
        self._number = 0

    def list_names(self) -> None:
        """Ask for the names; ``listed`` brings them."""
        self._start(["secret", "list"], b"", lambda said: self.listed.emit([n for n in said.splitlines() if n.strip()]))

    def keep(self, name: str, value: str, host: str = "") -> None:
        """Store a value under a name, for one host alone if one is named."""
        more = ["--host", host] if host else []
        words = f"{name} is kept. An environment names it file:{name}."
        self._start(["secret", "set", *more, "--", name], value.encode(), lambda _said: self._done(words))

    def forget(self, name: str) -> None:
        """Remove it."""
        self._start(["secret", "forget", "--", name], b"", lambda _said: self._done(f"{name} is forgotten."))

    def close(self) -> None:
        """The page goes: what still runs is ended, and nobody hears of it."""
        for process, _ in self._asked.values():
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(2_000)
        self._asked.clear()

    def _done(self, words: str) -> None:
        self.told.emit(True, words)
        self.list_names()

    def _start(self, arguments: list[str], given: bytes, then: Callable[[str], None]) -> None:
        self._number += 1
        number, process = self._number, QProcess(self)
        program, *first = runtime_command()
        self._asked[number] = (process, then)
        process.finished.connect(lambda code, _how: self._finished(number, code))
        process.errorOccurred.connect(lambda error: self._broke(number, error))
        process.start(program, [*first, *arguments])
        if given:
            process.write(given)
        process.closeWriteChannel()

    def _finished(self, number: int, code: int) -> None:
        process, then = self._asked[number]
        if not alive(self, process):
            return  # the page went while the process still ran
        said = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
        wrong = bytes(process.readAllStandardError().data()).decode("utf-8", "replace")
        self._let_go(number)
        if code == 0:
            then(said)
        else:
            self.told.emit(False, refusal(wrong))

    def _broke(self, number: int, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and number in self._asked:
            self._let_go(number)
            self.told.emit(False, NOT_STARTED)

    def _let_go(self, number: int) -> None:
        """Not at once: Qt is still inside the process's own signal."""
        QTimer.singleShot(0, self, lambda: self._asked.pop(number, None))
