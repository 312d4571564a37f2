"""The table editor, as data. Its key is ``file`` or ``file/decision``."""

from __future__ import annotations

from designer.editors import Editor
from designer.editors.decision_table.page import TablePage, title_of

EDITOR = Editor("decision_table", "Decision table", "table", TablePage, title_of)
