"""The panels around a run: what a tester sees of a rehearsal, and what they can do with it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from designer.document.checking import Checking
from designer.document.commands.set_field import set_field
from designer.document.commands.set_part import set_sample
from designer.document.document import Document
from designer.document.facts import Facts
from designer.document.selection import Selection
from designer.forms.trying import sample_choice
from designer.keeping.examples import examples
from designer.panels import found_panels
from designer.panels.inspector.changes import FIRST, Marked
from designer.panels.inspector.view import Inspector
from designer.panels.test.view import CasePanel
from designer.panels.timeline.view import Timeline
from designer.pieces import LinkButton, PlainText
from designer.services import Services
from designer.session.leaves import count_leaves
from designer.session.session import Session
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY
from designer.window.desktop import Desktop
from nodes.registry import built_ins
from runtime.model.files import load_project
from runtime.trace.replay import snapshot
from tests.designer.conftest import FLOW


def session_of(services: Services) -> Session:
    found = services.extras["session"]
    assert isinstance(found, Session)
    return found


def test_panels_are_found_by_walking() -> None:
    assert {"test", "inspector", "timeline"} <= {panel.id for panel in found_panels()}


def test_run_and_look_at_a_step(services: Services) -> None:
    panel, inspector, timeline = CasePanel(services), Inspector(services), Timeline(services)
    assert inspector._empty.title.text() == "No runs yet"
    assert not inspector._empty.button.isHidden()
    assert timeline.tabs.isHidden()
    assert not timeline.empty.isHidden(), "an empty list says what would stand there"
    panel.run_button.click()
    assert not timeline.tabs.isHidden()
    assert timeline.empty.isHidden()
    story = session_of(services).story
    assert story is not None
    assert story.ended

    services.selection.select(("get_customer",))

    assert inspector.step == "get_customer#1"
    assert inspector._empty.button.isHidden()
    assert inspector.reason.reason.text() == story.words(story.steps_of("get_customer")[0])
    assert ("path", '"/customers/C-1001"') in inspector.input.shown
    assert timeline.events.rows.rowCount() > 10


def test_a_step_says_leaf_by_leaf_what_it_changed(services: Services) -> None:
    panel, inspector = CasePanel(services), Inspector(services)
    panel.run_button.click()

    services.selection.select(("work_out",))
    shown = {change.path: (change.sign, change.after) for change in inspector.changes.shown}
    assert shown["vars.bill.price"] == ("added", "49.90")
    assert "bill.price" not in shown, "what a step sets is told once, though it is its result, too"
    assert all(path.startswith("vars.") for path in shown)

    services.selection.select(("get_customer",))
    assert ("tier", "added", '"gold"') in [(it.path, it.sign, it.after) for it in inspector.changes.shown]

    services.selection.select(("check_facts",))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    [more] = inspector.changes.findChildren(LinkButton)
    assert more.text() == f"Show {len(inspector.changes.shown) - FIRST} more"
    assert len(inspector.changes.findChildren(Marked)) == FIRST
    more.click()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(inspector.changes.findChildren(Marked)) == len(inspector.changes.shown)
    assert inspector.changes.findChildren(LinkButton) == []


def test_the_strip_moves_through_the_run_and_the_inspector_follows(services: Services) -> None:
    panel, inspector, timeline = CasePanel(services), Inspector(services), Timeline(services)
    panel.run_button.click()
    timeline._go(0)
    session = session_of(services)
    seen = []
    while timeline.at + 1 < len(timeline.stops):
        timeline._forth.click()
        seen.append(inspector.step)
    assert session.cursor == session.story.last_seq  # type: ignore[union-attr]
    assert "get_invoice#1" in seen

    QTest.keyClick(timeline.strip, Qt.Key.Key_Home)
    assert session.cursor == timeline.stops[0]


def test_values_over_time_are_those_that_each_step_changed(services: Services) -> None:
    panel, timeline = CasePanel(services), Timeline(services)
    panel.run_button.click()
    story = session_of(services).story
    assert story is not None

    def told(until: int) -> list[tuple[str, str, str]]:
        return [
            (span.title, change.path.removeprefix("vars."), change.after or "null")
            for span in sorted(story.trace.spans, key=lambda span: span.last_seq)
            if span.vars is not None and span.last_seq <= until
            for change in story.changed_in(span.step).leaves
            if change.path.startswith("vars.")
        ]

    def listed() -> list[tuple[str, ...]]:
        table = timeline.values
        return [tuple(table.item(row, column).text() for column in range(3)) for row in range(table.rowCount())]

    timeline.tabs.setCurrentWidget(timeline.values)
    assert len(listed()) > 5
    for at in (story.last_seq, story.last_seq // 2, 0, story.last_seq):
        session_of(services).look_at(at)
        assert listed() == told(at)


def test_each_step_counts_the_values_that_it_left_as_they_were(services: Services) -> None:
    panel = CasePanel(services)
    panel.run_button.click()
    story = session_of(services).story
    assert story is not None
    for span in story.trace.spans:
        changed = story.changed_in(span.step)
        after = snapshot(story.state_at(span.last_seq), story.drawing)
        standing = count_leaves([*after.vars.values(), *(step.output for step in after.steps.values())])
        assert changed.others == max(0, standing - sum(leaf.after is not None for leaf in changed.leaves))


def test_what_steps_answer_is_followed_only_where_somebody_looks(services: Services) -> None:
    panel = CasePanel(services)
    panel.show()
    QCoreApplication.processEvents()
    panel.hide()
    services.document.do(set_field(FLOW, "get_customer", "title", "Another name"))
    told = [label.text() for label in panel.effects.findChildren(PlainText)]
    assert "Another name" not in told
    panel.show()
    assert "Another name" in [label.text() for label in panel.effects.findChildren(PlainText)]


def test_the_list_shows_a_line_for_each_step_and_all_events_when_asked(services: Services) -> None:
    panel, timeline = CasePanel(services), Timeline(services)
    panel.run_button.click()
    story = session_of(services).story
    assert story is not None
    rows = timeline.events.rows

    def line(row: int) -> list[str]:
        return [rows.data(rows.index(row, column)) for column in range(1, 3)]

    assert rows.rowCount() == len(story.stops()) == len(story.trace.spans) == timeline.count
    lines = [line(row) for row in range(rows.rowCount())]
    assert ["Billed too much?", "Yes, because none of the conditions is true."] in lines
    assert [words for title, words in lines if title == "Customer"] == [
        'id "C-1001", name "Amelia Hart", tier "gold", …'
    ]
    stop = story.telling_stop()
    assert stop is not None
    assert story.step_at(stop) == "route#1", "the table says most, though decisions by conditions come before it"
    assert lines[-1] == ["Refunded", "Reached the outcome Refunded."]

    timeline._filter.click()
    assert rows.rowCount() == story.last_seq == timeline.count
    assert line(story.last_seq - 1) == ["Resolve a billing dispute", "The run completed: Refunded"]


def test_where_several_ways_lead_to_a_step_it_says_by_which_the_run_came(services: Services) -> None:
    panel, inspector = CasePanel(services), Inspector(services)
    panel.run_button.click()
    services.selection.select(("get_customer",))
    assert inspector.came.isHidden(), "there is only one"
    flow = services.document.project.flows[FLOW]
    story = session_of(services).story
    assert story is not None
    several = next(
        span
        for span in story.trace.spans
        if span.sources and len([edge for edge in flow.edges if edge.target == span.node]) > 1
    )
    services.selection.select((several.node,))
    title = story.drawing.node(several.sources[0].step.partition("#")[0]).title
    assert inspector.came.text().startswith(f"Came from “{title}” by ")


def test_a_failed_attempt_and_an_incident_have_lines_of_their_own(services: Services) -> None:
    session = session_of(services)
    panel, timeline = CasePanel(services), Timeline(services)
    session.answers.fails.add("get_customer")
    panel.run_button.click()
    story = session.story
    assert story is not None
    told = [story.halt(stop) for stop in story.stops()]
    assert {"AttemptFailed"} <= {moment.type for moment in told}
    failed = next(moment for moment in told if moment.type == "AttemptFailed")
    assert failed.title == "Customer"
    assert timeline.events.rows.rowCount() == len(told)


def test_a_window_has_one_sample_wherever_it_is_chosen(services: Services) -> None:
    panel, choice = CasePanel(services), sample_choice(services)
    flow = services.selection.flow
    assert flow is not None
    assert panel.sample.currentData() == choice.of(flow) == "automatic"

    panel.sample.setCurrentIndex(panel.sample.findData("letter"))
    panel.sample.activated.emit(panel.sample.currentIndex())
    assert choice.of(flow) == "letter"

    choice.choose(flow, "two_bills")
    assert panel.sample.currentData() == "two_bills"
    assert json.loads(panel.given.toPlainText()) == services.document.project.samples[flow]["two_bills"]

    panel.given.setPlainText('{"typed": true}')
    choice.changed.emit()  # values of the sample were found meanwhile
    assert panel.given.toPlainText() == '{"typed": true}', "what is typed stays"


def test_a_case_that_is_no_json_is_said_at_its_field_and_nothing_runs(services: Services) -> None:
    panel = CasePanel(services)
    panel.given.setPlainText('{"dispute": ')
    panel.run_button.click()
    assert session_of(services).story is None
    assert "not JSON" in panel.complaint.text()


def test_a_case_that_does_not_fit_is_said_once_at_its_field_with_all_that_is_wrong(services: Services) -> None:
    panel = CasePanel(services)
    panel.run_button.click()
    session = session_of(services)
    ran, told = session.story, []
    session.problem.connect(lambda what, todo: told.append(f"{what} {todo}"))
    panel.given.setPlainText('{"dispute": 1}')
    panel.run_button.click()
    assert session.story is ran, "the run before it is still there to look at"
    assert not told, "it stands at the field, and nowhere else"
    assert "dispute: should be text, not a number" in panel.complaint.text()
    assert "customer" in panel.complaint.text()
    assert "billing_dispute" not in panel.complaint.text()


def test_a_date_of_a_sample_is_a_date_in_the_run(services: Services) -> None:
    """It was given to the run as an object with the key "@date"."""
    sample = services.document.project.samples[FLOW]["automatic"]
    services.document.do(set_sample(FLOW, "dated", {**sample, "reason": {"@date": "2026-05-01"}}))
    panel = CasePanel(services)
    panel.sample.setCurrentIndex(panel.sample.findData("dated"))
    panel.sample.activated.emit(panel.sample.currentIndex())
    panel.run_button.click()
    story = session_of(services).story
    assert story is not None, panel.complaint.text()
    assert story.entries[0].event.input["reason"] == dt.date(2026, 5, 1)  # type: ignore[attr-defined]


def test_what_a_step_answers_can_fail_and_be_typed(services: Services) -> None:
    session = session_of(services)
    panel = CasePanel(services)
    customer = services.flow.node("get_customer")  # type: ignore[union-attr]
    assert customer is not None
    session.answers.typed["get_customer"] = {**panel.effects.answer_of(customer), "name": "Ida"}  # type: ignore[dict-item]
    session.answers.fails.add("get_invoice")
    panel.run_button.click()
    story = session.story
    assert story is not None
    assert story.steps_of("get_customer")[0].output["name"] == "Ida"  # type: ignore[index, call-overload]
    assert story.steps_of("get_invoice")[0].attempts[-1].state == "failed"


def test_the_samples_of_the_example_bring_what_its_systems_answer(services: Services) -> None:
    session, panel = session_of(services), CasePanel(services)
    for name, outcome in (("automatic", "Refunded"), ("bill_is_right", "The bill is right")):
        panel.sample.setCurrentIndex(panel.sample.findData(name))
        panel._take_sample()
        panel.run_button.click()
        assert session.story is not None
        assert session.story.outcome_title() == outcome


def test_stepping_answers_one_effect_at_a_time_and_up_to_here_stops_there(services: Services) -> None:
    panel, session = CasePanel(services), session_of(services)
    panel.step.click()
    assert session.story is not None
    before = session.story.last_seq
    panel.step.click()
    assert session.story.last_seq > before
    assert not session.story.ended

    services.selection.select(("facts_gathered",))
    panel.upto.click()
    assert session.story.steps_of("facts_gathered")[0].state == "completed"
    assert not session.story.steps_of("hand_over") or not session.story.ended


def test_a_decision_says_what_would_have_changed_it_and_runs_again_with_that(tmp_path: Path) -> None:
    registry = built_ins()
    document = Document(load_project(Path(__file__).parents[3] / "projects" / "merchant_check"))
    session = Session(document, registry, tmp_path)
    services = Services(
        registry, document, Selection(), Facts(registry), Checking(document, registry), Theme("light"),
        extras={"session": session},
    )  # fmt: skip
    services.selection.show_flow("merchant_check")
    panel, inspector = CasePanel(services), Inspector(services)
    panel.sample.setCurrentIndex(panel.sample.findData("small_shop"))
    panel._take_sample()
    panel.run()
    services.selection.select(("rate_risk",))
    card = inspector.reason
    assert card.outcome.text() == "Low"
    assert card.flip.text().startswith("It would have gone to High if")
    assert card.rule.text() == "Rule 5 matched"
    assert card.flip.text() not in card.reason.text()

    card.again.click()
    assert session.story is not None
    assert session.story.steps_of("rate_risk")[0].port == "high"
    session.close()
    services.checking.close()


def test_who_is_waited_for_is_called_by_their_title(services: Services) -> None:
    session = session_of(services)
    said: list[str] = []
    session.said.connect(said.append)
    panel = CasePanel(services)
    panel.sample.setCurrentIndex(panel.sample.findData("one_approval"))
    panel.sample.activated.emit(panel.sample.currentIndex())
    panel.run_button.click()
    assert said[-1] == "“Finance approves” waits for Finance."


def test_who_is_asked_reads_why_and_the_buttons_come_before_all_that_is_known(services: Services) -> None:
    panel, inspector = CasePanel(services), Inspector(services)
    sample_choice(services).choose(FLOW, "one_approval")
    panel.run_button.click()
    task = session_of(services).tasks[0]
    services.selection.select((task.node,))
    inspector.resize(352, 900)
    inspector.show()
    QCoreApplication.processEvents()

    card = inspector.answering
    told = [label.text() for label in card.findChildren(PlainText) if label.isVisible()]
    assert "Why you are asked" in told
    assert any(words.startswith("312.50 EUR is not refunded at once") for words in told)
    assert any(words.startswith("Compare the lines of the bill") for words in told)
    assert card.who.text() == "Finance person"
    approve = next(button for button in card.findChildren(QPushButton) if button.text() == "Approve")
    assert approve.mapTo(card, approve.rect().bottomLeft()).y() < 400
    assert inspector.reason.isHidden(), "that it waits is said once"
    assert "Nothing yet." in [label.text() for label in inspector.output.findChildren(PlainText)]
    approve.click()
    assert not inspector.reason.isHidden()


def asked(services: Services, **config: Any) -> tuple[Inspector, Session]:
    """The inspector at the task of somebody who is asked whether to refund, with this in the approval's config."""
    node = services.document.project.flows[FLOW].node("approve_refund")
    assert node is not None
    for name, value in config.items():
        services.document.do(set_field(FLOW, node.id, ("config", name), value))
    panel, inspector = CasePanel(services), Inspector(services)
    sample_choice(services).choose(FLOW, "one_approval")
    panel.run_button.click()
    services.selection.select((node.id,))
    return inspector, session_of(services)


