"""The window: what stands where, and that it follows document, selection and mode."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from designer.canvas.gestures.hits import body
from designer.canvas.overlays.minimap import Minimap
from designer.document.commands.add_node import add_node
from designer.document.commands.set_field import UNSET, set_field
from designer.document.commands.set_flow_field import set_flow_field
from designer.editors import found_editors
from designer.editors.decision_table.page import TablePage
from designer.keeping.opening import open_place
from designer.panels import Mode
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from runtime.model.flow import Node

FLOW = "billing_dispute"


class Sizes(QObject):
    """All sizes that a widget is given from now on."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.seen: list[QSize] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if isinstance(event, QResizeEvent):
            self.seen.append(event.size())
        return False


def test_it_shows_the_flow_and_its_project(window: MainWindow) -> None:
    assert window.services.selection.flow == FLOW
    assert "Resolve a billing dispute" in window.top_bar.flow_button.text()
    assert window.status.steps.text() == "39 steps"
    assert window.status.sample.text() == "Sample data: automatic"
    assert "Billing disputes" in window.windowTitle()


def test_the_form_side_is_there_only_when_something_is_selected(window: MainWindow) -> None:
    window.services.selection.select(("route",))
    assert window.status.selected.text() == "1 step selected"
    assert window.areas["right"].isVisible() == window.areas["right"].has_panels

    window.services.selection.select()
    assert not window.areas["right"].isVisible()
    assert window.status.selected.text() == ""


def test_what_is_only_unfinished_opens_no_list_while_somebody_draws(desktop: Desktop, qtbot: QtBot) -> None:
    """The first step of the first flow was answered by a list of errors."""
    window = desktop.new()
    window.show()
    checking, document = window.services.checking, window.services.document

    def checked() -> set[str]:
        with qtbot.waitSignal(checking.changed, timeout=10_000):
            pass
        return {found.code for found in checking.problems}

    document.do(add_node("new_flow", Node(id="begin", type="triggers/manual", version=1), (0, 0)))
    assert checked() == {"END_MISSING", "PORT_UNCONNECTED"}
    assert not window.areas["bottom"].isVisible()
    document.do(
        add_node("new_flow", Node(id="say", type="logging/note", version=1), (0, 0), after=("begin", "started"))
    )
    assert "CONFIG_INVALID" in checked()
    assert not window.areas["bottom"].isVisible(), "nobody has left the step yet"
    window.services.selection.select(("begin",))
    document.do(set_field("new_flow", "begin", "title", "Begin"))
    assert "CONFIG_INVALID" in checked()
    assert window.areas["bottom"].isVisible()


def test_the_first_problem_opens_the_list_and_a_closed_list_stays_closed(window: MainWindow, qtbot: QtBot) -> None:
    assert not window.areas["bottom"].isVisible()
    window.services.document.do(set_field(FLOW, "get_customer", "config.path", UNSET))
    window.services.checking.check_now()
    assert window.areas["bottom"].isVisible()

    window.toggle_area("bottom")
    window.services.document.do(set_field(FLOW, "get_history", "config.path", UNSET))
    window.services.checking.check_now()
    assert not window.areas["bottom"].isVisible()


def test_modes_show_other_panels_and_the_rail_only_in_design(window: MainWindow) -> None:
    window.show_mode("replay")
    assert not window.rail.isVisible()
    assert window.areas["bottom"].holds("timeline")
    window.show_mode("design")
    assert window.rail.isVisible()
    assert window.areas["bottom"].holds("problems")


def test_a_panel_that_comes_back_with_its_mode_is_not_laid_out_again_and_again(window: MainWindow) -> None:
    """Sides come and go one after another, and long lists counted their lines for each width on the way."""
    problems = window.show_panel("problems")
    assert problems is not None
    QApplication.processEvents()
    window.show_mode("test")
    QApplication.processEvents()
    sizes = Sizes(problems)
    window.show_mode("design")
    QApplication.processEvents()
    assert problems.isVisible()
    assert sizes.seen == []
    window.resize(window.width() + 60, window.height())
    QApplication.processEvents()
    assert len(sizes.seen) == 1


