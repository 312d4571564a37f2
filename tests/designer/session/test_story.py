"""A story tells what each step changed, and how, without folding the run again for each of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer.panels.test.view import CasePanel
from designer.services import Services
from designer.session import story as story_module
from designer.session.leaves import leaf_changes
from designer.session.session import Session
from designer.session.story import Story
from designer.session.what_if import changed_input
from runtime.model.flow import Flow
from runtime.trace.replay import difference, snapshot


@pytest.fixture
def story(services: Services) -> Story:
    session = services.extras["session"]
    assert isinstance(session, Session)
    CasePanel(services).run_button.click()
    assert session.story is not None
    assert session.story.ended
    return session.story


def test_what_a_step_changed_is_what_differs_before_and_after_it(story: Story) -> None:
    for span in story.trace.spans:
        differing = difference(
            *(snapshot(story.state_at(seq), story.drawing) for seq in (span.first_seq - 1, span.last_seq))
        )
        values = leaf_changes(it for it in differing if it.path.startswith("vars."))
        known = {(it.path.removeprefix("vars."), it.after) for it in values}
        own = leaf_changes(replace(it, path="") for it in differing if it.path == f"steps.{span.step}.output")
        expected = [*values, *(it for it in own if (it.path, it.after) not in known)]
        assert list(story.changed_in(span.step).leaves) == expected, span.step


def test_nothing_is_folded_again_for_it(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "Values over time" of 900 steps took three seconds: each was two states, and each state was masked whole."""

    def refuse(*_given: object) -> None:
        raise AssertionError("a state was folded")

    monkeypatch.setattr(story_module, "apply", refuse)
    assert "vars.bill.price" in [change.path for _, change in story.values_set.leaves]
    assert all(story.changed_in(span.step) for span in story.trace.spans)


def test_what_would_have_changed_a_decision_is_said_of_an_empty_text_too(services: Services) -> None:
    """It said "Change gold to  and run again"."""
    gold = {"port": "gold", "title": "Gold", "when": {"feel": 'input.tier = "gold"'}}
    flow = {
        "id": "tiers",
        "input_schema": {"type": "object", "properties": {"tier": {"type": "string"}}},
        "outcomes": [{"id": "ok"}],
        "nodes": [
            {"id": "start", "type": "triggers/manual"},
            {"id": "tier", "type": "decision/condition", "config": {"conditions": [gold]}},
            {"id": "end", "type": "control/end", "config": {"outcome": "ok"}},
        ],
        "edges": [
            {"from": "start", "port": "started", "to": "tier"},
            {"from": "tier", "port": "gold", "to": "end"},
            {"from": "tier", "port": "default", "to": "end"},
        ],
    }
    project = services.document.project
    services.document.replace(project.model_copy(update={"flows": {"tiers": Flow.model_validate(flow)}}))
    session = services.extras["session"]
    session.rehearse("tiers", {"tier": "gold"})
    found = changed_input(session.story, session.story.steps_of("tier")[0])
    assert found == ({"tier": ""}, "gold to an empty text")
