"""A step becomes another kind: what is lost is listed before, and named with Undo afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from designer.pieces.emptying import widgets_in
from designer.window.main_window import MainWindow
from designer.window.notice import Notice
from runtime.model.flow import Node

FLOW = "billing_dispute"


def _kind(window: MainWindow) -> str:
    node: Node | None = window.services.document.project.flows[FLOW].node("approve_refund")
    assert node is not None
    return node.type


def _notices(window: MainWindow) -> list[Notice]:
    shown = [*widgets_in(window.work.notices)]
    return [one for one in shown if isinstance(one, Notice) and one.name == "lost"]


def test_what_is_lost_is_listed_before_and_comes_back_by_undo(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    answers = ["no", "yes"]

    def ask(title: str, text: str, *_choices: Any) -> str:
        asked.append((title, text))
        assert _kind(window) == "approval", "it is asked before"
        return answers[len(asked) - 1]

    monkeypatch.setattr(window, "ask", ask)
    new = window.services.registry.latest("decision/condition")
    before = window.services.document.project

    assert not window.canvas.deeds.change_kind("approve_refund", new)
    assert window.services.document.project is before
    assert "Who decides" in asked[0][1]
    assert "Choices" in asked[0][1]

    assert window.canvas.deeds.change_kind("approve_refund", new)
    assert _kind(window) == "decision/condition"
    (notice,) = _notices(window)
    assert "Who decides" in notice.text.text()
    notice.buttons["Undo"].click()
    assert window.services.document.project is before
    assert _notices(window) == []


def test_nothing_is_asked_where_nothing_is_lost_and_the_notice_leaves_with_the_next_change(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(window, "ask", lambda title, *_more: asked.append(title) or "yes")
    audit = window.services.registry.latest("logging/note")
    window.canvas.deeds.change_kind("audit_note", audit)
    assert asked == []
    window.canvas.deeds.change_kind("approve_refund", window.services.registry.latest("decision/condition"))
    assert len(asked) == 1
    assert len(_notices(window)) == 1
    window.canvas.deeds.change_kind("audit_note", window.services.registry.latest("decision/condition"))
    assert len(_notices(window)) == 1
    assert "Who decides" not in _notices(window)[0].text.text(), "the older notice would undo the wrong change"
