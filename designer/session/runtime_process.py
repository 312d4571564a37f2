"""``RuntimeProcess``: the bundled runtime, ``baton serve``, as a child of the designer.

It listens on a loopback port of its own choosing, prints one line (url, token, pid) and ends when its standard input is
closed, so a designer that dies takes it along. Started only when the user runs something, never by opening a project.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

START_WITHIN_MS = 30_000
END_WITHIN_MS = 12_000


def runtime_command() -> list[str]:
    """How the runtime is started: ``BATON_RUNTIME`` if set, the program beside a frozen designer, else this Python."""
    named = os.environ.get("BATON_RUNTIME")
    if named:
        return [named]
    if getattr(sys, "frozen", False):
        suffix = ".exe" if os.name == "nt" else ""
        return [str(Path(sys.executable).with_name(f"baton{suffix}"))]
    return [sys.executable, "-m", "runtime.cli"]


class RuntimeProcess(QObject):
    """One runtime. ``ready`` comes once it listens; ``failed`` with a sentence if it does not."""

    ready = Signal(str, str)
    """(url, token)"""
    failed = Signal(str)
    ended = Signal()
    """it is gone, wanted or not"""

    def __init__(self, store: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._said = bytearray()
        self._complaint = bytearray()
        self._announced = False
        self.store_is_held = False
        """it could not start, because another process has the store"""
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_complaint)
        self._process.errorOccurred.connect(self._not_started)
        self._process.finished.connect(self._finished)
        self._patience = QTimer(self, singleShot=True, interval=START_WITHIN_MS)
        self._patience.timeout.connect(lambda: self._fail("The runtime did not answer in 30 seconds. Try it again."))

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self, arguments: Sequence[str] = (), variables: Mapping[str, str] | None = None) -> None:
        """Start it; ``arguments`` are further options of ``baton serve`` (``--env``, ``--connection``)."""
        self._store.parent.mkdir(parents=True, exist_ok=True)
        command = runtime_command()
        environment = QProcessEnvironment.systemEnvironment()
        for name in ("QT_QPA_PLATFORM", "PYTHONHOME"):
            environment.remove(name)
        for name, value in (variables or {}).items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.setProgram(command[0])
        self._process.setArguments(
            [*command[1:], "serve", "--port", "0", "--store", str(self._store), "--until-stdin-closes", *arguments]
        )
        self._patience.start()
        self._process.start()

    def stop(self) -> None:
        """Ask it to end; what is under way is journaled first."""
        self._patience.stop()
        if self.running:
            self._process.closeWriteChannel()

    def insist(self) -> None:
        """It was asked to end and had its time: one that is stopped, or stuck, would stay for ever."""
        if self.running:
            self._process.kill()

    def wait_until_gone(self) -> None:
        """At the end of the designer: let it drain, then insist."""
        self.stop()
        if self.running and not self._process.waitForFinished(END_WITHIN_MS):
            self._process.kill()
            self._process.waitForFinished(2_000)

    def _read(self) -> None:
        self._said += self._process.readAllStandardOutput().data()
        line, found, rest = bytes(self._said).partition(b"\n")
        if not found or self._announced:
            return
        self._said = bytearray(rest)
        try:
            said = json.loads(line)
            if said.get("refused") == "STORE_HELD":
                self.store_is_held = True  # the sentence for people comes with its end
                return
            url, token = str(said["url"]), str(said["token"])
        except (ValueError, KeyError, TypeError, AttributeError):
            self._fail("The runtime said something that is not understood.")
            return
        self._announced = True
        self._patience.stop()
        self.ready.emit(url, token)

    def _read_complaint(self) -> None:
        self._complaint += self._process.readAllStandardError().data()
        del self._complaint[:-8_000]

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._fail(f"The runtime could not be started ({runtime_command()[0]}). Is Baton installed completely?")

    def _finished(self) -> None:
        self._patience.stop()
        if not self._announced:
            lines = self._complaint.decode("utf-8", "replace").strip().splitlines()
            self._fail(lines[-1].removeprefix("baton: ") if lines else "The runtime ended before it answered.")
        self._announced = False
        self.ended.emit()

    def _fail(self, sentence: str) -> None:
        self._patience.stop()
        self.failed.emit(sentence)
        self.stop()
