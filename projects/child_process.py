"""A server as a child process: started, waited for until it says where it listens, ended in order or without warning.

Called by what starts the example systems and Baton itself. Laws: the child never outlives its parent, since it ends
when its standard input closes; it says one line of JSON on standard output once it answers.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]


class DidNotStart(Exception):
    """The message is what the process wrote on standard error."""


class ChildProcess:
    """Runs when it is made. ``said``: its line of JSON. Raises ``DidNotStart`` if none came within ``seconds``."""

    def __init__(self, command: Sequence[str], *, seconds: float, environ: Mapping[str, str] | None = None) -> None:
        # A file, not a pipe: nobody would read a pipe, and a full one would stop the server.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  closed in _gone
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **(environ or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
        )
        line = self._first_line(seconds)
        if not line.strip():
            self._process.kill()
            self._process.wait()
            self._stderr.seek(0)
            words = self._stderr.read().decode(errors="replace").strip()
            self._gone()
            raise DidNotStart(words or "it said nothing in time.")
        self.said: dict[str, Any] = json.loads(line)

    def stop(self, seconds: float) -> int:
        """End it in order, or by force after so long; its exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()  # works on each platform; SIGTERM would be a hard end on Windows
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
        return self._gone()

    def kill(self) -> int:
        """End it with no chance to tidy up: kill -9 (on Windows TerminateProcess)."""
        self._process.kill()
        return self._gone()

    def _first_line(self, seconds: float) -> bytes:
        """Empty when the process ends or says nothing for so long."""
        lines: list[bytes] = []
        stdout = self._process.stdout
        assert stdout is not None
        # A thread, because a pipe can't be waited on with a time limit on Windows.
        reader = threading.Thread(target=lambda: lines.append(stdout.readline()), daemon=True)
        reader.start()
        reader.join(seconds)
        return lines[0] if lines else b""

    def _gone(self) -> int:
        code = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            if stream is not None:
                stream.close()
        return code
