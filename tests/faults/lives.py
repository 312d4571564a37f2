"""One life of `baton serve` after the other on one store, each in a process of its own, some of them bound to die.

Called by the tests of this folder. Laws: nothing of Baton runs in the caller; a life never outlives the caller, because
its standard input closes then. Where the platform can fork, lives are forked from a process that has the libraries
loaded but nothing of Baton's host, which reads its fault point when it is imported.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from projects.demo.baton_process import surroundings
from runtime.client.http import HttpDoor

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 30.0
KILLED: Final = (137, -getattr(signal, "SIGKILL", 9))
"""exit codes of a life that ended at a fault point, or by kill -9 from outside"""
LIBRARIES: Final = ["click", "fastapi", "httpx", "jinja2", "jsonschema", "sqlalchemy", "uvicorn", "rich.console"]
SHELVES: Final = ["nodes.registry", "runtime.connections", "runtime.engine.driver", "runtime.store", "runtime.wire"]

_processes: Any = multiprocessing.get_context("forkserver" if sys.platform != "win32" else "spawn")
if sys.platform != "win32":
    _processes.set_forkserver_preload([*LIBRARIES, *SHELVES])


class Died(Exception):
    """The life ended before it was ready to serve, or while it was asked to. The message is its exit code."""


class Lives:
    """One store, one home, and whoever serves them now. Use as a context manager."""

    def __init__(self, folder: Path, home: Path, store: Path | None = None) -> None:
        self.folder = folder
        self.store = store or folder / "store.db"
        self.door: HttpDoor | None = None
        self.pid = 0
        self.lived = 0
        self._home = home
        self._process: BaseProcess | None = None
        self._stdin: Connection | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def begin(self, fault: str = "", *, tally: Path | None = None) -> None:
        """Start serving, with a fault point or without. Raises Died where the point lies before the first request."""
        self.end()
        self.lived += 1
        self._said().touch()
        environ = surroundings(self._home) | {"BATON_FAULT": fault, "BATON_FAULT_TALLY": str(tally or "")}
        its_stdin, self._stdin = _processes.Pipe(duplex=False)
        words = ["serve", "--port", "0", "--store", str(self.store), "--until-stdin-closes"]
        self._process = _processes.Process(
            target=_live, args=(words, environ, str(self._said()), str(self.stderr), its_stdin)
        )
        self._process.start()
        its_stdin.close()
        ready = self._ready()
        self.pid = ready["pid"]
        self.door = HttpDoor(ready["url"], ready["token"])

    @property
    def stderr(self) -> Path:
        """What all lives wrote for people."""
        return self.folder / "stderr.txt"

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def dead(self) -> int:
        """Waits for the end of the life that a fault point promised; its exit code."""
        assert self._process is not None
        self._process.join(STOP_SECONDS)
        code = self._process.exitcode
        assert code is not None, "it still lives"
        return code

    def end(self, *, kill: bool = False) -> int:
        """The exit code; without `kill` it ends in order."""
        process, self._process = self._process, None
        if process is None:
            return 0
        if kill:
            process.kill()
        if self.door is not None:
            self.door.close()
            self.door = None
        if self._stdin is not None:
            self._stdin.close()
        process.join(STOP_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        code = process.exitcode
        assert code is not None
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(kill=True)

    def _said(self) -> Path:
        return self.folder / f"stdout-{self.lived}.txt"

    def _ready(self) -> dict[str, Any]:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            gone = not self._process.is_alive()
            line = self._said().read_text(encoding="utf-8")
            if line.endswith("\n"):
                ready: dict[str, Any] = json.loads(line)
                return ready
            if gone:
                words = self.stderr.read_text(encoding="utf-8") if self.stderr.exists() else ""
                raise Died(f"exit code {self._process.exitcode}. {words[-2000:]}")
            assert time.monotonic() < deadline, "Baton did not start in time"
            time.sleep(0.01)


def _live(words: list[str], environ: dict[str, str], stdout: str, stderr: str, stdin: Connection) -> None:
    """The whole life, in the new process."""
    os.environ.update(environ)
    os.dup2(stdin.fileno(), 0)
    stdin.close()
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    for number, path in ((1, stdout), (2, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    sys.stdout, sys.stderr = (os.fdopen(n, "w", encoding="utf-8", closefd=False, buffering=1) for n in (1, 2))
    assert "runtime.host.fault_points" not in sys.modules, "it has read its fault point already"
    from runtime.cli.main import main  # not before the fault point is set

    sys.argv = ["baton", *words]
    with contextlib.suppress(BrokenPipeError):
        main()
