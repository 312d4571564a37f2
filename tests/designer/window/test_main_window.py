"""The window: what stands where, and that it follows document, selection and mode."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import UNSET, set_field
from designer.window.main_window import MainWindow

FLOW = "billing_dispute"


def test_it_shows_the_flow_and_its_project(window: MainWindow) -> None:
    assert window.services.selection.flow == FLOW
    assert "Resolve a billing dispute" in window.top_bar.flow_button.text()
    assert window.status.steps.text() == "39 steps"
    assert "Billing disputes" in window.windowTitle()


def test_the_form_side_is_there_only_when_something_is_selected(window: MainWindow) -> None:
    window.services.selection.select(("route",))
    assert window.status.selected.text() == "1 step selected"
    assert window.areas["right"].isVisible() == window.areas["right"].has_panels

    window.services.selection.select()
    assert not window.areas["right"].isVisible()
    assert window.status.selected.text() == ""


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


def test_undo_is_named_and_a_button_away(window: MainWindow, qtbot: QtBot) -> None:
    window.services.document.do(set_field(FLOW, "route", "title", "Elsewhere"))
    window.book.refresh()
    assert window.book.action("edit.undo").text() == "Undo change title"
    window.top_bar.undo.click()
    assert window.services.document.project.flows[FLOW].node("route").title == "Who decides?"
