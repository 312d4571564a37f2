"""The status line: what is selected is called what it is."""

from __future__ import annotations

from designer.editors.decision_table.page import TablePage
from designer.window.main_window import MainWindow


def test_what_is_drawn_beside_steps_is_called_by_its_kind(window: MainWindow) -> None:
    window.canvas.add_note()
    assert window.status.selected.text() == "1 note selected"
    group = window.canvas.stage.layout.groups[0]
    window.services.selection.select(("route",), (), (group.id,))
    assert window.status.selected.text() == "1 step, 1 group selected"


def test_a_table_says_how_large_it_is_and_the_canvas_its_steps_again(window: MainWindow) -> None:
    page = window.open_editor("decision_table", "dispute_route")
    assert isinstance(page, TablePage)
    assert window.status.steps.text() == "7 rules, 4 inputs, 2 outcomes"
    assert "Alt Enter" in window.status.selected.text()
    page.grid.add_rule()
    assert window.status.steps.text() == "8 rules, 4 inputs, 2 outcomes"
    window.run("view.close_tab")
    assert window.status.steps.text() == "39 steps"
    assert window.status.selected.text() == ""


def test_replay_of_a_run_that_goes_on_does_not_say_that_nothing_is_sent(window: MainWindow) -> None:
    """There it can be answered and decided, and what follows from that is real."""
    window.status.show_replay((2, 3), "This run uses the real systems", acts=True)
    assert window.status.steps.text() == "The flow is read-only"
    assert window.status.version.text() == "What you answer or decide counts"
    assert window.status.sample.text() == "This run uses the real systems"
    window.status.show_replay((3, 3), "This run used the real systems")
    assert window.status.version.text() == "Nothing is sent or changed"
