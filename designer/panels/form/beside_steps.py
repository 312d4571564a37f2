"""What the form panel says while no step is selected: of an edge, a note, a group, or of nothing."""

from __future__ import annotations

from designer.document.edits import layout_of
from designer.document.names import title_of
from designer.services import Services

NOTHING = ("Nothing is selected", "Click a step to see what it does and to change it.")
SEVERAL = ("No step among these", "They can be moved, aligned, copied and deleted together.")
DRAWN = {
    "notes": (
        "A note",
        "Double-click it to write, with Markdown if you like; its menu has colours. It is no part of a run.",
    ),
    "groups": (
        "A group of steps",
        "What you drag into it belongs to it. Double-click its name to change it. The arrow folds it to one card.",
    ),
}


def about_selection(services: Services) -> tuple[str, str]:
    """A title and a hint."""
    flow, selection = services.flow, services.selection
    if flow is None or len(selection.edges) + len(selection.drawn) == 0:
        return NOTHING
    if len(selection.edges) + len(selection.drawn) > 1:
        return SEVERAL
    if selection.drawn:
        layout = layout_of(services.document.project, flow.id)
        sort = next((s for s in DRAWN if any(one.id == selection.drawn[0] for one in getattr(layout, s))), None)
        return NOTHING if sort is None else DRAWN[sort]
    source, port, target = selection.edges[0]
    giver, taker = flow.node(source), flow.node(target)
    if giver is None or taker is None:
        return NOTHING
    ports = {one.name: one.title for one in services.facts.ways(giver)}
    title = f"“{title_of(giver)}” leads to “{title_of(taker)}”"
    return title, f"By “{ports.get(port) or port}”. Drag an end to lead it elsewhere; Del takes it away."
