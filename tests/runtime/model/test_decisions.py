"""The decision files of a project as models: read once, refused in words."""

from __future__ import annotations

from runtime.model.decisions import Decisions, UnreadDecision
from tests.runtime.model.rules.cases_of_decisions import dmn


def test_a_model_is_compiled_once_and_only_when_it_is_asked_for() -> None:
    decisions = Decisions({"route": dmn(), "broken": b"<x", "wrong": dmn([["<= (", "-", "1"]])})
    assert set(decisions) == {"route", "broken", "wrong"}
    assert decisions.usable("route") is decisions.get("route") is not None
    assert decisions.problem("route") is None
    assert isinstance(decisions.get("broken"), UnreadDecision)
    assert decisions.usable("broken") is decisions.usable("wrong") is decisions.usable("none") is None
    assert decisions.get("none") is None
    assert "there is no decisions/none.dmn" in str(decisions.problem("none"))
    assert "can't be read" in str(decisions.problem("broken"))
    assert "has a mistake: decision `Route`, rule 1" in str(decisions.problem("wrong"))
