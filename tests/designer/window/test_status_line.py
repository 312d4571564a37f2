"""The status line: what is selected is called what it is."""

from __future__ import annotations

from designer.window.main_window import MainWindow


def test_what_is_drawn_beside_steps_is_called_by_its_kind(window: MainWindow) -> None:
    window.canvas.add_note()
    assert window.status.selected.text() == "1 note selected"
    group = window.canvas.stage.layout.groups[0]
    window.services.selection.select(("route",), (), (group.id,))
    assert window.status.selected.text() == "1 step, 1 group selected"
