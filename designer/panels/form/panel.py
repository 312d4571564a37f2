"""The form, as data."""

from __future__ import annotations

from designer.panels import Panel
from designer.panels.form.view import FormPanel

PANEL = Panel(id="form", title="Step", icon="panel-right", area="right", order=10, build=FormPanel)
