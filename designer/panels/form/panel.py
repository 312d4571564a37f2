"""The form, as data."""

from __future__ import annotations

from designer.panels import Panel, later

PANEL = Panel(
    id="form",
    title="Step",
    icon="panel-right",
    area="right",
    order=10,
    build=later("designer.panels.form.view", "FormPanel"),
)