def pressed(inspector: Inspector, words: str) -> None:
    next(button for button in inspector.answering.findChildren(QPushButton) if button.text() == words).click()


def told_by(inspector: Inspector) -> list[str]:
    return [label.text() for label in inspector.answering.findChildren(PlainText) if not label.isHidden()]


def test_a_rejection_says_why_though_the_form_asks_for_no_words(services: Services) -> None:
    """Without a field for it nobody could reject: the answer needed a comment, and the card took none."""
    inspector, session = asked(services, form=None)
    assert "Comment, needed for Reject" in told_by(inspector)
    problems: list[str] = []
    session.problem.connect(lambda what, _todo: problems.append(what))
    pressed(inspector, "Reject")
    assert problems == [], "it is told where it is mended"
    assert "Say why, then decide again." in told_by(inspector)
    comment = next(f for f in inspector.answering.findChildren(QPlainTextEdit) if f.accessibleName() == "Comment")
    assert comment.accessibleDescription() == "Say why, then decide again."
    assert session.tasks
    comment.setPlainText("Paid before")
    pressed(inspector, "Reject")
    assert session.story is not None
    assert session.story.steps_of("approve_refund")[0].port == "reject"
    assert session.story.steps_of("approve_refund")[0].output["answers"][0]["form"] == {"comment": "Paid before"}


