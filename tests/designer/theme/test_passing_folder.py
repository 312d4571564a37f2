"""Folders that go with the process: what a killed designer left goes with the next one, what a living one has stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from designer.theme.passing_folder import PREFIX, PassingFolder, sweep_passing

ROOT = Path(__file__).parents[3]
VICTIM = "from designer.theme.passing_folder import PassingFolder as P; p = P(); print(p.place, flush=True); input()"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no signal that kills at once")
def test_what_a_killed_one_left_goes_and_nothing_else(temporary: Path) -> None:
    own = PassingFolder()
    foreign, empty = temporary / "baton-pg", temporary / f"{PREFIX}of_another_make"
    for folder in (foreign, empty):
        folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", VICTIM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as victim:
        assert victim.stdout is not None
        left = Path(victim.stdout.readline().decode().strip())
        (left / "icon.svg").write_bytes(b"<svg/>")
        sweep_passing()
        assert left.is_dir(), "its process lives"
        victim.send_signal(signal.SIGKILL)
    link = temporary / f"{PREFIX}link"
    link.symlink_to(foreign)
    sweep_passing()
    assert not left.exists()
    assert own.place.is_dir()
    assert empty.is_dir()
    assert link.is_symlink()
    own.close()
    assert not own.place.exists()
