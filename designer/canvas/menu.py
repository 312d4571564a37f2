"""The menu of the right button: what can be done with what is under it. Entries are those of the window's menus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from designer.canvas.canvas import Canvas

Entry = tuple[str, str, Callable[[], object]] | tuple[str, str, list[Any]] | None
"""title, key, what it does or the entries of a menu of its own; None is a line"""
COLOURS: dict[str, str | None] = {
    "Yellow": None, "Orange": "decision", "Pink": "approval", "Violet": "trigger", "Teal": "adapter",
    "Brown": "logging", "Grey": "control",
}  # fmt: skip
"""what a note can be written on, by the kinds of steps that have these colours"""


def open_menu(canvas: Canvas, where: QPoint, at: QPointF) -> QMenu:
    """Opens it at a place of the screen; ``at`` is the place of the canvas."""
    menu = QMenu(canvas)
    _fill(menu, entries(canvas, at))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(where)
    return menu


def _fill(menu: QMenu, listed: list[Entry]) -> None:
    for entry in listed:
        if entry is None:
            menu.addSeparator()
            continue
        title, key, does = entry
        if isinstance(does, list):
            _fill(menu.addMenu(title), does)
            continue
        action = menu.addAction(f"{title}\t{key}" if key else title)
        action.triggered.connect(lambda _checked=False, does=does: does())


def entries(canvas: Canvas, at: QPointF) -> list[Entry]:
    """What the menu offers for what is selected."""
    selection = canvas.stage.services.selection
    if not canvas.editable:
        return [("Fit flow", "Shift+1", canvas.fit), ("100 %", "Ctrl+0", lambda: canvas.zoom_to(1.0))]
    if selection.node is not None:
        return [
            ("Open form", "Enter", canvas.open_selected),
            ("Rename", "F2", canvas.rename_selected),
            ("Add a step after this one", "Tab", canvas.add_after),
            ("Change kind …", "", canvas.replace_kind),
            ("Connect by keyboard", "C", canvas.connect_by_keys),
            *_out_of_group(canvas),
            None,
            *_for_any(canvas),
        ]
    if len(selection.nodes) > 1:
        return [
            ("Group", "Ctrl+G", canvas.group_selection),
            ("Tidy up these", "Shift+Alt+T", canvas.tidy_up),
            ("Align left", "", lambda: canvas.align("left")),
            ("Align middles", "", lambda: canvas.align("middle")),
            ("Distribute across", "", lambda: canvas.distribute("across")),
            *_out_of_group(canvas),
            None,
            *_for_any(canvas),
        ]
    if selection.edges:
        return [
            ("Insert a step here", "Tab", lambda: canvas.ask(at, into=selection.edges[0])),
            ("Remove connection", "Del", canvas.delete_selection),
        ]
    if selection.drawn:
        return [*_for_drawn(canvas), None, *_for_any(canvas)]
    return [
        ("Add a step", "A", lambda: canvas.ask(at)),
        ("Add a note", "", canvas.add_note),
        ("Add a seat lane", "", canvas.add_lane),
        ("Paste", "Ctrl+V", lambda: canvas.paste(at)),
        None,
        ("Select all", "Ctrl+A", canvas.select_all),
        ("Tidy up", "Shift+Alt+T", canvas.tidy_up),
        ("Fold all groups", "", canvas.fold_all),
        ("Open all groups", "", canvas.unfold_all),
        None,
        ("Fit flow", "Shift+1", canvas.fit),
        ("100 %", "Ctrl+0", lambda: canvas.zoom_to(1.0)),
    ]


def _for_drawn(canvas: Canvas) -> list[Entry]:
    """What notes, groups and lanes have of their own."""
    drawn, items = canvas.stage.services.selection.drawn, canvas.stage.drawing.items
    sorts = {items[one].sort for one in drawn if one in items}
    found: list[Entry] = [("Edit", "F2", canvas.rename_selected)] if len(drawn) == 1 else []
    if sorts == {"note"}:
        colours = [(words, "", lambda tone=tone: canvas.frames.colour(drawn, tone)) for words, tone in COLOURS.items()]
        found.append(("Colour", "", colours))
    if "group" in sorts:
        folded = all(items[one].folded for one in drawn if one in items and items[one].sort == "group")
        found.append(("Open group" if folded else "Fold group", "", canvas.toggle_fold))
        found.append(("Group", "Ctrl+G", canvas.group_selection))
        found.append(("Ungroup", "Ctrl+Shift+G", canvas.ungroup_selection))
    return found


def _out_of_group(canvas: Canvas) -> list[Entry]:
    inside = canvas.frames.holds_some(canvas.stage.services.selection.nodes)
    return [("Take out of the group", "", canvas.leave_group)] if inside else []


def _for_any(canvas: Canvas) -> list[Entry]:
    return [
        ("Cut", "Ctrl+X", canvas.cut_selection),
        ("Copy", "Ctrl+C", canvas.copy_selection),
        ("Duplicate", "Ctrl+D", canvas.duplicate_selection),
        ("Delete", "Del", canvas.delete_selection),
    ]