def test_undo_is_named_and_a_button_away(window: MainWindow, qtbot: QtBot) -> None:
    window.services.document.do(set_field(FLOW, "route", "title", "Elsewhere"))
    window.book.refresh()
    assert window.book.action("edit.undo").text() == "Undo change title of “Elsewhere”"
    window.top_bar.undo.click()
    assert window.services.document.project.flows[FLOW].node("route").title == "Who decides?"


def test_open_flows_are_tabs_and_a_flow_that_is_gone_loses_its_own(window: MainWindow) -> None:
    assert not window.work._strip.isVisible()
    window.run("flow.add")
    assert [page.key for page in window.work.pages] == [FLOW, "new_flow"]
    assert window.work._strip.isVisible()
    window.run("view.next_tab")
    assert window.services.selection.flow == FLOW
    window.run("edit.undo")
    assert [page.key for page in window.work.pages] == [FLOW]
    assert not window.work._strip.isVisible()


def test_a_page_begins_where_it_says_and_is_found_as_it_was_left(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    page = window.open_editor("decision_table", "dispute_route")
    assert isinstance(page, TablePage)
    assert QApplication.focusWidget() is page.grid
    field = page.trying.fields[0]
    field.setFocus()
    window.open_editor("flow_settings", FLOW)
    window.open_editor("decision_table", "dispute_route")
    assert QApplication.focusWidget() is field


def test_in_a_narrow_window_the_title_gives_way_and_no_button_is_cut(window: MainWindow, qtbot: QtBot) -> None:
    title = "A flow with a title that leaves no room for anything else"
    window.services.document.do(set_flow_field(FLOW, ("title",), title))
    window.resize(960, 700)
    bar = window.top_bar
    qtbot.waitUntil(lambda: bar.width() == 960)
    bar.layout().activate()
    for button in (bar.run, bar.publish, bar.finder):
        assert button.width() >= button.sizeHint().width()
    assert title in bar.flow_button.toolTip()
    shown = bar.flow_button.text()
    assert shown.endswith("…")
    assert title.startswith(shown.removesuffix("…").strip()), "its end gives way, not its middle"


def test_a_tab_with_a_long_name_is_cut_with_its_whole_in_the_tooltip(window: MainWindow) -> None:
    title = "A flow with a title that leaves no room for other tabs"
    window.services.document.do(set_flow_field(FLOW, ("title",), title))
    window.open_editor("flow_settings", FLOW)
    window.open_editor("samples", FLOW)
    tabs = window.work._tabs
    assert [tabs.tabText(number)[-1] for number in range(3)] == ["…"] * 3
    assert title in tabs.tabToolTip(1)


def test_an_editor_opens_in_place_of_the_canvas_and_closes(window: MainWindow) -> None:
    editor = sorted(found_editors())[0]
    page = window.open_editor(editor, "")
    if page is None:
        page = window.open_editor(editor, FLOW)
    assert window.work.stack.currentWidget() is page
    assert len(window.work.pages) == 2
    window.run("view.close_tab")
    assert window.work.stack.currentWidget() is window.canvas
    assert len(window.work.pages) == 1
    assert window.open_editor("no_such_editor") is None


def test_what_is_selected_is_seen_though_a_page_stood_in_front(window: MainWindow) -> None:
    for show in (
        lambda: window.services.selection.select(("route",)),
        lambda: window.services.selection.show_field(FLOW, "route", "config"),
        lambda: window.show_flow(FLOW),
    ):
        window.services.selection.select(("refund",))
        window.open_editor("connections")
        assert window.work.stack.currentWidget() is not window.canvas
        show()
        assert window.work.stack.currentWidget() is window.canvas


def test_undo_shows_the_flow_that_it_changes(window: MainWindow) -> None:
    window.services.document.do(set_field(FLOW, "route", "title", "Elsewhere"))
    window.run("flow.add")
    window.services.document.do(set_field(FLOW, "refund", "title", "Elsewhere"))
    assert window.services.selection.flow == "new_flow"
    window.run("edit.undo")
    assert window.services.selection.flow == FLOW


def test_alt_shows_the_menus(window: MainWindow) -> None:
    assert not window.menu_bar.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Alt)
    assert window.menu_bar.isVisible()
    assert [action.text() for action in window.menu_bar.actions()] == ["File", "Edit", "View", "Flow", "Run", "Help"]
    QTest.keyClick(window, Qt.Key.Key_Alt)
    assert not window.menu_bar.isVisible()


