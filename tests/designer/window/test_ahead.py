"""Panels are built while nobody works, one at a time, and stand where they would if somebody had opened them."""

from __future__ import annotations

from designer.window.ahead import Ahead
from designer.window.main_window import MainWindow


def test_panels_are_built_one_at_a_time_while_nobody_works(window: MainWindow) -> None:
    areas = list(window.areas.values())
    named = [(area, panel.id) for area in areas for panel in area.panels]
    fronts = {area.objectName(): area.current for area in areas}
    ahead = Ahead(areas, window)
    missing = sum(not area.built(name) for area, name in named)
    assert missing
    for _ in range(missing + 2):
        before = sum(area.built(name) for area, name in named)
        ahead.go_on()
        assert sum(area.built(name) for area, name in named) - before <= 1
    assert all(area.built(name) for area, name in named)
    assert {area.objectName(): area.current for area in areas if fronts[area.objectName()]} == {
        name: front for name, front in fronts.items() if front
    }, "what was in front still is"
