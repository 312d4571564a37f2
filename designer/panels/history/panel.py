"""The history panel, as data."""

from __future__ import annotations

from designer.panels import Panel
from designer.panels.history.view import History

PANEL = Panel(
    id="history",
    title="History",
    icon="history",
    area="left",
    order=30,
    build=History,
    modes=frozenset({"design", "test"}),
    width=264,
)
