"""The canvas in its window: a new step is seen, unmarked, and its form asks at once; Replay changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.canvas.overlays.ground import SHADOW
from designer.document.commands.add_node import add_node
from designer.forms.schema_form import SchemaForm
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from runtime.model.flow import Node
from runtime.model.project import Project
from tests.designer.canvas.conftest import Hand, small_project


@pytest.fixture
def ready(window: MainWindow) -> MainWindow:
    window.services.theme.reduce_motion = True
    window.resize(1400, 900)
    window.show()
    window.activateWindow()
    QApplication.processEvents()
    window.canvas.settle()
    window.canvas.viewer.look_at(QPointF(900, 200), 1.0)
    return window


def add_by_name(canvas: Canvas, at: QPointF, name: str) -> str:
    canvas.ask(at)
    line = canvas.floating.quick_add.line
    QTest.keyClicks(line, name)
    QTest.keyClick(line, Qt.Key.Key_Return)
    added = canvas.stage.services.selection.node
    assert added is not None
    return added


def form_of(window: MainWindow) -> SchemaForm:
    panel = window.panel("form")
    assert panel is not None
    form = panel.form  # type: ignore[attr-defined]
    assert isinstance(form, SchemaForm)
    return form


def marks(form: SchemaForm) -> list[str]:
    return [path for path, box in form.context.boxes.items() if box.says]


def test_the_first_field_of_a_step_that_quick_add_placed_has_the_cursor(ready: MainWindow) -> None:
    added = add_by_name(ready.canvas, QPointF(700, 500), "http")
    here = QApplication.focusWidget()
    assert isinstance(here, QWidget)
    form = form_of(ready)
    assert form.context.node_id == added
    assert form.context.boxes["config.connection"].isAncestorOf(here)


def test_enter_on_a_step_puts_the_cursor_into_its_form(ready: MainWindow) -> None:
    ready.services.selection.select(
        ["credit_note"] if "credit_note" in ready.canvas.stage.projector.items else ["route"]
    )
    ready.canvas.viewer.setFocus()
    QTest.keyClick(ready.canvas.viewer, Qt.Key.Key_Return)
    here = QApplication.focusWidget()
    assert here is not None
    assert form_of(ready).isAncestorOf(here)


def test_a_new_step_is_unmarked_on_card_and_form_until_it_is_left(ready: MainWindow) -> None:
    canvas, services = ready.canvas, ready.services
    added = add_by_name(canvas, QPointF(700, 500), "http")
    services.checking.check_now()
    form_of(ready).show_problems()
    state = canvas.stage.projector.items[added].state
    assert (state.errors, state.warnings) == (0, 0)
    assert marks(form_of(ready)) == []
    assert [problem for problem in services.checking.of(canvas.stage.flow_id) if problem.where.node == added]

    services.selection.select(["route"])
    assert state.errors > 0
    services.selection.select([added])
    form_of(ready).show_problems()
    assert "config.connection" in marks(form_of(ready))


def test_whoever_asks_for_a_problem_of_a_new_step_sees_it(ready: MainWindow) -> None:
    added = add_by_name(ready.canvas, QPointF(700, 500), "http")
    ready.services.checking.check_now()
    ready.services.selection.show_field(ready.canvas.stage.flow_id, added, "config.connection")
    form_of(ready).show_problems()
    assert "config.connection" in marks(form_of(ready))
    assert ready.canvas.stage.projector.items[added].state.errors > 0


def test_a_panel_that_opens_does_not_cover_the_new_step(ready: MainWindow) -> None:
    canvas = ready.canvas
    added = add_by_name(canvas, QPointF(900, 480), "http")
    ready.show_panel("problems")
    QTest.qWait(30)
    seen = canvas.floating.on_view(body(canvas.stage.projector.items[added]))
    assert canvas.viewer.viewport().rect().contains(seen)
    for thing in (canvas.floating.bar, canvas.floating.minimap):
        assert not seen.intersects(thing.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW))


def test_replay_is_read_only_also_without_a_run(ready: MainWindow) -> None:
    canvas, before = ready.canvas, ready.services.document.project
    ready.show_mode("replay")
    assert not canvas.editable
    canvas.ask(QPointF(700, 500))
    assert not canvas.floating.quick_add.isVisible()
    ready.services.selection.select(["route"])
    canvas.delete_selection()
    canvas.tidy_up()
    canvas.settle()
    assert ready.services.document.project is before
    assert not canvas.floating.pad.isVisible()
    ready.show_mode("design")
    assert canvas.editable


def _middle_of_edge(canvas: Canvas, hand: Hand) -> QPoint:
    place = canvas.stage.projector.pipes["start", "started", "ask"].drawn_path.pointAtPercent(0.5)
    return hand.at(place.x(), place.y())


@pytest.mark.parametrize("how", ["locked", "fixed"])
def test_the_plus_of_an_edge_goes_when_nothing_may_be_changed(
    make_canvas: Callable[[Project], Canvas], how: str
) -> None:
    canvas = make_canvas(small_project())
    hand = Hand(canvas)
    there = _middle_of_edge(canvas, hand)
    hand.move(there)
    assert canvas.hands.edge_plus.at is not None
    flow = canvas.stage.flow
    assert flow is not None
    if how == "locked":
        canvas.lock(locked=True)
    else:
        canvas.show_fixed(flow, canvas.stage.layout)
        canvas.viewer.look_at(QPointF(420, 150), 1.0)
    assert canvas.hands.edge_plus.at is None
    hand.move(there + QPoint(3, 0))
    assert canvas.hands.edge_plus.at is None
    hand.click(there)
    assert not canvas.floating.quick_add.isVisible()
    canvas.lock(locked=False)
    canvas.show_document()
    canvas.viewer.look_at(QPointF(420, 150), 1.0)
    hand.move(there)
    assert canvas.hands.edge_plus.at is not None


def test_quick_add_is_as_high_as_its_rows(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(small_project())
    quick = canvas.floating.quick_add
    canvas.ask(QPointF(300, 60))
    QApplication.processEvents()
    whole, top = quick.height(), quick.y()
    assert quick.list.verticalScrollBar().maximum() > 0, "all kinds of steps need more room than there is"
    QTest.keyClicks(quick.line, "http")
    QApplication.processEvents()
    assert quick.height() < whole / 2
    assert quick.y() == top
    assert quick.list.verticalScrollBar().maximum() == 0
    last = quick.list.visualItemRect(quick.list.item(quick.list.count() - 1))
    assert 0 <= quick.list.viewport().height() - last.bottom() < 8
    QTest.keyClicks(quick.line, "zzz")
    QApplication.processEvents()
    assert quick.none.isVisible()
    assert quick.none.geometry().bottom() <= quick.height() - SHADOW
    quick.line.clear()
    assert quick.height() == whole


def test_a_step_that_the_next_one_mends_is_never_marked(desktop: Desktop, qtbot: QtBot) -> None:
    """Start, then the step behind it: the start was red for as long as the check takes, for leading nowhere."""
    window = desktop.new()
    window.show()
    services = window.services

    def checked() -> None:
        with qtbot.waitSignal(services.checking.changed, timeout=10_000):
            pass

    def errors() -> int:
        return window.canvas.stage.projector.items["begin"].state.errors

    services.document.do(add_node("new_flow", Node(id="begin", type="triggers/manual", version=1), (0, 0)))
    checked()
    assert errors() == 0, "nobody has left it yet"
    services.document.do(
        add_node("new_flow", Node(id="say", type="logging/note", version=1), (300, 0), after=("begin", "started"))
    )
    assert services.selection.nodes == ("say",)
    assert errors() == 0
    checked()
    assert errors() == 0
    services.document.undo()
    checked()
    assert errors() == 1, "left, and it leads nowhere"
