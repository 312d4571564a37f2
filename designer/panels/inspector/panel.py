"""The inspector, as data."""

from __future__ import annotations

from designer.panels import Panel
from designer.panels.inspector.view import Inspector

PANEL = Panel(
    id="inspector",
    title="Step",
    icon="search",
    area="right",
    order=20,
    build=Inspector,
    modes=frozenset({"test", "replay"}),
    width=352,
)