def test_what_is_wrong_with_an_answer_is_told_beside_its_field(services: Services) -> None:
    form = {
        "type": "object",
        "properties": {
            "amount": {"type": "number", "title": "Amount to refund", "maximum": 100},
            "when": {"type": "string", "title": "When"},
            "note": {"type": "string", "title": "Note", "default": "none"},
        },
        "required": ["when"],
    }
    inspector, session = asked(services, form=form)
    amount, when = (
        next(field for field in inspector.answering.findChildren(QLineEdit) if field.accessibleName() == name)
        for name in ("Amount to refund", "When")
    )
    amount.setText("much")
    pressed(inspector, "Approve")
    assert amount.accessibleDescription() == "This should be a number, such as 312.50."
    assert when.accessibleDescription() == "This is missing."
    amount.setText("500")
    when.setText("today")
    pressed(inspector, "Approve")
    assert "100" in amount.accessibleDescription()
    assert when.accessibleDescription() == ""
    assert session.tasks
    amount.setText("50")
    pressed(inspector, "Approve")
    assert session.story is not None
    [step] = session.story.steps_of("approve_refund")
    assert (step.port, step.output["answers"][0]["form"]) == (
        "approve",
        {"amount": 50, "when": "today", "note": "none"},
    )


def test_once_it_is_answered_the_step_is_shown_from_its_top(desktop: Desktop, qtbot: QtBot) -> None:
    """Its question went with the keyboard's focus, and what came in its place was the middle of a list of values."""
    window = desktop.try_example(examples()[0])
    window.resize(1400, 900)
    window.activateWindow()
    window.run("run.run")
    session = session_of(window.services)
    qtbot.waitUntil(lambda: bool(session.tasks))
    window.services.selection.select((session.tasks[0].node,))
    inspector = window.show_panel("inspector")
    assert isinstance(inspector, Inspector)
    qtbot.waitUntil(inspector.answering.isVisible)
    approve = next(one for one in inspector.answering.findChildren(QPushButton) if one.text() == "Approve")
    approve.setFocus()
    qtbot.waitUntil(approve.hasFocus)
    QTest.mouseClick(approve, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(inspector.answering.isHidden)
    qtbot.wait(400)
    assert inspector.verticalScrollBar().maximum() > 0
    assert inspector.verticalScrollBar().value() == 0


def test_lines_of_a_text_are_as_far_apart_as_the_type_scale_says(services: Services) -> None:
    words = PlainText("Long " * 60, BODY, wrap=True)
    words.setFixedWidth(300)
    lines = words.heightForWidth(300) / BODY.line
    assert lines == int(lines)
    assert words.sizeHint().height() % BODY.line == 0
    assert PlainText("Long " * 60, BODY).sizeHint().height() < 2 * BODY.line
    word = PlainText("Donaudampfschifffahrtsgesellschaft" * 3, BODY, wrap=True)
    assert word.heightForWidth(200) >= 3 * BODY.line, "a word that is longer than its line goes on in the next"
