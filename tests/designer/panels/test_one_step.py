"""One step alone: values from a sample, from the last run or typed; what it is answered; what it does."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from designer.panels.test.one_step import OneStepDialog
from designer.panels.test.view import CasePanel
from designer.services import Services
from designer.session.cut import CanNotRunAlone
from designer.session.one_step import run_alone
from designer.session.rehearsal import Answers
from designer.session.session import Session

FLOW = "billing_dispute"


@pytest.fixture
def panel(services: Services, qtbot: QtBot) -> CasePanel:
    made = CasePanel(services)
    qtbot.addWidget(made)
    return made


def _opened(panel: CasePanel, services: Services, node: str) -> OneStepDialog:
    services.selection.select([node])
    assert panel.only.isEnabled()
    dialog = panel.run_only()
    assert dialog is not None
    return dialog


def _given(dialog: OneStepDialog) -> Any:
    return json.loads(dialog.given.toPlainText(), parse_float=Decimal)


def test_a_decision_is_tried_on_typed_values(panel: CasePanel, services: Services, qtbot: QtBot) -> None:
    dialog = _opened(panel, services, "how_to_tell")
    qtbot.waitUntil(lambda: _given(dialog)["get_customer"] is not None, timeout=10_000)
    qtbot.waitUntil(lambda: _given(dialog) == {"get_customer": {"preferred_channel": "email"}}, timeout=10_000)
    dialog.run_button.click()
    assert dialog.chip.words == "Done"
    assert dialog.port.text() == "Leaves by “A message”."

    dialog.given.setPlainText('{"get_customer": {"preferred_channel": "phone"}}')
    dialog.run_button.click()
    assert dialog.port.text() == "Leaves by “A call”."
    assert "phone" in dialog.words.text()
    assert services.document.history.count() == 0
    session: Session = services.extras["session"]
    assert session.story is None, "the run that is shown is another matter"

    dialog.given.setPlainText('{"get_customer": ')
    dialog.run_button.click()
    assert "is not JSON" in dialog.complaint.message
    dialog.given.setPlainText("[1]")
    dialog.run_button.click()
    assert "should be an object" in dialog.complaint.message


def test_what_was_typed_is_not_written_over_when_the_sample_was_played(panel: CasePanel, services: Services) -> None:
    dialog = _opened(panel, services, "how_to_tell")
    dialog.given.setPlainText('{"get_customer": {"preferred_channel": "fax"}}')
    dialog._values_came()
    assert _given(dialog)["get_customer"]["preferred_channel"] == "fax"
    dialog.source.setCurrentIndex(dialog.source.findData("nothing"))
    dialog.fill()
    assert _given(dialog) == {"get_customer": {"preferred_channel": None}}


def test_the_last_run_gives_the_values(panel: CasePanel, services: Services) -> None:
    session: Session = services.extras["session"]
    session.rehearse(FLOW, services.document.project.samples[FLOW]["automatic"], until="work_out")
    dialog = _opened(panel, services, "anything_owed")
    assert dialog.source.currentText() == "Last run"
    assert isinstance(_given(dialog)["vars"]["bill"]["owed"], Decimal)
    before = session.story
    dialog.run_button.click()
    assert dialog.chip.words == "Done"
    assert session.story is before


def test_an_effect_is_answered_by_what_is_typed_and_shows_what_it_would_send(
    panel: CasePanel, services: Services
) -> None:
    dialog = _opened(panel, services, "get_price_plan")
    dialog.given.setPlainText('{"get_invoice": {"plan": "mobile-mini"}}')
    dialog.answer.setPlainText('{"plan": "mobile-mini", "name": "Mini", "monthly_price": 9.90, "currency": "EUR"}')
    dialog.run_button.click()
    assert ("monthly_price", "9.90") in dialog.output.shown
    assert any("mobile-mini" in value for _, value in dialog.worked_on.shown)
    dialog.fails.setChecked(True)
    dialog.run_button.click()
    assert dialog.port.text() == "Leaves by “Error”."
    assert services.extras["session"].answers.fails == set(), "the panel's own answers stay"


def test_a_person_answers_or_nobody_does(panel: CasePanel, services: Services) -> None:
    dialog = _opened(panel, services, "approve_refund")
    dialog.choice.setCurrentIndex(dialog.choice.findData("reject"))
    dialog.run_button.click()
    assert dialog.port.text() == "Leaves by “Reject”."
    dialog.choice.setCurrentIndex(dialog.choice.count() - 1)
    dialog.run_button.click()
    assert dialog.chip.words == "Waiting for a person"


def test_what_can_not_run_alone_says_why(services: Services) -> None:
    project = services.document.project
    with pytest.raises(CanNotRunAlone, match="starts the flow"):
        run_alone(project, FLOW, "dispute_received", services.registry, {}, Answers())
    with pytest.raises(CanNotRunAlone, match="as a name it"):
        run_alone(project, FLOW, "route", services.registry, {"Not good": 1}, Answers())
    result = run_alone(project, FLOW, "route", services.registry, {}, Answers())
    assert result.state == "incident"
    assert "no rule" in result.words


class Window:
    """Answers questions, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.yes = False

    def confirm(self, title: str, text: str, yes: str) -> bool:
        assert yes == "Run for real"
        self.asked.append((title, text))
        return self.yes


