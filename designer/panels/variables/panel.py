"""The variables panel, as data."""

from __future__ import annotations

from designer.panels import Panel
from designer.panels.variables.view import Variables

PANEL = Panel(
    id="variables",
    title="Variables at this step",
    icon="variable",
    area="bottom",
    order=20,
    build=Variables,
    modes=frozenset({"design"}),
    beside=True,
)
