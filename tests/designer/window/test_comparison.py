"""The comparison of two versions says what happened to each thing, in the words of its form."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from designer.document.commands.delete import delete
from designer.document.commands.move import move
from designer.document.commands.set_field import UNSET, set_field
from designer.window.comparison import AT_ONCE, Comparison
from designer.window.main_window import MainWindow
from runtime.model.flow import Node

FLOW = "billing_dispute"


def test_a_step_that_lost_a_field_is_changed_and_not_removed(window: MainWindow, qtbot: QtBot) -> None:
    document = window.services.document
    before = document.project
    document.do(set_field(FLOW, "approve_refund", "config.timeout", UNSET))
    document.do(delete(FLOW, ["send_letter"]))
    dialog = Comparison(window.services, "Compared", before, document.project)
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
    dialog = Comparison(window.services, "Compared", before, after)
    qtbot.addWidget(dialog)
    assert dialog.tree.topLevelItem(0).childCount() == AT_ONCE
    assert dialog.summary.text() == "Comparing …"
    qtbot.waitUntil(lambda: dialog.summary.text() == f"{3 * AT_ONCE} added.", timeout=20_000)
    assert dialog.tree.topLevelItem(0).childCount() == 3 * AT_ONCE


def test_the_drawing_is_shown_when_it_is_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    document = window.services.document
    before = document.project
    document.do(move(FLOW, {"route": (-900, 40)}))
    document.do(set_field(FLOW, "route", "title", "Elsewhere"))
    dialog = Comparison(window.services, "Compared", before, document.project)
    qtbot.addWidget(dialog)
    assert dialog.tree.topLevelItem(0).childCount() == 1
    for shown, count in ((True, 2), (False, 1)):
        dialog._drawing.setChecked(shown)
        qtbot.waitUntil(lambda count=count: dialog.tree.topLevelItem(0).childCount() == count)
    assert dialog._drawing.text() == "Show the drawing, too (1)"
