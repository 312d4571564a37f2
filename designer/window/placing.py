"""Places a fresh step where people look: behind the selected step if it has a free way on, else in the middle of
the view.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.document.commands.add_node import add_node, new_node
from designer.document.edits import layout_of
from designer.document.names import fresh
from designer.services import Services
from nodes.contract import NodeType

GAP = 60.0
CARD = (176.0, 64.0)
MIME = "application/x-baton-node-type"
"""What a drag from the list carries: JSON with ``type``, ``version`` and, if fields are filled in, ``config``."""


def place_step(services: Services, found: NodeType, config: Mapping[str, Any] | None = None) -> str | None:
    """Adds a step to the flow that is shown, selects it, and gives its id; None if no flow is shown."""
    flow = services.flow
    if flow is None:
        return None
    node = new_node(
        fresh(found.title, [known.id for known in flow.nodes]), found.id, found.version, found.title, config
    )
    services.document.do(add_node(flow.id, node, free_place(services)))
    services.selection.select((node.id,))
    return node.id


def free_place(services: Services) -> tuple[float, float]:
    """The middle of the view, moved down until no card stands there."""
    flow = services.flow
    middle = services.window.canvas.view_centre()
    x, y = middle[0] - CARD[0] / 2, middle[1] - CARD[1] / 2
    if flow is None:
        return x, y
    taken = [(float(at.x), float(at.y)) for at in layout_of(services.document.project, flow.id).nodes.values()]
    while any(abs(x - left) < CARD[0] + 20 and abs(y - top) < CARD[1] + 20 for left, top in taken):
        y += CARD[1] + GAP
    return round(x / 20) * 20, round(y / 20) * 20
