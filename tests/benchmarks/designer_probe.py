"""One start of the designer under measurement: ``python -m tests.benchmarks.designer_probe FOLDER``; figures as JSON.

Time counts from the start of the process, as the system says it, so that the interpreter and all imports are in it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

SELECTED = 20
"""steps that are selected, from all over the flow"""
EVENTS = 4
"""turns of the event loop until what a selection changes is drawn"""


def main(folder: Path) -> int:
    """Open, select steps, check, save; print what it took."""
    import shutil

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from designer.app import make_application
    from designer.document.commands.set_field import set_field
    from designer.window.desktop import Desktop

    work = Path(tempfile.mkdtemp())
    place = Path(shutil.copytree(folder, work / "project"))
    copied = time.perf_counter()
    application = make_application()
    desktop = Desktop(application)
    figures: dict[str, float] = {}
    held = [0.0]
    last = [time.perf_counter()]

    def probe() -> None:
        now = time.perf_counter()
        held[0] = max(held[0], (now - last[0]) * 1_000)
        last[0] = now

    ticking = QTimer(interval=0)
    ticking.timeout.connect(probe)

    def fresh() -> None:
        held[0], last[0] = 0.0, time.perf_counter()

    def shown(window, _opened) -> None:
        window.repaint()
        QApplication.processEvents()
        figures["usable"] = _since_start() - (copied - BEGUN)
        figures["processor"] = time.process_time()
        QTimer.singleShot(2_500, lambda: settled(window))

    def selected(window, step) -> float:
        """Milliseconds of the window's thread from the click until everything that follows the selection is drawn."""
        begun = time.thread_time()
        window.services.selection.select([step])
        for _ in range(EVENTS):
            QApplication.processEvents()
        return (time.thread_time() - begun) * 1_000

    def settled(window) -> None:
        figures["megabytes"] = _resident_megabytes()
        steps = [node.id for node in window.services.flow.nodes]
        steps = steps[:: max(1, len(steps) // SELECTED)]
        figures["first form"] = selected(window, steps[0])
        window.show_panel("problems")
        window.show_panel("variables")
        _go_on(QApplication, 1.0)
        took: list[float] = []
        for again in (False, True):  # the first time round warms what people have warm after a minute
            for step in steps:
                milliseconds = selected(window, step)
                took += [milliseconds] if again else []
                _go_on(QApplication, 0.2)
        figures["select"], figures["select, worst"] = sorted(took)[len(took) // 2], max(took)
        ticking.start()
        flow = window.services.flow
        assert flow is not None
        node = flow.nodes[len(flow.nodes) // 2].id
        window.services.document.do(set_field(flow.id, node, "title", "Another title"))
        QTimer.singleShot(100, lambda: checking(window))

    def checking(window) -> None:
        window.services.checking.changed.connect(lambda: QTimer.singleShot(200, lambda: checked(window)))
        fresh()

    def checked(window) -> None:
        if "checking" in figures:
            return
        figures["checking"] = held[0]
        window.services.extras["keeper"].saved.connect(lambda _folder: QTimer.singleShot(300, saved))
        fresh()
        window.run("file.save")

    def saved() -> None:
        figures["saving"] = held[0]
        print(json.dumps(figures), flush=True)
        shutil.rmtree(work, ignore_errors=True)
        os._exit(0)

    desktop.open(place, shown)
    return application.exec()


def _go_on(application, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        application.processEvents()
        time.sleep(0.002)


def _since_start() -> float:
    """Seconds since the process began; where the system does not say it, since this module was loaded."""
    try:
        ticks = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
        up = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
        return up - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return time.perf_counter() - BEGUN


def _resident_megabytes() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


BEGUN = time.perf_counter()

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
