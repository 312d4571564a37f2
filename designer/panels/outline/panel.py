"""The outline panel, as data."""

from __future__ import annotations

from designer.panels import Panel
from designer.panels.outline.view import Outline

PANEL = Panel(
    id="outline",
    title="Outline",
    icon="list-tree",
    area="left",
    order=20,
    build=Outline,
    modes=frozenset({"design", "test"}),
    width=300,
)
