"""One designer under real work with a flow of a thousand steps: ``python -m tests.benchmarks.turns_probe FOLDER``.

Prints as JSON, for each thing that was done, the longest turn of the event loop in milliseconds: ``[processor time of
the window's thread, time by the clock]``. The first holds on a machine that does other things, too. Every panel and
page is open when the theme changes, so the last comes what is dearest.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from designer.app import SWITCH_S, make_application
from designer.document.commands.set_field import set_field
from designer.garbage import Garbage
from designer.window import choosing
from designer.window.comparison import compare
from designer.window.desktop import Desktop
from designer.window.find import Find
from tests.benchmarks.turns_project import LARGE, RUN, TABLE, renamed_steps

SETTLE_S = 0.8
DIALOG_MS = 600
PAGES = (
    ("flow_settings", "billing_dispute"), ("samples", "billing_dispute"), ("connections", ""), ("secrets", ""),
    ("form", "billing_dispute/approve_refund"), ("decision_table", "dispute_route"),
)  # fmt: skip
PANELS = ("problems", "variables", "history", "outline", "project")


class Turns:
    """Measures turns of the event loop while something is done."""

    def __init__(self, application: QApplication) -> None:
        self.longest: dict[str, tuple[float, float]] = {}
        self._application = application
        self._beat = QTimer(interval=0)
        self._beat.timeout.connect(self._take)
        self._last: tuple[float, float] | None = None
        self._most = (0.0, 0.0)

    def during(self, what: str, do: Callable[[], Any], until: Callable[[], bool] = lambda: True) -> None:
        """``do`` in a turn, and all that follows from it until it is done and a moment has passed."""
        self._last, self._most = None, (0.0, 0.0)
        self._beat.start()
        self.go_on(0.02)
        QTimer.singleShot(0, do)
        self.go_on(SETTLE_S)
        given_up = time.perf_counter() + 60
        while not until() and time.perf_counter() < given_up:
            self.go_on(0.1)
        self._beat.stop()
        self.longest[what] = self._most
        print(what, *(f"{each:.1f}" for each in self._most), file=sys.stderr, flush=True)

    def go_on(self, seconds: float) -> None:
        """The window lives for so long."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self._application.processEvents()

    def _take(self) -> None:
        now = time.thread_time() * 1_000, time.perf_counter() * 1_000
        if self._last is not None:
            self._most = max(self._most[0], now[0] - self._last[0]), max(self._most[1], now[1] - self._last[1])
        self._last = now


def main(folder: Path) -> int:
    """Does it all once, as people would."""
    application = make_application()
    application.setQuitOnLastWindowClosed(False)
    sys.setswitchinterval(SWITCH_S)
    Garbage(application)
    turns = Turns(application)
    desktop = Desktop(application)
    desktop.theme.choose("light")
    opened: list[Any] = []
    turns.during(
        "open the first window", lambda: desktop.open(folder, lambda w, _o: opened.append(w)), lambda: bool(opened)
    )
    turns.during("the first check, and what is made ahead", lambda: turns.go_on(2.5))
    window = opened[0]
    _edit(turns, window)
    _look(turns, window)
    _keep(turns, window)
    _run(turns, window)
    for panel in PANELS:
        window.show_panel(panel)
    for name in ("dark", "light"):
        turns.during(f"theme to {name}, everything open", lambda: window.run(f"view.theme_{name}"))  # noqa: B023  at once
    print(json.dumps(turns.longest), flush=True)
    window.services.extras["session"].close()
    os._exit(0)


def _edit(turns: Turns, window: Any) -> None:
    services = window.services
    steps = [node.id for node in services.flow.nodes]
    turns.during("the first form", lambda: services.selection.select([steps[5]]))
    for panel in PANELS:
        turns.during(f"panel {panel}", lambda: window.show_panel(panel))  # noqa: B023  done at once
    turns.during("select a step", lambda: services.selection.select([steps[500]]))
    turns.during("change a step", lambda: services.document.do(set_field(LARGE, steps[500], "title", "Another")))
    turns.during("undo it", lambda: window.run("edit.undo"))
    turns.during("tidy up", lambda: window.run("flow.tidy_up"), services.document.history.canUndo)
    turns.during("undo tidy up", lambda: window.run("edit.undo"))
    turns.during("redo tidy up", lambda: window.run("edit.redo"))
    services.selection.select(steps[100:300])
    turns.during("copy 200 steps", lambda: window.run("edit.copy"))
    turns.during("paste 200 steps", lambda: window.run("edit.paste"))
    turns.during("undo paste", lambda: window.run("edit.undo"))
    turns.during("delete 200 steps", lambda: (services.selection.select(steps[100:300]), window.run("edit.delete")))
    turns.during("undo delete", lambda: window.run("edit.undo"))
    turns.during("select all", lambda: window.run("edit.select_all"))
    _edit_all(turns, window)
    services.selection.select([steps[1]])
    turns.go_on(0.3)


def _edit_all(turns: Turns, window: Any) -> None:
    """What is done to all steps at once."""
    steps = [node.id for node in window.services.flow.nodes]
    for what, do in (
        ("copy all", lambda: window.run("edit.copy")),
        ("paste all", lambda: window.run("edit.paste")),
        ("duplicate all", lambda: window.run("edit.duplicate")),
        ("delete all", lambda: window.run("edit.delete")),
        ("cut all", lambda: window.run("edit.cut")),
        ("align all", lambda: window.canvas.align("left")),
        ("distribute all", lambda: window.canvas.distribute("across")),
    ):
        window.services.selection.select(steps)
        turns.go_on(0.3)
        turns.during(what, do)
        if what != "copy all":
            turns.during(f"undo {what}", lambda: window.run("edit.undo"))


