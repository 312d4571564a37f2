"""Replay as a tester sees it: it opens at the decision, and top bar, legend and status line say what is looked at."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from designer.document.commands.change_flows import delete_flow
from designer.document.commands.delete import delete
from designer.document.scenarios import effects_of
from designer.forms.name_dialog import NameDialog
from designer.forms.trying import sample_choice
from designer.panels.inspector.view import Inspector
from designer.session.words import case_words, day_words
from designer.window.main_window import MainWindow
from tests.designer.conftest import FLOW


def test_replay_opens_at_the_decision_and_says_which_run_it_is(window: MainWindow) -> None:
    session = window.services.extras["session"]
    window.run("run.run")
    assert session.story is not None
    assert session.story.ended
    assert window.canvas.floating.legend.isHidden()

    window.show_mode("replay")

    assert window.services.selection.node == "route"
    assert session.cursor == session.story.telling_stop()
    assert not window.canvas.floating.legend.isHidden()
    bar = window.top_bar
    assert bar.run_case.text() == "Rehearsal"
    assert bar.run_when.text().startswith("today ")
    assert bar.run_state.words == "Finished"
    assert bar.run.isHidden()
    assert not bar.another.isHidden()
    assert window.status.steps.text() == "Replay is read-only"
    assert window.status.sample.text() == "Samples answered this run", "that looking sends nothing is another matter"
    assert window.status.selected.text() == f"{len(session.story.trace.spans)} of 39 steps reached"

    session.look_at(1)
    window.show_mode("design")
    window.show_mode("replay")
    assert session.cursor == 1, "whoever comes back finds Replay as they left it"

    window.show_mode("design")
    assert window.canvas.floating.legend.isHidden()
    assert bar.another.isHidden()
    assert not bar.run.isHidden()
    assert window.status.steps.text() == "39 steps"


def test_the_step_that_replay_opens_at_is_seen(window: MainWindow, qtbot: QtBot) -> None:
    """The view went to it, and a moment later back to the step that had been chosen before."""
    window.resize(1400, 900)
    window.run("run.run")
    window.show_mode("test")
    last = "refunded_end"
    window.services.selection.select((last,))
    window.canvas.reveal(last)
    window.canvas.camera.finish()
    assert window.canvas.sees(last)
    assert not window.canvas.sees("route")

    window.show_mode("replay")
    qtbot.wait(400)
    window.canvas.camera.finish()

    assert window.services.selection.node == "route"
    assert window.canvas.sees("route")


def test_the_eye_stays_where_it_was_on_the_way_back_to_design(window: MainWindow, qtbot: QtBot) -> None:
    """It jumped to the whole flow, at 15 %, where no title can be read."""
    window.resize(1400, 900)
    window.run("run.run")
    window.show_mode("replay")
    camera = window.canvas.camera
    camera.finish()
    centre, zoom = camera.centre, camera.zoom
    assert zoom > 0.6
    window.show_mode("design")
    qtbot.wait(400)
    assert camera.zoom == zoom
    assert abs(camera.centre.x() - centre.x()) < 400


def test_a_click_on_a_step_that_comes_later_goes_there(window: MainWindow) -> None:
    """The run had refunded, and a click on the refund said "This step was not reached": the eye stood at a decision
    before it, as it does when Replay opens.
    """
    session = window.services.extras["session"]
    window.run("run.run")
    window.show_mode("replay")
    inspector = window.panel("inspector")
    assert isinstance(inspector, Inspector)
    before = session.cursor
    window.services.selection.select(("refund",))
    assert session.cursor > before
    assert session.story.step_at(session.cursor) == inspector.step == "refund#1"
    assert session.cursor in session.story.stops()
    there = session.cursor
    window.services.selection.select(("get_customer",))
    assert inspector.step == "get_customer#1"
    assert session.cursor == there, "what is past is looked at from where one stands"
    window.services.selection.select(("send_letter",))
    assert (inspector.step, session.cursor) == (None, there)


def test_the_next_step_in_replay_is_that_of_the_run_that_is_looked_at(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F10 left Replay and began another run in its place."""
    session = window.services.extras["session"]
    window.run("run.run")
    window.show_mode("replay")
    story = session.story
    session.look_at(story.stops()[-2])
    window.run("run.step")
    assert session.cursor == story.stops()[-1]
    window.run("run.step")
    assert (window.mode, session.story) == ("replay", story)
    assert window.status.said.text() == "This was the last step of the run."
    strip = window.panel("timeline").strip  # type: ignore[union-attr]
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    session.cursor_changed.emit()
    assert strip.accessibleDescription().endswith("Refunded: Reached the outcome Refunded.")
    window.run("run.step_back")
    assert session.cursor == story.stops()[-2]
    session.look_at(story.stops()[0])
    window.run("run.step_back")
    assert (session.cursor, window.status.said.text()) == (story.stops()[0], "This was the first step of the run.")


