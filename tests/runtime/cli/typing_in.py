"""What a person types, in this process: exit code, standard output and standard error. Shared by these tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runtime.cli.main import run
from runtime.model.saving import save_project
from tests.runtime.server.standing import PROJECT

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Said:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


class Person:
    """Somebody at a terminal whose Baton home is new and whose project lies in ``project``."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str] | None = None) -> None:
        self.home = home / "home"
        self.folder = home
        self.project = str(home / "disputes")
        self._capture = capture
        save_project(PROJECT, self.project)

    def types(self, *words: str) -> Said:
        """``baton`` with these words."""
        assert self._capture is not None, "a test that types needs capsys"
        self._capture.readouterr()
        code = run(list(words))
        said = self._capture.readouterr()
        assert "Traceback" not in said.err
        return Said(code, said.out, said.err)

    def runs(self, amount: int = 312, *more: str) -> Any:
        """``baton run`` of the example flow, as JSON."""
        given = json.dumps({"amount": amount, "name": "Elena"})
        said = self.types("run", self.project, "refund", "--input", given, "--as", "clara", "--json", *more)
        assert said.out, said.err
        return said.json

    def process(self, *words: str, **options: Any) -> subprocess.Popen[bytes]:
        """The same in a process of its own, pipes open."""
        environ = {**os.environ, "BATON_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([sys.executable, "-m", "runtime.cli", *words], env=environ, **{**pipes, **options})
