"""The Flow menu: flows of the project, how their cards stand, what is drawn around them, and what they need."""

from __future__ import annotations

from collections.abc import Callable

from designer.actions import Action, canvas_does, editing, needs, of_flow, on_flow, some_selected
from designer.document.commands.change_flows import add_flow, delete_flow, duplicate_flow
from designer.document.names import as_read, fresh, title_of
from designer.services import Services


def _add(services: Services) -> None:
    flows = services.document.project.flows
    flow_id = fresh("New flow", flows)
    services.document.do(add_flow(flow_id, "New flow" if flow_id == "new_flow" else as_read(flow_id)))
    services.window.show_flow(flow_id)


def _duplicate(services: Services) -> None:
    flow = services.flow
    if flow is None:
        return
    flows = services.document.project.flows
    title = f"Copy of {title_of(flow)}"
    flow_id = fresh(title, flows)
    services.document.do(duplicate_flow(flow.id, flow_id, title))
    services.window.show_flow(flow_id)


def _delete(services: Services) -> None:
    if services.flow is not None:
        services.document.do(delete_flow(services.flow.id))


def _editor(name: str, *, for_flow: bool = False) -> Callable[[Services], None]:
    def run(services: Services) -> None:
        key = (services.selection.flow or "") if for_flow else ""
        if services.window.open_editor(name, key) is None:
            services.window.say("This page can't be opened.")

    return run


@needs("Select at least two steps or other things first.", seen=True)
def _several(services: Services) -> bool:
    return on_flow(services) and len(services.selection.nodes) + len(services.selection.drawn) > 1


@needs("Select at least three steps or other things first.", seen=True)
def _three(services: Services) -> bool:
    return on_flow(services) and len(services.selection.nodes) + len(services.selection.drawn) > 2


@needs("Select steps that lie in a group first.", seen=True)
def _in_group(services: Services) -> bool:
    return on_flow(services) and services.window.canvas.frames.holds_some(services.selection.nodes)


ACTIONS = (
    Action("flow.add", "New flow", _add, "flow", 10, ("Ctrl+Shift+N",), "file-plus", editing),
    Action(
        "flow.settings",
        "Flow settings",
        _editor("flow_settings", for_flow=True),
        "flow",
        11,
        ("Ctrl+,",),
        "settings",
        of_flow,
    ),
    Action("flow.duplicate", "Duplicate this flow", _duplicate, "flow", 12, (), "copy", on_flow),
    Action("flow.delete", "Delete this flow", _delete, "flow", 13, (), "trash-2", on_flow),
    Action(
        "flow.add_after",
        "Add a step after this one",
        canvas_does("add_after"),
        "flow",
        20,
        ("Tab",),
        "plus",
        on_flow,
        on_canvas=True,
    ),
    Action(
        "flow.add_step", "Add a step", canvas_does("quick_add"), "flow", 21, ("A",), "plus", on_flow, on_canvas=True
    ),
    Action("flow.note", "Add a note", canvas_does("add_note"), "flow", 22, (), "sticky-note", on_flow),
    Action("flow.lane", "Add a seat lane", canvas_does("add_lane"), "flow", 23, (), "users", on_flow),
    Action("flow.group", "Group", canvas_does("group_selection"), "flow", 24, ("Ctrl+G",), "group", some_selected),
    Action(
        "flow.ungroup",
        "Ungroup",
        canvas_does("ungroup_selection"),
        "flow",
        25,
        ("Ctrl+Shift+G",),
        "ungroup",
        some_selected,
    ),
    Action(
        "flow.leave_group", "Take out of the group", canvas_does("leave_group"), "flow", 26, (), "ungroup", _in_group
    ),
    Action("flow.tidy_up", "Tidy up", canvas_does("tidy_up"), "flow", 30, ("Shift+Alt+T",), "wand-sparkles", on_flow),
    Action("flow.straighten", "Straighten lines", canvas_does("straighten"), "flow", 30, (), "minus", on_flow),
    Action(
        "flow.align_left", "Align left", canvas_does("align", "left"), "flow", 31, (), "align-start-vertical", _several
    ),
    Action(
        "flow.align_centre",
        "Align centres",
        canvas_does("align", "centre"),
        "flow",
        32,
        (),
        "align-center-vertical",
        _several,
    ),
    Action(
        "flow.align_right", "Align right", canvas_does("align", "right"), "flow", 33, (), "align-end-vertical", _several
    ),
    Action(
        "flow.align_top", "Align top", canvas_does("align", "top"), "flow", 34, (), "align-start-horizontal", _several
    ),
    Action(
        "flow.align_middle",
        "Align middles",
        canvas_does("align", "middle"),
        "flow",
        35,
        (),
        "align-center-horizontal",
        _several,
    ),
    Action(
        "flow.align_bottom",
        "Align bottom",
        canvas_does("align", "bottom"),
        "flow",
        36,
        (),
        "align-end-horizontal",
        _several,
    ),
    Action(
        "flow.distribute_across",
        "Distribute across",
        canvas_does("distribute", "across"),
        "flow",
        37,
        (),
        "align-horizontal-distribute-center",
        _three,
    ),
    Action(
        "flow.distribute_down",
        "Distribute down",
        canvas_does("distribute", "down"),
        "flow",
        38,
        (),
        "align-vertical-distribute-center",
        _three,
    ),
    Action("flow.connections", "Connections", _editor("connections"), "flow", 40, (), "plug"),
    Action("flow.samples", "Samples", _editor("samples", for_flow=True), "flow", 41, (), "flask-conical", of_flow),
    Action("flow.secrets", "Secrets on this machine", _editor("secrets"), "flow", 42, (), "key-round"),
    Action(
        "flow.compare_saved",
        "Compare with the saved version",
        lambda s: s.window.keeping.compare_saved(),
        "flow",
        50,
        (),
        "git-compare",
    ),
    Action(
        "flow.compare_committed",
        "Compare with the last commit",
        lambda s: s.window.keeping.compare_committed(),
        "flow",
        51,
        (),
        "git-compare",
    ),
    Action(
        "flow.compare_package",
        "Compare with a package …",
        lambda s: s.window.keeping.compare_package(),
        "flow",
        52,
        (),
        "git-compare",
    ),
)
