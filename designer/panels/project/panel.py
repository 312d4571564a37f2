"""The project panel, as data."""

from __future__ import annotations

from designer.panels import Panel, later

PANEL = Panel(
    id="project",
    title="Project",
    icon="folder",
    area="left",
    order=10,
    build=later("designer.panels.project.view", "ProjectTree"),
    modes=frozenset({"design", "test"}),
    width=264,
)
