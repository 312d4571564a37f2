"""The problems panel, as data."""

from __future__ import annotations

from designer.panels import Panel
from designer.panels.problems.view import Problems

PANEL = Panel(
    id="problems",
    title="Problems",
    icon="triangle-alert",
    area="bottom",
    order=10,
    build=Problems,
    modes=frozenset({"design"}),
)