def test_replay_without_a_run_names_none(window: MainWindow) -> None:
    window.show_mode("replay")
    assert window.canvas.floating.legend.isHidden()
    assert window.top_bar.run_case.text() == ""
    assert window.top_bar.run_state.isHidden()
    assert window.status.selected.text() == ""


def test_days_and_cases_in_words() -> None:
    here = dt.datetime.now().astimezone().tzinfo
    at = dt.datetime(2026, 5, 1, 9, 14, tzinfo=here)
    assert day_words(at, dt.date(2026, 5, 1)) == "today 09:14"
    assert day_words(at, dt.date(2026, 5, 2)) == "yesterday 09:14"
    assert day_words(at, dt.date(2026, 7, 1)) == "1 May 09:14"
    assert day_words(at, dt.date(2027, 7, 1)) == "1 May 2026 09:14"
    assert case_words("C-20871") == "C-20871"
    assert case_words({"key": "C-1", "more": 1}) == "C-1"
    assert case_words(None) == case_words({"more": 1}) == ""


def test_what_was_refused_goes_with_the_mode_and_with_the_next_news(window: MainWindow) -> None:
    """It stood above the canvas for ever, long after the right person had answered."""
    session = window.services.extras["session"]
    notices = window.work.notices
    for go_on in (lambda: window.show_mode("design"), lambda: session.said.emit("Finished.")):
        window.show_mode("test")
        session.problem.emit("Who asked for it may not decide.", "")
        assert notices.count() == 1
        go_on()
        assert notices.count() == 0


def test_a_run_is_kept_as_a_sample_with_what_its_steps_answered(window: MainWindow, qtbot: QtBot) -> None:
    """Whoever finds a run that went wrong plays it again once the flow is mended."""
    session = window.services.extras["session"]
    window.run("run.run")
    window.show_mode("replay")
    story = session.story
    session.where = "real"

    def keep() -> None:
        [dialog] = window.findChildren(NameDialog)
        assert "With what its steps answered." in dialog.told.text()
        dialog.field.setText("refunded twice")
        dialog.keep.click()

    QTimer.singleShot(0, keep)
    window.run("run.keep_sample")

    project = window.services.document.project
    assert project.samples[FLOW]["refunded_twice"] == project.samples[FLOW]["automatic"]
    assert effects_of(project, FLOW, "refunded_twice") == story.effects()
    assert "get_customer" in story.effects()
    assert "route" not in story.effects(), "a decision is made anew"
    assert window.mode == "test"
    assert session.where == "samples", "to play it again must not pay once more"
    assert sample_choice(window.services).of(FLOW) == "refunded_twice"
    window.run("run.run")
    assert session.story is not story
    assert session.story.ended
    assert [span.node for span in session.story.trace.spans] == [span.node for span in story.trace.spans]
    window.services.document.undo()
    assert "refunded_twice" not in window.services.document.project.samples[FLOW]


def test_replay_has_no_pages_that_could_be_changed(window: MainWindow) -> None:
    """A decision table stayed where it was, and what was typed there changed the project in the middle of a replay."""
    table = window.open_editor("decision_table", "dispute_route")
    assert window.work.stack.currentWidget() is table
    window.show_mode("replay")
    assert window.work.stack.currentWidget() is window.canvas
    assert window.open_editor("decision_table", "dispute_route") is table
    assert (window.mode, window.work.stack.currentWidget()) == ("design", table)


@pytest.mark.parametrize("gone", ["its flow", "its steps"])
def test_a_run_is_seen_on_its_own_version_though_nothing_is_left_of_it(gone: str, window: MainWindow) -> None:
    """“No steps yet” stood above the steps of the run."""
    services, work = window.services, window.work
    window.run("run.run")
    window.show_mode("design")
    nodes = [node.id for node in services.flow.nodes]
    services.document.do(delete_flow(FLOW) if gone == "its flow" else delete(FLOW, nodes))
    assert work.stack.currentWidget() is work.start
    window.show_mode("replay")
    assert work.stack.currentWidget() is window.canvas
    assert set(window.canvas.stage.projector.items) == set(nodes)
    window.show_mode("design")
    assert work.stack.currentWidget() is work.start
    window.show_mode("replay")
    services.document.undo()
    assert work.stack.currentWidget() is window.canvas
