"""The outline panel, as data."""

from __future__ import annotations

from designer.panels import Panel, later

PANEL = Panel(
    id="outline",
    title="Outline",
    icon="list-tree",
    area="left",
    order=20,
    build=later("designer.panels.outline.view", "Outline"),
    modes=frozenset({"design", "test"}),
    width=300,
)
