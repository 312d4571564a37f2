"""The timeline, as data."""

from __future__ import annotations

from designer.panels import Panel
from designer.panels.timeline.view import Timeline

PANEL = Panel(
    id="timeline",
    title="Run",
    icon="history",
    area="bottom",
    order=5,
    build=Timeline,
    height=260,
    modes=frozenset({"test", "replay"}),
)
