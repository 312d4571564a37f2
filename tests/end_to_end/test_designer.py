"""The designer in a real window on a virtual screen: see `designer_walk.py` for the story."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "pictures"


@pytest.fixture
def screen() -> Iterator[str]:
    """A virtual screen that takes any free number and says which."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("there is no Xvfb on this machine, so no window can be opened without a screen")
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as said:
        number = said.readline().strip()
    assert number, "Xvfb did not say its number"
    yield f":{number}"
    process.terminate()
    process.wait(10)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_flow_is_drawn_run_and_replayed_by_mouse_and_keyboard(screen: str, tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("QT_")},
        "DISPLAY": screen,
        "QT_QPA_PLATFORM": "xcb",
        "BATON_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.end_to_end.designer_walk", str(PICTURES)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["platform"] == "xcb"
    assert said["errors"] == []
    assert said["outcome"] == "Paid back"
    assert said["steps"] == ["Start by hand", "Small claim?", "Finance check", "Pay back", "Paid"]
    assert said["undo_is_identity"]
    assert {"empty", "design", "test", "replay", "design_dark", "replay_dark"} <= set(said["pictures"])
    for name in said["pictures"]:
        assert (PICTURES / f"{name}.png").stat().st_size > 10_000
    assert "Traceback" not in done.stderr, done.stderr
