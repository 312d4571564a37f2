"""The designer's process: from its start to a window that can be used, memory, selecting steps, and long calls.

Each figure is of a process of its own, started as people start it, on the offscreen platform. A probe (a timer of no
delay) in the window's thread measures how long the event loop was held up.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from runtime.model.flow import Edge, Flow, Node
from runtime.model.project import Project, ProjectFile
from runtime.model.saving import save_project
from tests.benchmarks.report import AtMost, Report
from tests.benchmarks.turns_project import STEPS as STEPS_OF_TURNS
from tests.benchmarks.turns_project import turns_project

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "projects" / "billing_dispute"
STEPS = 300
STARTS = 5
LONGEST_TURN_MS = 50.0
COMPILED = ROOT / "build" / "compiled"


def run(report: Report) -> None:
    """Rows about starting, memory and held-up calls. A first start, which compiles everything, is not counted."""
    _measured(EXAMPLE)
    starts = [_measured(EXAMPLE) for _ in range(STARTS)]
    usable = statistics.median(start["usable"] for start in starts)
    report.row("start to usable window, the example", usable, "s", reach=AtMost(2.0))
    processor = statistics.median(start["processor"] for start in starts)
    report.row("processor time of that start", processor, "s")  # what it costs where nothing else runs
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "large"
        save_project(large_project(), folder)
        large = _measured(folder)
        report.row(f"start to usable window, {STEPS} steps", large["usable"], "s")
        report.row(f"memory with {STEPS} steps", large["megabytes"], "MB", reach=AtMost(250.0))
        report.row(f"longest call in the window's thread while {STEPS} steps are checked", large["checking"], "ms")
        report.row(f"longest call in the window's thread while {STEPS} steps are saved", large["saving"], "ms")
    usual = _measured(EXAMPLE)
    for where, one in (("the example", usual), (f"{STEPS} steps", large)):
        report.row(f"first form after the start, {where}", one["first form"], "ms", reach=AtMost(100.0))
        report.row(f"select a step, {where}", one["select"], "ms")
        report.row(f"select a step, {where}, the slowest of 20", one["select, worst"], "ms", reach=AtMost(50.0))
    _turns(report)
    for what in ("checking", "saving"):
        report.row(f"longest call while the example is {_DONE[what]}", usual[what], "ms", reach=AtMost(50.0))


def _turns(report: Report) -> None:
    """No call holds the window up: the longest turn of the event loop of each thing that people do to a large project.

    Judged is the processor time of the window's thread: what another program on the machine takes is not ours.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "turns"
        save_project(turns_project(), folder)
        longest = _measured(folder, "turns_probe")
    for what, (processor, clock) in longest.items():
        report.row(f"longest turn, {STEPS_OF_TURNS:,} steps: {what}", processor, "ms", reach=AtMost(LONGEST_TURN_MS))
        report.row(f"the same by the clock: {what}", clock, "ms")


_DONE = {"checking": "checked", "saving": "saved"}


def large_project() -> Project:
    """A business flow of many steps: a line with side branches that come back."""
    nodes, edges = [_node("start", "triggers/manual")], []
    before = "start"
    for number in range(STEPS - 2):
        name = f"step_{number}"
        kind, config = (
            ("logging/note", {"text": f"Step {number} for {{input.case}}"})
            if number % 3
            else ("control/set", {"values": {f"v{number}": {"feel": "input.amount * 2"}}})
        )
        nodes.append(_node(name, kind, config))
        edges.append(Edge.model_validate({"from": before, "port": "done", "to": name}))
        before = name if number % 5 else before
    nodes.append(_node("end", "control/end"))
    edges.append(Edge.model_validate({"from": before, "port": "done", "to": "end"}))
    flow = Flow(format_version=1, id="large", title="Large", nodes=tuple(nodes), edges=tuple(edges))
    return Project(file=ProjectFile(format_version=1, id="large", name="Large"), flows={"large": flow})


def _node(name: str, kind: str, config: dict[str, object] | None = None) -> Node:
    return Node(id=name, type=kind, version=1, title=name.replace("_", " ").capitalize(), config=config or {})


def _measured(folder: Path, probe: str = "designer_probe") -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "BATON_HOME": home}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # people start what is compiled
        environment["PYTHONPYCACHEPREFIX"] = str(COMPILED)
        started = [sys.executable, "-m", f"tests.benchmarks.{probe}", str(folder)]
        ran = subprocess.run(started, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
        return json.loads(ran.stdout.splitlines()[-1])
