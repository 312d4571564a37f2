"""The comparison of two versions says what happened to each thing, in the words of its form."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.document.commands.delete import delete
from designer.document.commands.move import move
from designer.document.commands.set_field import UNSET, set_field
from designer.document.facts import Facts
from designer.editors.decision_table.page import TablePage
from designer.keeping.differences import differences
from designer.window import choosing
from designer.window.comparison import AT_ONCE, Comparison
from designer.window.findings_list import FindingsList
from designer.window.main_window import MainWindow
from nodes.registry import built_ins
from runtime.model.flow import Node
from runtime.model.package import pack
from runtime.model.project import Project

FLOW = "billing_dispute"
FACTS = Facts(built_ins())


def test_a_step_that_lost_a_field_is_changed_and_not_removed(window: MainWindow, qtbot: QtBot) -> None:
    document = window.services.document
    before = document.project
    document.do(set_field(FLOW, "approve_refund", "config.timeout", UNSET))
    document.do(delete(FLOW, ["send_letter"]))
    dialog = Comparison(
        window.services, "Compared", before, document.project, differences(before, document.project, FACTS)
    )
    qtbot.addWidget(dialog)
    group = dialog.tree.topLevelItem(0)
    items = [group.child(number) for number in range(group.childCount())]
    lost = [item for item in items if "Finance approves" in item.text(0)]
    assert [[item.text(column) for column in range(4)] for item in lost] == [
        ["Changed: Step “Finance approves”", "Time limit", "3 days", "not set"]
    ]
    gone = [item for item in items if item.text(0) == "Removed: Step “Letter”"]
    assert len(gone) == 1
    assert gone[0].isFirstColumnSpanned(), "what has no field may take the whole line"
    assert ", 1 changed." in dialog.summary.text()


def test_it_is_shown_once_what_differs_was_found_beside_the_window(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(Comparison, "exec", lambda dialog: shown.append((dialog.windowTitle(), dialog.summary.text())))
    window.services.document.do(set_field(FLOW, "route", "title", "Other"))
    window.run("flow.compare_saved")
    qtbot.waitUntil(lambda: len(shown) == 1, timeout=20_000)
    file = tmp_path / "one.baton"
    file.write_bytes(pack(window.services.document.project))
    monkeypatch.setattr(choosing, "choose_file", lambda *_: file)
    window.run("flow.compare_package")
    qtbot.waitUntil(lambda: len(shown) == 2, timeout=20_000)
    assert shown == [("Compared with the saved version", "1 changed."), ("Compared with one.baton", "Nothing differs.")]


def test_a_package_that_cannot_be_read_says_why(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "one.baton"
    file.write_bytes(b"no package")
    said: list[str] = []
    monkeypatch.setattr(FindingsList, "exec", lambda dialog: said.append(dialog.windowTitle()))
    monkeypatch.setattr(choosing, "choose_file", lambda *_: file)
    window.run("flow.compare_package")
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert said == ["The package can't be read"]


def test_one_thing_with_several_fields_is_said_once(window: MainWindow, qtbot: QtBot) -> None:
    document = window.services.document
    before = document.project
    document.do(set_field(FLOW, "route", "title", "Other"))
    document.do(set_field(FLOW, "route", "owner", "agents"))
    document.do(set_field(FLOW, "refund", "title", "Pay"))
    dialog = Comparison(
        window.services, "Compared", before, document.project, differences(before, document.project, FACTS)
    )
    qtbot.addWidget(dialog)
    group = dialog.tree.topLevelItem(0)
    rows = [[group.child(number).text(column) for column in range(4)] for number in range(group.childCount())]
    assert rows == [
        ["Changed: Step “Other”", "", "", ""],
        ["Changed: Step “Pay”", "Name", "Refund the money", "Pay"],
    ]
    fields = [[group.child(0).child(number).text(column) for column in range(4)] for number in range(2)]
    assert fields == [
        ["", "Name", "Who decides?", "Other"],
        ["", "Owner", "Finance", "Customer service agents"],
    ]


def test_very_many_differences_come_in_several_turns(window: MainWindow, qtbot: QtBot) -> None:
    before = window.services.document.project
    flow = before.flows[FLOW]
    nodes = tuple(
        Node(id=f"more_{number}", type="logging/note", version=1, title=f"More {number}")
        for number in range(3 * AT_ONCE)
    )
    after = before.model_copy(
        update={"flows": {**before.flows, FLOW: flow.model_copy(update={"nodes": (*flow.nodes, *nodes)})}}
    )
    dialog = Comparison(window.services, "Compared", before, after, differences(before, after, FACTS))
    qtbot.addWidget(dialog)
    assert dialog.tree.topLevelItem(0).childCount() == AT_ONCE
    assert dialog.summary.text() == f"{3 * AT_ONCE} added."
    qtbot.waitUntil(lambda: dialog.tree.topLevelItem(0).childCount() == 3 * AT_ONCE, timeout=20_000)


def test_a_thing_is_said_once_though_its_fields_come_in_two_turns(window: MainWindow, qtbot: QtBot) -> None:
    project = window.services.document.project
    flow = project.flows[FLOW]

    def version(word: str) -> Project:
        more = tuple(
            Node(
                id=f"more_{number}",
                type="logging/note",
                version=1,
                title=f"More {number}",
                owner=word,
                seat=word,
                config={"text": word},
            )
            for number in range(AT_ONCE)
        )
        return project.model_copy(
            update={"flows": {**project.flows, FLOW: flow.model_copy(update={"nodes": (*flow.nodes, *more)})}}
        )

    before, after = version("before"), version("after")
    dialog = Comparison(window.services, "Compared", before, after, differences(before, after, FACTS))
    qtbot.addWidget(dialog)
    group = dialog.tree.topLevelItem(0)
    assert group.childCount() < AT_ONCE
    qtbot.waitUntil(lambda: group.childCount() == AT_ONCE, timeout=20_000)
    assert {group.child(number).childCount() for number in range(AT_ONCE)} == {3}


def test_the_drawing_is_shown_when_it_is_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    document = window.services.document
    before = document.project
    document.do(move(FLOW, {"route": (-900, 40)}))
    document.do(set_field(FLOW, "route", "title", "Elsewhere"))
    dialog = Comparison(
        window.services, "Compared", before, document.project, differences(before, document.project, FACTS)
    )
    qtbot.addWidget(dialog)
    assert dialog.tree.topLevelItem(0).childCount() == 1
    for shown, count in ((True, 2), (False, 1)):
        dialog._drawing.setChecked(shown)
        qtbot.waitUntil(lambda count=count: dialog.tree.topLevelItem(0).childCount() == count)
    assert dialog._drawing.text() == "Show the drawing, too (1)"


def test_a_double_click_goes_to_the_table(window: MainWindow, qtbot: QtBot) -> None:
    after = window.services.document.project
    ((name, content),) = after.decisions.items()
    before = after.model_copy(update={"decisions": {name: content.replace(b"&lt;= 50.00", b"&lt;= 60.00", 1)}})
    dialog = Comparison(window.services, "Compared", before, after, differences(before, after, FACTS))
    qtbot.addWidget(dialog)
    dialog.tree.itemActivated.emit(dialog.tree.topLevelItem(0).child(0), 0)
    assert isinstance(window.work.stack.currentWidget(), TablePage)
