"""The inspector, as data."""

from __future__ import annotations

from designer.panels import Panel, later

PANEL = Panel(
    id="inspector",
    title="Step",
    icon="search",
    area="right",
    order=20,
    build=later("designer.panels.inspector.view", "Inspector"),
    modes=frozenset({"test", "replay"}),
    width=352,
)
