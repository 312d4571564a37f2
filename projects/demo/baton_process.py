"""`baton serve` as a process of its own: started, asked over HTTP, killed without warning, started again.

Called by the show and by the end-to-end tests. Laws: nothing of Baton runs inside the caller; the process never
outlives the caller, because it ends when its standard input closes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from projects.child_process import ROOT, ChildProcess, DidNotStart
from runtime.client.http import HttpDoor

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0


class BatonDidNotStart(Exception):
    """The message holds what the process said on stderr."""


class BatonProcess:
    """One store, one home, and the process that serves them now. Use as a context manager, or call `stop`."""

    def __init__(self, store: Path | str, home: Path) -> None:
        self._store = store
        self._home = home
        self._process: ChildProcess | None = None
        self.pid = 0
        self.url = ""
        self.token = ""
        self.start()

    def start(self) -> None:
        """Start serving the store. Raises BatonDidNotStart."""
        words = command("serve", "--port", "0", "--store", str(self._store), "--until-stdin-closes")
        try:
            self._process = ChildProcess(words, seconds=START_SECONDS, environ={"BATON_HOME": str(self._home)})
        except DidNotStart as silent:
            raise BatonDidNotStart(f"Baton did not start: {silent}") from silent
        ready = self._process.said
        self.url, self.token, self.pid = ready["url"], ready["token"], ready["pid"]
        self.door = HttpDoor(self.url, self.token)

    def kill(self) -> None:
        """End it with no chance to tidy up: kill -9 (on Windows TerminateProcess)."""
        self._taken().kill()
        self.door.close()

    def stop(self) -> int:
        """End it in order; its exit code. Twice is once."""
        if self._process is None:
            return 0
        code = self._taken().stop(STOP_SECONDS)
        self.door.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _taken(self) -> ChildProcess:
        process, self._process = self._process, None
        assert process is not None
        return process


def command(*words: str) -> list[str]:
    """A verb of Baton as a command that works from a checkout, whatever its path and wherever Python lies."""
    return [sys.executable, "-m", "runtime.cli", *words]


def surroundings(home: Path) -> dict[str, str]:
    """The environment variables of such a command."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "BATON_HOME": str(home)}
