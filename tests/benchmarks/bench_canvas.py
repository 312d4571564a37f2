"""The canvas against a plain QGraphicsScene of as many rectangles and paths, in one run, without a screen.

CPU time throughout, as other work may run beside it. The plain scene draws no text, port, icon or name.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsView,
)

from designer.canvas.canvas import Canvas
from designer.document.checking import Checking
from designer.document.commands.delete import delete
from designer.document.commands.move import move
from designer.document.commands.notes import group_steps
from designer.document.document import Document
from designer.document.facts import Facts
from designer.document.selection import Selection
from designer.garbage import Garbage
from designer.services import Services
from designer.theme.theme import Theme
from designer.theme.type_scale import load_fonts
from nodes.registry import built_ins
from runtime.model.flow import Flow
from runtime.model.project import Project, ProjectFile
from tests.benchmarks import silent_qt
from tests.benchmarks.report import AtMost, Peer, Report

SIZE = (1400, 900)
ROUNDS = {300: 11, 1_000: 7, 2_000: 5}
"""how often a flow of so many steps is opened: what is short needs more"""
MEGABYTE = 1024.0
_CHILD = "--memory"


def flow_of(count: int, *, hub: int = 0) -> tuple[Flow, dict[str, object]]:
    """Business steps in rows, about 1.7 edges a step; with a hub, one step that all others lead to."""
    chance = random.Random(7)
    kinds = [
        ("adapters/http_request", ["done", "error"], {"connection": "crm", "method": "GET", "path": "/x/{input.a}"}),
        ("decision/condition", ["yes", "default"], {
            "conditions": [{"port": "yes", "title": "Yes", "when": {"feel": "input.a > 500"}}]}),
        ("approval", ["approve", "reject"], {"role": "finance", "title": "Pay?", "choices": [
            {"port": "approve", "title": "Approve", "style": "positive"},
            {"port": "reject", "title": "Reject", "style": "negative"}]}),
        ("logging/note", ["done"], {"text": "Seen {input.a}."}),
    ]  # fmt: skip
    across = max(1, round(count**0.5 * 1.4))
    nodes, edges, places = [], [], {}
    for number in range(count):
        type_id, ports, config = kinds[number % len(kinds)]
        name = f"n{number}"
        nodes.append(
            {"id": name, "type": type_id, "title": f"Step {number} of many", "config": config, "owner": "crew"}
        )
        places[name] = {"x": Decimal((number % across) * 320), "y": Decimal((number // across) * 160)}
        if hub:
            if number:
                edges.append({"from": name, "port": ports[0], "to": "n0"})
            continue
        for port in ports:
            ahead = number + chance.choice([1, 1, 1, across, 2, across + 1])
            if ahead < count:
                edges.append({"from": name, "port": port, "to": f"n{ahead}"})
    flow = Flow.model_validate({"id": f"f{count}", "title": "Many", "nodes": nodes, "edges": edges})
    return flow, {"format_version": 1, "nodes": places}


class Plain:
    """The yardstick: rectangles and the very paths of the canvas."""

    def __init__(self) -> None:
        self.scene = QGraphicsScene()
        self.view = QGraphicsView(self.scene)
        self.view.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.view.setSceneRect(QRectF(-1e6, -1e6, 2e6, 2e6))
        self.view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.view.resize(*SIZE)
        self.view.show()
        QApplication.processEvents()

    def build(self, canvas: Canvas) -> None:
        pen, brush, line = QPen(QColor("#888"), 1.25), QBrush(QColor("#fff")), QPen(QColor("#789"), 1.75)
        moving = QGraphicsItem.GraphicsItemFlag.ItemIsMovable | QGraphicsItem.GraphicsItemFlag.ItemIsSelectable
        for item in canvas.stage.projector.items.values():
            rect = QGraphicsRectItem(0, 0, item.card.width, item.card.height)
            rect.setPos(item.x(), item.y())
            rect.setPen(pen)
            rect.setBrush(brush)
            rect.setFlags(moving)
            self.scene.addItem(rect)
        for pipe in canvas.stage.projector.pipes.values():
            path = QGraphicsPathItem(pipe.drawn_path)
            path.setPen(line)
            path.setFlags(moving)
            self.scene.addItem(path)


def run(report: Report) -> None:
    silent_qt.install()
    application = QApplication.instance() or QApplication([])
    load_fonts()
    Garbage(application)  # as in the designer
    for count in (300, 1_000, 2_000):
        _open(report, count, application)
    _frames(report, application)
    _hub(report, application)
    _commands(report, application)
    for count in (300, 1_000):
        _tidy(report, count)
    _memory(report)


def _shown(canvas: Canvas, flow: str) -> None:
    """With its edges, which come a turn later."""
    canvas.stage.services.selection.show_flow(flow)
    canvas.stage.projector.complete()


def _open(report: Report, count: int, application: object) -> None:
    ours, plain, asked = [], [], []
    for _ in range(ROUNDS[count]):
        canvas = _canvas(count)
        canvas.stage.services.selection.show_flow(None)
        ours.append(_cpu(lambda canvas=canvas: _shown(canvas, f"f{count}")))
        asked.append(_cpu(canvas.settle))
        for pipe in canvas.stage.projector.pipes.values():
            assert not pipe.drawn_path.isEmpty()
        yardstick = Plain()
        plain.append(_cpu(lambda canvas=canvas, yardstick=yardstick: yardstick.build(canvas)))
        _close(canvas)
    peer = Peer("plain scene", median(plain))  # both medians of rounds in turns
    report.row(f"open {count:,} steps with edges", median(ours), "ms CPU", peer=peer, reach=AtMost(5))
    report.row(f"ask the types about {count:,} steps, in slices of 8 ms", median(asked), "ms CPU")


def _frames(report: Report, application: object) -> None:
    canvas = _canvas(1_000)
    canvas.settle()
    plain = Plain()
    plain.build(canvas)
    whole = canvas.stage.bounds()
    view, other = canvas.viewer, plain.view
    canvas.camera.fit(whole, glide=False)
    fit = canvas.zoom
    other.scale(fit, fit)
    other.centerOn(whole.center())
    _draw(view)
    _draw(other)
    steps = [1.04, 1 / 1.04] * 8

    def zoom_ours(step: int) -> None:
        view.zoom_at(steps[step], QPointF(700, 450))
        _draw(view)

    def zoom_plain(step: int) -> None:
        other.scale(steps[step], steps[step])
        _draw(other)

    ours, theirs = _in_turns(zoom_ours, zoom_plain, len(steps))
    report.row("zoom step at fit, 1,000 steps", ours, "ms CPU", peer=Peer("plain scene", theirs), reach=AtMost(1))
    for zoom, reach in ((0.3, None), (0.5, None), (1.0, 3)):
        _pan(report, canvas, plain, zoom, reach)
    _close(canvas)


def _pan(report: Report, canvas: Canvas, plain: Plain, zoom: float, reach: float | None) -> None:
    view, other = canvas.viewer, plain.view
    centre = canvas.stage.bounds().center()
    view.look_at(centre, zoom)
    other.resetTransform()
    other.scale(zoom, zoom)
    other.centerOn(centre)
    _draw(view)
    _draw(other)

    def pan_ours(step: int) -> None:
        view.pan(-13, -7)
        _draw(view)

    def pan_plain(step: int) -> None:
        across, down = other.horizontalScrollBar(), other.verticalScrollBar()
        across.setValue(across.value() + 13)
        down.setValue(down.value() + 7)
        _draw(other)

    ours, theirs = _in_turns(pan_ours, pan_plain, 24)
    peer = Peer("plain scene", theirs)
    reached = AtMost(reach) if reach else None
    report.row(f"pan step at {zoom:.0%}, 1,000 steps", ours, "ms CPU", peer=peer, reach=reached)


def _hub(report: Report, application: object) -> None:
    canvas = _canvas(101, hub=True)
    canvas.settle()
    view = canvas.viewer
    canvas.camera.fit(canvas.stage.bounds(), glide=False)
    canvas.camera.go(canvas.camera.centre, 0.5, glide=False)
    assert len(canvas.stage.projector.edges_of("n0")) == 100
    start = canvas.to_view("n0")
    _mouse(view, QEvent.Type.MouseButtonPress, start)
    _draw(view)
    spent = []
    for step in range(1, 49):
        to = start + QPoint(step * 2, step)
        spent.append(_cpu(lambda to=to: (_mouse(view, QEvent.Type.MouseMove, to), _draw(view, full=False))))
    assert canvas.stage.projector.items["n0"].state.dragged
    _mouse(view, QEvent.Type.MouseButtonRelease, to)
    report.row("drag one step with 100 edges, a move", median(spent), "ms CPU", reach=AtMost(6))
    _close(canvas)


def _commands(report: Report, application: object) -> None:
    canvas = _canvas(1_000)
    canvas.settle()
    document, flow = canvas.stage.services.document, "f1000"
    canvas.camera.fit(canvas.stage.bounds(), glide=False)
    _draw(canvas.viewer)
    some = [f"n{n}" for n in range(100, 120)]

    def paste() -> None:
        canvas.stage.services.selection.select(some)
        canvas.clipboard.duplicate()

    works: dict[str, Callable[[], object]] = {
        "fit": lambda: canvas.camera.fit(canvas.stage.bounds(), glide=False),
        "move one step": lambda: document.do(move(flow, {"n500": (55, 77)})),
        "group 20 steps": lambda: document.do(group_steps(flow, "g", some, title="Group")),
        "fold it": canvas.fold_all,
        "paste 20 steps": paste,
        "delete 20 steps": lambda: document.do(delete(flow, some)),
    }
    for name, work in works.items():
        spent = _cpu(work) + _cpu(lambda: _draw(canvas.viewer))
        report.row(f"{name}, 1,000 steps", spent, "ms CPU", peer=Peer("limit", 50.0), reach=AtMost(1))
    undone = []
    while document.history.canUndo():
        undone.append(_cpu(document.undo) + _cpu(lambda: _draw(canvas.viewer)))
    report.row("slowest undo of these", max(undone), "ms CPU", peer=Peer("limit", 50.0), reach=AtMost(1))
    _close(canvas)


def _tidy(report: Report, count: int) -> None:
    """What the window's own thread does for a tidy up; another one arranges meanwhile."""
    canvas = _canvas(count)
    canvas.settle()
    canvas.camera.fit(canvas.stage.bounds(), glide=False)
    start = time.thread_time()
    canvas.tidy_up()
    asked = (time.thread_time() - start) * 1000
    canvas.tidying._pool.waitForDone()
    start = time.thread_time()
    QCoreApplication.sendPostedEvents(canvas.tidying)  # the answer comes and is applied
    taken = (time.thread_time() - start) * 1000
    assert not canvas.tidying.busy
    assert canvas.stage.services.document.history.count() == 1
    painted = _cpu(lambda: _draw(canvas.viewer))
    for what, spent in (("asked for", asked), ("applied", taken), ("painted", painted)):
        peer = Peer("limit", 50.0)
        report.row(f"tidy up of {count:,} steps: {what}", spent, "ms CPU", peer=peer, reach=AtMost(1))
    _close(canvas)


