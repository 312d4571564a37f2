"""Lists whose entries are chosen show what came back or was changed, and the neighbour of what went."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from designer.document.commands.set_part import remove_role, set_connection
from designer.editors.connections.page import Connections
from designer.editors.flow_settings.page import FlowSettings
from designer.editors.samples.page import Samples
from designer.services import Services

FLOW = "billing_dispute"


@pytest.mark.parametrize("kind", ["connections", "samples"])
def test_what_undo_brings_back_is_what_is_shown(kind: str, services: Services, qtbot: QtBot) -> None:
    page: Any = Connections(services, "") if kind == "connections" else Samples(services, FLOW)
    qtbot.addWidget(page)
    names = [page.list.item(n).data(Qt.ItemDataRole.UserRole) for n in range(page.list.count())]
    page.show_one(names[2])
    page.delete()
    assert page.name == names[3], "its neighbour stands in its place"
    page.show_one(names[0])
    services.document.undo()
    assert page.name == names[2]
    assert page.list.currentItem().data(Qt.ItemDataRole.UserRole) == names[2]
    page.rename("quite_another")
    page.show_one(names[0])
    services.document.undo()
    assert page.name == names[2]
    services.document.redo()
    assert page.name == "quite_another"
    services.document.undo()
    page.show_one(names[-1])
    page.delete()
    assert page.name == names[-2], "the last one has its neighbour above"


def test_undo_of_a_change_shows_what_was_changed(services: Services, qtbot: QtBot) -> None:
    page = Connections(services, "crm")
    qtbot.addWidget(page)
    services.document.do(set_connection("crm", {**page._raw(), "title": "Customers"}))
    page.show_one("billing")
    services.document.undo()
    assert page.name == "crm"


def test_a_role_that_undo_brings_back_is_scrolled_to(services: Services, qtbot: QtBot) -> None:
    page = FlowSettings(services, FLOW)
    qtbot.addWidget(page)
    page.resize(900, 300)
    page.show()
    qtbot.waitUntil(lambda: bool(page.roles.lines))
    services.document.do(remove_role(services.document.project.file.roles[-1].id))
    page.verticalScrollBar().setValue(0)
    services.document.undo()
    line = page.roles.lines[-1]
    qtbot.waitUntil(lambda: 0 < line.mapTo(page, line.rect().center()).y() < 300, timeout=2_000)
