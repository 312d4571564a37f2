"""The variables panel, as data."""

from __future__ import annotations

from designer.panels import Panel, later

PANEL = Panel(
    id="variables",
    title="Variables at this step",
    icon="variable",
    area="bottom",
    order=20,
    build=later("designer.panels.variables.view", "Variables"),
    modes=frozenset({"design"}),
    beside=True,
)