@pytest.fixture
def real(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the session was asked to run for real."""
    asked: list[tuple[Any, ...]] = []
    session: Session = services.extras["session"]
    monkeypatch.setattr(
        session,
        "_run_for_real",
        lambda project, where, flow, given, **more: asked.append((project, where, given, more)),
    )
    services.window = Window()
    return asked


def test_a_sample_answers_unless_somebody_switches_to_real_and_agrees(
    panel: CasePanel, services: Services, real: list[tuple[Any, ...]]
) -> None:
    dialog = _opened(panel, services, "get_price_plan")
    assert dialog.place == "samples"
    assert [dialog.where.itemText(n) for n in range(dialog.where.count())] == [
        "A sample answers", "Practice systems", "Real systems",
    ]  # fmt: skip
    dialog.given.setPlainText('{"get_invoice": {"plan": "mobile-mini"}}')
    dialog.run_button.click()
    assert dialog.chip.words == "Done"
    assert real == []

    dialog.where.setCurrentIndex(2)
    dialog.where.activated.emit(2)
    assert dialog.answer.isHidden()
    assert dialog.fails.isHidden()
    assert "real systems" in dialog.about.text()
    dialog.run_button.click()
    (asked,) = services.window.asked
    assert asked[0] == "Run only “Price plan” for real?"
    assert "Price plan: GET /price-plans" in asked[1]
    assert real == [], "it was not agreed to"

    services.window.yes = True
    dialog.run_button.click()
    ((project, where, _, more),) = real
    assert where == "real"
    assert {node.id for node in project.flows[FLOW].nodes} >= {"get_price_plan", "get_invoice"}
    assert not dialog.run_button.isEnabled()
    services.extras["session"].problem.emit("Nobody is there.", "Try again.")
    assert dialog.complaint.message == "Nobody is there. Try again."
    assert dialog.run_button.isEnabled()
    more["then"]("r1")
    assert dialog._run == "r1"


def test_what_reaches_nothing_is_never_asked_where(panel: CasePanel, services: Services) -> None:
    dialog = _opened(panel, services, "how_to_tell")
    assert dialog.where.isHidden()
    assert dialog.place == "samples"


def test_up_to_here_runs_where_effects_go_and_real_ones_are_named_first(
    panel: CasePanel, services: Services, real: list[tuple[Any, ...]]
) -> None:
    session: Session = services.extras["session"]
    services.selection.select(["check_fraud"])
    session.where = "real"
    panel.run_up_to()
    ((title, text),) = services.window.asked
    assert title == "Run up to “Fraud check” for real?"
    assert "•  Customer: GET /customers" in text
    assert "Refund" not in text
    assert real == []
    services.window.yes = True
    panel.run_up_to()
    ((project, where, _, _),) = real
    assert where == "real"
    assert "refund" not in {node.id for node in project.flows[FLOW].nodes}
    session.where = "practice"
    panel.run_up_to()
    assert len(services.window.asked) == 2, "practice systems are asked without a question"
    assert real[-1][1] == "practice"

    services.selection.select(["dispute_received"])
    panel.run_up_to()
    assert "starts the flow" in panel.complaint.text()
