"""The history panel, as data."""

from __future__ import annotations

from designer.panels import Panel, later

PANEL = Panel(
    id="history",
    title="History",
    icon="history",
    area="left",
    order=30,
    build=later("designer.panels.history.view", "History"),
    modes=frozenset({"design", "test"}),
    width=264,
)
