"""The project panel, as data."""

from __future__ import annotations

from designer.panels import Panel
from designer.panels.project.view import ProjectTree

PANEL = Panel(
    id="project",
    title="Project",
    icon="folder",
    area="left",
    order=10,
    build=ProjectTree,
    modes=frozenset({"design", "test"}),
    width=264,
)
