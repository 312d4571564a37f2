"""The menu of the right button: what can be done with what is under it. Entries are those of the window's menus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QMenu

from designer.document.commands.align import Edge

if TYPE_CHECKING:
    from designer.canvas.canvas import Canvas

Entry = tuple[str, str, Callable[[], object]] | tuple[str, str, list[Any]] | None
"""title, key, what it does or the entries of a menu of its own; None is a line"""
COLOURS: dict[str, str | None] = {
    "Yellow": None, "Orange": "decision", "Pink": "approval", "Violet": "trigger", "Teal": "adapter",
    "Brown": "logging", "Grey": "control",
}  # fmt: skip
"""what a note can be written on, by the kinds of steps that have these colours"""

_ALIGNED: dict[Edge, str] = {
    "left": "Left", "centre": "Centres", "right": "Right", "top": "Top", "middle": "Middles", "bottom": "Bottom",
}  # fmt: skip


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
        shown = key.replace("+", " ")  # as everywhere
        action = menu.addAction(f"{title}\t{shown}" if shown else title)
        action.triggered.connect(lambda _checked=False, does=does: does())


def entries(canvas: Canvas, at: QPointF) -> list[Entry]:
    """What the menu offers for what is selected."""
    selection = canvas.stage.services.selection
    several = len(selection.nodes) + len(selection.drawn) > 1
    if not canvas.editable:
        return [("Fit flow", "Shift+1", canvas.fit), ("100 %", "Ctrl+0", lambda: canvas.zoom_to(1.0))]
    if selection.node is not None and not several:
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
    if several:
        return _for_several(canvas)
    if selection.edges:
        return [
            ("Insert a step here", "Tab", lambda: canvas.ask(at, into=selection.edges[0])),
            ("Remove connection", "Del", canvas.delete_selection),
        ]
    if selection.drawn:
        return [*_for_drawn(canvas), None, *_for_any(canvas)]
    return [
        ("Add a step", "A", lambda: canvas.ask(at)),
        ("Add a note", "", lambda: canvas.add_note(at)),
        ("Add a seat lane", "", lambda: canvas.add_lane(at)),
        ("Paste", "Ctrl+V", lambda: canvas.paste(at)),
        None,
        ("Select all", "Ctrl+A", canvas.select_all),
        ("Tidy up", "Shift+Alt+T", canvas.tidy_up),
        ("Straighten lines", "", canvas.straighten),
        ("Fold all groups", "", canvas.fold_all),
        ("Open all groups", "", canvas.unfold_all),
        None,
        ("Fit flow", "Shift+1", canvas.fit),
        ("100 %", "Ctrl+0", lambda: canvas.zoom_to(1.0)),
    ]


def _for_several(canvas: Canvas) -> list[Entry]:
    """What steps, notes, groups and lanes have in common."""
    selection = canvas.stage.services.selection
    own = _for_drawn(canvas)
    ways: list[Entry] = [(words, "", lambda edge=edge: canvas.align(edge)) for edge, words in _ALIGNED.items()]
    spread: list[Entry] = [
        ("Across", "", lambda: canvas.distribute("across")),
        ("Down", "", lambda: canvas.distribute("down")),
    ]
    found: list[Entry] = [*own, None] if own else []
    if not any(entry is not None and entry[0] == "Group" for entry in own):
        found.append(("Group", "Ctrl+G", canvas.group_selection))
    if len(selection.nodes) > 1:
        found.append(("Tidy up these", "Shift+Alt+T", canvas.tidy_up))
        found.append(("Straighten lines", "", canvas.straighten))
    found.append(("Align", "", ways))
    if len(selection.nodes) + len(selection.drawn) > 2:
        found.append(("Distribute", "", spread))
    if selection.nodes:
        found.append(("Put a seat lane around them", "", canvas.add_lane))
    return [*found, *_out_of_group(canvas), None, *_for_any(canvas)]


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
