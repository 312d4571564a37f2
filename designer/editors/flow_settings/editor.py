"""The page, as data. Its key is the flow's id."""

from __future__ import annotations

from designer.editors import Editor
from designer.editors.flow_settings.page import FlowSettings, tab_title

EDITOR = Editor("flow_settings", "Flow settings", "settings", FlowSettings, tab_title)
