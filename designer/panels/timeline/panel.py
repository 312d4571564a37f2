"""The timeline, as data."""

from __future__ import annotations

from designer.panels import Panel, later

PANEL = Panel(
    id="timeline",
    title="Run",
    icon="history",
    area="bottom",
    order=5,
    build=later("designer.panels.timeline.view", "Timeline"),
    height=260,
    modes=frozenset({"test", "replay"}),
)