def _look(turns: Turns, window: Any) -> None:
    for name, key in PAGES:
        turns.during(f"page {name}", lambda: window.open_editor(name, key))  # noqa: B023  done at once
    turns.during("a decision table of 1,000 rules", lambda: window.open_editor("decision_table", TABLE))
    turns.go_on(0.5)
    table = window.open_editor("decision_table", TABLE)
    turns.during("a cell of it", lambda: table.grid.rows.setData(table.grid.rows.index(500, 2), '"gold"'))
    turns.during("undo the cell", lambda: window.run("edit.undo"))
    case = dict(zip(table.trying.fields, ("0.5", "1", '"open"', "1", "1"), strict=False))
    turns.during("a case tried on it", lambda: table.trying.fill(case), lambda: bool(table.trying.reason.text()))
    turns.during("switch to another flow", lambda: window.show_flow("billing_dispute"))
    turns.during("switch back", lambda: window.show_flow(LARGE))
    turns.during("find anything", lambda: window.run("edit.find_anything"))
    box = window.findChildren(Find)[-1]
    turns.during("type into it", lambda: box.line.setText("step 9"))
    box.close()
    window.services.selection.select([window.services.flow.nodes[1].id])
    turns.during("where used", lambda: window.run("edit.where_used"))
    window.findChildren(Find)[-1].close()
    turns.during("next problem", lambda: window.walk_problems(1))
    for kind in ("png", "svg", "pdf"):
        target = Path(tempfile.mkdtemp()) / f"flow.{kind}"
        choosing.choose_target = lambda *_a, target=target: target  # type: ignore[assignment]
        turns.during(f"picture as {kind.upper()}", lambda: window.run("file.picture"), target.is_file)


def _keep(turns: Turns, window: Any) -> None:
    services = window.services
    folder = services.document.folder
    drawing = folder / "flows" / f"{LARGE}.flow.json"
    steps = [node.id for node in services.flow.nodes]

    def outside(title: str) -> None:
        flow = json.loads(drawing.read_text(encoding="utf-8"))
        flow["nodes"][700]["title"] = title
        drawing.write_text(json.dumps(flow, indent=2), encoding="utf-8")

    services.document.do(set_field(LARGE, steps[400], "title", "Ours"))
    turns.go_on(0.5)
    _dialog_of(turns, "compare with the saved version", lambda: window.run("flow.compare_saved"))
    project = services.document.project
    renamed = renamed_steps(project)
    _dialog_of(
        turns,
        "compare a thousand changed steps",
        lambda: compare(services, "Compared", project, renamed),
    )
    turns.during("save", lambda: window.run("file.save"), lambda: services.document.saved)
    _dialog_of(turns, "publish", lambda: window.run("file.publish"))
    collided: list[Any] = []
    services.extras["keeper"].collided.connect(collided.append)
    theirs = "Theirs"
    turns.during("changed by somebody else", lambda: outside(theirs), lambda: services.flow.nodes[700].title == theirs)
    services.document.do(set_field(LARGE, steps[400], "title", "Ours again"))
    turns.during("changed by both", lambda: outside("Theirs again"), lambda: bool(collided))
    both = "Ours again", "Theirs again"
    turns.during(
        "merge",
        lambda: window.keeping.merge(collided[-1]),
        lambda: (services.flow.nodes[400].title, services.flow.nodes[700].title) == both,
    )


def _run(turns: Turns, window: Any) -> None:
    session = window.services.extras["session"]
    turns.during("enter Test", lambda: window.run("view.test"))
    _rehearse(turns, window, session)
    window.show_flow(RUN)
    turns.go_on(0.5)
    turns.during("rehearse 200 steps", lambda: window.run("run.run"), lambda: session.story and session.story.ended)
    turns.during("enter Replay", lambda: window.run("view.replay"))
    turns.during("step back", lambda: session.look_at(session.cursor // 2))
    timeline = window.panel("timeline")
    turns.during("values over time", lambda: timeline.tabs.setCurrentWidget(timeline.values))
    turns.during("step on beside them", lambda: session.look_at(session.story.last_seq))
    window.run("view.test")
    session.where = "practice"
    turns.during(
        "a run of 200 steps is watched",
        lambda: window.run("run.run"),
        lambda: session.story is not None and session.story.ended and not session.story.rehearsed,
    )
    turns.during("back to Design", lambda: window.run("view.design"))


def _rehearse(turns: Turns, window: Any, session: Any) -> None:
    """The large flow: more steps than a run may have without being asked, so it halts at the last of them."""
    begin = partial(session.rehearse, LARGE, {"case": "1"})
    turns.during("rehearse 1,000 steps", begin, lambda: bool(session.incidents))
    turns.during("enter Replay of 1,000 steps", lambda: window.run("view.replay"))
    for seq in (1, 1_000, 500):
        turns.during(f"move the slider to event {seq:,}", partial(session.look_at, seq))
    window.run("view.test")
    turns.go_on(0.5)
    turns.during("step through 1,000 steps", partial(begin, stepwise=True), lambda: bool(session.incidents))
    turns.during("step on in them", lambda: window.run("run.step"))


def _dialog_of(turns: Turns, what: str, do: Callable[[], Any]) -> None:
    """As ``during``, until the dialog that comes of it has been shown for a moment and closed."""
    closed: list[QDialog] = []

    def close() -> None:
        for shown in QApplication.topLevelWidgets():
            if isinstance(shown, QDialog) and shown.isVisible():
                closed.append(shown)
                shown.reject()

    closing = QTimer(interval=DIALOG_MS)
    closing.timeout.connect(close)
    closing.start()
    turns.during(what, do, lambda: bool(closed))
    closing.stop()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
