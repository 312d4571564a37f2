"""Packing and publishing: errors stop them, warnings ask, and what leaves is what is shown."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.document.commands.add_node import add_node
from designer.document.commands.describe_project import next_version
from designer.document.commands.set_field import UNSET, set_field
from designer.panels.problems.view import Problems
from designer.pieces.emptying import widgets_in
from designer.window import choosing, packing
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.notice import Notice
from designer.window.publish_target import PublishTarget, Target
from designer.window.publishing import Publishing
from projects.demo.baton_process import BatonProcess
from runtime.model.content_hash import content_hash
from runtime.model.flow import Node
from runtime.model.package import pack, read_package
from runtime.wire import Problem

FLOW = "billing_dispute"
WAIT = 20_000


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "out" / "dispute.baton"
    place.parent.mkdir()
    monkeypatch.setattr(choosing, "choose_target", lambda *_: place)
    return place


def settled(window: MainWindow, qtbot: QtBot) -> None:
    """What was checked may be packed, and what came of it is told a turn later."""
    releasing = window.keeping._releasing
    for _ in range(3):
        releasing._worker.finish()
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


def test_a_folder_that_does_not_answer_holds_up_nothing_and_packing_can_be_stopped(
    window: MainWindow, target: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package was written by who keeps the project: no change was saved meanwhile, nor in the crash journal."""
    answers = threading.Event()
    monkeypatch.setattr(packing, "pack_to_file", lambda *_: answers.wait())
    window.run("file.pack")
    qtbot.waitUntil(lambda: told(window, "packing") is not None, timeout=WAIT)
    window.services.document.do(set_field(FLOW, "route", "title", "Mine"))
    with qtbot.waitSignal(window.services.extras["keeper"].saved, timeout=WAIT):
        window.run("file.save")
    found = told(window, "packing")
    assert found is not None
    found.buttons["Cancel"].click()
    assert told(window, "packing") is None
    assert window.status.said.text().startswith("Packing was stopped.")
    answers.set()
    qtbot.waitUntil(lambda: not window.findChildren(packing.Packing), timeout=WAIT)
    assert window.status.said.text().startswith("Packing was stopped."), "what comes late is no news any more"


def test_a_folder_that_takes_no_package_is_told(
    window: MainWindow, target: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.parent.rmdir()
    said: list[str] = []
    monkeypatch.setattr(packing, "asked", lambda dialog: said.append(dialog.windowTitle()))
    window.run("file.pack")
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said == ["The package can't be written"]


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


# --- publishing ---


@pytest.fixture(scope="module")
def baton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BatonProcess]:
    folder = tmp_path_factory.mktemp("baton")
    with BatonProcess(folder / "store.db", folder / "home") as running:
        yield running


