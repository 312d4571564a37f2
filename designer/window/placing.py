"""Places a fresh step where people look: behind the selected step if it has a free way on, else in the middle of
the view.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.services import Services
from nodes.contract import NodeType

MIME = "application/x-baton-node-type"
"""What a drag from the list carries: JSON with ``type``, ``version`` and, if fields are filled in, ``config``."""


def place_step(services: Services, found: NodeType, config: Mapping[str, Any] | None = None) -> str | None:
    """Adds a step to the flow that is shown, selects it, and gives its id; None if none can be added."""
    added: str | None = services.window.canvas.place(found, config)
    if added is not None:
        services.selection.select((added,))
        services.window.canvas.reveal(added)
    return added
