"""The problems panel, as data."""

from __future__ import annotations

from designer.panels import Panel, later

PANEL = Panel(
    id="problems",
    title="Problems",
    icon="triangle-alert",
    area="bottom",
    order=10,
    build=later("designer.panels.problems.view", "Problems"),
    modes=frozenset({"design"}),
    count_role="count_warn",
)
