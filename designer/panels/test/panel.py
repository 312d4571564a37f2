"""The test panel, as data."""

from __future__ import annotations

from designer.panels import Panel, later

PANEL = Panel(
    id="test",
    title="Test",
    icon="flask-conical",
    area="right",
    order=10,
    build=later("designer.panels.test.view", "CasePanel"),
    modes=frozenset({"test"}),
    width=352,
)
