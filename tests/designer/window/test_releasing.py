"""Packing and publishing: errors stop them, warnings ask, and what leaves is what is shown."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pytestqt.qtbot import QtBot

from designer.document.commands.add_node import add_node
from designer.document.commands.set_field import UNSET, set_field
from designer.panels.problems.view import Problems
from designer.window import choosing
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.publish_target import PublishTarget, Target
from runtime.client import http
from runtime.model.content_hash import content_hash
from runtime.model.flow import Node
from runtime.model.package import pack, read_package
from runtime.wire import Problem

FLOW = "billing_dispute"


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "out" / "dispute.baton"
    place.parent.mkdir()
    monkeypatch.setattr(choosing, "choose_target", lambda *_: place)
    return place


def settled(window: MainWindow, qtbot: QtBot) -> None:
    """What was checked may be sent, and what came of it is told a turn later: each of both has a thread."""
    releasing = window.keeping._releasing
    for _ in range(3):
        releasing._worker.finish()
        releasing._sender.finish()
        qtbot.wait(10)


def warn(window: MainWindow) -> None:
    window.services.document.do(set_field(FLOW, "route", "timeout", "P1D"))


def test_what_is_packed_is_what_is_shown(window: MainWindow, target: Path, qtbot: QtBot) -> None:
    window.services.document.do(set_field(FLOW, "route", "title", "Not saved, but shown"))
    window.run("file.pack")
    qtbot.waitUntil(target.is_file)
    assert pack(read_package(target)) == pack(window.services.document.project)
    settled(window, qtbot)
    assert window.status.said.text() == f"Packed: {target}."


def test_an_error_stops_packing_and_opens_the_list(window: MainWindow, target: Path, qtbot: QtBot) -> None:
    window.services.document.do(set_field(FLOW, "get_customer", "config.path", UNSET))
    window.run("file.pack")
    settled(window, qtbot)
    assert not target.exists()
    assert window.areas["bottom"].isVisible()
    assert "must be solved before you can pack" in window.status.said.text()


@pytest.mark.parametrize("answer", ["go", "no", None])
def test_a_warning_asks(
    window: MainWindow, target: Path, answer: str | None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    warn(window)
    asked: list[str] = []

    def ask(title: str, *_: object) -> str | None:
        asked.append(title)
        return answer

    monkeypatch.setattr(window, "ask", ask)
    window.run("file.pack")
    settled(window, qtbot)
    assert asked == ["1 warning. Pack anyway?"]
    assert target.exists() is (answer == "go")


class Runtime:
    """In the place of a runtime behind HTTP."""

    came: ClassVar[list[tuple[str, str, str, bytes]]] = []

    def __init__(self, url: str, token: str) -> None:
        self._to = url, token

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def put_release(self, release: str, package: bytes) -> Any:
        if self._to[1] != "key":
            raise Problem(401, "TOKEN", "The runtime does not know this key.", todo="Ask for another.")
        self.came.append((*self._to, release, package))


def test_publishing_hands_the_release_to_the_runtime(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    Runtime.came.clear()
    monkeypatch.setattr(http, "HttpDoor", Runtime)
    monkeypatch.setattr(
        PublishTarget, "ask", lambda _services, _again=None: Target("there", "https://there.example", "key")
    )
    window.run("file.publish")
    settled(window, qtbot)
    project = window.services.document.project
    assert Runtime.came == [("https://there.example", "key", content_hash(project), pack(project))]
    assert window.status.said.text() == "Version 1.0.0 is published to there."


def test_a_refused_release_says_why_and_what_to_do(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(http, "HttpDoor", Runtime)
    monkeypatch.setattr(
        PublishTarget, "ask", lambda _services, _again=None: Target("there", "https://there.example", "old")
    )
    monkeypatch.setattr(window, "ask", lambda title, text, *_: said.append((title, text)))
    window.run("file.publish")
    settled(window, qtbot)
    assert said == [("Not published: The runtime does not know this key.", "Ask for another.")]


def test_a_refused_release_is_tried_again_with_what_was_typed(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    Runtime.came.clear()
    monkeypatch.setattr(http, "HttpDoor", Runtime)
    monkeypatch.setattr(window, "ask", lambda _title, _text, *_: "again")
    begun: list[tuple[bool, str, str]] = []

    def fill(dialog: PublishTarget) -> int:
        begun.append((dialog.there.isChecked(), dialog.url.text(), dialog.key.text()))
        dialog.there.setChecked(True)
        dialog.url.setText("https://there.example")
        dialog.key.setText("key" if len(begun) > 1 else "kye")
        return dialog.DialogCode.Accepted

    monkeypatch.setattr(PublishTarget, "exec", fill)
    window.run("file.publish")
    qtbot.waitUntil(lambda: bool(Runtime.came), timeout=20_000)
    assert begun == [(False, "", ""), (True, "https://there.example", "kye")]


def test_saving_does_not_wait_for_a_runtime_that_does_not_answer(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()

    class Hanging(Runtime):
        def put_release(self, release: str, package: bytes) -> Any:
            answers.wait(30)

    monkeypatch.setattr(http, "HttpDoor", Hanging)
    monkeypatch.setattr(PublishTarget, "ask", lambda _services, _again=None: Target("there", "https://there", "key"))
    window.run("file.publish")
    qtbot.waitUntil(lambda: window.status.said.text() == "Publishing …", timeout=20_000)
    window.services.document.do(set_field(FLOW, "route", "title", "Mine"))
    try:
        with qtbot.waitSignal(window.services.extras["keeper"].saved, timeout=10_000):
            window.run("file.save")
    finally:
        answers.set()


def test_the_key_is_kept_nowhere(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(dialog: PublishTarget) -> int:
        dialog.there.click()
        dialog.url.setText("https://there.example")
        dialog.key.setText("very-secret")
        return dialog.DialogCode.Accepted

    monkeypatch.setattr(PublishTarget, "exec", fill)
    chosen = PublishTarget.ask(window.services)
    assert chosen == Target("https://there.example", "https://there.example", "very-secret")
    kept = [path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert not any(b"very-secret" in content for content in kept)


def test_a_flow_without_steps_is_a_mistake_only_once_it_is_to_be_packed(
    desktop: Desktop, target: Path, qtbot: QtBot
) -> None:
    window = desktop.new()
    with qtbot.waitSignal(window.services.checking.changed, timeout=10_000):
        pass
    panel = window.show_panel("problems")
    assert isinstance(panel, Problems)
    assert panel.count == 0
    assert panel.empty.title.text() == "No problems so far. “New flow” has no steps yet."
    window.run("file.pack")
    qtbot.waitUntil(lambda: panel.count > 0, timeout=10_000)
    assert [row.problem.code for row in panel.rows] == ["START_MISSING"]
    assert not target.exists()
    window.services.document.do(add_node("new_flow", Node(id="a", type="logging/note", version=1), (0, 0)))
    with qtbot.waitSignal(window.services.checking.changed, timeout=10_000):
        pass
    assert "START_MISSING" in {row.problem.code for row in panel.rows}, "one with steps needs a start"
