"""The Edit menu: the history, the clipboard, what is selected, and finding."""

from __future__ import annotations

from designer.actions import Action, canvas_does, editing, needs, of_flow, on_flow, one_selected, some_selected
from designer.services import Services


@needs("Nothing has been changed since it was opened.")
def _can_undo(services: Services) -> bool:
    return editing(services) and services.document.history.canUndo()


@needs("Nothing has been undone.")
def _can_redo(services: Services) -> bool:
    return editing(services) and services.document.history.canRedo()


def _open_form(services: Services) -> None:
    node = services.selection.node
    if node is not None and services.selection.flow is not None:
        services.window.show_panel("form")
        services.selection.show_field(services.selection.flow, node, "")


ACTIONS = (
    Action("edit.undo", "Undo", lambda s: s.document.undo(), "edit", 10, ("Ctrl+Z",), "undo-2", _can_undo),
    Action(
        "edit.redo", "Redo", lambda s: s.document.redo(), "edit", 11, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo-2", _can_redo
    ),
    Action("edit.cut", "Cut", canvas_does("cut_selection"), "edit", 20, ("Ctrl+X",), None, some_selected),
    Action("edit.copy", "Copy", canvas_does("copy_selection"), "edit", 21, ("Ctrl+C",), "copy", some_selected),
    Action("edit.paste", "Paste", canvas_does("paste"), "edit", 22, ("Ctrl+V",), "clipboard", on_flow),
    Action(
        "edit.duplicate", "Duplicate", canvas_does("duplicate_selection"), "edit", 23, ("Ctrl+D",), None, some_selected
    ),
    Action(
        "edit.delete",
        "Delete",
        canvas_does("delete_selection"),
        "edit",
        24,
        ("Del", "Backspace"),
        "trash-2",
        some_selected,
        on_canvas=True,
    ),
    Action(
        "edit.select_all",
        "Select all",
        canvas_does("select_all"),
        "edit",
        30,
        ("Ctrl+A",),
        None,
        on_flow,
        on_canvas=True,
    ),
    Action("edit.rename", "Rename step", canvas_does("rename_selected"), "edit", 40, ("F2",), "pencil", one_selected),
    Action(
        "edit.replace_kind",
        "Change kind …",
        canvas_does("replace_kind"),
        "edit",
        41,
        (),
        "arrow-left-right",
        one_selected,
    ),
    Action("edit.open_form", "Open form", _open_form, "edit", 42, ("Return",), None, one_selected, on_canvas=True),
    Action(
        "edit.find",
        "Find in this flow …",
        lambda s: s.window.find_anything(in_flow=True),
        "edit",
        50,
        ("Ctrl+F",),
        "search",
        of_flow,
    ),
    Action(
        "edit.find_anything", "Find anything …", lambda s: s.window.find_anything(), "edit", 51, ("Ctrl+K",), "search"
    ),
    Action(
        "edit.where_used",
        "Where is this used?",
        lambda s: s.window.where_used(),
        "edit",
        52,
        ("Alt+F7",),
        None,
        one_selected,
    ),
)