def test_alt_with_another_key_is_no_call_for_the_menus(window: MainWindow) -> None:
    QTest.keyPress(window, Qt.Key.Key_Alt)
    QTest.keyClick(window.canvas.viewer, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    QTest.keyRelease(window, Qt.Key.Key_Alt)
    assert not window.menu_bar.isVisible()


def test_alt_with_a_key_that_is_a_shortcut_is_no_call_for_the_menus(window: MainWindow, qtbot: QtBot) -> None:
    """A shortcut's key is only offered, never pressed: "Where is this used?" (Alt F7) opened the menus, too."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    viewer = window.canvas.viewer
    window.services.selection.select(("route",))
    window.book.refresh()
    QTest.keyPress(window, Qt.Key.Key_Alt)
    QTest.keyClick(viewer, Qt.Key.Key_F7, Qt.KeyboardModifier.AltModifier)
    QTest.keyRelease(window, Qt.Key.Key_Alt)
    assert not window.menu_bar.isVisible()


def test_sizes_and_open_sides_are_remembered_for_each_mode(window: MainWindow, desktop: Desktop) -> None:
    window.show_panel("outline")
    window.show_mode("test")
    assert not window.areas["left"].isVisible()
    window.show_mode("design")
    assert window.areas["left"].isVisible()
    window.close()
    again = desktop.show_project(open_place(window.services.document.folder))
    assert again.areas["left"].isVisible()


def test_each_mode_has_the_width_that_its_own_panels_ask_for(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1400, 900)
    window.services.selection.select((window.services.flow.nodes[3].id,))
    qtbot.waitUntil(window.areas["right"].isVisible)
    qtbot.waitUntil(lambda: window.areas["right"].width() == 304)
    window.show_mode("test")
    qtbot.waitUntil(lambda: window.areas["right"].width() == 352)
    window.show_mode("design")
    qtbot.waitUntil(lambda: window.areas["right"].width() == 304)


def test_the_edges_stay_closed_up_when_the_theme_changes(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.status.width() == window.width())
    for theme in ("dark", "light"):
        window.services.theme.choose(theme)  # type: ignore[arg-type]
        qtbot.wait(50)
        assert window.rail.mapTo(window, window.rail.rect().topLeft()).x() == 0
        assert window.status.geometry() == window.statusBar().rect()


@pytest.mark.parametrize("mode", ["test", "replay"])
def test_a_chosen_step_that_is_seen_is_seen_in_another_mode_too(window: MainWindow, qtbot: QtBot, mode: Mode) -> None:
    """Its panels take room from below and from the right; the minimap came to lie over the step."""
    window.resize(1400, 900)
    window.show()
    qtbot.wait(100)
    canvas, viewer = window.canvas, window.canvas.viewer
    window.services.selection.select(("approve_refund",))
    item = canvas.stage.projector.items["approve_refund"]
    viewer.look_at(body(item).center() - QPointF(560, 50))
    minimap = canvas.findChild(Minimap)

    def covered() -> bool:
        return minimap.geometry().intersects(viewer.mapFromScene(body(item)).boundingRect())

    assert canvas.sees("approve_refund")
    assert not covered()
    window.show_mode(mode)
    qtbot.wait(50)
    qtbot.waitUntil(lambda: viewer.visible_rect().contains(body(item)) and not covered())