class Filled:
    """In the place of whoever fills in the dialog: each time with the next of these, what was found there kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *typed: dict[str, str]) -> None:
        self._typed = list(typed)
        self.found: list[tuple[bool, str, str]] = []
        self.complaints: list[str] = []

        def fill(dialog: PublishTarget) -> int:
            return self._fill(dialog)

        monkeypatch.setattr(PublishTarget, "exec", fill)

    def _fill(self, dialog: PublishTarget) -> int:
        self.found.append((dialog.there.isChecked(), dialog.url.text(), dialog.key.text()))
        if not self._typed:
            return PublishTarget.DialogCode.Rejected
        dialog.there.setChecked(True)
        for name, text in self._typed.pop(0).items():
            getattr(dialog, name).setText(text)
        self.complaints.append(dialog.complaint.what.text() if dialog.complaint.isVisibleTo(dialog) else "")
        if self.complaints[-1]:
            dialog.next.click()
        assert dialog.go.isEnabled()
        return PublishTarget.DialogCode.Accepted


def asked(monkeypatch: pytest.MonkeyPatch, window: MainWindow, answer: str | None = None) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []

    def ask(title: str, text: str, *_: object) -> str | None:
        said.append((title, text))
        return answer

    monkeypatch.setattr(window, "ask", ask)
    return said


def told(window: MainWindow, name: str = "publishing") -> Notice | None:
    shown = widgets_in(window.work.notices)
    return next((one for one in shown if isinstance(one, Notice) and one.name == name), None)


def publish(window: MainWindow, qtbot: QtBot, version: str) -> Notice:
    earlier = told(window)
    if earlier is not None:
        earlier.leave()
    window.run("file.publish")
    wanted = f"Version {version} "
    qtbot.waitUntil(lambda: wanted in ((told(window) and told(window).text.text()) or ""), timeout=WAIT)  # type: ignore[union-attr]
    found = told(window)
    assert found is not None
    return found


def test_publishing_hands_the_release_to_the_runtime_and_says_what_now(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, baton: BatonProcess
) -> None:
    window.services.document.do(set_field(FLOW, "route", "title", "Not saved, but shown"))
    Filled(monkeypatch, {"url": baton.url, "key": f" {baton.token}\n"})
    found = publish(window, qtbot, "1.0.0")
    project = window.services.document.project
    assert baton.door.get_release(content_hash(project)) == pack(project)
    assert found.text.text() == (
        f"Version 1.0.0 is published to {baton.url}. Cases that are started with its release number run on it; those "
        "under way stay on theirs. It is not saved in its folder yet."
    )
    assert list(found.buttons) == ["Copy its release number", "Save"]
    found.buttons["Copy its release number"].click()
    assert QApplication.clipboard().text() == content_hash(project)


def test_the_same_content_again_says_that_it_stands_there_already(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, baton: BatonProcess
) -> None:
    where = {"url": baton.url, "key": baton.token, "version": "1.1.0"}
    filled = Filled(monkeypatch, where, where)
    publish(window, qtbot, "1.1.0")
    found = publish(window, qtbot, "1.1.0")
    assert filled.complaints == ["", ""]
    assert found.text.text().startswith(f"Version 1.1.0 stands at {baton.url} already, just as it is here.")


def test_another_content_gets_another_number(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, baton: BatonProcess
) -> None:
    filled = Filled(monkeypatch, *[{"url": baton.url, "key": baton.token}] * 2)
    publish(window, qtbot, "1.0.0")
    window.services.document.do(set_field(FLOW, "route", "title", "Another"))
    publish(window, qtbot, "1.0.1")
    assert filled.complaints == ["", "Another content was published there under this number."]
    assert window.services.document.project.file.version == "1.0.1"
    assert baton.door.get_release(content_hash(window.services.document.project))
    window.run("edit.undo")
    assert window.services.document.project.file.version == "1.0.0"


def test_a_refused_key_is_mended_not_typed_anew(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, baton: BatonProcess
) -> None:
    said = asked(monkeypatch, window, "again")
    filled = Filled(monkeypatch, {"url": baton.url, "key": "kye"}, {"key": baton.token})
    publish(window, qtbot, "1.0.0")
    assert said == [
        (
            "Not published: The runtime does not take this access key.",
            "Ask whoever runs it for the access key; it was printed when the runtime started. Then try again.",
        )
    ]
    assert filled.found == [(False, "", ""), (True, baton.url, "kye")]


def test_a_runtime_without_a_kind_of_step_is_told_before_cases_stop_there(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, baton: BatonProcess
) -> None:
    said = asked(monkeypatch, window)
    project = add_node(FLOW, Node(id="a", type="ours/fax", version=2), (0, 0)).apply(window.services.document.project)
    Publishing(window.services, project, Target("there", baton.url, baton.token), lambda: None)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said == [
        (
            "Not published: The runtime does not have all kinds of steps that this uses: ours/fax (version 2).",
            "Ask whoever runs it to install them, or to update Baton.",
        )
    ]
    with pytest.raises(Problem):
        baton.door.get_release(content_hash(project))


def test_a_runtime_that_is_not_there_is_said(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said = asked(monkeypatch, window)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    Filled(monkeypatch, {"url": url, "key": "key"})
    window.run("file.publish")
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert said == [
        (
            f"Not published: Nothing answers at {url}.",
            "Check the address, and whether a runtime (`baton serve`) runs there.",
        )
    ]


def test_a_runtime_that_does_not_answer_holds_up_nothing_and_can_be_stopped(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        Filled(monkeypatch, {"url": f"http://127.0.0.1:{silent.getsockname()[1]}", "key": "key"})
        window.run("file.publish")
        qtbot.waitUntil(lambda: told(window) is not None, timeout=WAIT)
        window.services.document.do(set_field(FLOW, "route", "title", "Mine"))
        with qtbot.waitSignal(window.services.extras["keeper"].saved, timeout=WAIT):
            window.run("file.save")
        found = told(window)
        assert found is not None
        found.buttons["Cancel"].click()
        assert told(window) is None
        assert "publishing it again does no harm" in window.status.said.text()
        window.close()  # the thread that still waits keeps it from nothing


def test_the_key_is_kept_nowhere(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Filled(monkeypatch, {"url": "there.example", "key": "very-secret"})
    chosen = PublishTarget.ask(window.services)
    assert chosen == Target("https://there.example", "https://there.example", "very-secret", "1.0.0")
    kept = [path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert not any(b"very-secret" in content for content in kept)


@pytest.mark.parametrize(("version", "following"), [("1.0.0", "1.0.1"), ("2.9", "2.10"), ("draft", "draft.1")])
def test_the_number_that_follows(version: str, following: str) -> None:
    assert next_version(version) == following


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
