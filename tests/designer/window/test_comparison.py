"""The comparison of two versions says what happened to each thing, in the words of its form."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from designer.document.commands.delete import delete
from designer.document.commands.set_field import UNSET, set_field
from designer.window.comparison import Comparison
from designer.window.main_window import MainWindow

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
