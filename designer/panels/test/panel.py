"""The test panel, as data."""

from __future__ import annotations

from designer.panels import Panel
from designer.panels.test.view import CasePanel

PANEL = Panel(
    id="test",
    title="Test",
    icon="flask-conical",
    area="right",
    order=10,
    build=CasePanel,
    modes=frozenset({"test"}),
    width=352,
)
