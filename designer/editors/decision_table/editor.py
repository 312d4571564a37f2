"""The table editor, as data. Its key is ``file`` or ``file/decision``."""

from __future__ import annotations

from designer.editors import Editor
from designer.editors.decision_table.page import TablePage
from designer.editors.decision_table.table_key import tab_title

EDITOR = Editor("decision_table", "Decision table", "table", TablePage, tab_title)
