"""``SecretKeeper``: asks ``baton secret`` as a process of its own. The value goes in by its standard input alone.

Law: a value is never kept here, never an argument, never in a log; it leaves memory as soon as it is written.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QProcess, Signal

from designer.session.runtime_process import runtime_command

PATIENCE_MS = 20_000


class SecretKeeper(QObject):
    """One for the page."""

    listed = Signal(list)
    """names of the secrets that this machine has"""
    told = Signal(bool, str)
    """(whether it worked, a sentence)"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: set[QProcess] = set()

    def list_names(self) -> None:
        """Ask for the names; ``listed`` brings them."""
        self._start(["secret", "list"], b"", lambda said: self.listed.emit([n for n in said.splitlines() if n.strip()]))

    def keep(self, name: str, value: str, host: str = "") -> None:
        """Store a value under a name, for one host alone if one is named."""
        more = ["--host", host] if host else []
        self._start(["secret", "set", *more, "--", name], value.encode(), self._kept)

    def forget(self, name: str) -> None:
        """Remove it."""
        self._start(["secret", "forget", "--", name], b"", self._kept)

    def close(self) -> None:
        """The page goes: what still runs is ended."""
        for process in list(self._running):
            process.kill()
            process.waitForFinished(2_000)

    def _kept(self, said: str) -> None:
        self.told.emit(True, said.strip().splitlines()[-1] if said.strip() else "Done.")
        self.list_names()

    def _start(self, arguments: list[str], given: bytes, then: Callable[[str], None]) -> None:
        process = QProcess(self)
        program, *first = runtime_command()
        self._running.add(process)

        def finished(code: int, _how: object) -> None:
            self._running.discard(process)
            said = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
            wrong = bytes(process.readAllStandardError().data()).decode("utf-8", "replace")
            process.deleteLater()
            if code == 0:
                then(said)
            else:
                self.told.emit(False, wrong.strip() or said.strip() or "The secret could not be kept.")

        def broke(error: QProcess.ProcessError) -> None:
            if error is QProcess.ProcessError.FailedToStart:
                self._running.discard(process)
                self.told.emit(False, "Baton's runtime could not be started, so nothing was kept.")

        process.finished.connect(finished)
        process.errorOccurred.connect(broke)
        process.start(program, [*first, *arguments])
        if given:
            process.write(given)
        process.closeWriteChannel()
