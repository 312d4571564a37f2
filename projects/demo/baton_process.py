"""`baton serve` as a process of its own: started, asked over HTTP, killed without warning, started again.

Called by the show and by the end-to-end tests. Laws: nothing of Baton runs inside the caller; the process never
outlives the caller, because it ends when its standard input closes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from runtime.client.http import HttpDoor

ROOT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0


class BatonDidNotStart(Exception):
    """The message holds what the process said on stderr."""


class BatonProcess:
    """One store, one home, and the process that serves them now. Use as a context manager, or call `stop`."""

    def __init__(self, store: Path | str, home: Path) -> None:
        self._store = store
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None
        self.pid = 0
        self.url = ""
        self.token = ""
        self.start()

    def start(self) -> None:
        """Start serving the store. Raises BatonDidNotStart."""
        # A file, not a pipe: nobody would read a pipe, and a full one would stop the server.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed in _gone
        self._process = subprocess.Popen(
            command("serve", "--port", "0", "--store", str(self._store), "--until-stdin-closes"),
            cwd=ROOT,
            env=surroundings(self._home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
        )
        ready = _ready_line(self._process)
        if ready is None:
            self._process.kill()
            self._process.wait()
            self._stderr.seek(0)
            said = self._stderr.read().decode(errors="replace").strip()
            self._gone()
            raise BatonDidNotStart(f"Baton did not start: {said or 'it said nothing in time.'}")
        self.url, self.token, self.pid = ready["url"], ready["token"], ready["pid"]
        self.door = HttpDoor(self.url, self.token)

    def kill(self) -> None:
        """End it with no chance to tidy up: kill -9 (on Windows TerminateProcess)."""
        assert self._process is not None
        self._process.kill()
        self._gone()

    def stop(self) -> int:
        """End it in order; its exit code. Twice is once."""
        process = self._process
        if process is None:
            return 0
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        return self._gone()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _gone(self) -> int:
        process, self._process = self._process, None
        assert process is not None
        code = process.wait()
        for stream in (process.stdin, process.stdout, self._stderr):
            if stream is not None:
                stream.close()
        if hasattr(self, "door"):
            self.door.close()
        return code


def command(*words: str) -> list[str]:
    """A verb of Baton as a command that works from a checkout, whatever its path and wherever Python lies."""
    return [sys.executable, "-m", "runtime.cli", *words]


def surroundings(home: Path) -> dict[str, str]:
    """The environment variables of such a command."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "BATON_HOME": str(home)}


def _ready_line(process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
    lines: list[bytes] = []
    stdout = process.stdout
    assert stdout is not None
    # A thread, because a pipe can't be waited on with a time limit on Windows.
    reader = threading.Thread(target=lambda: lines.append(stdout.readline()), daemon=True)
    reader.start()
    reader.join(START_SECONDS)
    if not lines or not lines[0].strip():
        return None
    ready: dict[str, Any] = json.loads(lines[0])
    return ready
