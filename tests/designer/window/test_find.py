"""Find: anything by name, what can be done, and where something is used."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from designer.document.commands.notes import add_drawn
from designer.document.commands.set_field import set_field
from designer.document.edits import layout_of
from designer.document.lookup import everything
from designer.window import find as finding
from designer.window.find import Find
from designer.window.main_window import MainWindow
from runtime.model.layout import SeatLane


def find(window: MainWindow, words: str, *, in_flow: bool = False) -> Find:
    found = window.find_anything(in_flow=in_flow)
    found.line.setText(words)
    return found


def test_a_step_is_found_and_shown(window: MainWindow, qtbot: QtBot) -> None:
    found = find(window, "who decides")
    assert found.titles[0] == "Who decides?"
    QTest.keyClick(found.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.services.selection.nodes == ("route",))
    assert not any(box.isVisible() for box in window.findChildren(QWidget, "find"))


def test_a_text_in_a_field_is_found_with_its_field(window: MainWindow, qtbot: QtBot) -> None:
    wanted: list[tuple[str, str, str]] = []
    window.services.selection.field_wanted.connect(lambda *place: wanted.append(place))
    found = find(window, "/customers/{input.customer}/disputes")
    assert found.list.count() >= 1
    QTest.keyClick(found.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wanted == [("billing_dispute", "get_history", "config.path")])


def test_what_can_be_done_is_found_and_done(window: MainWindow, qtbot: QtBot) -> None:
    found = find(window, "dark theme")
    assert "Dark theme" in found.titles
    found.list.setCurrentRow(found.titles.index("Dark theme"))
    QTest.keyClick(found.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.services.theme.dark)


def test_what_can_be_done_is_not_called_nothing(window: MainWindow) -> None:
    found = find(window, "dark theme")
    assert found.empty.isHidden()
    assert not any(title.startswith("Add a step") for title in found.titles)


def test_what_can_not_be_done_now_says_what_it_needs(window: MainWindow, qtbot: QtBot) -> None:
    """It was not listed at all, as if it did not exist."""
    window.services.selection.select(())
    found = find(window, "change kind")
    assert found.list.item(0).text() == "Change kind …    Select one step first."
    QTest.keyClick(found.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.said.text() == "Change kind: Select one step first.")


def test_nothing_found_offers_to_add_a_step(window: MainWindow) -> None:
    found = find(window, "zzz")
    assert found.empty.text() == "Nothing called “zzz”."
    assert found.titles == ["Add a step called “zzz”"]


def test_in_this_flow_rings_what_matches_on_the_canvas(window: MainWindow) -> None:
    found = find(window, "who decides", in_flow=True)
    items = window.canvas.stage.projector.items
    assert [node for node, item in items.items() if item.state.found] == ["route"]
    found.close()
    assert not any(item.state.found for item in items.values())


def test_in_this_flow_finds_no_actions_and_no_other_things(window: MainWindow) -> None:
    assert find(window, "dark theme", in_flow=True).titles == ["Add a step called “dark theme”"]


def test_where_a_step_is_used(window: MainWindow) -> None:
    window.services.selection.select(("get_customer",))
    window.where_used()
    (found,) = [w for w in window.findChildren(QWidget, "find") if w.isVisible()]
    assert "Dispute received" in found.titles
    assert any("get_customer" in title for title in found.titles)
    wheres = [found.list.item(row).text() for row in range(found.list.count())]
    assert not any("config." in where for where in wheres), wheres


def test_a_way_that_leads_to_a_step_is_called_as_it_is_drawn(window: MainWindow) -> None:
    """The way when no condition is true was called by its name in files: “Default”."""
    window.services.selection.select(("approve_refund",))
    window.where_used()
    (found,) = [w for w in window.findChildren(QWidget, "find") if w.isVisible()]
    wheres = [found.list.item(row).text() for row in range(found.list.count())]
    assert any("leads here by “One person”" in where for where in wheres), wheres


def test_of_a_long_text_the_place_that_matches_is_seen(window: MainWindow) -> None:
    """The beginning was shown, and what had been looked for was cut off."""
    window.services.document.do(set_field("billing_dispute", "route", "description", "word " * 60 + "needle in it"))
    found = find(window, "needle", in_flow=True)
    assert found.titles[0].startswith("… word")
    assert found.titles[0].index("needle") < 30


def test_escape_and_a_click_beside_put_it_away(window: MainWindow) -> None:
    found = find(window, "x")
    QTest.keyClick(found.line, Qt.Key.Key_Escape)
    assert not found.isVisible()


def test_tab_stays_in_the_box_so_that_esc_always_puts_it_away(window: MainWindow) -> None:
    """Tab led to the list, where Esc and Enter did nothing: the box could be put away by the mouse alone."""
    found = find(window, "decides")
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        QTest.keyClick(found.line, key)
        assert window.focusWidget() is found.line
    QTest.mouseClick(found.list.verticalScrollBar(), Qt.MouseButton.LeftButton)
    QTest.mouseClick(found.list.viewport(), Qt.MouseButton.RightButton)
    assert window.focusWidget() is found.line
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert not any(box.isVisible() for box in window.findChildren(QWidget, "find"))


def test_notes_groups_and_lanes_are_found_selected_and_shown(window: MainWindow, qtbot: QtBot) -> None:
    """A note was found and only its flow was shown; groups and lanes were not found, so no key came to them."""
    layout = layout_of(window.services.document.project, "billing_dispute")
    lane = SeatLane(id="lane_9", owner="finance", x=Decimal(0), y=Decimal(900), width=Decimal(300), height=Decimal(200))
    window.services.document.do(add_drawn("billing_dispute", lane))
    note, group = layout.notes[0], layout.groups[0]
    for words, wanted in ((note.text[:30], note.id), (group.title, group.id), ("finance", lane.id)):
        found = find(window, words, in_flow=True)
        found.list.setCurrentRow(next(n for n, title in enumerate(found.titles) if title.startswith(words)))
        QTest.keyClick(found.line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda wanted=wanted: window.services.selection.drawn == (wanted,))
        window.canvas.camera.finish()
        assert window.canvas.viewer.visible_rect().contains(window.canvas.stage.drawing.items[wanted].rect.center())


def test_of_a_layout_that_somebody_broke_the_rest_is_found(window: MainWindow) -> None:
    project = window.services.document.project
    broken = {"notes": 5, "groups": ["x", None], "lanes": {"a": 1}}
    hits = list(everything(project.model_copy(update={"layouts": {"billing_dispute": broken}}), "billing_dispute"))
    assert {hit.kind for hit in hits} == {"step", "field"}


def test_a_large_project_is_looked_through_in_slices_and_enter_means_what_was_typed(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three hundred flows held the window up for two seconds with each key."""
    monkeypatch.setattr(finding, "AT_ONCE", 1)
    monkeypatch.setattr(finding, "SLICE_MS", 0)
    box = window.find_anything()
    qtbot.waitUntil(lambda: box.titles != [])
    before = box.titles
    flow = window.services.flow
    assert flow is not None
    node = flow.nodes[-1]
    box.line.setText(node.title)
    assert box.titles == before, "nothing was found yet: what was listed stays"
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.services.selection.nodes == (node.id,))