def _memory(report: Report) -> None:
    program = "from tests.benchmarks.bench_canvas import print_memory; print_memory()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    report.row("memory with 300 steps on the canvas", float(done.stdout.split()[-1]), "MB", reach=AtMost(250))


def print_memory() -> None:
    """In a process of its own: Python, Qt, all node types and a canvas that was looked at."""
    import resource

    application = QApplication([])
    load_fonts()
    canvas = _canvas(300)
    canvas.settle()
    for zoom in (1.0, 0.5, 0.3, 0.1):
        canvas.viewer.look_at(canvas.stage.bounds().center(), zoom)
        _draw(canvas.viewer)
    status = Path("/proc/self/status")  # what getrusage gives includes the process that started this one
    high = (
        [line.split()[1] for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM")]
        if status.exists()
        else []
    )
    print((float(high[0]) if high else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / MEGABYTE)
    _close(canvas)
    application.quit()


def _canvas(count: int, *, hub: bool = False) -> Canvas:
    registry = built_ins()
    flow, layout = flow_of(count, hub=hub)
    project = Project(file=ProjectFile(id="p"), flows={flow.id: flow}, layouts={flow.id: layout})
    document = Document(project)
    checking = Checking(document, registry)
    checking.close()
    services = Services(registry, document, Selection(), Facts(registry), checking, Theme("light"))
    services.theme.reduce_motion = True
    services.selection.show_flow(flow.id)
    canvas = Canvas(services)
    canvas.resize(*SIZE)
    canvas.show()
    QApplication.processEvents()
    return canvas


def _close(canvas: Canvas) -> None:
    canvas.stage.services.checking.close()
    canvas.close()
    canvas.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # its threads end with it


def _mouse(view: QGraphicsView, kind: QEvent.Type, at: QPoint) -> None:
    """A mouse with its left button held, through all that a real one goes through."""
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    which = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else left
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else left
    event = QMouseEvent(kind, QPointF(at), QPointF(port.mapToGlobal(at)), which, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(port, event)


def _draw(view: QGraphicsView, *, full: bool = True) -> None:
    if full:
        view.viewport().repaint()
    else:
        QApplication.processEvents()


def _in_turns(one: Callable[[int], None], other: Callable[[int], None], steps: int) -> tuple[float, float]:
    """Median milliseconds of each, step by step beside one another."""
    first, second = [], []
    for step in range(steps):
        first.append(_cpu(lambda step=step: one(step)))
        second.append(_cpu(lambda step=step: other(step)))
    return median(first), median(second)


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000
