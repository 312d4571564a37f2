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

from runtime.model.files import load_project

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "pictures"


VIEWS = (
    "connections", "decision_table", "design", "differences", "flow_settings", "form_editor", "history", "keys",
    "large", "outline", "past_runs", "problems", "project", "replay", "samples", "test", "welcome",
)  # fmt: skip


@pytest.fixture
def screen() -> Iterator[str]:
    """A virtual screen that takes any free number and says which; large enough for a window at twice the scale."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("there is no Xvfb on this machine, so no window can be opened without a screen")
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", "2900x1900x24", "-nolisten", "tcp"],
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
@pytest.mark.timeout(400)
@pytest.mark.parametrize("scale", [1, 2])
def test_the_billing_disputes_core_is_drawn_and_run_by_mouse_and_keyboard(
    screen: str, tmp_path: Path, scale: int
) -> None:
    """At twice the scale, as on a fine screen, too: the pictures of both are for people to look at."""
    pictures = PICTURES / ("normal" if scale == 1 else "fine")
    place = tmp_path / "billing"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("QT_")},
        "DISPLAY": screen,
        "QT_QPA_PLATFORM": "xcb",
        "QT_SCALE_FACTOR": str(scale),
        "BATON_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.end_to_end.designer_walk", str(pictures), str(place)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=380,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["platform"] == "xcb"
    assert said["errors"] == []
    assert said["outcome"] == "Refunded"
    assert said["steps"] == [
        "Start by hand", "Customer", "Bill", "Small amount?", "Finance check", "Refund", "Tell the customer",
        "Refunded",
    ]  # fmt: skip
    assert (said["refund"]["body"]["amount"], said["refund"]["body"]["case"]) == ("312.50", "D-1002")
    assert said["undo_is_identity"]
    assert "flows/new_flow.flow.json" in said["files"]
    assert {f"{name}{ending}" for name in VIEWS for ending in ("", "_dark")} <= set(said["pictures"])
    for name in said["pictures"]:
        assert (pictures / f"{name}.png").stat().st_size > 5_000
    assert "Traceback" not in done.stderr, done.stderr
    flow = load_project(place).flows["new_flow"]
    assert {node.type for node in flow.nodes} == {
        "triggers/manual", "adapters/http_request", "decision/condition", "approval", "control/end",
    }  # fmt: skip
